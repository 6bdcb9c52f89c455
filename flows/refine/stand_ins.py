"""Stand in for parts of Pebble's pool: one that works in the calling process, and locks that live as long as their pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from typing import Any


class InlinePool:
    """A stand-in for ProcessPool that does the work at once in this process, without limits of time and memory."""

    def schedule(self, function: Callable[..., Any], args: Sequence[Any] = (), timeout: float | None = None) -> Future[Any]:
        """Call the function and return its result, or its error, as a finished future. `timeout` is ignored."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:  # noqa: BLE001 - as with a worker, the error is raised when the result is taken
            future.set_exception(error)
        return future


class KeptLocks(SpawnContext):
    """A spawn context that keeps the pool's locks alive as long as the pool.

    Pebble releases them before it ends its workers. A worker that is still starting would then find no lock of the name it
    was given, and die with a traceback.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[object] = []

    def RLock(self) -> RLock:
        lock = super().RLock()
        self._kept.append(lock)
        return lock
