"""Read the statements in `warehouse/sql` and run them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import duckdb

from warehouse.database.errors import roll_back

Row = TypeVar("Row")


@cache
def statement(name: str) -> str:
    """Return the SQL of a file in `warehouse/sql`. Its first line names the temporary tables that it needs, if any."""
    return (files("warehouse") / "sql" / f"{name}.sql").read_text("utf-8")


def fetch(con: duckdb.DuckDBPyConnection, name: str, kind: type[Row], given: Mapping[str, Any] | None = None) -> list[Row]:
    """Run a statement with named parameters and return its rows, each as a `kind`."""
    return [kind(*row) for row in con.execute(statement(name), dict(given or {})).fetchall()]


@contextmanager
def one_state(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let several statements read the same state of the warehouse, whoever loads meanwhile. Each of them also takes less time.

    A caller that has begun a transaction reads the state of that one.
    """
    if _begun_at(con) == _begun_at(con):  # inside a transaction, which a second BEGIN would abort
        yield
        return
    con.execute("BEGIN")
    try:
        yield
    finally:
        roll_back(con)


def _begun_at(con: duckdb.DuckDBPyConnection) -> object:
    """Return when the current transaction began: of two statements that are none together, at two times."""
    return con.execute("SELECT transaction_timestamp()").fetchone()


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a table."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])
