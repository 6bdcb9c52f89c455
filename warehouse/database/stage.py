"""Put rows into temporary tables of DuckDB; tell which tables and columns there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import duckdb

from newslake.text import encodable

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 5_000  # rows
# So many are given as parameters, which is as fast and needs no Arrow: a run that brings little takes longer to load Arrow.
FEW = 500
_AS_THEY_ARE = {"BIGINT", "BIGINT[]", "INTEGER", "DOUBLE", "BOOLEAN", "BLOB"}


def storable(value: Any) -> Any:
    """Return the value as every catalog can store it: UTF-8 without NUL, which PostgreSQL rejects and SQLite truncates at."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, (tuple, list)):
        return [storable(item) for item in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value


def stage(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Put `rows` into the temporary table `name`; `columns` maps column to SQL type. Few rows are in memory at once."""
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({typed})")
    waiting = iter(rows)
    while some := list(islice(waiting, CHUNK)):
        values = [
            [row[place] if kind in _AS_THEY_ARE else storable(row[place]) for row in some]
            for place, kind in enumerate(columns.values())
        ]
        if len(some) <= FEW:
            lists = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
            con.execute(f"INSERT INTO {name} SELECT {lists}", values)
        else:
            con.register("staged", _in_arrow(columns, values))
            con.execute(f"INSERT INTO {name} FROM staged")
            con.unregister("staged")


def _in_arrow(columns: dict[str, str], values: Sequence[Sequence[Any]]) -> pa.Table:
    """Return values, by column, as a table of Arrow."""
    import pyarrow as pa

    types: dict[str, Any] = {
        "UUID": pa.uuid(),
        "VARCHAR": pa.string(),
        "VARCHAR[]": pa.list_(pa.string()),
        "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
        "BIGINT": pa.int64(),
        "BIGINT[]": pa.list_(pa.int64()),
        "INTEGER": pa.int32(),
        "DOUBLE": pa.float64(),
        "BOOLEAN": pa.bool_(),
        "BLOB": pa.binary(),
    }
    arrays = []
    for kind, column in zip(columns.values(), values, strict=True):
        stored = [value and value.bytes for value in column] if kind == "UUID" else column
        arrays.append(pa.array(stored, types[kind]))
    return pa.Table.from_arrays(arrays, schema=pa.schema([pa.field(name, types[kind]) for name, kind in columns.items()]))


def row_of(record: Any) -> dict[str, Any]:
    """Return the values of a dataclass by name. `dataclasses.asdict` would copy each of them, which takes ten times as long."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of all tables of the warehouse, whoever made them."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal AND NOT temporary"
    return [str(name) for (name,) in con.execute(f"{query} ORDER BY 1").fetchall()]


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the columns of a table of the warehouse in order, with their SQL types."""
    described = con.execute(f"SELECT * FROM {table} LIMIT 0").description or ()
    return {str(column[0]): str(column[1]) for column in described}


def stage_rows(con: duckdb.DuckDBPyConnection, name: str, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Put `rows`, by column, into the temporary table `name` with the columns of `table`."""
    columns = columns_of(con, table)
    stage(con, name, columns, ([row.get(column) for column in columns] for row in rows))
