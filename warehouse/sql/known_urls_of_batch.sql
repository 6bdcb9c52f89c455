-- needs: batch_urls
-- The URLs of the batch that are in the warehouse, with their articles.
CREATE OR REPLACE TEMP TABLE known_urls_of_batch AS
SELECT url_id, article_id, is_carrier
FROM urls
WHERE url_id IN (SELECT url_id FROM batch_urls);
