"""Let `FROM search('…')` in SQL call functions of this program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL

from warehouse.database.statements import statement
from warehouse.search.beside import Beside
from warehouse.search.rank import Numbers

# Arguments of the functions: the number of the connection that calls, the query, the number of the state of the warehouse; and
# of the second function the number of an indexed text.
CALL = ("INTEGER", "VARCHAR", "BIGINT")
FOUND = "STRUCT(problem VARCHAR, hits STRUCT(doc INTEGER, score DOUBLE)[])"


class Shown(NamedTuple):
    """The passage of an article that shows why a query selects it."""

    doc: int
    snippet: str


class Found(NamedTuple):
    """What a query selects: numbers of indexed texts with their scores; or why it selects nothing."""

    docs: Numbers
    scores: Numbers
    problem: str | None = None


Column = pa.ChunkedArray  # an argument of a function, for many rows at once


def declare(
    con: duckdb.DuckDBPyConnection, beside: Beside, number: int, found: Callable[..., pa.Array], snippet: Callable[..., pa.Array]
) -> None:
    """Let `search('…')` on this connection call these functions, with its number.

    Args:
        found, snippet: called with a column for each argument. The same for all connections of a program, because all connections
            of a database share them.
    """
    # `found` has side effects in the sense that DuckDB must call it for each use, and not keep what it gave once.
    with suppress(duckdb.CatalogException):  # another connection of the same database has made them
        con.create_function("newslake_snippet", snippet, [*CALL, "INTEGER"], "VARCHAR", type=ARROW, null_handling=SPECIAL)
        con.create_function("newslake_found", found, [*CALL], FOUND, type=ARROW, null_handling=SPECIAL, side_effects=True)
    con.execute(statement("search_results").format(number=number, state=beside.state, docs=beside.docs))


def as_found(answers: Sequence[Found]) -> pa.Array:
    """Return answers as the column that `found` returns."""
    offsets = np.concatenate([[0], np.cumsum([len(each.docs) for each in answers])]).astype(np.int32)
    docs = np.concatenate([np.asarray(each.docs, np.int32) for each in answers])
    scores = np.concatenate([np.asarray(each.scores, np.float64) for each in answers])
    hits = pa.StructArray.from_arrays([pa.array(docs), pa.array(scores)], ["doc", "score"])
    problems = pa.array([each.problem for each in answers], pa.string())
    return pa.StructArray.from_arrays([problems, pa.ListArray.from_arrays(pa.array(offsets), hits)], ["problem", "hits"])
