"""Report the progress of a collection to a watcher: the live display, a log, or none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Protocol

from newslake.secrecy import redacted
from spiders.journal import Ended, Found

if TYPE_CHECKING:
    from flows.refine.page import Refined


class Watcher(Protocol):
    """Receives the steps of a collection, in the order of these methods, in the process that runs it.

    Setting `stop` ends the crawl early and cleanly; the pages fetched until then are loaded.
    """

    stop: Event | None

    def crawling(self, sources: Sequence[str]) -> None:
        """Report that the crawl of these sources starts."""

    def crawl_event(self, event: Found | Ended) -> None:
        """Report that the crawl found or finished a URL."""

    def cleaning(self, pages: int) -> None:
        """Report how many captures will now be cleaned and matched."""

    def page(self, page: Refined) -> None:
        """Report the result of one capture."""

    def loading(self, fetches: int) -> None:
        """Report how many rows will now be loaded."""

    def note(self, text: str) -> None:
        """Report, in one line, a problem that does not end the collection."""


class Silent:
    """A watcher that ignores everything."""

    stop: Event | None = None

    def crawling(self, sources: Sequence[str]) -> None: ...

    def crawl_event(self, event: Found | Ended) -> None: ...

    def cleaning(self, pages: int) -> None: ...

    def page(self, page: Refined) -> None: ...

    def loading(self, fetches: int) -> None: ...

    def note(self, text: str) -> None: ...


SILENT: Watcher = Silent()


class Log(Silent):
    """A watcher for unattended runs: it prints notes as log lines."""

    def __init__(self, stop: Event | None = None) -> None:
        self.stop = stop

    def note(self, text: str) -> None:
        log(text)


def log(text: str) -> None:
    """Print a log line with the local time, without secrets, and flush it. Ignore a log that cannot be written (a full disk)."""
    now = datetime.now().astimezone()
    with suppress(OSError):
        print(f"{now:%Y-%m-%d %H:%M:%S} {redacted(text)}", flush=True)
