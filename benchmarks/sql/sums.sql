-- What a run says it discovered beside the outcomes it left.
SELECT r.discovered, CAST(sum(f.urls) AS BIGINT) AS outcomes, count(DISTINCT f.url) AS urls,
       count(f.url) FILTER (f.outcome IS NULL) AS open
FROM runs r LEFT JOIN fetches f USING (run_id)
WHERE r.run_id = '{run}'
GROUP BY ALL
