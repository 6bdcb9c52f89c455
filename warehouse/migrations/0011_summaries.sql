-- A row of fetches may stand for many addresses, so that a source that names millions of them costs one row.

ALTER TABLE fetches ADD COLUMN urls BIGINT DEFAULT 1;
COMMENT ON COLUMN fetches.urls IS 'Number of addresses that the row stands for: 1, except in a row with the reason address-budget, whose url is one of them. The sum over a run is runs.discovered.';
