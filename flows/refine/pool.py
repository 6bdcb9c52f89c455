"""Turn captures into matched articles, in worker processes with a time limit for each page.

`refine_page` is the pure step of one page. `refine` runs it over many captures in a pool of worker processes that can be
killed: a page that hangs, eats memory or takes its worker down costs that page alone. With no workers it is done in the caller,
see `wanted_workers`.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as PageTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

import flows.clean
from flows.clean.article import NotArticle, Unread
from flows.topics import Matcher, Topic, compile_topics
from flows.topics.prefilter import Prefilter, prefilter_of
from newslake.article import CleanArticle
from newslake.errors import CaptureError, NewslakeError, UsageError
from newslake.outcomes import Outcome, Reason
from spiders.urls.canonical import domain, url_id
from spiders.warc.model import Capture
from spiders.warc.read import read_capture
from warehouse.records import ArticleRecord, MatchRecord
from warehouse.similarity.compare import hashes_of
from warehouse.similarity.shingles import content_hash

# Cleaning takes well under a second for a page of any real outlet; only a hostile page comes near this.
SECONDS_PER_PAGE = 30.0
# The largest real article page seen is 6 MB; far above that the parse alone would cost more than the page is worth.
MAX_PAGE_BYTES = 10_000_000
# Per worker, address space: a page of the size cap needs well under 1 GB when parsed.
MAX_WORKER_BYTES = 4 << 30
# Libraries below keep caches that grow by about 1 MB a page.
PAGES_BETWEEN_RESETS = 200
PAGES_PER_WORKER = 5_000
# Bytes: walls and error pages of real sites are smaller, articles hardly ever.
SMALL_PAGE = 30_000
NOT_CLEANED = "no topic's words are on the page, so it was not cleaned"
# It takes a worker about as long to start as to clean so many.
PAGES_WORTH_A_WORKER = 40
_AHEAD = 32


@dataclass(frozen=True, slots=True)
class PageTask:
    """One capture to refine, and what is known of its source."""

    key: str  # the caller's name for it
    source: str
    raw_url: str
    file: Path
    offset: int
    timezone: str | None = None
    language: str | None = None
    must_clean: bool = False  # an article came from this URL before
    was_filtered: bool = False  # the prefilter let the page through; off its topics nothing else is asked about it


@dataclass(frozen=True, slots=True)
class Refined:
    """What became of one capture. `article` is set for articles on and off topic; `detail` explains the rest in words."""

    key: str
    outcome: Outcome | None = None  # OFF_TOPIC, NOT_ARTICLE or FAILED; None for an article on topic, which the load decides
    reason: Reason | None = None
    detail: str | None = None
    article: ArticleRecord | None = None

    @classmethod
    def of(cls, key: str, article: ArticleRecord) -> Refined:
        """Return what became of the capture of an article: whether it is on a topic is decided here, and nowhere else."""
        if article.is_on_topic:
            return cls(key, article=article)
        # An off-topic article goes along all the same: if the corpus has it, an edit took it off the topic, and that is news.
        return cls(key, Outcome.OFF_TOPIC, Reason.NO_MATCH, article=article)

    @classmethod
    def failed(cls, key: str, reason: Reason, detail: str) -> Refined:
        """Return what became of a capture that could not be cleaned."""
        return cls(key, Outcome.FAILED, reason, detail)


def refine_page(task: PageTask, capture: Capture, matcher: Matcher, prefilter: Prefilter | None = None) -> Refined:
    """Clean one capture and match it against the topics. Pure.

    With a `prefilter`, a page that cannot hold a topic is not cleaned; but small ones are, so that walls, missing pages and the
    like are told by their names. What was filtered is asked once more as soon as it is known where on the page the text is.
    """
    if len(capture.body) > MAX_PAGE_BYTES:
        words = f"page of {len(capture.body):,} bytes: over the {MAX_PAGE_BYTES:,} that are cleaned"
        return Refined.failed(task.key, Reason.TOO_LARGE, words)
    worth = None
    if prefilter and not task.must_clean:
        if task.was_filtered:
            worth = prefilter.may_match_text
        elif len(capture.body) > SMALL_PAGE and not prefilter.may_match(capture):
            return _filtered(task)
    try:
        page = flows.clean.clean(
            capture, timezone=task.timezone, language=task.language, publication=capture.hints.publication, worth=worth
        )
    except NewslakeError as error:
        return Refined.failed(task.key, Reason.CLEANING_FAILED, error.happened)
    if isinstance(page, Unread):
        return _filtered(task)
    if isinstance(page, NotArticle):
        return Refined(task.key, Outcome.NOT_ARTICLE, page.reason, page.detail)
    found = find_matches(matcher, page.title, page.text, page.language)
    return Refined.of(task.key, _record(task, capture, page, found))


def _filtered(task: PageTask) -> Refined:
    return Refined(task.key, Outcome.OFF_TOPIC, Reason.FILTERED, NOT_CLEANED)


def find_matches(matcher: Matcher, title: str, text: str, language: str | None) -> tuple[MatchRecord, ...]:
    """The topics that select an article, as rows."""
    return tuple(MatchRecord(m.topic, m.terms, m.in_title, m.score, m.snippet) for m in matcher.match(title, text, language))


def _record(task: PageTask, capture: Capture, page: CleanArticle, matches: tuple[MatchRecord, ...]) -> ArticleRecord:
    return ArticleRecord(
        article_id=url_id(page.url),
        page=page,
        raw_url=task.raw_url,
        source=task.source,
        domain=domain(page.url),
        content_hash=content_hash(page.text),
        seen_at=capture.fetched_at,
        capture_file=capture.file,
        capture_offset=capture.offset,
        matches=matches,
        # here, where it is done by all workers at once
        hashes=hashes_of(page.text) if matches else None,
    )


def refine(
    tasks: Sequence[PageTask],
    topics: Sequence[Topic],
    *,
    workers: int | None = None,
    seconds_per_page: float = SECONDS_PER_PAGE,
    on_page: Callable[[Refined], None] | None = None,
) -> Iterator[Refined]:
    """Refine captures in worker processes; one `Refined` for each task, in the order of the tasks.

    Args:
        workers: how many processes; 0 refines in this one, where nothing can end a page that hangs. See `wanted_workers`.

    Raises nothing for a page, whatever it does: it ends "failed", with the error in `detail`.
    """
    if not tasks:
        return
    if workers is None:
        workers = wanted_workers(min(os.cpu_count() or 1, 1 + len(tasks) // PAGES_WORTH_A_WORKER))
    with worker_pool(topics, min(workers, len(tasks))) as pool:
        for refined in refine_in(pool, tasks, seconds_per_page):
            if on_page:
                on_page(refined)
            yield refined


def wanted_workers(usual: int) -> int:
    """The number in the environment variable NEWSLAKE_WORKERS, or the usual number without it. UsageError if it is none.

    0 stands for no worker process: for a debugger, and where a system has no shared memory for the locks between processes.
    """
    given = os.environ.get("NEWSLAKE_WORKERS", "")
    if given and not (given.isascii() and given.isdigit()):
        raise UsageError(f"NEWSLAKE_WORKERS is {given!r}, which is no number of processes", next="unset NEWSLAKE_WORKERS")
    return int(given) if given else usual


def refine_in(pool: Pool, tasks: Iterable[PageTask], seconds_per_page: float = SECONDS_PER_PAGE) -> Iterator[Refined]:
    """The same in a pool that is open already; its work is scheduled a little ahead of what is taken from here."""
    for task, future in _scheduled(pool, tasks, seconds_per_page, ahead=_AHEAD):
        yield _outcome(task, future, seconds_per_page)


class InlinePool:
    """Does at once, in this process, what a ProcessPool would have done in a worker; without limits of time and memory."""

    def schedule(self, function: Callable[..., Any], args: Sequence[Any] = (), timeout: float | None = None) -> Future[Any]:
        """The result of the call, or the error that it raised. `timeout` is a ProcessPool's, and cannot be kept here."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:  # noqa: BLE001 - as in a worker: whoever asks for the result gets it
            future.set_exception(error)
        return future


Pool = ProcessPool | InlinePool


@contextmanager
def worker_pool(topics: Sequence[Topic], workers: int) -> Iterator[Pool]:
    """Worker processes that know the topics; none, where `workers` is 0. They end with the block: at once, where it ends in an
    error."""
    if not workers:
        _learn(topics)
        yield InlinePool()
        return
    pool = ProcessPool(
        max_workers=workers,
        max_tasks=PAGES_PER_WORKER,
        initializer=_start_worker,
        initargs=(tuple(topics),),
        # Not fork: the parent has threads (Prefect's, rich's), and a forked lock that is held stays held.
        context=_KeptLocks(),
    )
    with pool:
        try:
            yield pool
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


class _KeptLocks(SpawnContext):
    """Holds a pool's locks as long as the pool. Pebble lets go of them before it ends its workers, and a worker that
    is only just starting then finds no lock under the name it was given, and dies with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[object] = []

    def RLock(self) -> RLock:
        lock = super().RLock()
        self._kept.append(lock)
        return lock


def _scheduled(pool: Pool, tasks: Iterable[PageTask], seconds: float, ahead: int) -> Iterator[tuple[PageTask, object]]:
    """Keep a bounded number of tasks in the pool, so that memory does not grow with the run."""
    waiting: list[tuple[PageTask, object]] = []
    for task in tasks:
        waiting.append((task, pool.schedule(_work, args=(task,), timeout=seconds)))
        if len(waiting) > ahead:
            yield waiting.pop(0)
    yield from waiting


def _outcome(task: PageTask, future: object, seconds: float) -> Refined:
    try:
        refined: Refined = future.result()  # type: ignore[attr-defined]
    except PageTimeout:
        return Refined.failed(task.key, Reason.CLEANING_TIMEOUT, f"cleaning took more than {seconds:g} seconds")
    except ProcessExpired as error:
        words = f"the page took its worker down (exit code {error.exitcode})"
        return Refined.failed(task.key, Reason.CLEANING_CRASHED, words)
    except MemoryError:
        words = f"cleaning needed more than {MAX_WORKER_BYTES >> 30} GiB of memory"
        return Refined.failed(task.key, Reason.CLEANING_CRASHED, words)
    except CaptureError as error:
        return Refined.failed(task.key, Reason.DAMAGED, error.happened)
    except NewslakeError as error:
        return Refined.failed(task.key, Reason.CLEANING_FAILED, error.happened)
    except Exception as error:  # noqa: BLE001 - whatever a page provokes in a parser is that page's outcome
        return Refined.failed(task.key, Reason.ERROR, f"{type(error).__name__}: {error}")
    return refined


_matcher: Matcher
_prefilter: Prefilter
_pages = 0


def _start_worker(topics: tuple[Topic, ...]) -> None:
    import flows.clean.extract  # noqa: F401 - now, and not in the time of the first page

    if sys.platform == "linux":  # elsewhere the limit on address space is not kept, or not to be set
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MAX_WORKER_BYTES if hard == resource.RLIM_INFINITY else min(MAX_WORKER_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    _learn(topics)


def _learn(topics: Sequence[Topic]) -> None:
    global _matcher, _prefilter
    _matcher = compile_topics(topics)
    _prefilter = prefilter_of(topics)


def workers_prefilter() -> Prefilter:
    """The prefilter of this worker's topics."""
    return _prefilter


def _work(task: PageTask) -> Refined:
    global _pages
    _pages += 1
    if _pages % PAGES_BETWEEN_RESETS == 0:
        flows.clean.reset_caches()
    return refine_page(task, read_capture(task.file, task.offset), _matcher, _prefilter)
