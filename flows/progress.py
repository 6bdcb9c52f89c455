"""What a collection tells whoever watches it. The command line shows it live; nobody needs to listen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from flows.refine import Refined
from spiders.journal import Ended, Found


class Watcher(Protocol):
    """Called from the process that runs the collection, step by step in this order."""

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

    def crawling(self, sources: Sequence[str]) -> None: ...

    def crawl_event(self, event: Found | Ended) -> None: ...

    def cleaning(self, pages: int) -> None: ...

    def page(self, page: Refined) -> None: ...

    def loading(self, fetches: int) -> None: ...

    def note(self, text: str) -> None: ...


SILENT: Watcher = Silent()
_current: ContextVar[Watcher] = ContextVar("watcher", default=SILENT)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Let a watcher hear the collections below, across Prefect, whose parameters carry plain data alone."""
    token = _current.set(watcher)
    try:
        yield
    finally:
        _current.reset(token)


def current_watcher() -> Watcher:
    return _current.get()
