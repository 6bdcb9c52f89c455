SELECT url_id, article_id
FROM urls
WHERE is_carrier AND url_id IN (SELECT url_id FROM batch_urls);
