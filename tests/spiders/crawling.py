"""Running one real crawl in a test, and reading what it reported."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newslake.outcomes import Outcome
from spiders.crawl import CrawlJob, CrawlReport, Pending, crawl
from spiders.journal import Ended, Found
from spiders.settings import CrawlSettings
from spiders.sources import Source
from spiders.warc.model import Capture
from spiders.warc.read import read_capture


@dataclass
class Crawled:
    """A finished crawl; URLs are named by their path."""

    folder: Path
    report: CrawlReport
    found: list[Found] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ends = {self._path(one.id): one for one in self.ended}

    def _path(self, key: str) -> str:
        parts = urlsplit(next(one.url for one in self.found if one.id == key))
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def outcomes(self) -> dict[str, str]:
        """How each URL ended in one word: the outcome, "captured" without one, or the reason if the outcome says little."""
        telling = (Outcome.UNCHANGED, Outcome.NOT_ARTICLE)
        return {path: str(one.reason if one.outcome in telling else one.outcome or "captured") for path, one in self.ends.items()}

    def detail(self, path: str) -> str:
        return self.ends[path].detail or ""

    def capture(self, path: str) -> Capture:
        one = self.ends[path]
        assert one.file is not None and one.offset is not None
        return read_capture(self.folder / one.file, one.offset)

    def adds_up(self) -> bool:
        """Every URL found once, and ended once."""
        found = Counter(one.id for one in self.found)
        return found == Counter(one.id for one in self.ended) and set(found.values()) == {1}


def run_crawl(
    folder: Path,
    *sources: Source,
    pending: tuple[Pending, ...] = (),
    known: Path | None = None,
    name: str = "run",
    stop: threading.Event | None = None,
    states: Mapping[str, str] | None = None,
    **settings: Any,
) -> Crawled:
    """Crawl loopback without delay, unless the settings say otherwise; crawls of one folder share their cache."""
    given = {"delay": 0, "allow_private": True, "per_domain": 8, "timeout": 5} | settings
    job = CrawlJob(folder / name, folder / "cache", sources, CrawlSettings(**given), pending, known, states=states or {})
    events: list[Found | Ended] = []
    report = crawl(job, events.append, stop)
    assert report.reason in ("finished", "stopped"), report.detail
    assert "Fatal Python error" not in (job.folder / "crawl.log").read_text("utf-8")
    found = [event for event in events if isinstance(event, Found)]
    return Crawled(job.folder, report, found, [event for event in events if isinstance(event, Ended)])
