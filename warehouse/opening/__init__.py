"""What opens the warehouse in any DuckDB: its extensions, its settings, and the file `open.sql`."""
