"""Load runs one after the other with few openings of the warehouse: to open a lake takes as long as to load a small run.

An archive that has a page many times makes many small runs, since no run has two rows of one URL.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from warehouse.database import lock
from warehouse.database.connect import LONG_WAIT, one_reader, open_writer
from warehouse.database.writer import Writer
from warehouse.load.run import load
from warehouse.location import Location
from warehouse.records import LoadReport, RunBatch

# After so many seconds others who wait for the lock get their turn, who look every `lock.POLL` whether it is free.
_SECONDS_OF_A_TURN = 5.0
_SECONDS_BETWEEN_TURNS = 1.5 * lock.POLL


def load_series(
    location: Location, runs: Iterable[RunBatch], purpose: str, note: lock.Note = lock.ignore
) -> Iterator[LoadReport]:
    """Load each run in a transaction of its own, and yield what it brought before the next run is made.

    A lake stays open from one run to the next. A plain file does not: to make a run takes reading the warehouse, and a file
    that is open for writing cannot be read.

    Args:
        purpose, note: see `warehouse.database.connect.open_writer`; another writer is waited for.
    """
    with one_reader(), ExitStack() as turn:
        writer: Writer | None = None
        began: float | None = None  # of this turn
        for run in runs:
            if began is not None and time.monotonic() - began > _SECONDS_OF_A_TURN:
                turn.close()
                writer = began = None
                time.sleep(_SECONDS_BETWEEN_TURNS)
            if writer is None:
                writer = turn.enter_context(open_writer(location, purpose, wait=LONG_WAIT, note=note))
                began = began or time.monotonic()
            report = load(writer, run)
            if not location.is_lake:
                turn.close()
                writer = None
            yield report
