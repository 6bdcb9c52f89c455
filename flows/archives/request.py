"""State what a backfill is asked for, and how far it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from flows.archives.files import Archive
from spiders.sources import Source

__all__ = ["SILENT", "BackfillWatcher", "Range", "Request", "Tally"]


@dataclass(frozen=True, slots=True)
class Range:
    """Days of publication to load, both included; a page without a date counts by the day of its capture."""

    since: date | None = None
    until: date | None = None

    def holds(self, when: datetime) -> bool:
        """Return whether an aware datetime falls on one of the days, in UTC."""
        day = when.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Request:
    """What to load from the files of a backfill.

    Attributes:
        only: sources whose pages to load; all enabled ones of the watchlist if empty.
        any_source: also load pages of domains that are not on the watchlist.
        days: days of publication to load.
        every_row: also write a row in `fetches` for each cleaned page that no topic selects.
        again: also load files that an earlier backfill with the same request and topics loaded.
    """

    only: tuple[Source, ...] = ()
    any_source: bool = False
    days: Range = Range()
    every_row: bool = False
    again: bool = False


@dataclass(slots=True)
class Tally:
    """How far a backfill is, or how it ended."""

    files: int = 0
    pages: int = 0
    bytes: int = 0  # of bodies, decompressed
    cleaned: int = 0
    matches: int = 0
    seconds: float = 0.0
    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    new_articles: int = 0
    new_revisions: int = 0
    new_copies: int = 0
    articles: int | None = None  # in the warehouse; None if nothing was loaded
    skipped: list[str] = field(default_factory=list)  # loaded by an earlier backfill
    failed: dict[str, str] = field(default_factory=dict)  # files that could not be loaded, or not completely, with the reason
    others: Counter[str] = field(default_factory=Counter)  # records that hold no page, by type
    repeated: Counter[str] = field(default_factory=Counter)  # records whose head has a field with different values, by its name
    # Pages that were not cleaned, because slow pages of their source took its time: by file and source.
    not_cleaned: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for is in the warehouse."""
        return not self.failed and not self.not_cleaned


class BackfillWatcher(Protocol):
    """Hears how a backfill goes on."""

    def file(self, archive: Archive, number: int, of: int) -> None:
        """Hear that file `number` of `of` is next."""

    def progress(self, tally: Tally, done: int, size: int) -> None:
        """Hear that `done` of `size` bytes of the file are read."""

    def note(self, text: str) -> None:
        """Hear, in one line, what the backfill waits for."""


class _Silent:
    def file(self, archive: Archive, number: int, of: int) -> None: ...

    def progress(self, tally: Tally, done: int, size: int) -> None: ...

    def note(self, text: str) -> None: ...


SILENT = _Silent()
