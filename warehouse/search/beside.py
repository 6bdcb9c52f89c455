"""Search beside a connection of a user: on one of its own, in the state of the warehouse that the user's statement reads.

So a search neither sees the temporary tables of the user, whatever they are called, nor leaves any.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse.database.errors import roll_back
from warehouse.opening.settings import CATALOG

STATE = f"(SELECT id FROM ducklake_current_snapshot('{CATALOG}'))"
# What searches read, and what restricts them.
TABLES = ("articles", "docs", "matches", "notes", "passages", "postings", "searches", "sources", "urls")


class Beside:
    """A connection of its own to the warehouse that a reader has open. It is closed with the reader's.

    Attributes:
        con: for use inside `reading` only.
        docs: the table of indexed texts, by its whole name.
        state: SQL for the number of the state that a statement reads; NULL in a plain file, which no one changes meanwhile.
    """

    def __init__(self, reader: duckdb.DuckDBPyConnection) -> None:
        self.con = reader.cursor()
        lake = "SELECT 1 FROM duckdb_databases() WHERE database_name = ? AND type = 'ducklake'"
        if self.con.execute(lake, [CATALOG]).fetchall():
            self.con.execute(f"USE {CATALOG}")
            self.state = STATE
        else:
            self.state = "NULL"
        ((database,),) = self.con.execute("SELECT current_database()").fetchall()
        name = str(database).replace('"', '""')
        self.docs = f'"{name}".main.docs'
        self._one_at_a_time = threading.Lock()

    def state_of(self, con: duckdb.DuckDBPyConnection) -> int | None:
        """Return the number of the state that a connection reads now."""
        ((state,),) = con.execute(f"SELECT {self.state}").fetchall()
        return None if state is None else int(state)

    @contextmanager
    def reading(self, state: int | None) -> Iterator[bool]:
        """Let `con` read this state, for one thread at a time. Yields whether it is another one than the latest."""
        with self._one_at_a_time:
            self.con.execute("BEGIN")
            try:
                is_earlier = state != self.state_of(self.con)
                for table in TABLES if is_earlier else ():  # these views go with the transaction
                    self.con.execute(f"CREATE TEMP VIEW {table} AS FROM {CATALOG}.main.{table} AT (VERSION => {state})")
                yield is_earlier
            finally:
                roll_back(self.con)
