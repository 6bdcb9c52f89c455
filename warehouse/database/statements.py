"""Read the statements in `warehouse/sql` and run them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import duckdb

Row = TypeVar("Row")


@cache
def statement(name: str) -> str:
    """Return the SQL of a file in `warehouse/sql`. Its first line names the temporary tables that it needs, if any."""
    return (files("warehouse") / "sql" / f"{name}.sql").read_text("utf-8")


def fetch(con: duckdb.DuckDBPyConnection, name: str, kind: type[Row], given: Mapping[str, Any] | None = None) -> list[Row]:
    """Run a statement with named parameters and return its rows, each as a `kind`."""
    return [kind(*row) for row in con.execute(statement(name), dict(given or {})).fetchall()]


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a table."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])
