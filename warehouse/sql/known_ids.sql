-- needs: batch_articles
-- The ids of the batch's articles that are in the warehouse.
CREATE OR REPLACE TEMP TABLE known_ids AS
SELECT article_id
FROM articles
WHERE article_id IN (SELECT article_id FROM batch_articles);
