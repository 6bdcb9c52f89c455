-- Definitions that are replaced when their text changes, unlike tables, which only migrations change (see database/migrate.py).

CREATE TABLE schema_definitions (
    name       VARCHAR,
    text_hash  VARCHAR,
    applied_at TIMESTAMPTZ,
    version    VARCHAR
);
COMMENT ON TABLE schema_definitions IS 'A row per view that newslake made: which text of its definition is in use.';
COMMENT ON COLUMN schema_definitions.name IS 'Name of the view.';
COMMENT ON COLUMN schema_definitions.text_hash IS 'MD5 hash of the SQL that defines it.';
COMMENT ON COLUMN schema_definitions.applied_at IS 'When it was last created.';
COMMENT ON COLUMN schema_definitions.version IS 'Version of newslake that created it.';
