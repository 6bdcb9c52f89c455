"""Spread work over worker processes, one for each core, where there is much of it."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain, islice
from typing import Any, TypeVar

from pebble import ProcessPool

from flows.refine.pool import wanted_workers
from flows.refine.stand_ins import KeptLocks

Portion = TypeVar("Portion")
Done = TypeVar("Done")

_FEW = 4  # portions that one process works off in less time than others take to start
_AHEAD = 3  # portions that wait for each worker


def spread(
    make: Callable[..., Callable[[Portion], Done]], made_of: tuple[Any, ...], portions: Iterable[Portion]
) -> Iterator[Done]:
    """Yield what is made of each portion, in their order.

    Args:
        make: a function of a module, which returns the one that does the work. Each worker calls it once.
        made_of: what it is called with.
    """
    portions = iter(portions)
    first = list(islice(portions, _FEW))
    workers = wanted_workers(os.cpu_count() or 1) if len(first) == _FEW else 0
    if workers < 2:
        yield from map(make(*made_of), chain(first, portions))
        return
    # Not fork, because the parent has threads (DuckDB, rich).
    with ProcessPool(max_workers=workers, initializer=_start, initargs=(make, made_of), context=KeptLocks()) as pool:
        try:
            waiting: deque[Future[Done]] = deque()
            for portion in chain(first, portions):
                waiting.append(pool.schedule(_work, args=(portion,)))
                if len(waiting) > _AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


_made: Callable[[Any], Any]


def _start(make: Callable[..., Callable[[Any], Any]], made_of: tuple[Any, ...]) -> None:
    global _made
    _made = make(*made_of)
    gc.freeze()  # it stays, and to look through it again and again would take a quarter of the time


def _work(portion: Any) -> Any:
    return _made(portion)
