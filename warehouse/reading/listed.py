"""Read which entries of the user's lists of names articles have; see the table `listed`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch
from warehouse.memory import has_rows
from warehouse.reading.mentions import restriction
from warehouse.search.plan import EVERYTHING, Only


@dataclass(frozen=True, slots=True)
class ListedRow:
    """An entry of a list in an article. `written`: how the article writes it; `reason`: in what that differs from the list."""

    article_id: UUID
    list: str
    entity: str
    kind: str
    written: Sequence[str]
    match: str
    reason: str
    score: float
    in_title: bool
    times: int


@dataclass(frozen=True, slots=True)
class EntryCount:
    """An entry of a list, how many articles name it, and in which ways they write it, the most frequent first."""

    list: str
    entity: str
    kind: str
    articles: int
    titles: int
    times: int
    sources: int
    languages: Sequence[str]
    first_at: datetime
    last_at: datetime
    written: Sequence[str]


def entries_of(
    con: duckdb.DuckDBPyConnection,
    only: Only = EVERYTHING,
    *,
    lists: Sequence[str] = (),
    kinds: Sequence[str] = (),
    like: str | None = None,
    ids: Iterable[UUID] | None = None,
    most: int | None = None,
) -> list[EntryCount]:
    """Return the entries of lists that articles name, what most of them name first.

    Args:
        only: the articles that count; its tags are not looked at.
        lists: whose entries are asked for; of all if empty.
        like: a part of the entry, or of how it is written, in any case.
        ids: of the articles that count; None: of all.
    """
    given = {"lists": [*lists] or None, "kinds": [*kinds] or None, "like": like, "most": most}
    return fetch(con, "listed_counted", EntryCount, restriction(only, ids) | given)


def lists_with_hits(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the lists of which an article names an entry."""
    return {name for (name,) in con.execute("SELECT DISTINCT list FROM listed").fetchall()}


def entries(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the entries of all lists that an article has."""
    return {entity for (entity,) in con.execute("SELECT DISTINCT entity FROM listed").fetchall()}


def listed_in(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, list[ListedRow]]:
    """Return the entries that articles have, by article: those of the title first, then the surest."""
    found: dict[UUID, list[ListedRow]] = {}
    if not has_rows(con, "listed"):
        return found
    for row in fetch(con, "listed_in", ListedRow, {"ids": list(articles)}):
        found.setdefault(row.article_id, []).append(row)
    return found
