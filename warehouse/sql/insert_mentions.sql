-- needs: batch_mentions
-- Whom and what articles name, in the order of the articles.
INSERT INTO mentions BY NAME SELECT * FROM batch_mentions ORDER BY article_id, kind, name;
