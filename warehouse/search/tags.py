"""Find the tags of the corpus, of outlets and of notes, that are the same in another spelling, and sources by name or tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import duckdb

from newslake.words.named import fits
from newslake.words.tags import fold_tag
from warehouse.database.statements import statement
from warehouse.memory import remembered
from warehouse.notes.read import notes_of


@remembered
def known_tags(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return all tags of articles and notes as written, by their folded form; the most frequent spelling of each first."""
    known: dict[str, list[str]] = {}
    for (tag,) in con.execute(statement("known_tags")).fetchall():
        known.setdefault(fold_tag(tag), []).append(tag)
    return known


def tags_on(con: duckdb.DuckDBPyConnection, article_id: UUID) -> frozenset[str]:
    """Return the tags of an article and of the notes on it, folded."""
    found = con.execute("SELECT tags FROM articles WHERE article_id = ?", [article_id]).fetchall()
    written = [tag for (tags,) in found for tag in tags or ()]
    return frozenset(map(fold_tag, (*written, *(tag for note in notes_of(con, article_id) for tag in note.tags))))


@remembered
def known_sources(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the sources of all articles, each with its tags on the watchlist of the last run."""
    return {str(source): list(tags) for source, tags in con.execute(statement("known_sources")).fetchall()}


def named_so(field: str, pattern: str, sources: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the sources whose name (field "source"), or one of whose tags ("sourcetag"), has the form of a pattern."""
    if field == "source":
        return tuple(source for source in sources if fits(pattern, fold_tag(source)))
    return tuple(source for source, tags in sources.items() if any(fits(pattern, fold_tag(tag)) for tag in tags))
