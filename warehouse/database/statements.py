"""The statements in `warehouse/sql`, by name."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import duckdb

Row = TypeVar("Row")


def statement(name: str) -> str:
    return (files("warehouse") / "sql" / f"{name}.sql").read_text("utf-8")


def fetch(con: duckdb.DuckDBPyConnection, name: str, kind: type[Row]) -> list[Row]:
    """The rows of a statement, each as a `kind`."""
    return [kind(*row) for row in con.execute(statement(name)).fetchall()]


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """The number of rows of a table."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])
