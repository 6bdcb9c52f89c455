"""One crawl, one subprocess: the door of this package.

Scrapy's reactor starts once in a process and never again, so each crawl gets a process of its own. The two share the run's
folder (job.json, journal.jsonl, crawl.log) and a pipe: when the parent closes it, or dies, the child stops.
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
from pathlib import Path
from typing import Any

from newslake.children import environment
from newslake.errors import CrawlError
from spiders import journal
from spiders.journal import Ended, Finished, Found
from spiders.settings import CrawlSettings
from spiders.sources import Source

LOG = "crawl.log"
JOB = "job.json"
POLL_SECONDS = 0.1
# The child needs at most child.GRACE_SECONDS to close its books; one that takes longer hangs.
KILL_SECONDS = 20.0
LOG_TAIL = 20


@dataclass(frozen=True, slots=True)
class Pending:
    """A URL to fetch whether or not it is listed today: a retry, or a young article due for another look."""

    url: str
    source: str
    found_by: str  # "revisit" or "retry"


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """What to crawl.

    `folder` receives the WARC files and journal.jsonl, `cache` the conditional-request cache of feeds and sitemaps.
    `known` names a text file with one "<32 hex url id> <epoch second from which it may be fetched again, or ->" a line; a third
    word may say how it ended last.
    """

    folder: Path
    cache: Path
    sources: Sequence[Source]
    settings: CrawlSettings
    pending: Sequence[Pending] = ()
    known: Path | None = None
    listings_only: bool = False  # try the sources, and fetch no page
    states: Mapping[str, str] = field(default_factory=dict)  # of sources that were in trouble before: failing, silent, stale

    def as_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder.absolute()),
            "cache": str(self.cache.absolute()),
            # a source may be more to others than it is to the spiders
            "sources": [source.model_dump(mode="json", include=set(Source.model_fields)) for source in self.sources],
            "settings": self.settings.model_dump(mode="json"),
            "pending": [asdict(pending) for pending in self.pending],
            "known": str(self.known.absolute()) if self.known else None,
            "listings_only": self.listings_only,
            "states": dict(self.states),
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> CrawlJob:
        return cls(
            folder=Path(said["folder"]),
            cache=Path(said["cache"]),
            sources=[Source.model_validate(source) for source in said["sources"]],
            settings=CrawlSettings.model_validate(said["settings"]),
            pending=[Pending(**pending) for pending in said["pending"]],
            known=Path(said["known"]) if said["known"] else None,
            listings_only=said["listings_only"],
            states=said["states"],
        )


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl ended: `reason` is "finished", "stopped" (asked to) or "died" (with the tail of its log in `detail`)."""

    reason: str
    seconds: float
    stats: dict[str, float]
    detail: str | None = None


def crawl(
    job: CrawlJob,
    on_event: Callable[[Found | Ended], None] | None = None,
    stop: threading.Event | None = None,
) -> CrawlReport:
    """Run one crawl in a subprocess of its own and wait for it; `on_event` hears every journal line as it is written.

    Ctrl-C or SIGTERM (in the main thread), or setting `stop` (from any), ends the crawl early: what is under way is
    closed, every URL found gets its end, and the report says "stopped". Raises CrawlError where the crawl cannot begin.
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
        return CrawlReport("stopped", seconds, {}, "the crawl did not stop by itself and was ended")
    detail = last_words or f"exit code {child.returncode}\n{_tail(job.folder / LOG)}"
    return CrawlReport("died", seconds, finished.stats if finished else {}, detail)


def _follow(
    child: subprocess.Popen[bytes],
    lines: Any,
    path: Path,
    on_event: Callable[[Found | Ended], None] | None,
    stop: threading.Event,
) -> Finished | None:
    """Report the journal's lines until the child is gone; its last one, if it got so far."""
    finished: Finished | None = None
    deadline: float | None = None
    while True:
        gone = child.poll() is not None  # asked before reading, so that nothing written in between is missed
        for event in journal.events(lines, path):
            if isinstance(event, Finished):
                finished = event
            elif on_event:
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
        # not Event.wait: a signal's handler that sets the event while this thread waits on it could find its lock held
        time.sleep(POLL_SECONDS)


@contextmanager
def _spawn(job: Path, log: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The child, gone when the block is left."""
    child = subprocess.Popen(
        # -P: the folder that a user happens to stand in must not shadow modules
        [sys.executable, "-P", "-m", "spiders.process", str(job.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment(os.environ),
        start_new_session=True,  # Ctrl-C reaches the parent alone, which then stops the child in order
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
    """Ctrl-C and SIGTERM set `stop`, where nobody else has taken them and this is the thread that may.

    A second Ctrl-C does what Ctrl-C does.
    """

    def ask(number: int, _: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    free = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
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
