-- needs: batch_differing
-- The stored texts of known articles that have another text in the batch.
SELECT article_id, text
FROM articles
WHERE article_id IN (SELECT article_id FROM batch_differing);
