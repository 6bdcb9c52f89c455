-- The usual addresses of feeds and sitemaps that were asked for since a moment and held none.
SELECT DISTINCT url_id
FROM fetches
WHERE reason = 'guess' AND requested_at >= $since
ORDER BY url_id
