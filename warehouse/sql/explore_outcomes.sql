-- How the addresses of a run ended.
SELECT source, outcome, reason, CAST(sum(urls) AS BIGINT) AS urls
FROM fetches WHERE run_id = $run
GROUP BY ALL
ORDER BY source, urls DESC, outcome, reason;
