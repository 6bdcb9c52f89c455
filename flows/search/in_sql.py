"""Answer `search('…')` inside SQL: whenever a statement uses it, DuckDB calls this program, which searches."""

from __future__ import annotations

import itertools
import re
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from flows.search import may_search
from flows.search.restrict import unknown_names
from flows.search.search import Searcher
from flows.topics import Node, parse_query
from flows.topics.operators import operator_hints
from newslake.errors import QueryError, UsageError
from newslake.text import counted
from warehouse.database.errors import interruptible
from warehouse.search.beside import Beside
from warehouse.search.catch_up import missing
from warehouse.search.rank import Numbers
from warehouse.search.results import Column, Found, as_found, declare

_STRING = r"'((?:[^']|'')*)'"
# Strings, names and remarks are skipped, so that a search which stands inside one is none.
_CALL = re.compile(
    rf"\bsearch\s*\(\s*{_STRING}\s*\)|{_STRING}|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\3", re.IGNORECASE | re.DOTALL
)
_NONE = np.empty(0)
_numbers = itertools.count(1)
_by_number: weakref.WeakValueDictionary[int, InSql] = weakref.WeakValueDictionary()
_by_connection: weakref.WeakKeyDictionary[duckdb.DuckDBPyConnection, InSql] = weakref.WeakKeyDictionary()


class InSql:
    """The searches of one connection. They read the state of the warehouse that the connection reads at that moment."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._reader = weakref.ref(con)
        self._beside = Beside(con)
        self._searcher = Searcher(self._beside.con)
        number = next(_numbers)
        _by_number[number] = self
        declare(con, self._beside, number, _found, _snippet)

    @contextmanager
    def reading(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Searcher]]:
        """Yield a connection and its searcher, which read what the user's connection reads now. One thread at a time."""
        reader = self._reader()
        assert reader is not None
        state = self._beside.state_of(reader)
        with self.at(state) as searcher:
            yield self._beside.con, searcher

    @contextmanager
    def at(self, state: int | None) -> Iterator[Searcher]:
        """Yield a searcher that reads this state. One thread at a time."""
        with self._beside.reading(state) as is_earlier:
            yield Searcher(self._beside.con) if is_earlier else self._searcher

    def interrupt(self) -> None:
        """End the statement that calls, as Ctrl-C does."""
        if (reader := self._reader()) is not None:
            reader.interrupt()


def in_sql(con: duckdb.DuckDBPyConnection) -> InSql:
    """Let SQL on this connection search, and return its searches. The first call takes ten milliseconds."""
    if con not in _by_connection:
        _by_connection[con] = InSql(con)
    return _by_connection[con]


def searches_in(sql: str) -> list[str]:
    """Return the queries of the searches that SQL writes out as text in quotes, each once."""
    found = (call[1] for call in _CALL.finditer(sql))
    return list(dict.fromkeys(query.replace("''", "'") for query in found if query is not None))


def prepare(con: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Let SQL search, before it is run; other SQL costs nothing. Return what its user should know about the searches.

    Raises:
        UsageError: a query that is written out is wrong. Another one that is wrong fails when it is run.
    """
    if not may_search(sql):
        return []
    searches = in_sql(con)
    remarks, nodes = list[str](), dict[str, Node]()
    for query in searches_in(sql):
        try:
            nodes[query] = parse_query(query, is_search=True)
        except QueryError as error:
            raise UsageError(
                f"search('{query}'): {error.happened}",
                left="nothing was run",
                next="correct the query; docs/search.md tells the syntax",
            ) from None
        remarks += [f"search('{query}'): {hint}" for hint in operator_hints(query)]
    with searches.reading() as (beside, _):
        unknown = (f"search('{query}'): {note}" for query, node in nodes.items() for note in unknown_names(beside, node))
        return [*remarks, *unknown, *not_indexed(beside)]


def not_indexed(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return, in a sentence, how many articles no search can find; nothing if all can be found."""
    count = missing(con)
    if not count:
        return []
    return [
        f"{counted(count, 'article')} from before the search index {'is' if count == 1 else 'are'} not in it yet, and cannot be"
        " found. The next run or `newslake maintain` indexes them."
    ]


Call = tuple[int, str | None, int | None]  # the number of the connection, the query, and the state of the warehouse
Answer = TypeVar("Answer")


def _found(numbers: Column, queries: Column, states: Column) -> pa.Array:
    """Return what the query of each call selects."""
    return as_found([_select(call) for call in _calls(numbers, queries, states)])


def _select(call: Call) -> Found:
    _, query, _ = call
    if query is None:
        return Found(_NONE, _NONE, "search() needs a query: its query is NULL")
    try:
        node = parse_query(query, is_search=True)
    except QueryError as error:
        return Found(_NONE, _NONE, f"search('{query}'): {error.happened}")
    return _asked(call, lambda searcher: Found(*searcher.select(node)), Found(_NONE, _NONE))


def _snippet(numbers: Column, queries: Column, states: Column, texts: Column) -> pa.Array:
    """Return the snippets of indexed texts, by their numbers."""
    calls, docs = _calls(numbers, queries, states), texts.to_pylist()
    wanted: dict[Call, list[int]] = {}
    for call, doc in zip(calls, docs, strict=True):
        wanted.setdefault(call, []).append(doc)
    shown = {call: _show(call, np.unique(some)) for call, some in wanted.items()}
    return pa.array([shown[call].get(doc) for call, doc in zip(calls, docs, strict=True)], pa.string())


def _show(call: Call, docs: Numbers) -> dict[int, str]:
    _, query, _ = call
    assert query is not None
    node = parse_query(query, is_search=True)
    return _asked(call, lambda searcher: {each.doc: each.snippet for each in searcher.snippets(node, docs)}, {})


def _calls(*columns: Column) -> list[Call]:
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def _asked(call: Call, work: Callable[[Searcher], Answer], stopped: Answer) -> Answer:
    """Do the work of a call, in its state of the warehouse. After Ctrl-C return `stopped`, and let the statement end."""
    number, _, state = call
    searches = _by_number[number]
    try:
        with interruptible(), searches.at(state) as searcher:
            return work(searcher)
    except KeyboardInterrupt:  # which DuckDB would report as a mistake of the query
        searches.interrupt()
        return stopped
