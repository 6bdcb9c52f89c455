-- The listings that the last run of their source did not get to, because the source had used up its time.
SELECT DISTINCT f.url_id
FROM fetches AS f
JOIN (SELECT source, max(started_at) AS started_at, arg_max(run_id, started_at) AS run_id FROM source_runs GROUP BY source) AS last
    ON last.source = f.source AND last.run_id = f.run_id
WHERE f.kind <> 'page' AND f.time_of IS NOT NULL
ORDER BY f.url_id
