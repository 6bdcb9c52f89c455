"""Remembers the states that a warehouse was in, and compares them later with what `AT (VERSION => n)` says of them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

# Order makes no difference to a sum, so files may be merged and rows may move.
STATE = """
SELECT count(*), coalesce(sum(hash({columns})::HUGEINT), 0) FROM {table} {at}
"""
TABLES = {
    "articles": "article_id, url, source, title, text, content_hash, revision, first_seen_at, last_seen_at, story_id",
    "revisions": "article_id, revision, title, text, content_hash",
    "matches": "article_id, topic, terms, in_title, score",
    "urls": "url_id, url, last_outcome, failures, article_id, is_carrier",
}


class States:
    """The states of a lake by the number of their snapshot."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, tuple[int, int]]] = {}
        self.compared = 0

    def remember(self, con: duckdb.DuckDBPyConnection) -> None:
        """Note what the lake holds now. A later snapshot of the same moment may exist already; it is noted by its own number."""
        (version,) = con.execute("SELECT max(snapshot_id) FROM ducklake_snapshots(current_database())").fetchone() or (None,)
        if version is not None and version not in self._known:
            self._known[version] = _state(con, f"AT (VERSION => {version})")

    def differing(self, con: duckdb.DuckDBPyConnection) -> Iterator[str]:
        """Yield each remembered state that still exists and says something else now."""
        for (version,) in con.execute("SELECT snapshot_id FROM ducklake_snapshots(current_database())").fetchall():
            if version in self._known:
                self.compared += 1
                now = _state(con, f"AT (VERSION => {version})")
                yield from (
                    f"{table} AT VERSION {version}: {now[table]}, and {then} before"
                    for table, then in self._known[version].items()
                    if now[table] != then
                )


def _state(con: duckdb.DuckDBPyConnection, at: str) -> dict[str, tuple[int, int]]:
    return {
        table: con.execute(STATE.format(columns=columns, table=table, at=at)).fetchall()[0] for table, columns in TABLES.items()
    }
