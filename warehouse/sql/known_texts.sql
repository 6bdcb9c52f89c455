-- needs: batch_differing
-- the texts of known articles that the batch gives another text
SELECT article_id, text
FROM articles
WHERE article_id IN (SELECT article_id FROM batch_differing);
