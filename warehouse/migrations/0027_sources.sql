-- What the watchlist says of each source, so that SQL and searches can tell kinds of outlets, and know which are disabled.

CREATE TABLE IF NOT EXISTS sources (
    source     VARCHAR,
    tags       VARCHAR[],
    enabled    BOOLEAN,
    changed_at TIMESTAMPTZ
);
COMMENT ON TABLE sources IS 'One row per source that a watchlist has or had, as the watchlist had it in the last run, backfill or reclean. Example: FROM articles AS a JOIN sources AS s USING (source) WHERE list_contains(s.tags, ''state media'')';
COMMENT ON COLUMN sources.source IS 'Name of the source, as in articles.source.';
COMMENT ON COLUMN sources.tags IS 'Its tags on the watchlist, such as state media; empty if it has none. A search and a topic ask for them with sourcetag:.';
COMMENT ON COLUMN sources.enabled IS 'Whether it is collected: false where the watchlist says enabled = false.';
COMMENT ON COLUMN sources.changed_at IS 'When the warehouse learned of its tags, or that it is enabled or not, as they are now.';
