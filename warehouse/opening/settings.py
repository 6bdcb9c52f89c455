"""Name what everybody who opens the warehouse sets, newslake itself and `open.sql`."""

from __future__ import annotations

CATALOG = "lake"  # the name under which the warehouse is attached
# The mark in a data folder that says to which catalog it belongs, see warehouse.database.owner.
MARK = "belongs-to.json"
# DuckLake keeps one minimum and maximum per column for all snapshots of a table. These two optimizers rely on them to skip rows
# and to pack numbers into fewer bits, so a value outside the bounds is lost or misread: an offset of 302 was once read as
# 2^32 + 302. Loads and queries are as fast without them.
WITHOUT_TRUST = "SET disabled_optimizers = 'statistics_propagation,compressed_materialization'"
# DuckLake queries a SQLite catalog several times for one query, each time on another connection unless this is set.
# A commit in between would make the answers disagree: rows would be counted twice or not at all.
ONE_CONNECTION = "SET GLOBAL sqlite_disable_multithreaded_scans = true"


def quoted(text: str) -> str:
    """Return a string literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
