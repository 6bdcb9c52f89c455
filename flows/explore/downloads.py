"""Give rows as a file: CSV, JSON, Excel or Parquet, the same rows that a page shows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flows.answers.formats import Format
from flows.answers.kept import Rows
from flows.answers.texts import PRINTERS
from flows.explore.asked import Asked, Reply
from newslake.errors import UsageError
from warehouse.database.scratch import scratch_folder
from warehouse.database.statements import in_columns

if TYPE_CHECKING:
    import duckdb

FORMS = {
    "csv": (Format.CSV, "text/csv; charset=utf-8"),
    "xlsx": (Format.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (Format.PARQUET, "application/vnd.apache.parquet"),
    "json": (Format.JSON, "application/json"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns and rows, with their types."""

    headers: list[str]
    rows: list[tuple[Any, ...]]
    table: pa.Table

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, query: str, given: Any = None) -> Sheet:
        """Return the answer to a query."""
        return cls.of_table(in_columns(con, query, given))

    @classmethod
    def of_table(cls, table: pa.Table) -> Sheet:
        columns = [column.to_pylist() for column in table.columns]
        return cls(list(table.column_names), list(zip(*columns, strict=True)), table)

    @classmethod
    def made(cls, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> Sheet:
        """Return rows of plain values, each column of one type."""
        columns = [pa.array([row[place] for row in rows]) for place in range(len(headers))]
        return cls(list(headers), [tuple(row) for row in rows], pa.Table.from_arrays(columns, list(headers)))

    def reader(self, rows: int) -> pa.RecordBatchReader:
        """Return the rows as columns, so many at once."""
        return pa.RecordBatchReader.from_batches(self.table.schema, self.table.to_batches(max_chunksize=rows))

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by the names of the columns."""
        return [dict(zip(self.headers, row, strict=True)) for row in self.rows]


def wanted(asked: Asked) -> bool:
    """Return whether a file is asked for. Raises UsageError for a kind of file that there is not."""
    form = asked.one("download")
    if form and form not in FORMS:
        raise UsageError(f"there is no download as {form[:40]!r}", left="nothing was read", next=f"one of {', '.join(FORMS)}")
    return bool(form)


def download(asked: Asked, sheet: Sheet, name: str) -> Reply:
    """Return rows as the file that is asked for."""
    form, kind = FORMS[asked.one("download")]
    return Reply(_written(sheet, form), kind=kind, name=f"newslake-{name}.{form}")


def _written(sheet: Sheet, form: Format) -> bytes:
    if form in PRINTERS:
        raw = io.BytesIO()
        # Excel knows by the mark in front that CSV is UTF-8.
        out = io.TextIOWrapper(
            raw, "utf-8-sig" if form is Format.CSV else "utf-8", errors="replace", newline="", write_through=True
        )
        PRINTERS[form](Rows(sheet.headers, sheet.rows), out)
        out.detach()
        return raw.getvalue()
    from flows.answers.typed_files import write_parquet, write_sheet

    # Its reader may leave, which ends this process at once: the next download removes what was left then.
    with scratch_folder() as folder:
        file = folder / f"answer.{form}"
        if form is Format.PARQUET:
            write_parquet(sheet, file)
        else:
            write_sheet(sheet, file)
        return file.read_bytes()
