"""Read what a search is for and restricted to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.search.called import called, check_known, parsed
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.text import is_utf8

if TYPE_CHECKING:
    import duckdb

    from flows.topics import Node
    from warehouse.search.lookup import Only


NOTHING = "nothing was searched"
MOST = 10_000_000  # hits of a search that can be asked for


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The options that restrict a search, as given."""

    topics: tuple[str, ...]
    sources: tuple[str, ...]
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    since: datetime | None
    until: datetime | None

    def __post_init__(self) -> None:
        named = {"topic": self.topics, "source": self.sources, "language": self.languages, "tag": self.tags}
        for what, names in named.items():
            for name in names:
                if not isinstance(name, str):
                    raise usage(f"{what} is a name or a list of names, not {name!r}", f"write each {what} as text")
                if not is_utf8(name):
                    raise usage(f"{what} {name!r} is not text: it has bytes that are not UTF-8", "type it as UTF-8")


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
        saved = next(name for name in given.topics if name not in topics)
        both = f"{topics[0]} is a topic, and {saved} a saved search: both at once cannot be searched in"
        raise usage(both, "search in one kind after the other")
    if given.sources:
        known = {*(each.name for each in watchlist.sources), *sources_of(con)}
        check_known("source", given.sources, known, "newslake sources", NOTHING)
    only = Only(topics, given.sources, given.languages, given.tags, given.since, given.until)
    return only, [parsed(query) for query in searches]
