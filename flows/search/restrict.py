"""Read what a search is for and restricted to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.search.called import called, check_known, parsed
from flows.watchlist import Watchlist
from newslake.errors import UsageError

if TYPE_CHECKING:
    import duckdb

    from flows.topics import Node
    from warehouse.search.lookup import Only


NOTHING = "nothing was searched"


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
    return UsageError(what, left=NOTHING, next=next)


def restricted(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, given: Restrictions) -> tuple[Only, list[Node]]:
    """Return what a search is restricted to, and the queries of the saved searches that were given as topics.

    Raises:
        UsageError: a topic or source that nobody knows, or topics and saved searches at once.
    """
    from warehouse.read import sources_of
    from warehouse.search.lookup import Only

    topics, searches = called(watchlist, con, given.topics, NOTHING)
    if topics and searches:
        raise usage("--topic names topics and saved searches at once", "search in one kind after the other")
    if given.sources:
        known = {*(each.name for each in watchlist.sources), *sources_of(con)}
        check_known("source", given.sources, known, "newslake sources", NOTHING)
    only = Only(topics, given.sources, given.languages, given.tags, given.since, given.until)
    return only, [parsed(query) for query in searches]
