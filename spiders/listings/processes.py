"""Read the listings of a crawl in processes that can be killed, so that no outlet delays another."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, overload

from newslake.children import environment
from newslake.errors import ListingError
from newslake.outcomes import Reason
from spiders.listings.model import Listing
from spiders.listings.reader import SECONDS, Brake, Read, receive, send

# What is smaller is read in the crawl's own process. Whatever it holds, that takes well under a second.
INLINE = 16_384
WORKERS = 2
# Processor time that the listings of one source may take in a run.
SECONDS_PER_SOURCE = 120.0
# A source that has taken more than this is slow: it waits until the others are served, and never gets the last free process.
SLOW = 5.0
# Wall time for one task; a task that needs so much for SECONDS of processor time runs on a machine that is stuck.
MAX_WAIT = 15 * SECONDS
# Wall time that a process has to end by itself: only then its exit code tells why it ended.
SECONDS_TO_END = 5.0


class _Died(Exception):
    """A reading process ended without an answer."""

    def __init__(self, code: int, *, was_overdue: bool) -> None:
        super().__init__(code)
        self.code = code
        self.was_overdue = was_overdue


class _Process:
    """One reading process. It is started by the first task, and again after its end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._is_overdue = False

    def answer(self, task: Read | Brake) -> Any:
        """Return the answer to a task, and the processor time that it took. Blocks. Raises _Died."""
        if self._child is not None and self._child.poll() is not None:
            self.end()
        if self._child is None:
            self._is_overdue = False
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "spiders.listings.reader", str(self._seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment(os.environ),
            )
        given, answers = self._child.stdin, self._child.stdout
        assert given and answers
        try:
            send(given, task)
            answer, seconds, is_last = receive(answers)
        except (OSError, EOFError):
            raise _Died(self.end(), was_overdue=self._is_overdue) from None
        if is_last:
            self.end()
        return answer, seconds

    def kill(self, *, is_overdue: bool = False) -> None:
        """Kill the process, whatever it is doing."""
        self._is_overdue = is_overdue
        if self._child is not None:
            self._child.kill()

    def end(self) -> int:
        """Close the pipes of the process, with which it ends, and return its exit code. What does not end is killed."""
        child, self._child = self._child, None
        if child is None:
            return 0
        for pipe in (child.stdin, child.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:  # what was still to be written
                    continue
        try:
            return child.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()


@dataclass(slots=True)
class _Waiting:
    source: str
    number: int
    turn: asyncio.Future[_Process] = field(compare=False)


class Readers:
    """Reads listings, one of a source at a time. All methods belong to the event loop of the crawl.

    Args:
        seconds: processor time for one task.
    """

    def __init__(self, workers: int = WORKERS, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free = [_Process(seconds) for _ in range(workers)]
        self._all = tuple(self._free)
        self._busy: set[str] = set()
        self._waiting: list[_Waiting] = []
        self._spent: defaultdict[str, float] = defaultdict(float)  # processor seconds by source
        self._numbers = count()
        self._closed = False

    @overload
    async def do(self, source: str, task: Read) -> Listing: ...

    @overload
    async def do(self, source: str, task: Brake) -> dict[str, str]: ...

    async def do(self, source: str, task: Read | Brake) -> Any:
        """Return what a task of a source returns.

        Raises:
            ListingError: the task raised it, took too long, or needed too much memory.
        """
        if _is_small(task):
            return task.do()
        if self._spent[source] >= SECONDS_PER_SOURCE:
            words = f"not read: the listings of this source took {self._spent[source]:.0f} seconds of processor time in this run"
            raise ListingError(words, reason=Reason.READING_BUDGET)
        process = await self._turn(source)
        try:
            answer = await self._answered(source, process, task)
        finally:
            self._give_back(source, process)
        if isinstance(answer, tuple):
            reason, words = answer
            raise ListingError(words, reason=reason)
        return answer

    def close(self) -> None:
        """Kill the processes; whatever they are doing fails."""
        self._closed = True
        for process in self._all:
            process.kill()
        for process in self._all:
            process.end()

    async def _turn(self, source: str) -> _Process:
        waiting = _Waiting(source, next(self._numbers), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._serve()
        try:
            return await waiting.turn
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif not waiting.turn.cancelled():  # its turn had come in the same moment
                self._give_back(source, waiting.turn.result())
            raise

    def _give_back(self, source: str, process: _Process) -> None:
        self._busy.discard(source)
        self._free.append(process)
        self._serve()

    def _serve(self) -> None:
        """Give the free processes to waiting sources: those that took the least time so far come first."""
        while self._free:
            allowed = [
                waiting
                for waiting in self._waiting
                if waiting.source not in self._busy
                and not waiting.turn.done()  # who no longer waits
                and (self._spent[waiting.source] <= SLOW or len(self._free) > 1 or len(self._all) == 1)
            ]
            if not allowed:
                return
            chosen = min(allowed, key=lambda waiting: (self._spent[waiting.source] > SLOW, waiting.number))
            self._waiting.remove(chosen)
            self._busy.add(chosen.source)
            chosen.turn.set_result(self._free.pop())

    async def _answered(self, source: str, process: _Process, task: Read | Brake) -> Any:
        loop = asyncio.get_running_loop()
        watchdog = loop.call_later(MAX_WAIT, partial(process.kill, is_overdue=True))
        try:
            answer, seconds = await asyncio.to_thread(process.answer, task)
        except _Died as died:
            self._spent[source] += self._seconds
            if self._closed:
                return Reason.INTERRUPTED, "not read: the crawl was stopped"
            if died.was_overdue:
                return Reason.READING_TIMEOUT, f"reading it took more than {MAX_WAIT:g} seconds"
            if died.code == -signal.SIGPROF:
                return Reason.READING_TIMEOUT, f"reading it took more than {self._seconds:g} seconds of processor time"
            return Reason.READING_CRASHED, f"reading it took its process down (exit code {died.code})"
        finally:
            watchdog.cancel()
        self._spent[source] += seconds
        return answer


def _is_small(task: Read | Brake) -> bool:
    if isinstance(task, Brake):
        return sum(map(len, task.urls)) <= INLINE
    return len(task.body) <= INLINE and not task.body.startswith(b"\x1f\x8b")  # a gzip file may be large once unpacked
