"""Read the statements in `warehouse/sql` and run them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from warehouse.database.errors import roll_back

if TYPE_CHECKING:
    import pyarrow as pa

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
    return first(con, "SELECT transaction_timestamp()")


def first(con: duckdb.DuckDBPyConnection, query: str, given: object = None) -> tuple[Any, ...] | None:
    """Return the first row of an answer of few rows; None where it has none.

    All are fetched: DuckDB 2 does no other work on a connection while an answer is unread.
    """
    rows = con.execute(query, given).fetchall()
    return rows[0] if rows else None


def in_columns(con: duckdb.DuckDBPyConnection, query: str, given: object = None) -> pa.Table:
    """Return an answer as columns of Arrow. If the query were given to `execute`, DuckDB 2 would copy its rows, and warn."""
    return con.sql(query, params=given).to_arrow_table()


def affected(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many rows the statement that was just executed has inserted or deleted."""
    ((rows,),) = con.fetchall()
    return int(rows)


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a table."""
    ((rows,),) = con.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(rows)
