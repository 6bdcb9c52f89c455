"""Keep results of searches on a connection, where `FROM search('…')` finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.database.statements import statement
from warehouse.search.rank import Numbers


class Shown(NamedTuple):
    """The passage of an article that shows why a query selects it."""

    doc: int
    snippet: str


def declare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables of results, and the macro that reads them in place of the warehouse's own."""
    con.execute(statement("search_results"))


def store(con: duckdb.DuckDBPyConnection, query: str, docs: Numbers, scores: Numbers, snippets: Sequence[Shown]) -> None:
    """Store what a query selects, in place of what it selected before.

    Args:
        docs: numbers of indexed texts, with their `scores`.
        snippets: of some or all of them.
    """
    columns = {"doc": pa.array(np.asarray(docs, np.int32)), "score": pa.array(np.asarray(scores, np.float64))}
    con.register("selected", pa.table(columns))
    shown = {"doc": pa.int32(), "snippet": pa.string()}
    con.register("shown", pa.Table.from_pylist([each._asdict() for each in snippets], pa.schema(list(shown.items()))))
    con.execute("DELETE FROM temp.search_asked WHERE asked = ?", [query])
    con.execute("DELETE FROM temp.search_hits WHERE asked = ?", [query])
    con.execute("INSERT INTO temp.search_asked VALUES (?)", [query])
    con.execute(statement("store_results"), {"asked": query})
    con.unregister("selected")
    con.unregister("shown")
