"""Read and change the references of rows to captures: WARC files and offsets in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from newslake.captures import moved_names
from warehouse.database.stage import stage, tables
from warehouse.database.statements import first
from warehouse.database.writer import Writer

POINTING = ("articles", "revisions", "parts", "fetches")


def captures_named(con: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """Return the offsets of all captures that rows refer to, ascending, by file as it is named in the rows."""
    places = " UNION ".join(f"SELECT capture_file, capture_offset FROM {table}" for table in POINTING)
    query = (
        f"SELECT capture_file, list(coalesce(capture_offset, -1) ORDER BY capture_offset) FROM ({places}) "
        "WHERE capture_file IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    return {str(file): list(offsets) for file, offsets in con.execute(query).fetchall()}


def forget_captures(writer: Writer, files: Sequence[str] = (), places: Iterable[tuple[str, int]] = ()) -> int:
    """Remove references to these files, and to these places (file, offset) in other files; return how many rows had one."""
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


def absolute_names(con: duckdb.DuckDBPyConnection, captures: Path, base: Path) -> Mapping[str, str]:
    """Return new names for the absolute paths in rows that older versions wrote, see newslake.captures.moved_names."""
    files = " UNION ".join(f"SELECT capture_file FROM {table} WHERE starts_with(capture_file, '/')" for table in _pointing(con))
    names = [str(name) for (name,) in con.execute(files).fetchall()]
    if not names:
        return {}
    runs = {str(run) for (run,) in con.execute("SELECT run_id FROM runs").fetchall()}
    return moved_names(names, runs, captures, base)


def rename_captures(con: duckdb.DuckDBPyConnection, names: Mapping[str, str]) -> None:
    """Give files other names in all rows; call this in a transaction."""
    if not names:
        return
    stage(con, "renamed", {"before": "VARCHAR", "after": "VARCHAR"}, list(names.items()))
    for table in _pointing(con):
        if first(con, f"SELECT 1 FROM {table} WHERE capture_file IN (SELECT before FROM renamed) LIMIT 1"):
            con.execute(
                f"UPDATE {table} SET capture_file = renamed.after FROM renamed WHERE {table}.capture_file = renamed.before"
            )


def _pointing(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables that point to captures; a warehouse that is being upgraded may not have all of them yet."""
    return [table for table in tables(con) if table in POINTING]
