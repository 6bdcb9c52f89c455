"""Export the corpus to one file: DuckDB, Parquet, CSV or JSON lines."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from newslake.disk import whole_file
from newslake.errors import UsageError
from newslake.text import spreadsheet, visible
from warehouse.database import migrate
from warehouse.database.errors import roll_back, translated
from warehouse.database.stage import columns_of, tables
from warehouse.database.statements import statement

ROWS = 2_000  # articles in memory at once


def export(con: duckdb.DuckDBPyConnection, file: Path, topic: str | None = None, since: datetime | None = None) -> int:
    """Write the corpus to `file`, completely or not at all, and return the number of articles.

    A `.duckdb` file gets the tables with their comments, and the views; the other formats get the articles with a column
    `topics`. A filter selects articles and the rows that belong to them.

    Args:
        con: from open_reader.
        topic: only articles that this topic matches.
        since: only articles published (or, where unknown, first seen) then or later; naive is UTC.
    Raises:
        UsageError: an unknown file extension.
        StorageError: the file cannot be written.
    """
    write = WRITERS.get(file.suffix.lower())
    if write is None:
        raise UsageError(
            f"cannot tell the format of {file}: it ends in {file.suffix or 'nothing'}",
            left="nothing was written",
            next=f"end the file's name in {', '.join(sorted(WRITERS)[:-1])} or {sorted(WRITERS)[-1]}",
        )
    if since is not None and since.tzinfo is None:
        since = datetime.fromisoformat(f"{since.isoformat()}+00:00")
    with (
        translated(f"write {file}", f"{file} is as it was before; the warehouse was only read"),
        TemporaryDirectory(prefix=".newslake-export-", dir=_workplace(file)) as folder,
    ):
        part = Path(folder) / f"part{file.suffix.lower()}"
        con.execute("BEGIN TRANSACTION READ ONLY")  # all tables of one moment, also while a run is loading
        try:
            articles = write(con, part, {"topic": topic, "since": since})
        finally:
            roll_back(con)
        _move(part, file)
    return articles


def _workplace(file: Path) -> Path | None:
    """Return a folder in which to write first, on the same disk if possible; None for that of temporary files.

    DuckDB cannot write to a path with a question mark in it.
    """
    folders = file.absolute().parents
    if not folders[0].is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folders[0]))
    return next((folder for folder in folders if "?" not in str(folder) and os.access(folder, os.W_OK)), None)


def _move(part: Path, file: Path) -> None:
    """Move a complete file to its place, also to another disk, whole or not at all."""
    try:
        part.replace(file)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with whole_file(file) as out, part.open("rb") as data:
            shutil.copyfileobj(data, out)


def _flat() -> str:
    return f"WITH chosen AS ({statement('chosen_articles')}) {statement('export_articles')}"


def _batches(con: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any]) -> pa.RecordBatchReader:
    return con.execute(query, given).to_arrow_reader(ROWS)


def _rows(con: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    result = con.execute(_flat(), given)
    names = [column[0] for column in result.description]
    while chunk := result.fetchmany(ROWS):
        for row in chunk:
            yield dict(zip(names, row, strict=True))


def _duckdb(con: duckdb.DuckDBPyConnection, part: Path, given: dict[str, Any]) -> int:
    """Copy every table that the warehouse has. A filter selects the rows of tables that have a column `article_id`."""
    chosen = any(value is not None for value in given.values())
    out = duckdb.connect(str(part))
    try:
        migrate.migrate(out)
        made = set(tables(out))
        for table in tables(con):
            name = '"' + table.replace('"', '""') + '"'
            filtered = chosen and "article_id" in columns_of(con, table)
            query = f"SELECT * FROM {name}"
            if filtered:
                query = f"WITH chosen AS ({statement('chosen_articles')}) {query} WHERE article_id IN (FROM chosen)"
            out.register("incoming", _batches(con, query, given if filtered else {}))
            if table in made:
                out.execute(f"DELETE FROM {name}")  # the tables that describe the schema have rows already
                out.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
            else:
                out.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
            out.unregister("incoming")
        row = out.execute("SELECT count(*) FROM articles").fetchone()
        return int(row[0]) if row else 0
    finally:
        out.close()


def _parquet(con: duckdb.DuckDBPyConnection, part: Path, given: dict[str, Any]) -> int:
    reader = _batches(con, _flat(), given)
    count = 0
    with pq.ParquetWriter(part, reader.schema, compression="zstd") as out:
        for batch in reader:
            out.write_batch(batch)
            count += batch.num_rows
    return count


def _csv(con: duckdb.DuckDBPyConnection, part: Path, given: dict[str, Any]) -> int:
    count = 0
    with part.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        for count, row in enumerate(_rows(con, given), start=1):
            if count == 1:
                out.writerow(row)
            out.writerow([_cell(value) for value in row.values()])
        if not count:
            out.writerow([column[0] for column in con.execute(_flat(), given).description])
    return count


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return spreadsheet(value)
    return value


def _jsonl(con: duckdb.DuckDBPyConnection, part: Path, given: dict[str, Any]) -> int:
    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, (date, datetime)) else str(value)

    with part.open("w", encoding="utf-8") as out:
        return _count(out.write(visible(json.dumps(row, ensure_ascii=False, default=plain)) + "\n") for row in _rows(con, given))


def _count(writes: Iterable[int]) -> int:
    return sum(1 for _ in writes)


WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path, dict[str, Any]], int]] = {
    ".duckdb": _duckdb,
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _jsonl,
}
