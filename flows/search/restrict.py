"""Read what a search is for and restricted to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flows.topics import parse_query
from flows.watchlist import Watchlist
from newslake.errors import QueryError, UsageError

if TYPE_CHECKING:
    import duckdb

    from flows.topics import Node
    from warehouse.search.lookup import Only


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The options that restrict a search, as given."""

    topics: tuple[str, ...]
    sources: tuple[str, ...]
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    since: datetime | None
    until: datetime | None


def usage(what: str, next: str) -> UsageError:
    """Return the error of a search that was not made."""
    return UsageError(what, left="nothing was searched", next=next)


def parsed(query: str) -> Node:
    """Parse a query of the command line.

    Raises:
        QueryError: it is wrong.
    """
    try:
        return parse_query(query)
    except QueryError as error:
        raise QueryError(
            error.happened, position=error.position, next="correct the query, then search again; docs/search.md tells the syntax"
        ) from None


def restricted(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, given: Restrictions) -> tuple[Only, list[Node]]:
    """Return what a search is restricted to, and the queries of the saved searches that were given as topics.

    Raises:
        UsageError: a topic or source that nobody knows, or topics and saved searches at once.
    """
    from warehouse.read import sources_of, topic_counts
    from warehouse.search.lookup import Only
    from warehouse.search.saved import saved_searches

    topics, saved = given.topics, list[str]()
    if topics:
        searches = saved_searches(con)
        known = {*(each.name for each in watchlist.topics), *topic_counts(con)}
        _check("topic or saved search", topics, {*known, *searches}, "newslake topics")
        saved = [searches[name] for name in topics if name not in known]
        topics = tuple(name for name in topics if name in known)
        if topics and saved:
            raise usage("--topic names topics and saved searches at once", "search in one kind after the other")
    if given.sources:
        known = {*(each.name for each in watchlist.sources), *sources_of(con)}
        _check("source", given.sources, known, "newslake sources")
    only = Only(topics, given.sources, given.languages, given.tags, given.since, given.until)
    return only, [parsed(query) for query in saved]


def _check(what: str, names: tuple[str, ...], known: set[str], listing: str) -> None:
    for name in names:
        if name not in known:
            like = get_close_matches(name, known, n=1)
            raise usage(
                f"unknown {what} {name!r}" + (f": did you mean {like[0]}?" if like else ""),
                f"{listing}  lists those that there are",
            )
