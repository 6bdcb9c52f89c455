-- needs: gone_urls
-- The tombstones of what is forgotten now, one for each URL or article.
INSERT INTO tombstones
SELECT DISTINCT ON (url_id) url_id, source, $asked, $at FROM gone_urls
WHERE url_id NOT IN (SELECT url_id FROM tombstones)
ORDER BY url_id
