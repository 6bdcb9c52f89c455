"""Upkeep of the warehouse: small files merged, old states forgotten, files that nothing needs removed.

Each step holds the writer lock for itself alone, so that a load waits for seconds at most, and is one transaction: killed
anywhere, the next maintenance goes on. Readers are never in the way: what they may still be reading is deleted days later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse.database.connect import CATALOG, open_writer
from warehouse.database.stage import stage
from warehouse.database.writer import Writer
from warehouse.location import Location

# DuckLake merges what is smaller than its target (512 MB); a file that lost a fifth of its rows is written anew.
REWRITE_DELETED = 0.2
# Days that a file stays after nothing needs it any more: no query takes longer.
GRACE_DAYS = 1
POINTING = ("articles", "revisions", "fetches")


@dataclass(frozen=True, slots=True)
class Size:
    """Files and bytes of the rows: Parquet files, those kept for old snapshots included, and the catalog's own file."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done, or in a dry run would be: rows moved from the catalog into files, snapshots forgotten, files merged into
    fewer, files deleted."""

    rows_flushed: int = 0
    snapshots_expired: int = 0
    files_merged: int = 0
    files_deleted: int = 0


def cutoff(now: datetime, days: int) -> datetime:
    """The last instant of the day before the one `days` ago, in UTC.

    Whole days, because with a SQLite catalog DuckLake compares days alone: of an instant in the middle of a day it takes all
    of that day as older.
    """
    day = (now.astimezone(UTC) - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(microseconds=1)


def size(location: Location) -> Size:
    """How much the warehouse takes on this machine's disk; of an object store or a PostgreSQL server only what is local."""
    files = [] if not location.is_lake or location.remote_data else [*Path(location.data).rglob("*.parquet")]
    if location.file is not None:
        beside = (".lock", ".writer")  # empty, or a line: see warehouse.database.lock
        files += [file for file in location.file.parent.glob(location.file.name + "*") if not file.name.endswith(beside)]
    sizes = [file.stat().st_size for file in files if file.exists()]
    return Size(len(sizes), sum(sizes))


def tend(location: Location, now: datetime, keep_snapshots_days: int, *, dry_run: bool = False) -> Tended:
    """Flush, expire, merge and clean up; of a plain .duckdb file, a checkpoint.

    Args:
        keep_snapshots_days: states of the warehouse that are older can be read no more.
    Raises:
        NewslakeError: as open_writer.
    """
    if not location.is_lake:
        if not dry_run:
            with open_writer(location, "maintain") as writer:
                writer.con.execute("CHECKPOINT")
        return Tended()
    forgotten = {"older_than": cutoff(now, keep_snapshots_days), "dry_run": dry_run}
    unused = {"older_than": cutoff(now, GRACE_DAYS), "dry_run": dry_run}
    if dry_run:
        with _upkeep(location) as writer:  # DuckLake refuses these to readers, dry or not
            expired = len(_call(writer.con, "expire_snapshots", forgotten))
            deleted = sum(len(_call(writer.con, name, unused)) for name in ("cleanup_old_files", "delete_orphaned_files"))
            return Tended(snapshots_expired=expired, files_deleted=deleted)
    flushed = sum(row[2] for row in _in_transaction(location, "flush_inlined_data", {}))
    expired = len(_in_transaction(location, "expire_snapshots", forgotten))
    rewritten = _in_transaction(location, "rewrite_data_files", {"delete_threshold": REWRITE_DELETED})
    merged = _in_transaction(location, "merge_adjacent_files", {})
    with _upkeep(location) as writer:
        # Not in a transaction: a file that is gone cannot be rolled back. One that is gone already is no error.
        deleted = len(_call(writer.con, "cleanup_old_files", unused)) + len(_call(writer.con, "delete_orphaned_files", unused))
    return Tended(flushed, expired, sum(row[2] for row in [*rewritten, *merged]), deleted)


def _in_transaction(location: Location, function: str, options: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Call a function of DuckLake under the lock of its own."""
    with _upkeep(location) as writer:
        return writer.transact(lambda con: _call(con, function, options))


@contextmanager
def _upkeep(location: Location) -> Iterator[Writer]:
    """A writer with one thread. DuckLake flushes several tables side by side over one connection to the catalog, and its later
    versions guard that connection where this one may not. A maintenance once died of a segmentation fault, never seen again; this
    is where it may have come from, and one thread takes it away."""
    with open_writer(location, "maintain") as writer:
        writer.con.execute("SET threads = 1")
        yield writer


def _call(con: duckdb.DuckDBPyConnection, function: str, options: dict[str, Any]) -> list[tuple[Any, ...]]:
    given = "".join(f", {name} => ${name}" for name in options)
    return con.execute(f"FROM ducklake_{function}('{CATALOG}'{given})", options).fetchall()


def unchanged_rows(con: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """How many rows of `fetches` only say that a URL was not due, in runs that started before then."""
    ((count,),) = con.execute(f"SELECT count(*) FROM fetches WHERE {_NOT_DUE}", [before]).fetchall()
    return int(count)


def fold_unchanged(writer: Writer, before: datetime) -> int:
    """Delete those rows and return how many they were. Their number stays in `runs.unchanged`."""
    count = unchanged_rows(writer.con, before)
    if count:
        writer.transact(lambda con: con.execute(f"DELETE FROM fetches WHERE {_NOT_DUE}", [before]))
    return count


# A run of a backfill is known by its rows, should it be loaded again.
_NOT_DUE = (
    "outcome = 'unchanged' AND requested_at IS NULL AND capture_file IS NULL "
    "AND run_id IN (SELECT run_id FROM runs WHERE flow <> 'backfill' AND started_at < ?)"
)


def captures_named(con: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """Every place of a capture that a row names: offsets, ascending, by file."""
    places = " UNION ".join(f"SELECT capture_file, capture_offset FROM {table}" for table in POINTING)
    query = (
        f"SELECT capture_file, list(coalesce(capture_offset, -1) ORDER BY capture_offset) FROM ({places}) "
        "WHERE capture_file IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    return {str(file): list(offsets) for file, offsets in con.execute(query).fetchall()}


def forget_captures(writer: Writer, files: Sequence[str] = (), places: Iterable[tuple[str, int]] = ()) -> int:
    """Rows name these files, and these places (file, offset) in others, no more. Returns how many rows did."""
    stage(writer.con, "gone_files", {"file": "VARCHAR"}, [(file,) for file in files])
    stage(writer.con, "gone_places", {"file": "VARCHAR", "place": "BIGINT"}, list(places))
    gone = (
        "capture_file IN (SELECT file FROM gone_files) "
        "OR (capture_file, coalesce(capture_offset, -1)) IN (SELECT (file, place) FROM gone_places)"
    )
    counts = [writer.con.execute(f"SELECT count(*) FROM {table} WHERE {gone}").fetchall()[0][0] for table in POINTING]

    def forget(con: duckdb.DuckDBPyConnection) -> None:
        for table, count in zip(POINTING, counts, strict=True):
            if count:
                con.execute(f"UPDATE {table} SET capture_file = NULL, capture_offset = NULL WHERE {gone}")

    if any(counts):
        writer.transact(forget)
    return sum(counts)
