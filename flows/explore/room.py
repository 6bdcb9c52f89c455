"""What a process that reads for the explorer keeps between two pages: the watchlist, and the warehouse open for reading."""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import duckdb

from flows.search.search import Searcher
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import StorageError
from warehouse.database.closed import Limits
from warehouse.database.connect import open_reader
from warehouse.database.errors import translated
from warehouse.database.standing import StandingReader
from warehouse.database.statements import one_state
from warehouse.memory import remember

Found = TypeVar("Found")
# What a process needs beside the memory that DuckDB counts.
UNCOUNTED = 512 << 20


@dataclass(frozen=True, slots=True)
class Corpus:
    """The warehouse, open for reading in one state, and how to search it."""

    con: duckdb.DuckDBPyConnection
    searcher: Searcher


class Room:
    """The watchlist and the warehouse of one process.

    A lake stays open, since that hinders nobody and a page needs it at once. A plain file is opened for each page and closed
    again: as long as one reads it, nobody may load.
    """

    def __init__(self, config: Path) -> None:
        self._config = config
        self._read_at: float | None = None
        self._reader: StandingReader | None = None
        self._searcher: Searcher | None = None
        self.watchlist: Watchlist
        self.limits: Limits

    @property
    def zone(self) -> ZoneInfo:
        return self.watchlist.zone

    def renew(self) -> None:
        """Read the watchlist again if it changed.

        Raises:
            WatchlistError: it is wrong now.
        """
        try:
            changed = self._config.stat().st_mtime
        except OSError:
            changed = None
        if self._read_at is not None and changed == self._read_at:
            return
        self._read_at = None
        self.watchlist = load_watchlist(self._config)
        self._read_at = changed
        self._close()
        self.limits = Limits(spill=self.watchlist.state)
        most = self.limits.memory_bytes * 5 // 4 + UNCOUNTED
        with suppress(ValueError, OSError):  # another limit holds already
            resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))

    def read(self, work: Callable[[Corpus], Found]) -> Found:
        """Do work that reads one state of the warehouse. Where a file went away meanwhile, do it again.

        Raises:
            NewslakeError: there is no warehouse, or it cannot be read.
        """
        if not self.watchlist.warehouse.is_lake:
            with open_reader(self.watchlist.warehouse, limits=self.limits) as con:
                return self._work(Corpus(con, Searcher(con)), work)
        is_new = self._reader is None
        try:
            return self._read_lake(work)
        except (duckdb.Error, StorageError):
            self._close()
            if is_new:
                raise
            return self._read_lake(work)

    def _read_lake(self, work: Callable[[Corpus], Found]) -> Found:
        if self._reader is None:
            self._reader = StandingReader(self.watchlist.warehouse, spill=self.watchlist.state)
            self._reader.con.execute(f"SET memory_limit = '{self.limits.memory_bytes}B'")
            remember(self._reader.con)
            self._searcher = Searcher(self._reader.con)
        assert self._searcher is not None
        self._reader.renew(self._reader.con)
        return self._work(Corpus(self._reader.con, self._searcher), work)

    def _work(self, corpus: Corpus, work: Callable[[Corpus], Found]) -> Found:
        with translated(f"read {self.watchlist.warehouse.in_words}", "nothing was changed", system=False), one_state(corpus.con):
            return work(corpus)

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = self._searcher = None
