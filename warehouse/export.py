"""Export the corpus to one file: DuckDB, Parquet, CSV or JSON lines."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from newslake.disk import move_whole
from newslake.errors import UsageError
from newslake.text import spreadsheet, visible
from warehouse.database import migrate
from warehouse.database.errors import roll_back, translated
from warehouse.database.stage import columns_of, tables
from warehouse.database.statements import first, statement

ROWS = 2_000  # articles in memory at once


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export shall hold.

    Args:
        topics: only articles that one of these topics matches.
        articles: only these; with `topics`, those of the topics and these.
        since: only articles published (or, where unknown, first seen) then or later; naive is UTC.
        columns: these columns of the articles, in this order; all if empty. Not for a `.duckdb` file.
        for_spreadsheets: a CSV file begins with a mark by which Excel knows that it is UTF-8.
        deleted_notes: a `.duckdb` file has the notes that were deleted, too, as what takes the place of the warehouse must.
    """

    topics: tuple[str, ...] = ()
    articles: frozenset[UUID] | None = None
    since: datetime | None = None
    columns: tuple[str, ...] = ()
    for_spreadsheets: bool = True
    deleted_notes: bool = True

    @property
    def filters(self) -> dict[str, Any]:
        since = self.since
        if since is not None and since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        articles = None if self.articles is None else list(self.articles)
        return {"topics": list(self.topics) or None, "since": since, "articles": articles}


ALL = Wanted()


def export(con: duckdb.DuckDBPyConnection, file: Path, wanted: Wanted = ALL) -> int:
    """Write the corpus to `file`, completely or not at all, and return the number of articles.

    A `.duckdb` file gets the tables with their comments, and the views; the other formats get the articles with their topics
    and notes, and their ids as text. A filter selects articles and the rows that belong to them.

    Args:
        con: from open_reader.
    Raises:
        UsageError: an unknown file extension or column.
        StorageError: the file cannot be written.
    """
    write = WRITERS.get(file.suffix.lower())
    if write is None:
        raise UsageError(
            f"cannot tell the format of {file}: it ends in {file.suffix or 'nothing'}",
            left="nothing was written",
            next=f"end the file's name in {', '.join(sorted(WRITERS)[:-1])} or {sorted(WRITERS)[-1]}",
        )
    with (
        translated(f"write {file}", f"{file} is as it was before; the warehouse was only read"),
        TemporaryDirectory(prefix=".newslake-export-", dir=_workplace(file)) as folder,
    ):
        part = Path(folder) / f"part{file.suffix.lower()}"
        con.execute("BEGIN TRANSACTION READ ONLY")  # all tables of one moment, also while a run is loading
        try:
            articles = write(con, part, wanted)
        finally:
            roll_back(con)
        move_whole(part, file)
    return articles


def _workplace(file: Path) -> Path | None:
    """Return a folder in which to write first, on the same disk if possible; None for that of temporary files.

    DuckDB cannot write to a path with a question mark in it.
    """
    folders = file.absolute().parents
    if not folders[0].is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folders[0]))
    return next((folder for folder in folders if "?" not in str(folder) and os.access(folder, os.W_OK)), None)


def _flat(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> str:
    """Return the query for the articles with their topics, and with ids as text, which every reader of files understands."""
    articles = f"WITH chosen AS ({statement('chosen_articles')}) {statement('export_articles')}"
    described = con.execute(f"FROM ({articles}) LIMIT 0", wanted.filters).description or ()
    types = {str(name): str(kind) for name, kind, *_ in described}
    if unknown := [name for name in wanted.columns if name not in types]:
        raise UsageError(
            f"articles have no column {', '.join(unknown)}",
            left="nothing was written",
            next=f"choose among {', '.join(types)}",
        )
    columns = (
        f'CAST("{name}" AS {types[name].replace("UUID", "VARCHAR")}) AS "{name}"' if "UUID" in types[name] else f'"{name}"'
        for name in wanted.columns or types
    )
    return f"SELECT {', '.join(columns)} FROM ({articles}) ORDER BY published_at, article_id"


def _batches(con: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any]) -> pa.RecordBatchReader:
    return con.sql(query, params=given).to_arrow_reader(ROWS)


def _rows(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Return the names of the columns, and the rows as they come."""
    result = con.execute(_flat(con, wanted), wanted.filters)

    def rows() -> Iterator[tuple[Any, ...]]:
        while chunk := result.fetchmany(ROWS):
            yield from chunk

    return [column[0] for column in result.description], rows()


# The columns by which a row is about an article, with the query for those of the chosen articles.
KEYS = {"article_id": "FROM chosen", "doc": "SELECT doc FROM docs WHERE article_id IN (FROM chosen)"}


def _duckdb(con: duckdb.DuckDBPyConnection, part: Path, wanted: Wanted) -> int:
    """Copy every table that the warehouse has. A filter selects the rows of tables that are about articles (KEYS)."""
    given = wanted.filters
    chosen = any(value is not None for value in given.values())
    out = duckdb.connect(str(part))
    try:
        migrate.migrate(out)
        made = set(tables(out))
        for table in tables(con):
            name = '"' + table.replace('"', '""') + '"'
            key = next((column for column in KEYS if column in columns_of(con, name)), None) if chosen else None
            query = f"SELECT * FROM {name}"
            if key is not None:
                query = f"WITH chosen AS ({statement('chosen_articles')}) {query} WHERE {key} IN ({KEYS[key]})"
            out.register("incoming", _batches(con, query, given if key is not None else {}))
            if table == "notes" and not wanted.deleted_notes:
                out.execute("INSERT INTO notes BY NAME SELECT * FROM incoming WHERE deleted_at IS NULL")
            elif table in made:
                out.execute(f"DELETE FROM {name}")  # the tables that describe the schema have rows already
                out.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
            else:
                out.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
            out.unregister("incoming")
        row = first(out, "SELECT count(*) FROM articles")
        return int(row[0]) if row else 0
    finally:
        out.close()


def _parquet(con: duckdb.DuckDBPyConnection, part: Path, wanted: Wanted) -> int:
    count = 0
    with (
        _batches(con, _flat(con, wanted), wanted.filters) as reader,  # ended also where the rest is not read
        pq.ParquetWriter(part, reader.schema, compression="zstd") as out,
    ):
        for batch in reader:
            out.write_batch(batch)
            count += batch.num_rows
    return count


def _csv(con: duckdb.DuckDBPyConnection, part: Path, wanted: Wanted) -> int:
    count = 0
    names, rows = _rows(con, wanted)
    with part.open("w", encoding="utf-8-sig" if wanted.for_spreadsheets else "utf-8", newline="") as file:
        # Lines end as a spreadsheet writes them in a file, and as every other program of a pipe expects on standard output.
        out = csv.writer(file, lineterminator="\r\n" if wanted.for_spreadsheets else "\n")
        out.writerow(names)
        for row in rows:
            out.writerow([_cell(value) for value in row])
            count += 1
    return count


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False, default=_plain)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return spreadsheet(value)
    return value


def _plain(value: Any) -> str:
    """Return a value that JSON does not have as text."""
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _jsonl(con: duckdb.DuckDBPyConnection, part: Path, wanted: Wanted) -> int:
    count = 0
    names, rows = _rows(con, wanted)
    with part.open("w", encoding="utf-8") as out:
        for row in rows:
            record = dict(zip(names, row, strict=True))
            out.write(visible(json.dumps(record, ensure_ascii=False, default=_plain)) + "\n")
            count += 1
    return count


WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path, Wanted], int]] = {
    ".duckdb": _duckdb,
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _jsonl,
}
