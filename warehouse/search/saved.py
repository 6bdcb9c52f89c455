"""Keep searches under a name."""

from __future__ import annotations

from datetime import datetime

import duckdb

from warehouse.database.writer import Writer


def saved_searches(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the queries of the saved searches by name, in the order of the names."""
    return dict(con.execute("SELECT name, query FROM searches ORDER BY name").fetchall())


def save(writer: Writer, name: str, query: str, at: datetime) -> bool:
    """Save a query under a name, in place of an earlier one of that name. Return whether there was another."""

    def write(con: duckdb.DuckDBPyConnection) -> bool:
        before = con.execute("SELECT query FROM searches WHERE name = ?", [name]).fetchall()
        con.execute("DELETE FROM searches WHERE name = ?", [name])
        con.execute("INSERT INTO searches VALUES (?, ?, ?)", [name, query, at])
        return bool(before) and before != [(query,)]

    return writer.transact(write)
