-- needs: batch_urls
-- the batch's URLs that are in the warehouse, and which of them carry an article
CREATE OR REPLACE TEMP TABLE known_urls_of_batch AS
SELECT url_id, article_id, is_carrier
FROM urls
WHERE url_id IN (SELECT url_id FROM batch_urls);
