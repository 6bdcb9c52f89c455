"""What a row is: the records that a load takes. Pure data, no DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from newslake.article import CleanArticle


class Outcome(StrEnum):
    """What became of a URL in a run."""

    LOADED = "loaded"  # a new article
    UPDATED = "updated"  # a known article whose title or text changed; in a reclean: another of its fields, or its matches
    UNCHANGED = "unchanged"  # known, and not changed or not due to be fetched again
    COPY = "copy"  # another URL of its own source has this article
    OFF_TOPIC = "off-topic"
    NOT_ARTICLE = "not-article"
    ROBOTS = "robots"
    REFUSED = "refused"  # private address, too large, wrong type, over the budget
    HTTP_ERROR = "http-error"
    NETWORK_ERROR = "network-error"
    FAILED = "failed"  # the error is in detail


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """One topic that selects an article."""

    topic: str
    terms: tuple[str, ...]  # what matched, as written in the article
    in_title: bool
    score: float
    snippet: str


@dataclass(frozen=True, slots=True)
class TextHashes:
    """What is compared of a text, as bytes (see `likeness`): where texts are cleaned it is made by all workers at once."""

    shingles: bytes
    places: bytes


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article of a run: what cleaning read from its page, which article it is, and where it came from.

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
    hashes: TextHashes | None = None  # of the text; the load makes them where they are missing


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One URL of a run. `outcome` is None where the load decides it from `article`."""

    url_id: UUID  # 128-bit hash of the canonical form of url
    source: str
    url: str  # as it was discovered
    canonical_url: str
    kind: str  # page, feed, sitemap, section or home
    found_by: str  # e.g. "feed https://…/rss", "watchlist", "revisit", "retry"
    requested_at: datetime | None = None  # None: no request was made
    seconds: float | None = None
    status: int | None = None
    bytes: int | None = None
    outcome: Outcome | None = None
    detail: str | None = None
    capture_file: str | None = None
    capture_offset: int | None = None
    article: ArticleRecord | None = None
    article_id: UUID | None = None  # where the outcome is given: the known article that it is about


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution of a flow. Counts are filled by the load."""

    run_id: UUID
    flow: str  # collect, backfill, reclean
    started_at: datetime
    finished_at: datetime
    state: str  # completed, partial (some sources failed), recovered (finished by a later run)
    version: str
    discovered: int  # URLs, counted where they were found, not summed from outcomes


class Place(StrEnum):
    """Where a repeated line is no part of an article."""

    EDGE = "edge"  # before the article's own first line and behind its last one
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that a source's articles repeat, and which is part of none of them."""

    source: str
    line_hash: str  # of the folded line
    line: str
    place: Place
    articles: int  # that had it, each counted once


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
    """A capture that the warehouse points to: that of an article's current revision, or of a page that gave none."""

    source: str
    url_id: UUID
    url: str  # as it was discovered
    canonical_url: str
    file: str
    offset: int
    article_id: UUID | None  # None: no article came from it


@dataclass(frozen=True, slots=True)
class TopicCount:
    """What the corpus has of one topic. `newest` is the publication, or where it is unknown the first fetch."""

    topic: str
    articles: int
    in_title: int  # articles with a term in the title
    newest: datetime


@dataclass(frozen=True, slots=True)
class PollRecord:
    """What one collection got from the listings of one source: pages never fetched before, and whether any listing was read.

    `is_broken_off`: the collection was stopped or killed before its end.
    """

    source: str
    at: datetime
    new_pages: int
    answered: bool
    is_broken_off: bool = False


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """An article of the corpus, as far as matching needs it. `has_topic` is whether the topic that was asked for selects it."""

    article_id: UUID
    url: str
    source: str
    title: str
    text: str
    language: str | None
    published_at: datetime | None
    has_topic: bool


@dataclass(frozen=True, slots=True)
class RunBatch:
    """All that one run brings to the warehouse; loaded in one transaction."""

    run: RunRecord
    fetches: tuple[FetchRecord, ...] = field(default=())
    repeated: tuple[RepeatedLine, ...] = ()  # found by this run, or had by its articles
    # URLs of a backfill that get no row of their own: how many of each source ended in which way
    counted: Mapping[str, Mapping[Outcome, int]] = field(default_factory=dict)
    recleaned: tuple[ArticleRecord, ...] = ()  # known articles to rewrite in place, from the capture that they came from


@dataclass(frozen=True, slots=True)
class StateChange:
    """A source whose state (see the view source_health) is another than before a run. `state_before` is None for its first."""

    source: str
    state: str  # ok, stale, silent, failing or blocked
    state_before: str | None
    reason: str | None  # in words; None where all is well


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


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """What the warehouse knows of a page's URL over all runs."""

    url_id: UUID
    url: str
    source: str
    last_outcome: Outcome
    last_fetched_at: datetime | None  # None: never requested
    first_seen_at: datetime  # of an article: its first fetch; else: start of the first run that discovered it
    published_at: datetime | None
    failures: int  # visits in a row that failed
    is_article: bool  # an article came from it, and not only a copy of one
