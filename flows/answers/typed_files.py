"""Write an answer as a file that keeps its types: Parquet, or a sheet for Excel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb.sqltypes import DuckDBPyType

from flows.answers.texts import distinct
from flows.python.texts import NESTED, as_text
from newslake.errors import UsageError
from warehouse.opening.extensions import extension_file
from warehouse.opening.settings import quoted

BATCH = 10_000  # rows in memory at once
SHEET_ROWS = 1_048_575  # below the names of the columns
CELL = 32_767  # characters that Excel takes
# Excel counts with 15 digits, so that longer numbers are text. Its calendar goes from 1900 to 9999.
DIGITS = 10**15
FIRST_DAY, LAST_DAY = "DATE '1900-03-01'", "DATE '9999-12-31'"
# XML has no such characters.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
# Parquet has no such types: numbers of 128 bits become DOUBLE, as DuckDB itself writes them.
NOT_IN_PARQUET = ((re.compile(r"\bU?HUGEINT\b"), "DOUBLE"), (re.compile(r"\b(?:INTERVAL|TIME WITH TIME ZONE|BIT)\b"), "VARCHAR"))


class Columnar(Protocol):
    """An answer that is also there as columns."""

    @property
    def headers(self) -> list[str]: ...

    def reader(self, rows: int) -> pa.RecordBatchReader: ...


def write_parquet(answer: Columnar, file: Path) -> int:
    """Write Parquet, batch by batch, with ids as text. Return the number of rows."""
    count, writer = 0, None
    reader = answer.reader(BATCH)
    with _workshop(reader.schema) as con:
        try:
            for batch in _batches(reader, distinct(answer.headers, str.casefold)):
                con.register("batch", batch)
                relation = con.sql("FROM batch")
                made = con.sql(f"SELECT {_projected(relation)} FROM batch").to_arrow_table()
                writer = writer or pq.ParquetWriter(file, made.schema, compression="zstd")
                writer.write_table(made)
                count += made.num_rows
        finally:
            if writer is not None:
                writer.close()
    return count


def write_sheet(answer: Columnar, file: Path) -> tuple[int, int]:
    """Write a sheet for Excel, with times in the zone of the session, since it knows none.

    Returns:
        How many rows there are, and how many texts were cut because no cell takes them.
    Raises:
        UsageError: there are more rows than a sheet has.
    """
    reader = answer.reader(BATCH)
    with _workshop(reader.schema) as con:
        con.execute(f"LOAD {quoted(extension_file('excel'))}")
        made = False
        for batch in _batches(reader, distinct(answer.headers, str.casefold)):
            con.register("batch", batch)
            con.execute("INSERT INTO kept FROM batch" if made else "CREATE TABLE kept AS FROM batch")
            made = True
        kept = con.table("kept")
        rows = int(_one(con, "SELECT count(*) FROM kept"))
        if rows > SHEET_ROWS:
            raise UsageError(
                f"the answer has {rows:,} rows, and a sheet of Excel {SHEET_ROWS:,}",
                left="nothing was written",
                next="ask for fewer, or end the file's name in .csv or .parquet",
            )
        columns = [
            f"{_for_sheet(con, _name(name), kind)} AS {_name(name)}" for name, kind in zip(kept.columns, kept.types, strict=True)
        ]
        con.execute(f"CREATE VIEW sheet AS SELECT {', '.join(columns)} FROM kept")
        texts = [_name(name) for name, kind in zip(kept.columns, con.table("sheet").types, strict=True) if kind.id == "varchar"]
        cut = sum(int(_one(con, f"SELECT count(*) FROM sheet WHERE length({name}) > {CELL}")) for name in texts)
        short = ", ".join(f"{name}[:{CELL}] AS {name}" for name in texts)
        con.execute(
            f"COPY (SELECT *{f' REPLACE ({short})' if short else ''} FROM sheet) TO {quoted(str(file))} "
            f"(FORMAT xlsx, HEADER true, SHEET 'newslake')"
        )
    return rows, cut


@contextmanager
def _workshop(schema: pa.Schema) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB of its own: no SQL of a user runs in it, so that it may load extensions and write files.

    Its time zone is that of the answer.
    """
    config: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_unsigned_extensions": "true",  # no hash of the whole file, see warehouse.database.connect
        "threads": "1",
    }
    with duckdb.connect(config=config) as con:
        zones = [field.type.tz for field in schema if pa.types.is_timestamp(field.type) and field.type.tz]
        con.execute(f"SET TimeZone = {quoted(zones[0] if zones else 'UTC')}")
        yield con


def _batches(reader: pa.RecordBatchReader, names: list[str]) -> Iterator[pa.Table]:
    """Yield the batches under names of which no two are the same; one without rows if there are none."""
    some = False
    for batch in reader:
        some = True
        yield pa.Table.from_batches([batch]).rename_columns(names)
    if not some:
        yield reader.schema.empty_table().rename_columns(names)


def _projected(relation: duckdb.DuckDBPyRelation) -> str:
    pairs = zip(relation.columns, relation.types, strict=True)
    return ", ".join(f"CAST({_name(name)} AS {_for_parquet(kind)}) AS {_name(name)}" for name, kind in pairs)


def _for_parquet(kind: DuckDBPyType) -> str:
    text = as_text(kind)
    for pattern, other in NOT_IN_PARQUET:
        text = pattern.sub(other, text)
    return "INTEGER" if text == '"NULL"' else text


def _for_sheet(con: duckdb.DuckDBPyConnection, name: str, kind: DuckDBPyType) -> str:
    """Return what a column becomes in a sheet, in SQL. What Excel would not keep as it is becomes text."""
    text = f"CAST({name} AS VARCHAR)"
    if kind.id in NESTED:
        text = f"CAST(to_json({name}) AS VARCHAR)"
    elif kind.id == "blob":
        return f"lower(hex({name}))"
    elif kind.id in ("boolean", "time"):
        return name
    elif kind.id in ("double", "float"):
        return f"CASE WHEN isfinite({name}) THEN {name} END"
    elif kind.id == "date" or kind.id.startswith("timestamp"):
        target = "DATE" if kind.id == "date" else "TIMESTAMP"
        in_calendar = f"isfinite({name}) AND CAST({name} AS DATE) BETWEEN {FIRST_DAY} AND {LAST_DAY}"
        if _one(con, f"SELECT bool_and({in_calendar}) IS NOT false FROM kept"):
            return f"CAST({name} AS {target})"
    elif (kind.id.endswith("int") or kind.id in ("integer", "uinteger", "decimal")) and _one(
        con, f"SELECT bool_and(abs(CAST({name} AS DOUBLE)) < {DIGITS}) IS NOT false FROM kept"
    ):
        return name
    return f"regexp_replace({text}, '{CONTROL}', '', 'g')"


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    (row,) = con.execute(query).fetchall()
    return row[0]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
