-- needs: batch_stories
-- All articles of the stories that the batch touches.
SELECT article_id, story_id, published_at, first_seen_at
FROM articles
WHERE story_id IN (SELECT story_id FROM batch_stories);
