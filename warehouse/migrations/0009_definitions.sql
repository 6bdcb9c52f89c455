-- Definitions that are replaced when their text changes, unlike tables, which only migrations change (see database/migrate.py).

CREATE TABLE schema_definitions (
    name       VARCHAR,
    text_hash  VARCHAR,
    applied_at TIMESTAMPTZ,
    version    VARCHAR
);
COMMENT ON TABLE schema_definitions IS 'One row per view, and one for the descriptions of tables and columns: the text that is in use. newslake replaces a definition when its text changes.';
COMMENT ON COLUMN schema_definitions.name IS 'Name of the view, or descriptions.';
COMMENT ON COLUMN schema_definitions.text_hash IS 'MD5 hash of its SQL.';
COMMENT ON COLUMN schema_definitions.applied_at IS 'When it was last replaced.';
COMMENT ON COLUMN schema_definitions.version IS 'Version of newslake that replaced it.';
