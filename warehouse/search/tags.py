"""Find the tags of the corpus, of outlets and of notes, that are the same tag in another spelling."""

from __future__ import annotations

import duckdb

from newslake.words.tags import fold_tag
from warehouse.database.statements import statement


def known_tags(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return all tags of articles and notes as written, by their folded form; the most frequent spelling of each first."""
    known: dict[str, list[str]] = {}
    for (tag,) in con.execute(statement("known_tags")).fetchall():
        known.setdefault(fold_tag(tag), []).append(tag)
    return known
