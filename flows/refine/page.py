"""Turn one capture into a matched article: clean it and match it against the topics. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import flows.clean
from flows.clean.article import NotArticle, Unread
from flows.clean.outlet.layout import Layout, Seen
from flows.topics import Matcher
from flows.topics.prefilter import Prefilter
from newslake.article import CleanArticle
from newslake.errors import NewslakeError
from newslake.http import is_text
from newslake.outcomes import Outcome, Reason
from spiders.listings.markup import too_complex
from spiders.parts.continuation import find_paging
from spiders.parts.model import Paging
from spiders.urls.article_shape import is_above, is_front_page
from spiders.urls.canonical import canonicalise, domain, url_id
from spiders.warc.model import Capture
from warehouse.records import ArticleRecord, MatchRecord
from warehouse.similarity.compare import hashes_of
from warehouse.similarity.shingles import content_hash

# The largest real article page seen has 6 MB; parsing much larger pages costs more than they are worth.
MAX_PAGE_BYTES = 10_000_000
# In bytes: walls and error pages of real sites are smaller than this, articles almost never.
SMALL_PAGE = 30_000
NOT_TEXT = "the response is no text: data that cannot be unpacked, or another kind of file"
NOT_CLEANED = "no topic's words are on the page, so it was not cleaned"
# Why a page is no article: it lists others; or it has little text, as a section drawn by scripts has.
_LISTS = {Reason.FRONT_PAGE, Reason.LIST_PAGE}
_LITTLE = {Reason.TOO_SHORT, Reason.NO_TITLE, Reason.NEEDS_SCRIPT}
# Why a further page of an article may be taken for none: its last lines are few.
_MAY_BE_PART = {Reason.TOO_SHORT, Reason.NO_TITLE, Reason.LIST_PAGE}


@dataclass(frozen=True, slots=True)
class PageTask:
    """One capture to refine, with facts about its URL and source."""

    key: str  # chosen by the caller, returned in `Refined`
    source: str
    raw_url: str
    file: Path
    offset: int
    timezone: str | None = None
    language: str | None = None
    must_clean: bool = False  # an article came from this URL before
    layouts: tuple[Layout, ...] = ()  # of its outlet; the last that is for the time of the capture is used
    observe: bool = False  # return what the page shows of its outlet's layout
    was_filtered: bool = False  # the page has passed the prefilter; if its text cannot match, it is not cleaned any further


@dataclass(frozen=True, slots=True)
class Refined:
    """The result for one capture. `article` is set for articles on and off topic; `detail` explains the other outcomes."""

    key: str
    outcome: Outcome | None = None  # OFF_TOPIC, NOT_ARTICLE or FAILED; None for an article on topic: the load decides
    reason: Reason | None = None
    detail: str | None = None
    article: ArticleRecord | None = None
    seen: Seen | None = None  # of the layout of its outlet
    paging: Paging | None = None  # what the page says about other pages of its article: with it, a refused page has an article
    page_of: UUID | None = None  # the URL of the page that carries the article, if this one is a further page of it

    @classmethod
    def of(cls, key: str, article: ArticleRecord) -> Refined:
        """Return the result for an article. This is the only place that decides whether an article is on topic."""
        if article.is_on_topic:
            return cls(key, article=article)
        # Off-topic articles are passed on as well: if the corpus has the article, an edit moved it off topic.
        return cls(key, Outcome.OFF_TOPIC, Reason.NO_MATCH, article=article)

    @classmethod
    def failed(cls, key: str, reason: Reason, detail: str) -> Refined:
        """Return the result for a capture that could not be cleaned."""
        return cls(key, Outcome.FAILED, reason, detail)


def refine_page(task: PageTask, capture: Capture, matcher: Matcher, prefilter: Prefilter | None = None) -> Refined:
    """Clean one capture and match it against the topics. Pure.

    Args:
        prefilter: skips the cleaning of pages that cannot match a topic. Small pages are cleaned all the same, so that
            walls and error pages get their own outcome. For a task with `was_filtered` the prefilter is applied again,
            to the text alone, once cleaning has located it.
    """
    if len(capture.body) > MAX_PAGE_BYTES:
        words = f"page of {len(capture.body):,} bytes: over the {MAX_PAGE_BYTES:,} that are cleaned"
        return Refined.failed(task.key, Reason.TOO_LARGE, words)
    if not is_text(capture.body):
        return Refined.failed(task.key, Reason.NOT_TEXT, NOT_TEXT)
    if why := too_complex(capture.body):
        return Refined.failed(task.key, Reason.TOO_COMPLEX, f"the page was not parsed: {why}")
    worth = None
    if prefilter and not task.must_clean:
        if task.was_filtered:
            worth = prefilter.may_match_text
        elif len(capture.body) > SMALL_PAGE and not prefilter.may_match(capture):
            return _filtered(task)
    seen: list[Seen] = []
    try:
        page = flows.clean.clean(
            capture,
            timezone=task.timezone,
            language=task.language,
            publication=capture.hints.publication,
            worth=worth,
            layout=next((layout for layout in reversed(task.layouts) if layout.is_for(capture.fetched_at)), None),
            observe=seen.append if task.observe else None,
        )
    except NewslakeError as error:
        return Refined.failed(task.key, Reason.CLEANING_FAILED, error.happened)
    if isinstance(page, Unread):
        return _filtered(task)
    if led_away(task.raw_url, capture.url, page.reason if isinstance(page, NotArticle) else None):
        return Refined(task.key, Outcome.NOT_ARTICLE, Reason.LED_AWAY, f"redirects to {capture.url}, which is no article")
    if isinstance(page, NotArticle):
        return _refused(task, capture, page)
    found = find_matches(matcher, page.title, page.text, page.language, task.source)
    paging = find_paging(capture.url, capture.body, page.url)
    refined = replace(Refined.of(task.key, _record(task, capture, page, found)), paging=paging)
    return replace(refined, seen=seen[0]) if seen else refined


def led_away(asked: str, answered: str, refused: Reason | None) -> bool:
    """Return whether an address redirected to the front page of a site, to a section or to a list.

    Args:
        answered: the address after redirects.
        refused: why the page is no article; None if it is one.
    """
    if url_id(asked) == url_id(answered) or is_front_page(asked) or (refused is not None and refused.is_wall):
        return False
    if is_front_page(answered):
        return True
    return refused in _LISTS or (refused in _LITTLE and is_above(answered, asked))


def _refused(task: PageTask, capture: Capture, page: NotArticle) -> Refined:
    """Return the result for a page that is no article by itself. It may be the end of a longer text."""
    refused, read = Refined(task.key, Outcome.NOT_ARTICLE, page.reason, page.detail), page.read
    if page.reason not in _MAY_BE_PART or read is None or not read.text:
        return refused
    paging = find_paging(capture.url, capture.body, read.url)
    if paging is None or paging.number == 1:
        return refused
    return replace(refused, paging=paging, article=_record(task, capture, read, ()))


def _filtered(task: PageTask) -> Refined:
    return Refined(task.key, Outcome.OFF_TOPIC, Reason.FILTERED, NOT_CLEANED)


def find_matches(matcher: Matcher, title: str, text: str, language: str | None, source: str) -> tuple[MatchRecord, ...]:
    """Return the matches of an article of a source, one for each topic that selects it."""
    found = matcher.match(title, text, language, source)
    return tuple(MatchRecord(m.topic, m.terms, m.in_title, m.score, m.snippet) for m in found)


def _record(task: PageTask, capture: Capture, page: CleanArticle, matches: tuple[MatchRecord, ...]) -> ArticleRecord:
    own_url = canonicalise(capture.url)
    return ArticleRecord(
        article_id=url_id(page.url),
        page=page,
        raw_url=task.raw_url,
        source=task.source,
        domain=domain(page.url),
        content_hash=content_hash(page.text),
        seen_at=capture.fetched_at,
        capture_file=capture.file,
        capture_offset=capture.offset,
        matches=matches,
        # computed here because the workers run in parallel
        hashes=hashes_of(page.text) if matches else None,
        own_id=url_id(own_url),
        own_url=own_url,
    )
