"""One crawl, one subprocess: the door of this package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from spiders.journal import Ended, Found
from spiders.settings import CrawlSettings
from spiders.sources import Source


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
    `known` names a text file with one "<32 hex url id> <epoch second from which it may be fetched again, or ->" a line.
    """

    folder: Path
    cache: Path
    sources: Sequence[Source]
    settings: CrawlSettings
    pending: Sequence[Pending] = ()
    known: Path | None = None


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl ended: `reason` is "finished", "stopped" (asked to) or "died" (with the tail of its log in `detail`)."""

    reason: str
    seconds: float
    stats: dict[str, float]
    detail: str | None = None


def crawl(job: CrawlJob, on_event: Callable[[Found | Ended], None] | None = None) -> CrawlReport:
    """Run one crawl in a subprocess of its own and wait for it; `on_event` hears every journal line as it is written."""
    raise NotImplementedError
