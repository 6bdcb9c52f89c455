"""Find the capture behind a revision of an article, read it, and say why that cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from flows.clean.decode import decode
from flows.reading.citation import CapturedPage
from flows.watchlist import Watchlist
from newslake.errors import CaptureError, UsageError
from newslake.text import one_line
from spiders.warc.extract import Known, known_by, was_removed
from spiders.warc.model import Capture
from spiders.warc.read import read_capture
from warehouse.reading.whole import WholeArticle


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched, and where its record is.

    Attributes:
        url: the address that answered.
        name: the WARC file as the warehouse names it.
        body: its bytes, without transfer and content encoding.
        problem: what is missing of it, in words; None if nothing is.
        sha256: of `body`.
    """

    url: str
    fetched_at: datetime
    status: int
    content_type: str | None
    body: bytes
    problem: str | None
    file: Path
    name: str
    offset: int
    known: Known

    @property
    def text(self) -> str:
        """The page as text, whatever its labels claim."""
        return decode(self.body, self.content_type)

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


def page_behind(watchlist: Watchlist, article: WholeArticle, part: int = 1) -> Page:
    """Return the page behind the revision of an article.

    Args:
        part: the number of the page, of an article on several pages; only its current revision has more than one.
    Raises:
        UsageError: it has no such page.
        CaptureError: the page was not kept, or its record is missing or damaged.
    """
    name, offset = _place(article, part)
    if name is None or offset is None:
        raise _not_kept(watchlist, article)
    file = watchlist.capture_path(name)
    try:
        capture: Capture = read_capture(file, offset)
        known = known_by(file, offset)
    except (CaptureError, OSError) as error:
        happened = getattr(error, "happened", f"{file} cannot be read: {error}")
        if was_removed(file, offset):
            happened = f"the capture at byte {offset} of {file} was removed with newslake forget, for good"
        raise CaptureError(
            happened,
            left=f"the text is in the warehouse: newslake show {article.row['article_id']}",
            next="newslake verify, which says whether the file is as it was recorded; a backup may have it whole "
            "(docs/evidence.md#when-something-is-not-as-recorded)",
        ) from None
    return Page(
        capture.url,
        capture.fetched_at,
        capture.status,
        capture.content_type,
        capture.body,
        "it is larger than what is read of a page" if capture.is_too_large else capture.problem,
        file,
        name,
        offset,
        known,
    )


def captured_pages(watchlist: Watchlist, article: WholeArticle) -> list[CapturedPage]:
    """Return the captured pages behind a revision, each with its hash or why it has none.

    These words are published, so they name a capture as the warehouse does, and no folder of this machine.
    """
    numbers = [part.page for part in article.parts] if article.is_current else []
    pages = []
    for number in numbers or [1]:
        try:
            page = page_behind(watchlist, article, number)
        except CaptureError as error:
            name, _ = _place(article, number)
            problem = error.happened.replace(str(watchlist.capture_path(name)), name) if name else error.happened
            pages.append(CapturedPage(number, problem=problem))
        else:
            known = page.known
            pages.append(CapturedPage(number, page.sha256, known.payload_digest, known.record_id, page.name, page.offset))
    return pages


def said_of(page: Page) -> str:
    """Return in words what a page is."""
    when = f"{page.fetched_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"{one_line(page.url)} was fetched {when} (HTTP {page.status})"


def _place(article: WholeArticle, part: int) -> tuple[str | None, int | None]:
    """Return the file and the offset of a page of an article."""
    if part == 1:
        return article.shown.capture_file, article.shown.capture_offset
    article_id = article.row["article_id"]
    if not article.is_current:
        raise UsageError(
            "of an earlier revision only the first page is kept",
            left="nothing was written",
            next=f"newslake page {article_id} --part {part}",
        )
    for one in article.parts:
        if one.page == part:
            return one.capture_file, one.capture_offset
    has = f"pages {', '.join(str(one.page) for one in article.parts)}" if article.parts else "one page"
    raise UsageError(
        f"the article has no page {part}: it has {has}", left="nothing was written", next=f"newslake page {article_id}"
    )


def _not_kept(watchlist: Watchlist, article: WholeArticle) -> CaptureError:
    days = watchlist.crawl.keep_captures_days
    if watchlist.crawl.keep_captures == "none":
        why = 'no page is kept (keep_captures = "none")'
    elif datetime.now(UTC) - article.shown.seen_at > timedelta(days=days):
        why = f"pages are kept for {days} days (keep_captures_days)"
    else:
        why = "no page was kept when it was fetched, or its file was lost (newslake maintain --forget-broken)"
    return CaptureError(
        f"the page of revision {article.shown.revision} is not there: {why}",
        left="its text is in the warehouse",
        next=f"newslake show {article.row['article_id']} --revision {article.shown.revision}",
    )
