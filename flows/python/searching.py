"""Search from a Python program: what is asked for, and the hits as a relation."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime
from typing import TypedDict

import duckdb
import pyarrow as pa

from flows.search.called import parsed
from flows.search.moments import moment
from flows.search.restrict import Restrictions, restricted
from flows.search.rows import row
from flows.search.search import Searcher, Sort
from flows.topics.nodes import And, Or
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.text import counted
from warehouse.search.lookup import missing

# The columns of a hit, see flows.search.rows.
HIT = pa.schema(
    [
        ("rank", pa.int32()),
        ("score", pa.float64()),
        ("published_at", pa.timestamp("us", tz="UTC")),
        ("source", pa.string()),
        ("title", pa.string()),
        ("snippet", pa.string()),
        ("terms", pa.list_(pa.string())),
        ("in_title", pa.bool_()),
        ("article_id", pa.string()),
        ("url", pa.string()),
        ("language", pa.string()),
    ]
)

Names = str | list[str]
Moment = str | date | datetime


class Only(TypedDict, total=False):
    """What a search is restricted to: names, each alone or in a list; moments as dates, times, text, or how long ago ("7d")."""

    topic: Names
    source: Names
    language: Names
    tag: Names
    since: Moment
    until: Moment


class Searching:
    """Searches of one connection."""

    def __init__(self, watchlist: Watchlist, con: duckdb.DuckDBPyConnection) -> None:
        self._watchlist, self._con = watchlist, con
        self._searcher = Searcher(con)

    def search(self, query: str, limit: int, sort: str, only: Only) -> duckdb.DuckDBPyRelation:
        """Return the first hits of a query as a relation, see Connection.search."""
        if sort not in list(Sort) or limit < 1:
            wrong = f"sort is 'score' or 'date', not {sort!r}" if limit > 0 else f"limit is at least 1, not {limit}"
            raise UsageError(wrong, left="nothing was searched", next="con.search('oil', limit=20, sort='date')")
        node = parsed(query)
        within, saved = restricted(self._watchlist, self._con, self._given(only))
        if count := missing(self._con):
            said = f"{counted(count, 'article')} from before the search index cannot be found yet: the next run indexes them"
            warnings.warn(said, stacklevel=4)
        node = And((node, Or(tuple(saved)))) if saved else node
        result = self._searcher.search(node, within, limit, Sort(sort))
        hits = [row(rank, hit) for rank, hit in enumerate(result.hits, start=1)]
        return self._con.from_arrow(pa.Table.from_pylist(hits, HIT))

    def _given(self, only: Only) -> Restrictions:
        if unknown := only.keys() - Only.__annotations__.keys():
            raise TypeError(f"search() has no argument {', '.join(sorted(unknown))}: it has {', '.join(Only.__annotations__)}")
        return Restrictions(
            _names(only.get("topic")),
            _names(only.get("source")),
            _names(only.get("language")),
            _names(only.get("tag")),
            self._moment(only.get("since"), "since"),
            self._moment(only.get("until"), "until"),
        )

    def _moment(self, given: Moment | None, name: str) -> datetime | None:
        if given is None:
            return None
        text = given if isinstance(given, str) else given.isoformat()
        return moment(text, name, self._watchlist.schedule.timezone, datetime.now(UTC))


def _names(given: Names | None) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)
