"""Read rows in pieces, between which they can be worked on and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import duckdb

from warehouse.database.connect import open_reader
from warehouse.database.statements import statement
from warehouse.location import Location

Row = TypeVar("Row")
READ = 30_000  # rows that a plain file gives at once; it reads all that lie before them again


def pieces(location: Location, name: str, kind: type[Row], given: Mapping[str, Any], size: int) -> Iterator[list[Row]]:
    """Yield the rows of a statement in pieces of `size`, each row as a `kind`. Between two of them the caller may write.

    A lake is read once, as it is at the beginning. A plain file has one writer or many readers: it is closed before a piece is
    given, and asked again when they are used up. So what is done with a row must make the statement leave it out.

    Args:
        name: of the statement, which gives at most `$most` rows, or all if that is NULL.
        given: its other parameters.
    """
    if location.is_lake:
        with open_reader(location) as con:
            yield from _fetched(con, name, kind, {**given, "most": None}, size)
        return
    while True:
        with open_reader(location) as con:
            some = [*_fetched(con, name, kind, {**given, "most": READ}, size)]
        if not some:
            return
        yield from some


def _fetched(
    con: duckdb.DuckDBPyConnection, name: str, kind: type[Row], given: Mapping[str, Any], size: int
) -> Iterator[list[Row]]:
    rows = con.execute(statement(name), dict(given))
    while some := rows.fetchmany(size):
        yield [kind(*row) for row in some]
