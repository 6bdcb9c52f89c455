"""Find the topics and saved searches that a user calls by their names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from flows.topics import parse_query
from flows.watchlist import Watchlist
from newslake.errors import QueryError, UsageError
from newslake.text import cut, is_utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from flows.topics import Node

SHOWN = 200  # characters of the names that there are


class Called(NamedTuple):
    """Topics by name, and saved searches by their queries."""

    topics: tuple[str, ...]
    searches: tuple[str, ...]


def parsed(query: str) -> Node:
    """Parse a query of the command line or a program.

    Raises:
        QueryError: it is wrong.
    """
    if not isinstance(query, str) or not is_utf8(query):
        wrong = "the query is not UTF-8" if isinstance(query, str) else f"the query is a text, not {query!r}"
        raise QueryError(wrong, next="type it as UTF-8, then search again")
    try:
        return parse_query(query)
    except QueryError as error:
        raise QueryError(
            error.happened, position=error.position, next="correct the query, then search again; docs/search.md tells the syntax"
        ) from None


def called(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, names: Sequence[str], left: str) -> Called:
    """Return the topics, of the watchlist or the warehouse, and the saved searches that have these names.

    Args:
        left: the state that an error tells.
    Raises:
        UsageError: a name that nothing has.
    """
    from warehouse.read import topic_counts
    from warehouse.search.saved import saved_searches

    if not names:
        return Called((), ())
    topics = {*(topic.name for topic in watchlist.topics), *topic_counts(con)}
    searches = saved_searches(con)
    check_known("topic or saved search", names, {*topics, *searches}, "newslake topics", left)
    return Called(tuple(name for name in names if name in topics), tuple(searches[name] for name in names if name not in topics))


def check_known(what: str, names: Sequence[str], known: Iterable[str], listing: str, left: str) -> None:
    """Raise UsageError, with the name that was perhaps meant, for a name that is not among those known."""
    known = sorted(known)
    for name in names:
        if name not in known:
            like = get_close_matches(name, known, n=1)
            known_ones = f": there are {cut(', '.join(known), SHOWN)}" if known else ""
            raise UsageError(
                f"unknown {what} {name!r}" + (f": did you mean {like[0]}?" if like else known_ones),
                left=left,
                next=f"{listing}  lists those that there are",
            )


def articles_of(con: duckdb.DuckDBPyConnection, query: str) -> set[UUID]:
    """Return the articles that a query selects now."""
    from flows.search.search import Searcher
    from warehouse.search.texts import ids_of

    docs, _ = Searcher(con).select(parsed(query))
    return ids_of(con, docs)
