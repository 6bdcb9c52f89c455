"""Try sources: crawl their listings and some of their pages, and say what became of each, always in the same order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newslake.errors import CaptureError, PageError
from newslake.outcomes import End, Origin, Outcome, Reason
from newslake.text import cut, squeeze

if TYPE_CHECKING:
    from flows.runs.account import Account, Entry
    from spiders.settings import CrawlSettings
    from spiders.sources import Source

__all__ = ["Trial", "attempt"]

Row = dict[str, object]
_KINDS = ("home", "feed", "sitemap", "section", "page")
# Characters of a text that are shown.
_BEGINNING = 160


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial of sources said.

    Attributes:
        failed: sources that failed, with the reason.
        listings: a row for each listing.
        pages: a row for each page that was fetched.
        missing: addresses to which a replayed folder holds no answer.
    """

    failed: dict[str, str]
    listings: list[Row]
    pages: list[Row]
    missing: list[str]


def attempt(
    sources: Sequence[Source],
    settings: CrawlSettings,
    left_alone: Mapping[str, datetime],
    *,
    pages: int = 0,
    tape: Path | None = None,
    replay: Path | None = None,
) -> Trial:
    """Read the listings of sources and at most so many of the pages that each lists, the newest first.

    Args:
        left_alone: see `spiders.crawl.CrawlJob`.
        tape: folder in which to store all answers; it must exist.
        replay: folder of such answers to use in place of the network.

    Raises:
        CrawlError: the crawl cannot begin.
    """
    from flows.runs.account import read_account
    from spiders.crawl import CrawlJob, crawl
    from spiders.tape.secrets import Secrets

    tried = [source.model_copy(update={"max_articles": pages}) for source in sources] if pages else list(sources)
    with tempfile.TemporaryDirectory(prefix="newslake-check-") as folder:
        job = CrawlJob(
            folder=Path(folder) / "crawl",
            cache=Path(folder) / "cache",
            sources=tried,
            settings=settings,
            listings_only=not pages,
            left_alone=left_alone,
            tape=tape,
            replay=replay,
        )
        report = crawl(job)
        account = read_account(job.folder)
        secrets = Secrets(address for source in sources for address in source.addresses)
        places = {source.name: place for place, source in enumerate(sources)}
        entries = sorted(account.entries, key=lambda entry: _order(entry, places))
        hide = secrets.hide if tape or replay else str
        failed = {name: hide(why) for name, why in account.failed_sources().items()}
        if report.reason == "died":
            words = hide(report.detail or "the crawl died")
            failed |= {source.name: words for source in sources if source.name not in failed}
        listings = [_listing(account, entry) for entry in entries if entry.found.kind != "page"]
        by_name = {source.name: source for source in sources}
        read = [_page(account, entry, by_name.get(entry.found.source)) for entry in entries if _was_asked(entry)]
        missing = [entry.url for entry in entries if entry.ended and entry.ended.reason is Reason.NOT_SAVED]
    return Trial(failed, [_hidden(row, hide) for row in listings], [_hidden(row, hide) for row in read], missing)


def _hidden(row: Row, hide: Callable[[str], str]) -> Row:
    """Return a row without secrets in its texts."""
    return {key: hide(value) if type(value) is str else value for key, value in row.items()}


def _order(entry: Entry, places: Mapping[str, int]) -> tuple[int, int, str]:
    return places.get(entry.found.source, len(places)), _KINDS.index(entry.found.kind), entry.url


def _was_asked(entry: Entry) -> bool:
    return entry.found.kind == "page" and entry.ended is not None and entry.ended.requested_at is not None


def _listing(account: Account, entry: Entry) -> Row:
    found = entry.found
    place = {"source": found.source, "kind": found.kind, "url": found.url, "found_by": found.found_by, "origin": found.origin}
    return place | _shown(account.end(entry))


def _shown(end: End) -> Row:
    """Return the end of a listing as it is shown: of one that was read, the outcome would only say that it is no article."""
    word: str = end.outcome or "failed"
    if end.outcome is Outcome.NOT_ARTICLE:
        word = "read"
    elif end.outcome is Outcome.UNCHANGED:
        word = "not-modified"
    return {"end": word, "reason": end.reason, "detail": end.detail}


def _page(account: Account, entry: Entry, source: Source | None) -> Row:
    """Return how a page is read; without the record of an article if it holds none."""
    from flows.clean import CleanArticle, NotArticle, clean
    from spiders.warc.read import read_capture

    ended = entry.ended
    row: Row = {"source": entry.found.source, "url": entry.url}
    if ended is None or ended.outcome is not None or ended.file is None or ended.offset is None:
        return row | _shown(account.end(entry))
    try:
        capture = read_capture(account.folder / ended.file, ended.offset)
        read = clean(capture, timezone=source.timezone if source else None, language=source.language if source else None)
    except (CaptureError, PageError) as error:
        return row | {"end": "failed", "reason": Reason.CLEANING_FAILED, "detail": error.happened}
    if isinstance(read, NotArticle):
        return row | {"end": "not-article", "reason": read.reason, "detail": read.detail}
    assert isinstance(read, CleanArticle)
    is_part = entry.found.origin is Origin.PAGE
    return row | {
        "end": "article",
        "reason": Reason.PART if is_part else None,
        "detail": entry.found.found_by if is_part else None,
        "title": read.title,
        "authors": list(read.authors),
        "published": read.published_at,
        "language": read.language,
        "words": read.word_count,
        "text": cut(squeeze(read.text), _BEGINNING),
    }
