-- needs: batch_told
-- The articles of stories that report an event.
INSERT INTO events BY NAME
SELECT event_id, article_id, story_id, score
FROM batch_told JOIN (SELECT article_id, story_id FROM articles) AS a USING (story_id)
ORDER BY event_id, score DESC, article_id;
