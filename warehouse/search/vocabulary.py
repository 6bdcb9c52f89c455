"""Read the words of the search index, and the texts that have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from newslake.words.terms import MARKS
from warehouse.search.lookup import postings_of
from warehouse.search.plan import Terms
from warehouse.search.rank import Numbers

_LONGEST = 40  # letters of a word that is part of a name
AT_ONCE = 50_000


def words(con: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    """Yield the words of the index in their order and in portions, without those that only repeat a part of another one."""
    query = "SELECT DISTINCT term FROM postings WHERE length(term) <= ? AND NOT contains(?, left(term, 1)) ORDER BY term"
    found = con.execute(query, [_LONGEST, MARKS])
    while rows := found.fetchmany(AT_ONCE):
        yield [term for (term,) in rows]


def docs_of(con: duckdb.DuckDBPyConnection, terms: Iterable[str]) -> dict[str, Numbers]:
    """Return for each of these terms the numbers of the texts that have it."""
    found = postings_of(con, [(Terms(term),) for term in sorted(set(terms))])
    return {part[0].low: postings.docs for part, postings in found.items()}
