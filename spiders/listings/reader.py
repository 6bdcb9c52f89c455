"""Read listings in a process of its own, which may be killed: `python -m spiders.listings.reader SECONDS`.

It answers one task after another: from standard input to standard output, each as its length and its pickle, and ends when its
input does. `spiders.listings.processes` starts it. A task that uses more seconds of processor time kills the process at once.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from newslake.errors import ListingError
from newslake.outcomes import Reason
from spiders.listings.model import Link, Listing
from spiders.urls.canonical import id_and_form
from spiders.urls.traps import braked

# Processor time for one task. A sitemap of 50,000 addresses takes a few seconds, a feed of 10 MB about as many as it has MB.
SECONDS = 20.0
# Address space, in bytes.
MAX_MEMORY = 3 << 29
# A process that needed more memory than this for a task ends after it, and gives the memory back.
RECYCLED = 300 << 20
SIZE = 8


@dataclass(frozen=True, slots=True)
class Read:
    """A listing to read.

    Attributes:
        url: the URL that answered.
        pattern: the `article_pattern` of the source.
        replaces: it is a home page read in place of a lost listing.
    """

    kind: str
    body: bytes
    url: str
    content_type: str | None
    pattern: str | None = None
    replaces: bool = False

    def do(self) -> Listing:
        """Return the listing, each link with its id. Raises ListingError."""
        listing = self._listing()
        links = listing.links
        if self.replaces:
            from spiders.listings.rediscovery import usable

            links = usable(listing, self.pattern)
        return replace(listing, links=tuple(Link(link.url, link.hints, *id_and_form(link.url)) for link in links))

    def _listing(self) -> Listing:
        match self.kind:
            case "feed":
                from spiders.listings.feeds import read_feed

                return read_feed(self.body, self.url, self.content_type)
            case "sitemap":
                from spiders.listings.sitemaps import read_sitemap

                return read_sitemap(self.body, self.url, self.content_type)
            case "section":
                from spiders.listings.sections import read_section

                return read_section(self.body, self.url, self.content_type, article_pattern=self.pattern)
            case _:
                from spiders.listings.autodiscovery import read_home

                return read_home(self.body, self.url, self.content_type)


@dataclass(frozen=True, slots=True)
class Brake:
    """The page addresses of a source, in which to find those that a site generates endlessly.

    Attributes:
        urls: address → the kind of its listing.
        pattern: the `article_pattern` of the source; what matches it is never endless.
    """

    urls: Mapping[str, str]
    today: date
    pattern: str | None = None

    def do(self) -> dict[str, str]:
        """Return the endless addresses, each with the reason in words."""
        import re

        wanted = re.compile(self.pattern) if self.pattern else None
        named = [url for url in self.urls if not (wanted and wanted.search(url))]
        declared: Collection[str] = {url for url in named if self.urls[url] in ("feed", "sitemap")}
        return braked(named, self.today, declared)


def send(out: IO[bytes], message: object) -> None:
    """Write a message as its length and its pickle."""
    packed = pickle.dumps(message, protocol=5)
    out.write(len(packed).to_bytes(SIZE, "big"))
    out.write(packed)
    out.flush()


def receive(source: IO[bytes]) -> Any:
    """Read a message. Raises EOFError at the end of the stream."""
    size = int.from_bytes(_exactly(source, SIZE), "big")
    return pickle.loads(_exactly(source, size))  # only these two processes write to the pipes


def _exactly(source: IO[bytes], size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main(seconds: float) -> None:
    """Answer tasks until standard input ends, or until it has grown too large.

    An answer is the result or a reason and its words, the processor time that it took, and whether it is the last one.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if sys.platform == "linux":  # other systems do not enforce this limit or do not let it be set
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard), hard))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the log
    is_last = False
    while not is_last:
        try:
            task = receive(sys.stdin.buffer)
        except EOFError:
            return
        started = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _answer(task)
        signal.setitimer(signal.ITIMER_PROF, 0)
        is_last = _memory() > RECYCLED
        try:
            send(out, (answer, time.process_time() - started, is_last))
        except MemoryError:
            send(out, (_too_large(), time.process_time() - started, is_last))


def _memory() -> int:
    """Return the memory that this process holds, in bytes; its largest amount so far where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:  # on Linux, this figure would begin with the memory of the process that started this one
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _answer(task: Read | Brake) -> Any:
    try:
        return task.do()
    except ListingError as error:
        return error.reason, error.happened
    except (MemoryError, RecursionError):
        return _too_large()
    except Exception as error:  # noqa: BLE001 - any error that a listing causes in a parser is its outcome
        return Reason.ERROR, f"{type(error).__name__}: {error}"


def _too_large() -> tuple[Reason, str]:
    return Reason.READING_CRASHED, f"reading it needed more than {MAX_MEMORY / (1 << 30):g} GiB of memory"


if __name__ == "__main__":
    main(float(sys.argv[1]))
