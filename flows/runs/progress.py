"""What a collection tells whoever watches it. The command line shows it live; nobody needs to listen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import Protocol

from flows.refine.pool import Refined
from spiders.journal import Ended, Found


class Watcher(Protocol):
    """Called from the process that runs the collection, step by step in this order.

    Who sets `stop` ends the crawl early and in order; what was fetched is loaded.
    """

    stop: Event | None

    def crawling(self, sources: Sequence[str]) -> None:
        """The crawl of these sources starts."""

    def crawl_event(self, event: Found | Ended) -> None:
        """A URL was found, or came to its end in the crawl."""

    def cleaning(self, pages: int) -> None:
        """So many captures are about to be cleaned and matched."""

    def page(self, page: Refined) -> None:
        """One capture was cleaned and matched."""

    def loading(self, fetches: int) -> None:
        """So many rows are about to be loaded."""

    def note(self, text: str) -> None:
        """Something that the user should know and that does not end the collection, in a line."""


class Silent:
    """Hears everything and says nothing."""

    stop: Event | None = None

    def crawling(self, sources: Sequence[str]) -> None: ...

    def crawl_event(self, event: Found | Ended) -> None: ...

    def cleaning(self, pages: int) -> None: ...

    def page(self, page: Refined) -> None: ...

    def loading(self, fetches: int) -> None: ...

    def note(self, text: str) -> None: ...


SILENT: Watcher = Silent()


class Log(Silent):
    """The watcher of a run that nobody looks at: its notes are lines of a log."""

    def __init__(self, stop: Event | None = None) -> None:
        self.stop = stop

    def note(self, text: str) -> None:
        log(text)


def log(text: str) -> None:
    """A line of a log, with the time, written at once. A log that cannot be written (a full disk) is no reason to end."""
    with suppress(OSError):
        print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text}", flush=True)
