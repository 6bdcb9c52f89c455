"""Read which entries of the user's lists of names articles have; see the table `listed`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch


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


def entries(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the entries of all lists that an article has."""
    return {entity for (entity,) in con.execute("SELECT DISTINCT entity FROM listed").fetchall()}


def listed_in(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, list[ListedRow]]:
    """Return the entries that articles have, by article: those of the title first, then the surest."""
    found: dict[UUID, list[ListedRow]] = {}
    for row in fetch(con, "listed_in", ListedRow, {"ids": list(articles)}):
        found.setdefault(row.article_id, []).append(row)
    return found
