"""Remember what was read of a warehouse, for as long as the warehouse stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import duckdb

from warehouse.database.migrate import is_file
from warehouse.database.statements import first
from warehouse.opening.settings import CATALOG

Read = TypeVar("Read")


class Memory:
    """What a connection has read, until a commit: in a lake until the next one, in a plain file to the end of a transaction.

    Only for what is few and small, since nothing else makes room.
    """

    def __init__(self) -> None:
        self._state: object = None
        self._kept: dict[Hashable, Any] = {}

    def of(self, con: duckdb.DuckDBPyConnection, name: Hashable, read: Callable[[], Read]) -> Read:
        """Return what `read` returned when it was last asked for under this name, or what it returns now."""
        state = _state(con)
        if state != self._state:
            self._state, self._kept = state, {}
        if name not in self._kept:
            self._kept[name] = read()
        found: Read = self._kept[name]
        return found


def _state(con: duckdb.DuckDBPyConnection) -> object:
    """Return what changes when the warehouse may have changed. In a plain file only a transaction tells that it has not."""
    if is_file(con):
        return first(con, "SELECT transaction_timestamp()")
    return first(con, f"SELECT id FROM ducklake_current_snapshot('{CATALOG}')")


Reads = TypeVar("Reads", bound=Callable[..., Any])
_memories: WeakKeyDictionary[duckdb.DuckDBPyConnection, Memory] = WeakKeyDictionary()


def remember(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection that only reads remember what functions return that are `remembered`."""
    _memories.setdefault(con, Memory())


def memory_of(con: duckdb.DuckDBPyConnection) -> Memory:
    """Return what a connection remembers, or a memory of its own for whoever asks."""
    return _memories.get(con) or Memory()


def remembered(read: Reads) -> Reads:
    """Let a function of a connection and hashable values be called once for each state of the warehouse, where that is wanted.

    Its callers leave what it returns as it is.
    """

    @wraps(read)
    def once(con: duckdb.DuckDBPyConnection, *given: Hashable) -> Any:
        memory = _memories.get(con)
        return read(con, *given) if memory is None else memory.of(con, (read, given), lambda: read(con, *given))

    return cast(Reads, once)


@remembered
def rows_of(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return how many rows a table has, which is known at once."""
    [(count,)] = con.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)


def has_rows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Return whether a table has rows.

    Of a table without rows DuckLake asks for the statistics of each column by itself, whenever a statement reads it: that takes
    longer than to look an article up among a million.
    """
    return rows_of(con, table) > 0
