-- The feeds that the latest run which read one read of each of these sources, whoever named them.
WITH read AS (
    SELECT f.source, f.url, r.started_at
    FROM fetches AS f JOIN runs AS r USING (run_id)
    WHERE f.kind = 'feed' AND f.outcome IN ('not-article', 'unchanged') AND list_contains($sources::VARCHAR[], f.source)
)
SELECT DISTINCT source, url
FROM read
WHERE (source, started_at) IN (SELECT (source, max(started_at)) FROM read GROUP BY source)
ORDER BY source, url
