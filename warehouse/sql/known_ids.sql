-- needs: batch_articles
-- The ids of the articles of the batch that are in the warehouse.
CREATE OR REPLACE TEMP TABLE known_ids AS
SELECT article_id
FROM articles
WHERE article_id IN (SELECT article_id FROM batch_articles);
