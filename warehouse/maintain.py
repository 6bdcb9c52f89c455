"""Maintain the warehouse: merge small files, expire old snapshots and delete files that nothing needs.

All steps run under one lock. Each is one transaction, so the next maintenance continues after a kill at any moment. A load waits
until the last step is done, because a load between two steps would make DuckLake return wrong rows for old snapshots
(duckdb/ducklake#1406). Readers are not disturbed: files that they may still read are deleted days later.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse.database.connect import LONG_WAIT, open_writer
from warehouse.database.lock import Note, ignore
from warehouse.database.migrate import arrange
from warehouse.database.writer import Writer
from warehouse.location import Location
from warehouse.opening.settings import CATALOG
from warehouse.search.write import sweep

# DuckLake merges files below its target size (512 MB); a file that lost a fifth of its rows is rewritten.
REWRITE_DELETED = 0.2
# Days that an unneeded file is kept; no query takes longer.
GRACE_DAYS = 1


@dataclass(frozen=True, slots=True)
class Size:
    """Number and size of the files of the warehouse: Parquet files, including those of old snapshots, and the catalog."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Tended:
    """What a maintenance did, or in a dry run would do."""

    rows_flushed: int = 0  # moved from the catalog into files
    snapshots_expired: int = 0
    files_merged: int = 0
    files_deleted: int = 0
    seconds_locked: float = 0.0  # how long loads had to wait


def cutoff(now: datetime, days: int) -> datetime:
    """Return the last instant of the day before the one `days` ago, in UTC.

    With a SQLite catalog DuckLake compares days only, and would take the whole day of an instant as older than it.
    """
    day = (now.astimezone(UTC) - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(microseconds=1)


def size(location: Location) -> Size:
    """Measure the warehouse on the local disk; an object store or a PostgreSQL server does not count."""
    files = [] if not location.is_lake or location.remote_data else [*Path(location.data).rglob("*.parquet")]
    if location.file is not None:
        beside = (".lock", ".writer")  # empty or one line, see warehouse.database.lock
        files += [file for file in location.file.parent.glob(location.file.name + "*") if not file.name.endswith(beside)]
    sizes = [file.stat().st_size for file in files if file.exists()]
    return Size(len(sizes), sum(sizes))


def tend(location: Location, now: datetime, keep_snapshots_days: int, *, dry_run: bool = False) -> Tended:
    """Flush, expire, merge and clean up; a plain .duckdb file is only checkpointed.

    Args:
        keep_snapshots_days: older snapshots can no longer be read.
    Raises:
        NewslakeError: as open_writer.
    """
    if not location.is_lake:
        if not dry_run:
            with open_writer(location, "maintain") as writer:
                writer.transact(sweep)
                writer.con.execute("CHECKPOINT")
        return Tended()
    forgotten = {"older_than": cutoff(now, keep_snapshots_days), "dry_run": dry_run}
    unused = {"older_than": cutoff(now, GRACE_DAYS), "dry_run": dry_run}
    if dry_run:
        with upkeep(location) as writer:  # DuckLake refuses these to readers, even in a dry run
            expired = len(call(writer.con, "expire_snapshots", forgotten))
            deleted = sum(len(call(writer.con, name, unused)) for name in ("cleanup_old_files", "delete_orphaned_files"))
            return Tended(snapshots_expired=expired, files_deleted=deleted)
    with upkeep(location) as writer:
        began = time.monotonic()
        arrange(writer.con)
        writer.transact(sweep)
        flushed = sum(row[2] for row in _in_transaction(writer, "flush_inlined_data", {}))
        expired = len(_in_transaction(writer, "expire_snapshots", forgotten))
        rewritten = _in_transaction(writer, "rewrite_data_files", {"delete_threshold": REWRITE_DELETED})
        merged = _in_transaction(writer, "merge_adjacent_files", {})
        # Not in a transaction, because deleting a file cannot be rolled back. A missing file is not an error.
        deleted = len(call(writer.con, "cleanup_old_files", unused)) + len(call(writer.con, "delete_orphaned_files", unused))
        seconds = round(time.monotonic() - began, 3)
    return Tended(flushed, expired, sum(row[2] for row in [*rewritten, *merged]), deleted, seconds)


def _in_transaction(writer: Writer, function: str, options: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Call a function of DuckLake in one transaction."""
    return writer.transact(lambda con: call(con, function, options))


@contextmanager
def upkeep(location: Location, note: Note = ignore) -> Iterator[Writer]:
    """Open a writer with one thread.

    DuckLake flushes tables in parallel over one connection to the catalog, which its later versions guard with a lock. This may
    have caused a segmentation fault that was seen once; with one thread it cannot.
    """
    with open_writer(location, "maintain", wait=LONG_WAIT, note=note) as writer:
        writer.con.execute("SET threads = 1")
        yield writer


def call(con: duckdb.DuckDBPyConnection, function: str, options: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Call a function of DuckLake on the warehouse and return its rows."""
    given = "".join(f", {name} => ${name}" for name in options)
    return con.execute(f"FROM ducklake_{function}('{CATALOG}'{given})", options).fetchall()


def unchanged_rows(con: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """Count the rows of `fetches` that only record that a URL was not due, in runs that started before then."""
    ((count,),) = con.execute(f"SELECT count(*) FROM fetches WHERE {_NOT_DUE}", [before]).fetchall()
    return int(count)


def fold_unchanged(writer: Writer, before: datetime) -> int:
    """Delete the rows that unchanged_rows counts and return their number, which `runs.unchanged` keeps."""
    count = unchanged_rows(writer.con, before)
    if count:
        writer.transact(lambda con: con.execute(f"DELETE FROM fetches WHERE {_NOT_DUE}", [before]))
    return count


# Rows of backfills stay: by them a second load of the same run is recognised.
_NOT_DUE = (
    "outcome = 'unchanged' AND requested_at IS NULL AND capture_file IS NULL "
    "AND run_id IN (SELECT run_id FROM runs WHERE flow <> 'backfill' AND started_at < ?)"
)
