"""Put rows into temporary tables of DuckDB, by way of Arrow; tell which tables and columns there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

TYPES: dict[str, Any] = {
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

CHUNK = 5_000  # rows
_AS_THEY_ARE = {"BIGINT", "BIGINT[]", "INTEGER", "DOUBLE", "BOOLEAN", "BLOB"}


def storable(value: Any) -> Any:
    """Return the value as every catalog can store it: UTF-8 without NUL, which PostgreSQL rejects and SQLite truncates at."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, (tuple, list)):
        return [storable(item) for item in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value


def stage(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Put `rows` into the temporary table `name`; `columns` maps column to SQL type. Few rows are in memory at once."""
    waiting = iter(rows)
    some = list(islice(waiting, CHUNK))
    if not some:  # as most tables of a run that brings nothing new
        typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({typed})")
        return
    fields = [pa.field(column, TYPES[kind]) for column, kind in columns.items()]
    # Copied, because DuckDB cannot push filters on a UUID down into Arrow.
    into = f"CREATE OR REPLACE TEMP TABLE {name} AS"
    while some:
        arrays = [
            pa.array([row[place] if kind in _AS_THEY_ARE else storable(row[place]) for row in some], TYPES[kind])
            for place, kind in enumerate(columns.values())
        ]
        con.register("staged", pa.Table.from_arrays(arrays, schema=pa.schema(fields)))
        con.execute(f"{into} FROM staged")
        con.unregister("staged")
        some = list(islice(waiting, CHUNK))
        into = f"INSERT INTO {name}"


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
