"""Tell of articles that were found how many there are of each source, language, tag, topic and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import duckdb
import numpy as np

from warehouse.database.statements import fetch, statement
from warehouse.search.rank import Numbers
from warehouse.search.texts import FoundArticle, ask, texts_of

BEGINNING = 300  # characters
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
    """An article as a list shows it. `terms` and `snippet` are of its strongest match; without one, it is how it begins."""

    article: FoundArticle
    url: str
    title: str
    terms: Sequence[str]
    in_title: bool
    score: float
    snippet: str


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
        rows = self._con.execute(statement("explore_newest"), {"first": first, "count": count}).fetchall()
        docs = np.array([row[-1] for row in rows if row[-1] is not None], np.int64)
        texts = {one.doc: (one.url, one.title, one.text[:BEGINNING]) for one in texts_of(self._con, docs)}
        return [
            Newest(FoundArticle(*row[:6]), url, title, tuple(row[6] or ()), bool(row[7]), row[8] or 0.0, row[9] or beginning)
            for row in rows
            for url, title, beginning in [texts.get(row[10]) or self._not_indexed(row[0])]
        ]

    def _not_indexed(self, article_id: UUID) -> tuple[str, str, str]:
        query = f"SELECT url, title, left(text, {BEGINNING}) FROM articles WHERE article_id = ?"
        [(url, title, beginning)] = self._con.execute(query, [article_id]).fetchall()
        return url, title, beginning
