-- The sources of a run whose state changed. A run that is loaded late, after newer runs of the source, changes no state.
INSERT INTO source_states BY NAME
WITH known AS (
    SELECT source, arg_max(state, since) AS state FROM source_states GROUP BY source
)
SELECT h.source, r.run_id, h.last_run AS since, h.state, k.state AS state_before, h.reason
FROM source_health h
JOIN source_runs r ON r.source = h.source AND r.started_at = h.last_run AND r.run_id = $run_id
LEFT JOIN known k ON k.source = h.source
WHERE h.state IS DISTINCT FROM k.state AND h.state <> 'disabled'  -- a run from before it was disabled, loaded late
ORDER BY h.source
