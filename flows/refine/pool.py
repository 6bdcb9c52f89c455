"""Turn captures into matched articles, in worker processes with a time limit for each page.

`refine` runs the pure step of `flows.refine.page` over many captures in a pool of worker processes that can be
killed: if a page hangs, uses too much memory or crashes its worker, only that page fails. Without workers all pages are
refined in the calling process, see `wanted_workers`.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as PageTimeout
from contextlib import contextmanager
from typing import Any

from pebble import ProcessExpired, ProcessPool

import flows.clean
from flows.refine.page import PageTask, Refined, refine_page
from flows.refine.stand_ins import InlinePool, KeptLocks
from flows.refine.turns import Patience, in_turn
from flows.topics import NO_TAGS, Matcher, SourceTags, Topic, compile_topics
from flows.topics.prefilter import Prefilter, prefilter_of
from newslake.errors import CaptureError, NewslakeError, UsageError
from newslake.outcomes import Reason
from spiders.warc.read import read_capture

# Cleaning a page of a real outlet takes well under a second; only hostile pages come near this limit.
SECONDS_PER_PAGE = 30.0
# Address space of a worker, in bytes: a page of the largest size needs well under 1 GB when parsed.
MAX_WORKER_BYTES = 4 << 30
# The libraries in use keep caches that grow by about 1 MB per page.
PAGES_BETWEEN_RESETS = 200
PAGES_PER_WORKER = 5_000
# A worker takes about as long to start as to clean this many pages.
PAGES_WORTH_A_WORKER = 40
_AHEAD = 32
# Seconds that count for a page that takes its worker down.
CRASH = 10.0


def refine(
    tasks: Sequence[PageTask],
    topics: Sequence[Topic],
    source_tags: SourceTags = NO_TAGS,
    *,
    workers: int | None = None,
    seconds_per_page: float = SECONDS_PER_PAGE,
    seconds_per_source: float | None = None,
    by_turns: bool = False,
    on_page: Callable[[Refined], None] | None = None,
) -> Iterator[Refined]:
    """Refine captures in worker processes, and yield one `Refined` for each task, in the order of the tasks.

    An error on a page is not raised: the page ends "failed", with the error in `detail`.

    Args:
        source_tags: the tags of sources by name, for topics that ask for them.
        workers: number of processes; 0 refines in this process, where a hanging page cannot be ended. See `wanted_workers`.
        seconds_per_page: time limit for one page.
        seconds_per_source: time for the slow pages of a source together; its other pages then fail. None for no limit.
        by_turns: clean pages of all sources in turn, those of slow sources last. All results are then held until the last one.
        on_page: called with each result as it comes.
    """
    if not tasks:
        return
    if workers is None:
        workers = wanted_workers(min(os.cpu_count() or 1, 1 + len(tasks) // PAGES_WORTH_A_WORKER))
    workers = min(workers, len(tasks))
    patience = Patience(seconds_per_source)
    with worker_pool(topics, workers, source_tags) as pool:
        if by_turns:
            results = refine_by_turns(pool, tasks, patience, workers, seconds_per_page)
            done = {place: _heard(refined, on_page) for place, refined in results}
            yield from (done[place] for place in range(len(tasks)))
        else:
            yield from (_heard(refined, on_page) for refined in refine_in(pool, tasks, seconds_per_page, patience))


def _heard(refined: Refined, on_page: Callable[[Refined], None] | None) -> Refined:
    if on_page:
        on_page(refined)
    return refined


def wanted_workers(usual: int) -> int:
    """Return the number in the environment variable NEWSLAKE_WORKERS, or `usual` if it is not set.

    0 means no worker processes: for debuggers, and for systems without shared memory for locks between processes.

    Raises:
        UsageError: the variable is not a whole number.
    """
    given = os.environ.get("NEWSLAKE_WORKERS", "")
    if given and not (given.isascii() and given.isdigit()):
        raise UsageError(f"NEWSLAKE_WORKERS is {given!r}, which is not a number of processes", next="unset NEWSLAKE_WORKERS")
    return int(given) if given else usual


def refine_in(
    pool: Pool, tasks: Iterable[PageTask], seconds_per_page: float = SECONDS_PER_PAGE, patience: Patience | None = None
) -> Iterator[Refined]:
    """Yield the results like `refine`, from an open pool. Tasks are scheduled a little ahead of the results taken.

    Args:
        patience: what the sources have spent so far; without it, none has a limit.
    """
    patience = patience or Patience(None)
    for task, future in _scheduled(pool, tasks, seconds_per_page, patience):
        yield _outcome(task, future, seconds_per_page, patience)


def refine_by_turns(
    pool: Pool, tasks: Sequence[PageTask], patience: Patience, workers: int, seconds_per_page: float = SECONDS_PER_PAGE
) -> Iterator[tuple[int, Refined]]:
    """Clean pages of all sources in turn, those of slow sources last; yield each result as it comes, with the place of its task.

    Args:
        patience: what the sources have spent so far.
        workers: the number of processes of the pool.
    """
    places = {id(task): place for place, task in enumerate(tasks)}

    def start(task: PageTask) -> Future[Any]:
        future: Future[Any] = pool.schedule(_work, args=(task,), timeout=seconds_per_page)
        return future

    for task, future in in_turn(tasks, patience, workers, start):
        yield places[id(task)], _outcome(task, future, seconds_per_page, patience)


Pool = ProcessPool | InlinePool


@contextmanager
def worker_pool(topics: Sequence[Topic], workers: int, source_tags: SourceTags = NO_TAGS) -> Iterator[Pool]:
    """Run worker processes with the topics loaded, for the time of the block; none if `workers` is 0.

    If the block raises an error, the workers are stopped at once.
    """
    if not workers:
        _learn(topics, source_tags)
        yield InlinePool()
        return
    pool = ProcessPool(
        max_workers=workers,
        max_tasks=PAGES_PER_WORKER,
        initializer=_start_worker,
        initargs=(tuple(topics), dict(source_tags)),
        # Not fork: the parent has threads (Prefect, rich), and a lock held during a fork stays locked in the child.
        context=KeptLocks(),
    )
    with pool:
        try:
            yield pool
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _scheduled(
    pool: Pool, tasks: Iterable[PageTask], seconds: float, patience: Patience
) -> Iterator[tuple[PageTask, Future[Any] | None]]:
    """Schedule the tasks and yield them in order; at most _AHEAD wait in the pool, so memory does not grow with the run.

    A task whose source has used up its time has no future.
    """
    waiting: deque[tuple[PageTask, Future[Any] | None]] = deque()
    for task in tasks:
        over = patience.is_over(task.source)
        waiting.append((task, None if over else pool.schedule(_work, args=(task,), timeout=seconds)))
        if len(waiting) > _AHEAD:
            yield waiting.popleft()
    yield from waiting


def _outcome(task: PageTask, future: Future[Any] | None, seconds: float, patience: Patience) -> Refined:
    if future is None:
        return Refined.failed(task.key, Reason.CLEANING_BUDGET, patience.words.format(seconds=patience.seconds))
    refined: Refined
    try:
        refined, taken = future.result()
        patience.spend(task.source, taken)
    except PageTimeout:
        patience.spend(task.source, seconds)
        return Refined.failed(task.key, Reason.CLEANING_TIMEOUT, f"cleaning took more than {seconds:g} seconds")
    except ProcessExpired as error:
        patience.spend(task.source, CRASH)
        words = f"the page took its worker down (exit code {error.exitcode})"
        return Refined.failed(task.key, Reason.CLEANING_CRASHED, words)
    except MemoryError:
        patience.spend(task.source, CRASH)
        words = f"cleaning needed more than {MAX_WORKER_BYTES >> 30} GiB of memory"
        return Refined.failed(task.key, Reason.CLEANING_CRASHED, words)
    except CaptureError as error:
        return Refined.failed(task.key, Reason.DAMAGED, error.happened)
    except NewslakeError as error:
        return Refined.failed(task.key, Reason.CLEANING_FAILED, error.happened)
    except Exception as error:  # noqa: BLE001 - any error that a page causes in a parser is the outcome of that page
        return Refined.failed(task.key, Reason.ERROR, f"{type(error).__name__}: {error}")
    return refined


_matcher: Matcher
_prefilter: Prefilter
_pages = 0


def _start_worker(topics: tuple[Topic, ...], source_tags: SourceTags) -> None:
    import flows.clean.extract  # noqa: F401 - imported now, so that it does not count against the first page's time limit

    if sys.platform == "linux":  # other systems do not enforce this limit or do not let it be set
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MAX_WORKER_BYTES if hard == resource.RLIM_INFINITY else min(MAX_WORKER_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    _learn(topics, source_tags)


def _learn(topics: Sequence[Topic], source_tags: SourceTags) -> None:
    global _matcher, _prefilter
    _matcher = compile_topics(topics, source_tags)
    _prefilter = prefilter_of(topics)


def workers_prefilter() -> Prefilter:
    """Return the prefilter of the topics of this worker."""
    return _prefilter


def _work(task: PageTask) -> tuple[Refined, float]:
    """Return the result for a page, and the seconds of processor time that it took."""
    global _pages
    started = time.process_time()
    _pages += 1
    if _pages % PAGES_BETWEEN_RESETS == 0:
        flows.clean.reset_caches()
    refined = refine_page(task, read_capture(task.file, task.offset), _matcher, _prefilter)
    return refined, time.process_time() - started
