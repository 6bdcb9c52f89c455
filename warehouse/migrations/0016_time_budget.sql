-- Whose time was used up when a URL was left for a later run, so that the run could end.

ALTER TABLE fetches ADD COLUMN time_of VARCHAR;
COMMENT ON COLUMN fetches.time_of IS 'The source that had used up its max_minutes, so that the URL was left for the next run: its own, or the one that lists it. Null otherwise.';
ALTER TABLE source_runs ADD COLUMN out_of_time BIGINT;
COMMENT ON COLUMN source_runs.out_of_time IS 'URLs that were left for the next run because the source had used up its max_minutes.';
UPDATE source_runs SET out_of_time = 0;
