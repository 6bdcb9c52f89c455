"""Live progress of a collection: a line per source while it crawls, then how far cleaning is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from flows.cli.console import plain
from newslake.outcomes import Outcome
from spiders.journal import Ended, Found

if TYPE_CHECKING:
    from flows.refine.page import Refined

_ERRORS = {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.FAILED, Outcome.REFUSED}


@dataclass(slots=True)
class _Counts:
    found: int = 0
    pages: int = 0
    articles: int = 0
    matches: int = 0
    errors: int = 0


class LiveProgress:
    """Watches a collection (`flows.runs.progress.Watcher`) and shows it as a table."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._sources: dict[str, _Counts] = {}
        self._source_of: dict[str, str] = {}
        self._to_clean = 0
        self._cleaned = 0
        self._step = "starting"
        self.stop: Event | None = None

    def crawling(self, sources: Sequence[str]) -> None:
        self._step = "crawling"
        for source in sources:
            self._sources.setdefault(source, _Counts())

    def crawl_event(self, event: Found | Ended) -> None:
        if isinstance(event, Found):
            self._source_of[event.id] = event.source
            if event.kind == "page":
                self._counts(event.id).found += 1
            return
        counts = self._counts(event.id)
        counts.pages += event.outcome is None
        counts.errors += event.outcome in _ERRORS

    def cleaning(self, pages: int) -> None:
        self._step, self._to_clean, self._cleaned = "cleaning", pages, 0

    def page(self, page: Refined) -> None:
        self._cleaned += 1
        counts = self._counts(page.key)
        counts.articles += page.outcome in (None, Outcome.OFF_TOPIC)
        counts.matches += page.outcome is None
        counts.errors += page.outcome is Outcome.FAILED

    def loading(self, fetches: int) -> None:
        self._step = f"loading {fetches} URLs"

    def note(self, text: str) -> None:
        self._console.print(Text(plain(text)), soft_wrap=True)  # above the table, if there is one

    def _counts(self, key: str) -> _Counts:
        return self._sources.setdefault(self._source_of.get(key, "(earlier run)"), _Counts())

    def __rich__(self) -> Table:
        step = f"{self._step} {self._cleaned}/{self._to_clean}" if self._step == "cleaning" else self._step
        shown = Table(title=f"{step} …", title_justify="left", header_style="bold", pad_edge=False)
        shown.add_column("source")
        for header in ("found", "pages", "articles", "matches", "errors"):
            shown.add_column(header, justify="right")
        for source, counts in list(self._sources.items()):
            numbers = (counts.found, counts.pages, counts.articles, counts.matches, counts.errors)
            shown.add_row(Text(plain(source)), *(str(number or "·") for number in numbers))
        return shown


@contextmanager
def live_progress(console: Console) -> Iterator[LiveProgress]:
    """Show progress while the block runs if the console is a terminal."""
    progress = LiveProgress(console)
    if not console.is_terminal:
        yield progress
        return
    with Live(progress, console=console, refresh_per_second=4, transient=True):
        yield progress
