"""Runs a crawl in a subprocess and follows its journal: the entry point of this package.

A process can start Scrapy's reactor only once, so each crawl gets its own. Parent and child share the run's folder (job.json,
journal.jsonl, crawl.log) and a pipe: when the parent closes the pipe or dies, the child stops.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from newslake.children import environment
from newslake.errors import CrawlError
from newslake.outcomes import Origin
from spiders import journal
from spiders.journal import Ended, Finished, Found, Relisted
from spiders.settings import CrawlSettings
from spiders.sources import Source

LOG = "crawl.log"
JOB = "job.json"
POLL_SECONDS = 0.1
# The child needs at most `process.GRACE_SECONDS` to stop; one that takes longer hangs and is killed.
KILL_SECONDS = 20.0
LOG_TAIL = 20


@dataclass(frozen=True, slots=True)
class Pending:
    """A URL to fetch even if no listing names it today: a retry, an article due to be checked for edits, or what a user gave."""

    url: str
    source: str  # that it belongs to
    origin: Origin  # REVISIT, RETRY or ADDED
    is_slow: bool = False  # a look at an older article, which takes only what new articles leave of the budget
    listed_by: str | None = None  # the source that lists it, if only another than its own does


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """What to crawl."""

    folder: Path  # receives the WARC files and the journal
    cache: Path  # folder of the conditional-request cache of feeds and sitemaps
    sources: Sequence[Source]
    settings: CrawlSettings
    pending: Sequence[Pending] = ()
    # URLs of earlier runs, one a line: "<32 hex digits of the url id> <epoch second when it is due, or - for never> [<last end>]
    # [<8 hex digits for each spelling that brought nothing, with commas between>]"; see `spiders.accounts.spelling`
    known: Path | None = None
    listings_only: bool = False  # read the listings, and fetch no page
    pages_only: bool = False  # read no listing, and fetch what is pending
    # All sources of the watchlist: a page on the site of one of them belongs to it, whoever lists it. Only `sources` if empty.
    watched: Sequence[Source] = ()
    # Sources that were in trouble before this run → failing, silent or stale
    states: Mapping[str, str] = field(default_factory=dict)
    # Servers (see spiders.urls.parts.server_of) that asked an earlier run to be left alone → until when; aware
    left_alone: Mapping[str, datetime] = field(default_factory=dict)
    # Source → how many of the addresses that it listed in earlier runs have not been requested so far
    waiting: Mapping[str, int] = field(default_factory=dict)
    # Ids of the listings for which the last run had no time: these come first
    unread: Sequence[str] = ()
    # Ids of usual addresses of feeds and sitemaps that held none lately: these are not asked for
    vain: Sequence[str] = ()
    # Folder into which everything that the crawl is answered is written; see `spiders.tape`
    tape: Path | None = None
    # Folder of such a tape, from which the crawl is answered, without any network
    replay: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the job as JSON values, with absolute paths."""
        return {
            "folder": str(self.folder.absolute()),
            "cache": str(self.cache.absolute()),
            "sources": _dumped(self.sources),
            "watched": _dumped(self.watched),
            "settings": self.settings.model_dump(mode="json"),
            "pending": [asdict(pending) for pending in self.pending],
            "waiting": dict(self.waiting),
            "unread": list(self.unread),
            "vain": list(self.vain),
            "tape": str(self.tape.absolute()) if self.tape else None,
            "replay": str(self.replay.absolute()) if self.replay else None,
            "known": str(self.known.absolute()) if self.known else None,
            "listings_only": self.listings_only,
            "pages_only": self.pages_only,
            "states": dict(self.states),
            "left_alone": {server: until.isoformat() for server, until in self.left_alone.items()},
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> CrawlJob:
        """Reverse `as_json`."""
        sources = [Source.model_validate(source) for source in record["sources"]]
        # most watched sources are collected too, and of thousands none is read twice
        same = dict(zip(map(json.dumps, record["sources"]), sources, strict=True))
        return cls(
            folder=Path(record["folder"]),
            cache=Path(record["cache"]),
            sources=sources,
            settings=CrawlSettings.model_validate(record["settings"]),
            pending=[Pending(**(pending | {"origin": Origin(pending["origin"])})) for pending in record["pending"]],
            waiting=record["waiting"],
            unread=record["unread"],
            vain=record["vain"],
            tape=Path(record["tape"]) if record["tape"] else None,
            replay=Path(record["replay"]) if record["replay"] else None,
            known=Path(record["known"]) if record["known"] else None,
            listings_only=record["listings_only"],
            pages_only=record["pages_only"],
            watched=[same.get(json.dumps(source)) or Source.model_validate(source) for source in record["watched"]],
            states=record["states"],
            left_alone={server: datetime.fromisoformat(until) for server, until in record["left_alone"].items()},
        )


def _dumped(sources: Sequence[Source]) -> list[dict[str, Any]]:
    # callers may pass a subclass with more fields
    return [source.model_dump(mode="json", include=set(Source.model_fields)) for source in sources]


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl ended."""

    reason: str  # "finished", "stopped" (on request) or "died"
    seconds: float
    stats: dict[str, float]
    detail: str | None = None  # why it died, or the end of its log


def crawl(
    job: CrawlJob,
    on_event: Callable[[Found | Ended], None] | None = None,
    stop: threading.Event | None = None,
) -> CrawlReport:
    """Run a crawl in a subprocess and wait for it.

    Ctrl-C and SIGTERM (in the main thread) and `stop` end the crawl early: requests under way finish or are given up, every URL
    found gets its end, and the report says "stopped".

    Args:
        on_event: is called with every journal line as it is written.
        stop: ends the crawl when set, by any thread.

    Raises:
        CrawlError: the crawl cannot begin.
    """
    started = time.monotonic()
    stop = stop or threading.Event()
    path = job.folder / journal.NAME
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        job.cache.mkdir(parents=True, exist_ok=True)
        (job.folder / JOB).write_text(json.dumps(job.as_json(), ensure_ascii=False), "utf-8")
        path.touch(exist_ok=False)
        log = (job.folder / LOG).open("ab")
    except FileExistsError:
        raise CrawlError(
            f"{job.folder} holds another crawl",
            left="that crawl is untouched",
            next=f"give each crawl a folder of its own, or move {job.folder} away",
        ) from None
    except OSError as error:
        raise CrawlError(
            f"a crawl cannot begin in {job.folder}: {error.strerror or error}",
            left="nothing was fetched",
            next=f"make room or grant access: df -h {job.folder.parent}",
        ) from error
    with log, _spawn(job.folder / JOB, log) as child, _signals(stop), path.open("rb") as lines:
        finished = _follow(child, lines, path, on_event, stop)
        last_words = child.stdout.read().decode("utf-8", "replace").strip() if child.stdout else ""
    seconds = round(time.monotonic() - started, 3)
    if finished and not last_words:
        return CrawlReport(finished.reason, seconds, finished.stats)
    if stop.is_set() and not last_words:
        return CrawlReport("stopped", seconds, {}, "the crawl did not stop in time and was killed")
    detail = last_words or f"exit code {child.returncode}\n{_tail(job.folder / LOG)}"
    return CrawlReport("died", seconds, finished.stats if finished else {}, detail)


def _follow(
    child: subprocess.Popen[bytes],
    lines: Any,
    path: Path,
    on_event: Callable[[Found | Ended], None] | None,
    stop: threading.Event,
) -> Finished | None:
    """Report the lines of the journal until the child has ended. Returns the last one if the child got that far."""
    finished: Finished | None = None
    deadline: float | None = None
    while True:
        gone = child.poll() is not None  # checked before reading, so that nothing written in between is missed
        for event in journal.events(lines, path):
            if isinstance(event, Finished):
                finished = event
            elif on_event and not isinstance(event, Relisted):
                on_event(event)
        if gone:
            return finished
        if deadline is not None:
            if time.monotonic() > deadline:
                child.kill()
        elif stop.is_set():
            deadline = time.monotonic() + KILL_SECONDS
            assert child.stdin
            child.stdin.close()
        # not `stop.wait`: a signal handler that sets the event while this thread waits on it could deadlock on the event's lock
        time.sleep(POLL_SECONDS)


@contextmanager
def _spawn(job: Path, log: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start the child, and make sure on leaving the block that it has ended."""
    child = subprocess.Popen(
        # -P: modules in the current folder must not shadow ours
        [sys.executable, "-P", "-m", "spiders.process", str(job.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment(os.environ),
        start_new_session=True,  # Ctrl-C reaches only the parent, which then stops the child
    )
    try:
        yield child
    finally:
        assert child.stdin and child.stdout
        child.stdin.close()
        try:
            child.wait(KILL_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Make Ctrl-C, SIGTERM and SIGHUP (a closed terminal) set `stop`, if this is the main thread and nobody else handles them.

    A second Ctrl-C raises KeyboardInterrupt.
    """

    def ask(number: int, _: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    free = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    mine = threading.current_thread() is threading.main_thread()
    taken = {number: default for number, default in free.items() if mine and signal.getsignal(number) == default}
    for number in taken:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, default in taken.items():
            signal.signal(number, default)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-LOG_TAIL:])
