"""Answer `search('…')` inside SQL: run the searches that a statement names, so that its macro finds their results."""

from __future__ import annotations

import re

import duckdb

from flows.search.search import Searcher
from flows.topics import parse_query
from newslake.errors import QueryError, UsageError
from warehouse.search.results import declare, store

_STRING = r"'((?:[^']|'')*)'"
# Strings, names and remarks are skipped, so that a search which stands inside one is none.
_CALL = re.compile(rf"\bsearch\s*\(\s*{_STRING}\s*\)|{_STRING}|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.IGNORECASE | re.DOTALL)
_MAY_CALL = re.compile(r"\bsearch\s*\(", re.IGNORECASE)
# Snippets take much longer than all else, so that they are made only where a statement may show them.
_SHOWS_SNIPPETS = re.compile(r"\bsnippet\b|(?<!\()\*", re.IGNORECASE)
_CHOOSES = re.compile(r"\bSELECT\b", re.IGNORECASE)


def searches_in(sql: str) -> list[str]:
    """Return the queries of the searches that SQL names, each once."""
    found = (call[1] for call in _CALL.finditer(sql))
    return list(dict.fromkeys(query.replace("''", "'") for query in found if query is not None))


def prepare(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Run the searches that `sql` names, where its macro finds them. Call this before it is run; other SQL costs nothing.

    Raises:
        UsageError: a query is wrong.
    """
    if not _MAY_CALL.search(sql):
        return
    declare(con)
    queries = searches_in(sql)
    searcher = Searcher(con)
    with_snippets = not _CHOOSES.search(sql) or bool(_SHOWS_SNIPPETS.search(_CALL.sub(" ", sql)))
    for query in queries:
        try:
            node = parse_query(query)
        except QueryError as error:
            raise UsageError(
                f"search('{query}'): {error.happened}",
                left="nothing was run",
                next="correct the query; docs/search.md tells the syntax",
            ) from None
        docs, scores = searcher.select(node)
        store(con, query, docs, scores, searcher.snippets(node, docs) if with_snippets else [])
