-- The data files of all snapshots, relative to the data folder; runs in SQLite, on the catalog itself.
SELECT DISTINCT s.path || t.path || f.path
FROM (SELECT table_id, path FROM ducklake_data_file UNION ALL SELECT table_id, path FROM ducklake_delete_file) AS f
JOIN ducklake_table AS t USING (table_id)
JOIN ducklake_schema AS s USING (schema_id)
