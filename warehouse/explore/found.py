"""Tell of articles that were found how many there are of each source, language, tag, topic and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch
from warehouse.search.rank import Numbers
from warehouse.search.texts import ask

_CHOSEN = (
    "CREATE TEMP TABLE explored AS "
    "SELECT article_id, source, language, tags, coalesce(published_at, first_seen_at) AS dated_at FROM articles"
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the articles have a value; `facet`: source, language, tag or topic."""

    facet: str
    value: str
    articles: int


@dataclass(frozen=True, slots=True)
class Newest:
    """An article as a list shows it. `terms` and `snippet` are of its strongest match, None if no topic selects it."""

    article_id: UUID
    source: str
    url: str
    title: str
    language: str | None
    published_at: datetime | None
    published_precision: str | None
    first_seen_at: datetime
    terms: Sequence[str] | None
    in_title: bool | None
    score: float | None
    snippet: str | None


class Chosen:
    """The articles that are counted. Made inside a transaction of the connection, and gone with it.

    Args:
        docs: the numbers of their indexed texts; None: all articles.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, docs: Numbers | None) -> None:
        self._con = con
        if docs is None:
            con.execute(_CHOSEN)
        else:
            ask(con, docs)
            con.execute(f"{_CHOSEN} WHERE article_id IN (SELECT article_id FROM docs SEMI JOIN asked_docs USING (doc))")

    def counts(self, most: int = 30) -> list[Count]:
        """Return the most frequent values of each facet, with how many articles have them."""
        return fetch(self._con, "explore_counts", Count, {"most": most})

    def days(self) -> list[tuple[date, int]]:
        """Return the days of publication (UTC; of the first fetch, if that is unknown), with how many articles there are."""
        return self._con.execute(
            "SELECT CAST(timezone('UTC', dated_at) AS DATE) AS day, count(*) FROM explored GROUP BY day ORDER BY day"
        ).fetchall()

    def total(self) -> int:
        """Return how many articles there are."""
        [(count,)] = self._con.execute("SELECT count(*) FROM explored").fetchall()
        return int(count)

    def newest(self, first: int, count: int) -> list[Newest]:
        """Return so many articles from a place on, the latest first."""
        return fetch(self._con, "explore_newest", Newest, {"first": first, "count": count})
