"""End a query on Ctrl-C or when its time is over."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import duckdb

from newslake.errors import QueryTimeout
from warehouse.database.errors import interruptible

AGAIN = 0.05  # seconds between two interrupts: DuckDB forgets one that comes between two statements


@contextmanager
def stoppable(con: duckdb.DuckDBPyConnection, seconds: float | None = None) -> Iterator[None]:
    """End what the connection does in the block on Ctrl-C, or after so many seconds.

    A thread interrupts DuckDB, since Python sees a signal only after DuckDB returns. DuckDB looks for interrupts between the
    parts of its work, so one long call of a function goes on to its end; only the end of the process ends that.

    Raises:
        KeyboardInterrupt: Ctrl-C.
        QueryTimeout: the time is over.
    """
    with ExitStack() as stack:
        watch = _Watch(con, seconds)
        stack.enter_context(watch.running())
        try:
            with interruptible():
                yield
        except duckdb.InterruptException:
            raise watch.why() from None
        except BaseException:
            con.interrupt()  # or the rest of the query would go on in other threads, and closing the connection wait for it
            raise


class _Watch:
    """A thread that waits for a signal or the end of the time, and interrupts the connection until the block is left."""

    def __init__(self, con: duckdb.DuckDBPyConnection, seconds: float | None) -> None:
        self._con, self._seconds = con, seconds
        self._until = None if seconds is None else time.monotonic() + seconds
        self._late = self._over = False

    def why(self) -> BaseException:
        return QueryTimeout(self._seconds) if self._late and self._seconds is not None else KeyboardInterrupt()

    @contextmanager
    def running(self) -> Iterator[None]:
        signals, ends = os.pipe(), os.pipe()
        for end in (*signals, *ends):
            os.set_blocking(end, False)
        thread = threading.Thread(target=self._wait, args=(signals[0], ends[0]), daemon=True)
        # Python writes the number of a signal to this pipe at once, also while DuckDB is at work in the main thread.
        main = threading.current_thread() is threading.main_thread()
        before = signal.set_wakeup_fd(signals[1], warn_on_full_buffer=False) if main else -1
        thread.start()
        try:
            yield
        finally:
            self._over = True  # first: another Ctrl-C may come during the lines below
            if main:
                signal.set_wakeup_fd(before)
            os.write(ends[1], b"x")
            thread.join()
            for end in (*signals, *ends):
                os.close(end)

    def _wait(self, signals: int, end: int) -> None:
        stop = False
        while True:
            left = AGAIN if stop else None if self._until is None else max(0.0, self._until - time.monotonic())
            ready, _, _ = select.select([signals, end], [], [], left)
            if end in ready or self._over:
                return
            if signals in ready:
                with suppress(BlockingIOError):
                    stop = stop or signal.SIGINT in os.read(signals, 64)
            elif not stop:
                self._late = stop = True
            if stop:
                self._con.interrupt()
