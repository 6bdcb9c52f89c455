"""Read the words of the search index, and the texts that have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb
import numpy as np
import pyarrow as pa

from newslake.words.terms import MARKS
from warehouse.search.rank import Numbers

_LONGEST = 40  # letters of a word that is part of a name
_AT_ONCE = 100_000


def words(con: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    """Yield all words of the index in portions, without those that only repeat a part of another or have a digit and letters."""
    query = "SELECT DISTINCT term FROM postings WHERE length(term) <= ? AND NOT contains(?, left(term, 1))"
    found = con.execute(query, [_LONGEST, MARKS])
    while rows := found.fetchmany(_AT_ONCE):
        yield [term for (term,) in rows]


def docs_of(con: duckdb.DuckDBPyConnection, terms: Iterable[str]) -> dict[str, Numbers]:
    """Return for each of these terms the numbers of the texts that have it, in order."""
    asked = sorted(set(terms))
    con.register("asked_words", pa.table({"term": pa.array(asked, pa.string()), "part": pa.array(range(len(asked)), pa.int32())}))
    try:
        table = con.execute("SELECT part, doc FROM postings JOIN asked_words USING (term) ORDER BY part, doc").to_arrow_table()
    finally:
        con.unregister("asked_words")
    parts, docs = (table.column(name).to_numpy() for name in ("part", "doc"))
    bounds = np.searchsorted(parts, np.arange(len(asked) + 1))
    return {term: docs[bounds[number] : bounds[number + 1]] for number, term in enumerate(asked)}
