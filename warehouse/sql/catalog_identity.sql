-- The id of the attached DuckLake catalog, which its copies share, and its recorded data folder.
SELECT
    (SELECT CAST(schema_uuid AS VARCHAR) FROM __ducklake_metadata_lake.ducklake_schema ORDER BY schema_id, begin_snapshot LIMIT 1),
    (SELECT value FROM __ducklake_metadata_lake.ducklake_metadata WHERE key = 'data_path' LIMIT 1)
