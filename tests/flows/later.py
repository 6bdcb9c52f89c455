"""Let time pass for a project: everything that it has seen happened so much earlier."""

from __future__ import annotations

from pathlib import Path

from flows.watchlist import load_watchlist
from warehouse.database.connect import open_writer


def later(config: Path, hours: float) -> None:
    """Put all times in the warehouse back, as if so many hours had passed since."""
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        columns = writer.con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, table_name) "
            "WHERE database_name = current_database() AND data_type = 'TIMESTAMP WITH TIME ZONE' "
            "AND table_name NOT LIKE 'schema%' AND column_name <> 'published_at'"
        ).fetchall()
        for table, column in columns:
            writer.con.execute(f"UPDATE {table} SET {column} = {column} - INTERVAL {round(hours * 3600)} SECONDS")
