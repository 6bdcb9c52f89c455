"""The warehouse opened for writing: a connection and its transactions."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from warehouse.database.durable import sync_new_files
from warehouse.database.errors import roll_back

Result = TypeVar("Result")
MOST_THREADS = 8


def use_threads(con: duckdb.DuckDBPyConnection, most: int = MOST_THREADS) -> None:
    """Let the questions from now on use the processors of the machine, at most so many."""
    con.execute(f"SET threads = {min(os.cpu_count() or 1, most)}")


@dataclass(frozen=True, slots=True)
class Writer:
    """The warehouse opened for writing while its lock is held (see connect.open_writer); `con` uses it by default."""

    con: duckdb.DuckDBPyConnection
    window: timedelta  # longest time between two articles that can be copies
    names: bool = True  # look for names in what is loaded
    events: bool = True  # look for reports of one event in what is loaded
    data: Path | None = None  # folder of the data files; None where they are not on this machine

    def transact(self, work: Callable[[duckdb.DuckDBPyConnection], Result], *, dry_run: bool = False) -> Result:
        """Do `work` in one transaction and return its result, once all of it is on the disk; `dry_run` rolls it back."""
        began = time.time()
        self.con.execute("BEGIN")
        try:
            result = work(self.con)
            if self.data and not dry_run:
                sync_new_files(self.data, began)
            self.con.execute("ROLLBACK" if dry_run else "COMMIT")
        except BaseException:
            roll_back(self.con)
            raise
        return result
