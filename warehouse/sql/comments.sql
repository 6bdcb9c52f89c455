-- The comments of tables and of their columns, by name.
SELECT table_name AS name, comment
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal
UNION ALL
SELECT table_name || '.' || column_name, comment
FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal
