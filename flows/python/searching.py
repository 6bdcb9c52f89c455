"""Search from a Python program: what is asked for, and the hits as a relation."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from datetime import UTC, date, datetime
from numbers import Integral
from typing import TypedDict

import duckdb
import pyarrow as pa

from flows.search.called import parsed
from flows.search.in_sql import in_sql, not_indexed, prepare
from flows.search.moments import moment
from flows.search.restrict import MOST, Restrictions, restricted, unknown_names, usage
from flows.search.rows import row
from flows.search.search import Sort
from flows.topics.operators import operator_hints
from flows.watchlist import Watchlist

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
        ("notes", pa.int32()),
        ("note_tags", pa.list_(pa.string())),
    ]
)

_OURS = ("flows.", "contextlib")
Names = str | list[str]
Moment = str | date | datetime


class Only(TypedDict, total=False):
    """What a search is restricted to: names, each alone or in a list; moments as dates, times, text, or how long ago ("7d")."""

    topic: Names
    source: Names
    language: Names
    tag: Names
    name: Names
    entity: Names
    event: Names
    since: Moment
    until: Moment


class Searching:
    """Searches of one connection."""

    def __init__(self, watchlist: Watchlist, con: duckdb.DuckDBPyConnection) -> None:
        self._watchlist, self._con = watchlist, con
        self._searches = in_sql(con)

    def prepare(self, sql: str) -> None:
        """Warn of what the searches in SQL cannot find. Raises UsageError for a query that is wrong."""
        warn(prepare(self._con, sql))

    def search(self, query: str | None, limit: int, sort: str | None, only: Only) -> duckdb.DuckDBPyRelation:
        """Return the first hits of a query as a relation, see Connection.search."""
        if sort is not None and sort not in list(Sort):
            raise usage(f"sort is 'score' or 'date', not {sort!r}", "con.search('oil', limit=20, sort='date')")
        if not isinstance(limit, Integral) or not 1 <= limit <= MOST:
            raise usage(f"limit is a whole number from 1 to {MOST:,}, not {limit!r}", "con.search('oil', limit=20, sort='date')")
        given = self._given(only)
        if query is None and not (given.topics or given.tags or given.names or given.entities or given.events):
            raise usage("what to search for is missing", "con.search('oil'), or con.search(entity='NAME')")
        node = None if query is None else parsed(query)
        remarks: list[str] = []
        with self._searches.reading() as (con, searcher):
            within, saved = restricted(self._watchlist, con, given, remarks.append)
            remarks += [*not_indexed(con), *(unknown_names(con, node, self._watchlist) if node is not None else ())]
            order = None if sort is None else Sort(sort)
            _, result = searcher.asked(node, saved, within, given.tags, int(limit), order)
        warn([*(map(str, operator_hints(query)) if query is not None else ()), *remarks])
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
            _names(only.get("name")),
            _names(only.get("entity")),
            _names(only.get("event")),
        )

    def _moment(self, given: Moment | None, name: str) -> datetime | None:
        if given is None:
            return None
        if not isinstance(given, (str, date)):
            raise usage(
                f"{name} is a date, a time or text such as '7d', not {given!r}", f"con.search('oil', {name}='2026-11-01')"
            )
        text = given if isinstance(given, str) else given.isoformat()
        return moment(text, name, self._watchlist.schedule.timezone, datetime.now(UTC))


def _names(given: Names | None) -> tuple[str, ...]:
    """Return the names that were given; what is no name is found by Restrictions."""
    return () if given is None else tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def warn(remarks: Iterable[str]) -> None:
    """Warn the line of the user's program that called, however deep below it this is."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_OURS):
        level, frame = level + 1, frame.f_back
    for remark in remarks:
        warnings.warn(remark, stacklevel=level)
