"""Keep searches under a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import duckdb

from warehouse.database.writer import Writer
from warehouse.memory import remembered


@remembered
def saved_searches(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the queries of the saved searches by name, in the order of the names."""
    return dict(con.execute("SELECT name, query FROM searches ORDER BY name").fetchall())


def save(writer: Writer, name: str, query: str, at: datetime, same: Callable[[str], str] = str) -> list[str]:
    """Save a query under a name, and return the queries that it takes the place of.

    Args:
        same: returns the form by which names are compared; a search whose name has the same form is replaced.
    """

    def write(con: duckdb.DuckDBPyConnection) -> list[str]:
        before = _delete(con, name, same)
        con.execute("INSERT INTO searches VALUES (?, ?, ?)", [name, query, at])
        return before

    return writer.transact(write)


def forget(writer: Writer, name: str, same: Callable[[str], str] = str) -> list[str]:
    """Delete a saved search, and return its query; none if there is no such search."""
    return writer.transact(lambda con: _delete(con, name, same))


def _delete(con: duckdb.DuckDBPyConnection, name: str, same: Callable[[str], str]) -> list[str]:
    found = {each: query for each, query in saved_searches(con).items() if same(each) == same(name)}
    for each in found:
        con.execute("DELETE FROM searches WHERE name = ?", [each])
    return list(found.values())
