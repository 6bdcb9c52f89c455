"""Keep the processes that read the warehouse: a few at once, each for one page at a time, and ended when they are not needed.

A query that does not return can be ended only with its process. The process that speaks HTTP stays small, and free for others.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from flows.explore.asked import Asked, Reply
from flows.reports import next_step
from newslake.children import environment
from newslake.disk import storage_errors
from newslake.errors import NewslakeError, QueryStopped, QueryTimeout

SIZE = struct.Struct(">Q")
MOST = 4  # processes; of these so many for SQL of users, so that a page always finds one
MOST_SQL = 2
PATIENCE = 20.0  # seconds that a page waits for a process
HELD = 1 << 20  # bytes of an answer that are held in memory; more goes into a file
CHUNK = 1 << 16
IDLE = 120.0  # seconds after which a process without work ends
LOOK = 5.0
START = 60.0  # that a process has to begin, on a busy machine


class Worker:
    """A process that answers one request after another."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.free_since = time.monotonic()

    @classmethod
    async def started(cls, config: Path) -> Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "flows.explore.worker",
            str(config),
            str(next_step.given() or ""),
            *sorted(next_step.names()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment(os.environ),
            start_new_session=True,  # Ctrl-C is for the explorer, which ends its workers
        )
        worker = cls(process)
        try:
            await asyncio.wait_for(worker._read(), START)  # it says that it is ready
        except BaseException as error:
            await asyncio.shield(worker.end())
            if isinstance(error, TimeoutError):
                raise QueryStopped("the process that was to answer did not start", next="load this page again") from None
            raise
        return worker

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, asked: Asked, seconds: float) -> Reply:
        """Return the answer to a request.

        Raises:
            QueryStopped: the process died.
        """
        stdin = self._process.stdin
        assert stdin is not None
        data = pickle.dumps((asked, seconds))
        with suppress(OSError):  # it died, which reading tells
            stdin.write(SIZE.pack(len(data)) + data)
            await stdin.drain()
        reply = pickle.loads(await self._read())
        assert isinstance(reply, Reply)
        size = await self._size()
        reply = replace(reply, body=await self._exactly(size)) if size <= HELD else replace(reply, large=await self._kept(size))
        self.free_since = time.monotonic()
        return reply

    async def _read(self) -> bytes:
        return await self._exactly(await self._size())

    async def _size(self) -> int:
        (size,) = SIZE.unpack(await self._exactly(SIZE.size))
        assert isinstance(size, int)
        return size

    async def _exactly(self, size: int) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            return await stdout.readexactly(size)
        except (asyncio.IncompleteReadError, OSError):
            raise QueryStopped(
                "the process that was to answer died, usually because it needed more memory than it may take",
                left="nothing was changed",
                next="ask for less: a shorter stretch of time, fewer sources, a LIMIT",
            ) from None

    async def _kept(self, size: int) -> BinaryIO:
        """Return what comes next as a file without a name, so that a slow reader costs neither memory nor this process."""
        with ExitStack() as stack:
            stack.enter_context(storage_errors(Path(tempfile.gettempdir()), "nothing was changed", "newslake explore"))
            file = stack.enter_context(tempfile.TemporaryFile())
            for at in range(0, size, CHUNK):
                file.write(await self._exactly(min(CHUNK, size - at)))
            file.seek(0)
            stack.pop_all()
            return file

    async def end(self) -> None:
        """End the process, whatever it does."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


class Workers:
    """Processes that answer requests for one watchlist."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._free: list[Worker] = []
        self._all: set[Worker] = set()
        self._places, self._places_for_sql = asyncio.Semaphore(MOST), asyncio.Semaphore(MOST_SQL)
        self._sweeper: asyncio.Task[None] | None = None

    async def warm(self) -> None:
        """Start a process, so that the first page need not wait for one."""
        with suppress(NewslakeError):
            async with self._place(is_sql=False):
                self._free.append(await self._worker())

    async def ask(self, asked: Asked, seconds: float, *, is_sql: bool = False) -> Reply:
        """Return the answer to a request. If this is cancelled, so is the work.

        Raises:
            QueryTimeout: it took longer than so many seconds.
            QueryStopped: the process died, or all are at work for others.
        """
        async with self._place(is_sql=is_sql):
            worker = await self._worker()
            try:
                # It stops by itself when the time is over; a process that does not is ended.
                reply = await asyncio.wait_for(worker.ask(asked, seconds), seconds + 2)
            except BaseException as error:
                self._all.discard(worker)
                await asyncio.shield(worker.end())
                if isinstance(error, TimeoutError):
                    raise QueryTimeout(seconds) from None
                raise
            self._free.append(worker)
            return reply

    @asynccontextmanager
    async def _place(self, *, is_sql: bool) -> AsyncIterator[None]:
        places = [self._places_for_sql, self._places] if is_sql else [self._places]
        taken: list[asyncio.Semaphore] = []
        try:
            for one in places:
                await asyncio.wait_for(one.acquire(), PATIENCE)
                taken.append(one)
            yield
        except TimeoutError:
            raise QueryStopped(
                "the explorer is busy with other questions",
                left="nothing was read",
                next="wait a moment, then load this page again",
            ) from None
        finally:
            for one in taken:
                one.release()

    async def _worker(self) -> Worker:
        while self._free:
            worker = self._free.pop()
            if worker.is_alive:
                return worker
            self._all.discard(worker)
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())
        worker = await Worker.started(self._config)
        self._all.add(worker)
        return worker

    async def _sweep(self) -> None:
        """End the processes that had no work for a while."""
        while True:
            await asyncio.sleep(LOOK)
            now = time.monotonic()
            idle = [worker for worker in self._free if now - worker.free_since > IDLE]
            self._free = [worker for worker in self._free if worker not in idle]
            for worker in idle:
                self._all.discard(worker)
                await worker.end()

    async def close(self) -> None:
        """End all processes."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for worker in list(self._all):
            await worker.end()
