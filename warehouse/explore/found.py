"""Tell of articles that were found how many there are of each source, language, tag, topic, name, entry of a list and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb

from warehouse.database.statements import statement
from warehouse.search.rank import Numbers
from warehouse.search.selected import Matched, matched
from warehouse.search.texts import ask

MOST = 30  # values of a facet
_DATED = "article_id, doc, source, language, tags, topics, coalesce(published_at, first_seen_at) AS dated_at FROM docs"


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the articles have a value; `facet`: source, language, tag, topic, name or entity (of a list)."""

    facet: str
    value: str
    articles: int


class Chosen:
    """The articles that are counted. Made inside a transaction of the connection, and gone with it.

    Args:
        docs: the numbers of their indexed texts; None: all that are indexed.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, docs: Numbers | None) -> None:
        self._con = con
        if docs is None:
            con.execute(f"CREATE TEMP VIEW explored AS SELECT {_DATED}")  # each count reads the columns that it needs
        else:
            ask(con, docs)
            con.execute(f"CREATE TEMP TABLE explored AS SELECT {_DATED} SEMI JOIN asked_docs USING (doc)")

    @cached_property
    def _counted(self) -> list[tuple[str, str | None, date | None, int]]:
        return self._con.execute(statement("explore_counts"), {"most": MOST}).fetchall()

    def counts(self) -> list[Count]:
        """Return the most frequent values of each facet, with how many articles have them."""
        return [Count(facet, value, articles) for facet, value, _, articles in self._counted if value is not None]

    def days(self) -> list[tuple[date, int]]:
        """Return the days of publication (UTC; of the first fetch, if that is unknown), with how many articles there are."""
        return [(day, articles) for *_, day, articles in self._counted if day is not None]

    def total(self) -> int:
        """Return how many articles there are."""
        [(count,)] = self._con.execute("SELECT count(*) FROM explored").fetchall()  # the facets need not be counted for it
        return int(count)

    def newest(self, first: int, count: int, topics: Sequence[str] | None = None) -> list[Matched]:
        """Return so many articles from a place on, the latest first, with the strongest match of these topics, or of any."""
        query = "SELECT doc FROM explored ORDER BY dated_at DESC, doc DESC LIMIT ? OFFSET ?"
        docs: Numbers = self._con.execute(query, [count, first]).to_arrow_table().column("doc").to_numpy()
        return matched(self._con, docs, topics)
