"""Define the records that are loaded into the warehouse and read from it. Pure data, no DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from newslake.article import CleanArticle
from newslake.outcomes import Origin, Outcome, Reason


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """A topic that matches an article."""

    topic: str
    terms: tuple[str, ...]  # that matched, as written in the article
    in_title: bool
    score: float
    snippet: str


@dataclass(frozen=True, slots=True)
class PastMatch:
    """A topic that matches an earlier revision of an article, not the current one; `revision` is the latest that it matches."""

    match: MatchRecord
    revision: int


@dataclass(frozen=True, slots=True)
class TextHashes:
    """The hashes by which a text is compared, as bytes (see similarity/compare.py); the workers that clean compute them."""

    shingles: bytes
    places: bytes


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A page of an article on several pages: a row of `parts`."""

    page: int
    url_id: UUID
    url: str
    seen_at: datetime  # when this text of it was first fetched
    title: str
    text: str
    headings: tuple[str, ...]
    content_hash: str
    names: tuple[int, ...]  # numbers of the pages that it names, and its own
    others: tuple[str, ...]  # addresses of the pages that it names
    capture_file: str | None = None
    capture_offset: int | None = None
    is_stored: bool = False  # the warehouse has it, and its capture is named as there


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article of a run: its cleaned page, its identity and its origin.

    All datetimes are aware.
    """

    article_id: UUID  # 128-bit hash of the canonical URL
    page: CleanArticle
    raw_url: str  # as it was discovered
    source: str
    domain: str
    content_hash: str  # of the folded text; the same for exact copies
    seen_at: datetime  # when the page was fetched
    capture_file: str | None = None
    capture_offset: int | None = None
    matches: tuple[MatchRecord, ...] = ()
    matches_before: tuple[PastMatch, ...] | None = None  # None: earlier revisions were not matched
    hashes: TextHashes | None = None  # of the text; the load computes missing ones
    own_id: UUID | None = None  # hash of the address that answered, if it declares another one; see `page.url`
    own_url: str | None = None  # that address
    parts: tuple[PartRecord, ...] = ()  # its pages, if it has several: the text is theirs together
    fills: bool = False  # it only adds pages that the stored article lacked, which its other pages name: no edit

    @property
    def is_on_topic(self) -> bool:
        """Whether a topic matches: the one rule of what is on and off topic."""
        return bool(self.matches)


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One URL of a run. `outcome` is None if the load decides it from `article`."""

    url_id: UUID  # 128-bit hash of the canonical form of url
    source: str  # that it belongs to
    url: str  # as it was discovered
    canonical_url: str
    kind: str  # page, feed, sitemap, section or home
    found_by: str  # in words, e.g. "feed https://…/rss"; the value is `origin`
    requested_at: datetime | None = None  # None: no request was made
    seconds: float | None = None
    status: int | None = None
    bytes: int | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    detail: str | None = None  # in words
    capture_file: str | None = None
    capture_offset: int | None = None
    article: ArticleRecord | None = None
    article_id: UUID | None = None  # of a known article, if the outcome is given
    origin: Origin | None = None  # None: not known, as an older newslake fetched it
    urls: int = 1  # addresses that the record stands for, of which `url` is one
    listed_by: str | None = None  # the source whose listing named it; None if none did
    # The other sources whose listings named it, each with the number of pages: 1, or those of a listing that it shares.
    also_listed_by: Mapping[str, int] = field(default_factory=dict)
    retry_at: datetime | None = None  # until when the server asked to be left alone (Retry-After)
    retry_host: str | None = None  # that server
    time_of: str | None = None  # the source whose time was used up, so that it was not requested
    carries: bool = False  # the article was taken from it, if the outcome is given
    page_of: UUID | None = None  # the URL of this run that carries the article of which this one is a further page
    listed_at: datetime | None = None  # when it was published by the listing of its own source that names it

    @property
    def is_summary(self) -> bool:
        """Whether the record only counts addresses: none of them is known from now on, as they were too many or forgotten."""
        return self.reason in (Reason.ADDRESS_BUDGET, Reason.FORGOTTEN)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution of a flow. Counts are filled by the load."""

    run_id: UUID
    flow: str  # collect, backfill, reclean
    started_at: datetime
    finished_at: datetime
    state: str  # completed, partial, interrupted or recovered, see the column in docs/schema.md
    version: str
    discovered: int  # URLs, counted when found, not summed from outcomes


class Place(StrEnum):
    """Where a repeated line is cut from an article."""

    EDGE = "edge"  # before the first and after the last line of the article itself
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that many articles of a source share, such as a footer, and that belongs to none of them."""

    source: str
    line_hash: str  # of the folded line
    line: str
    place: Place
    articles: int  # number of different articles with the line


@dataclass(frozen=True, slots=True)
class LayoutPlace:
    """A place that a version of a source's layout knows; see the table `layouts`."""

    source: str
    version: int
    part: str  # container, date, byline or aside
    place: str
    confirmed: int
    pages: int
    run_id: UUID
    learned_at: datetime
    valid_from: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LayoutEvidence:
    """What the pages of a source have shown of one place so far; see the table `layout_evidence`."""

    source: str
    part: str
    place: str
    confirmed: int
    against: int
    pages: int
    authors: tuple[int, ...]
    missed: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class StoredText:
    """The current text of an article in the warehouse."""

    article_id: UUID
    source: str
    text: str
    headings: tuple[str, ...]
    word_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """A capture that the warehouse refers to: of the current revision of an article, or of a page without article."""

    source: str
    url_id: UUID
    url: str  # as it was discovered
    canonical_url: str
    file: str
    offset: int
    article_id: UUID | None  # None: it gave no article
    page: int | None = None  # its number in an article on several pages


@dataclass(frozen=True, slots=True)
class TopicCount:
    """What the corpus has of one topic. `newest` is a time of publication, or of the first fetch if that is unknown."""

    topic: str
    articles: int
    in_title: int  # articles with a term in the title
    newest: datetime
    earlier: int = 0  # articles of which only an earlier revision matches


@dataclass(frozen=True, slots=True)
class PollRecord:
    """What one collection got from the listings of one source."""

    source: str
    at: datetime
    new_pages: int  # never fetched before
    answered: bool  # whether any listing was read
    is_broken_off: bool = False  # the collection was stopped or killed
    out_of_time: bool = False  # it had used up its time, and some of its URLs wait


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """The fields of an article that matching needs. `has_topic`: the requested topic matches its current text."""

    article_id: UUID
    url: str
    source: str
    title: str
    text: str
    language: str | None
    published_at: datetime | None
    published_precision: str | None
    has_topic: bool


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What the watchlist says of a source beside where it is."""

    source: str
    tags: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class RunBatch:
    """Everything that one run loads, in one transaction."""

    run: RunRecord
    fetches: tuple[FetchRecord, ...] = field(default=())
    repeated: tuple[RepeatedLine, ...] = ()  # found by this run, or met in its articles
    # URLs of a backfill without rows in `fetches`: their number by source and outcome
    counted: Mapping[str, Mapping[Outcome, int]] = field(default_factory=dict)
    layouts: tuple[LayoutPlace, ...] = ()  # of new versions, and of those that ended
    layout_evidence: tuple[LayoutEvidence, ...] = ()  # all there is of the sources that the run observed
    recleaned: tuple[ArticleRecord, ...] = ()  # known articles to rewrite in place, from their own captures
    sources: tuple[SourceRecord, ...] = ()  # of the watchlist


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of the state of a source (see the view source_health). `state_before` is None for its first state."""

    source: str
    state: str  # ok, stale, silent, failing or blocked; never disabled
    state_before: str | None
    reason: str | None  # in words; None for ok


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `outcomes` counts fetches by source and outcome."""

    run_id: UUID
    outcomes: dict[str, dict[str, int]]
    articles: int  # rows in articles after the load
    new_articles: int
    new_revisions: int
    new_copies: int
    changes: tuple[StateChange, ...] = ()  # of the health of sources
    taken_down: int = 0  # articles that the run found gone
    came_back: int = 0  # articles that were gone and that the run saw again


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """The state of the URL of a page over all runs."""

    url_id: UUID
    url: str
    source: str
    last_outcome: Outcome
    last_fetched_at: datetime | None  # None: never requested
    first_seen_at: datetime  # first fetch of its article, else start of the first run that discovered the URL
    published_at: datetime | None
    failures: int  # consecutive failed fetches
    is_article: bool  # an article was taken from it, not only a copy
    gone_at: datetime | None = None  # when the article was seen to be gone; None while it is there
    listed_by: str | None = None  # another source, if only that one listed it
    last_outcome_at: datetime | None = None  # start of the last run that visited it
    tried: Sequence[str] = ()  # spellings that were fetched without success
