"""Find the topics and saved searches that a user calls by their names."""

from __future__ import annotations

import unicodedata
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
SYNTAX = "correct the query, then search again; docs/search.md tells the syntax"


class Saved(NamedTuple):
    """A saved search: its name, and its query as written and as parsed."""

    name: str
    query: str
    node: Node


class Called(NamedTuple):
    """What names mean: topics by the names that the warehouse has, and saved searches.

    Attributes:
        notes: for the user, where a topic and a saved search have the same name.
    """

    topics: tuple[str, ...]
    searches: tuple[Saved, ...]
    notes: tuple[str, ...] = ()


def same_name(name: str) -> str:
    """Return a name in the form by which names are compared: é may be written as one character or as two."""
    return unicodedata.normalize("NFC", name)


def parsed(query: str) -> Node:
    """Parse a query of the command line or a program.

    Raises:
        QueryError: it is wrong.
    """
    if not isinstance(query, str) or not is_utf8(query):
        wrong = "the query is not UTF-8" if isinstance(query, str) else f"the query is a text, not {query!r}"
        raise QueryError(wrong, next="type it as UTF-8, then search again")
    try:
        return parse_query(query, is_search=True)
    except QueryError as error:
        raise QueryError(error.happened, position=error.position, next=SYNTAX) from None


def called(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, names: Sequence[str], left: str) -> Called:
    """Return the topics, of the watchlist or the warehouse, and the saved searches that have these names.

    A saved search answers until a topic of its name has selected an article of the corpus; from then on, the topic does.

    Args:
        left: the state that an error tells.
    Raises:
        UsageError: a name that nothing has, or the query of a saved search can no longer be read.
    """
    from warehouse.read import topics_of
    from warehouse.search.saved import saved_searches

    if not names:
        return Called((), ())
    stored = topics_of(con)
    topics: dict[str, list[str]] = {}
    for topic in dict.fromkeys((*(each.name for each in watchlist.topics), *stored)):
        topics.setdefault(same_name(topic), []).append(topic)
    searches = {same_name(name): (name, query) for name, query in saved_searches(con).items()}
    wanted = list(dict.fromkeys(map(same_name, names)))
    check_known("topic or saved search", wanted, {*topics, *searches}, "newslake topics", left)
    found, saved, notes = list[str](), list[Saved](), list[str]()
    for name in wanted:
        of_topic = topics.get(name, [])
        has_articles = any(topic in stored for topic in of_topic)
        if name in searches and not has_articles:
            saved.append(read_saved(*searches[name], left))
            if of_topic:
                notes.append(
                    f"the topic {name} has not selected an article yet, so the saved search of this name answers."
                    f" `newslake reclean` applies the topic to what was collected."
                )
            continue
        if not has_articles:
            notes.append(
                f"the topic {name} has not selected an article yet. `newslake reclean` applies it to what was collected before."
            )
        found += of_topic
        if name in searches:
            notes.append(
                f"the topic {name} answers, and no longer the saved search of this name."
                f" `newslake reclean` applies the topic to what was collected before it,"
                f" `newslake search --forget {name}` removes the saved search."
            )
    return Called(tuple(found), tuple(saved), tuple(notes))


def missing_names(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, str]:
    """Return those of the names that no topic and no saved search has, and saved searches that cannot be read, each with why."""
    from warehouse.search.saved import saved_searches

    missing: dict[str, str] = {}
    if not names:
        return missing
    known = {same_name(each.name) for each in watchlist.topics} | set(map(same_name, saved_searches(con)))
    for name in names:
        try:
            found = called(watchlist, con, [name], "nothing was changed")
        except UsageError as error:
            missing[name] = error.happened
            continue
        if found.topics and same_name(name) not in known:
            missing[name] = f"the topic {name!r} is no longer in the watchlist, so nothing new is on it"
    return missing


def read_saved(name: str, query: str, left: str) -> Saved:
    """Parse the query of a saved search. Raises UsageError, which names it, if it cannot be read any more."""
    try:
        return Saved(name, query, parse_query(query, is_search=True))
    except QueryError as error:
        raise UsageError(
            f"the saved search {name} ({cut(query, SHOWN)}) can no longer be read: {error.happened}",
            left=left,
            next=f"newslake search 'THE CORRECTED QUERY' --save {name}, or newslake search --forget {name}",
        ) from None


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


def articles_of(con: duckdb.DuckDBPyConnection, searches: Iterable[Saved]) -> set[UUID]:
    """Return the articles that saved searches select now."""
    from flows.search.search import Searcher
    from warehouse.search.texts import ids_of

    searcher = Searcher(con)
    return set().union(*(ids_of(con, searcher.select(each.node)[0]) for each in searches))
