"""Hold the warehouse open for reading for as long as a program runs: a notebook sees what later runs load."""

from __future__ import annotations

import shutil
import threading
import weakref
from contextlib import ExitStack
from pathlib import Path

import duckdb

from warehouse.database import copied
from warehouse.database.connect import attach_anew, open_reader
from warehouse.database.errors import translated
from warehouse.database.scratch import scratch_folder
from warehouse.location import Location
from warehouse.opening.settings import CATALOG


class StandingReader:
    """The warehouse open for reading until `close`, or until nothing refers to this any more. For SQL that is trusted.

    Args:
        location: absolute (see Location.resolved).
        timezone: IANA name of the zone in which times are shown.
        spill: where results go that do not fit into memory, if the folder can be written.
    Raises:
        NewslakeError: as open_reader.
    """

    def __init__(self, location: Location, timezone: str = "UTC", spill: Path | None = None) -> None:
        self._location, self._timezone = location, timezone
        self._copied = copied.State.of(location)  # before it is copied, so that a change meanwhile is noticed
        self._copy: Path | None = None
        self._one_at_a_time = threading.Lock()
        with ExitStack() as stack:
            self._folder = stack.enter_context(scratch_folder(spill))
            self.con = stack.enter_context(open_reader(location))
            self.con.execute("SET temp_directory = ?", [str(self._folder)])
            # As DuckDB answers a program: rows in their order, UUIDs as text in Arrow, data frames of the caller as tables.
            self.con.execute("RESET preserve_insertion_order")
            self.con.execute("RESET arrow_lossless_conversion")
            self.con.execute("SET python_scan_all_frames = true")
            self._prepare(self.con)
            self.close = weakref.finalize(self, stack.pop_all().close)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return another connection to the same warehouse, for another thread, with its own transactions and temporary tables."""
        con = self.con.cursor()
        self._prepare(con)
        return con

    def _prepare(self, con: duckdb.DuckDBPyConnection) -> None:
        if self._location.is_lake:
            con.execute(f"USE {CATALOG}")
        con.execute(f"SET TimeZone = '{self._timezone}'")

    def renew(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make sure that `con` sees the latest commit. Where a catalog cannot be read in place, that takes another copy of it.

        Raises:
            WarehouseBusy: the catalog is being written all the time.
            StorageError: it cannot be read any more.
        """
        if self._copied is None:
            return
        with self._one_at_a_time:
            now = copied.State.of(self._location)
            if now == self._copied:
                return
            with translated(f"read {self._location.in_words}", "nothing was changed"):
                here = copied.copy_into(self._folder, self._location)
                assert here.file is not None
                unused: Path | None = here.file.parent
                if attach_anew(con, here, self._location):
                    self._copied = now
                    self._copy, unused = unused, self._copy
            if unused:
                shutil.rmtree(unused)
