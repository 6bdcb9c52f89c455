-- needs: batch_affected
-- What the addresses of the staged articles answered, by the rows of all runs. Rows of old versions have no reason.
SELECT
    u.article_id, f.url_id, f.run_id, f.requested_at,
    coalesce(f.reason IN ('gone', 'missing-page', 'led-away', 'site-wide'), f.status IN (404, 410), false) AS is_gone,
    f.status, coalesce(f.reason, CASE WHEN f.status IN (404, 410) THEN 'gone' END) AS reason
FROM fetches AS f
JOIN (SELECT url_id, article_id FROM urls WHERE is_carrier AND article_id IN (SELECT article_id FROM batch_affected)) AS u USING (url_id)
WHERE f.requested_at IS NOT NULL AND f.kind = 'page'
    AND (f.outcome IN ('loaded', 'updated', 'unchanged', 'copy') AND f.article_id = u.article_id
         OR coalesce(f.reason IN ('gone', 'missing-page', 'led-away', 'site-wide'), f.status IN (404, 410), false))
ORDER BY ALL;
