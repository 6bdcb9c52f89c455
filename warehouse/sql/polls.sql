-- A row per source and run that requested its listings, without URLs that were not reached before the run was stopped,
-- and without those of servers that had asked to be left alone.
SELECT
    f.source,
    r.started_at,
    count(*) FILTER (f.kind = 'page' AND f.requested_at IS NOT NULL AND coalesce(f.origin, '') NOT IN ('revisit', 'retry')
                     AND f.outcome IN ('loaded', 'copy', 'off-topic', 'not-article'))                             AS new_pages,
    -- The outcome of a listing that was read is not-article; of one that had not changed, unchanged.
    count(*) FILTER (f.kind <> 'page' AND f.outcome IN ('not-article', 'unchanged')) > 0                          AS answered,
    bool_or(r.state IN ('interrupted', 'recovered'))                                                              AS is_broken_off,
    coalesce(bool_or(f.time_of = f.source), false)                                                                AS out_of_time
FROM runs AS r
JOIN fetches AS f USING (run_id)
WHERE r.flow = 'collect'
  AND r.started_at >= $since
  AND NOT (f.outcome = 'failed' AND f.requested_at IS NULL)
  AND NOT (f.outcome = 'refused' AND coalesce(f.reason, '') = 'host-closed')
GROUP BY ALL
HAVING count(*) FILTER (f.kind <> 'page' AND f.time_of IS NULL) > 0
ORDER BY ALL
