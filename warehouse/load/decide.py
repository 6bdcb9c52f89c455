"""Decide what a run changes: outcomes, revisions and which URL carries which article. Pure: known rows in, plan out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from newslake.errors import WarehouseError
from newslake.outcomes import Outcome, Reason
from warehouse.load.resolve import Resolution
from warehouse.load.revisions.edits import only_debris
from warehouse.records import ArticleRecord, FetchRecord
from warehouse.similarity.twins import Twin


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article; `run_id` is the run that loaded it."""

    article_id: UUID
    seen_at: datetime
    title: str
    text: str
    word_count: int
    content_hash: str
    run_id: UUID
    capture_file: str | None
    capture_offset: int | None
    rewritten_at: datetime | None = None  # when newslake last cleaned it again, with another result

    def same_as(self, other: Revision) -> bool:
        return self.title == other.title and self.content_hash == other.content_hash


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """The columns of `articles` that a load needs."""

    article_id: UUID
    url: str
    source: str
    title: str
    content_hash: str
    word_count: int
    revision: int
    story_id: UUID
    published_at: datetime | None
    published_precision: str | None
    published_from: str | None
    published_seen_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class StoredWords:
    """The current text of a known article that has another text in the batch, and the repeated lines of its sources."""

    text: str
    repeated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of one fetch and its article."""

    outcome: Outcome
    reason: Reason | None
    detail: str | None
    article_id: UUID | None = None
    is_carrier: bool = False
    saw: ArticleRecord | None = None  # the article as the fetch showed it, where that is a sighting of a stored text


@dataclass(slots=True)
class Plan:
    """What to write, except stories. All but `decided` are by article id."""

    decided: dict[UUID, Decided] = field(default_factory=dict)  # by URL id
    current: dict[UUID, ArticleRecord] = field(default_factory=dict)  # new articles, and known ones with a new revision
    seen: dict[UUID, ArticleRecord] = field(default_factory=dict)  # known articles that have not changed
    older: dict[UUID, ArticleRecord] = field(default_factory=dict)  # captures older than the latest one of a known article
    same: dict[UUID, UUID] = field(default_factory=dict)  # new articles that repeat another one, with its id


def decide(
    fetches: Iterable[FetchRecord],
    resolution: Resolution,
    known: Mapping[UUID, KnownArticle],
    twins: Mapping[UUID, list[Twin]],
    stored: Mapping[UUID, StoredWords] = MappingProxyType({}),
) -> Plan:
    """Decide the outcome of every fetch.

    Args:
        resolution: which article each fetch is about.
        known: articles of the batch that are in the warehouse.
        twins: the articles of the same source that a new article repeats, in the warehouse or the batch, by its id.
        stored: current texts of known articles that have another text in the batch, by article id.
    Raises:
        WarehouseError: a fetch has neither outcome nor article.
    """
    plan = Plan()
    for fetch in resolution.visits:
        _visit(plan, fetch, known[_article(fetch).article_id], stored.get(_article(fetch).article_id))
    _admit(plan, resolution.new, twins)
    urls = {_article(fetch).article_id: _article(fetch).page.url for fetch in resolution.new}
    for fetch, article_id in resolution.copies:
        if article_id in plan.same:  # a copy itself: both are the article that it repeats
            repeated = next(twin for twin in twins[article_id] if twin.article_id == plan.same[article_id])
            _copy(plan, fetch, repeated.url, repeated.article_id)
        else:
            _copy(plan, fetch, urls.get(article_id) or known[article_id].url, article_id)
    further: list[FetchRecord] = []
    for fetch in fetches:
        if fetch.url_id in plan.decided:
            continue
        if fetch.page_of is not None and fetch.outcome is None:
            further.append(fetch)
            continue
        if fetch.outcome is None:
            raise WarehouseError(
                f"{fetch.url} has neither an outcome nor an article",
                left="nothing of this run was loaded",
                next="report this with the run's folder",
            )
        plan.decided[fetch.url_id] = Decided(fetch.outcome, fetch.reason, fetch.detail, fetch.article_id, fetch.carries)
    for fetch in further:
        plan.decided[fetch.url_id] = _part(fetch, plan.decided.get(fetch.page_of) if fetch.page_of else None)
    return plan


def _part(fetch: FetchRecord, carrier: Decided | None) -> Decided:
    """Decide the fetch of a further page of an article: it is of that article, or ends as the page that carries it."""
    if carrier is not None and carrier.article_id is not None:
        return Decided(Outcome.COPY, Reason.PART, fetch.detail, carrier.article_id)
    if carrier is not None:
        return Decided(carrier.outcome, carrier.reason, fetch.detail)
    return Decided(Outcome.OFF_TOPIC, Reason.NO_MATCH, fetch.detail, fetch.article_id)


def _article(fetch: FetchRecord) -> ArticleRecord:
    assert fetch.article is not None
    return fetch.article


def _copy(plan: Plan, fetch: FetchRecord, url: str, article_id: UUID) -> None:
    plan.decided[fetch.url_id] = Decided(Outcome.COPY, Reason.SAME_ARTICLE, f"the same article as {url}", article_id)


def _visit(plan: Plan, fetch: FetchRecord, known: KnownArticle, stored: StoredWords | None) -> None:
    """Decide the fetch of a known article, which may be an older capture that is loaded late."""
    if is_too_early(fetch, known):
        plan.decided[fetch.url_id] = Decided(Outcome.OFF_TOPIC, fetch.reason, fetch.detail)
        return
    article = as_stored(_article(fetch), known, stored)
    same = article.page.title == known.title and article.content_hash == known.content_hash
    outcome = Outcome.UNCHANGED
    reason: Reason | None = Reason.SAME_TEXT
    detail = None
    if article.seen_at < known.last_seen_at:
        plan.older[known.article_id] = article
        if not same:
            reason, detail = Reason.OLDER, "older than the current revision, which stays"
    elif same:
        plan.seen[known.article_id] = article
    else:
        outcome, reason = Outcome.UPDATED, None
        plan.current[known.article_id] = article
    is_further = bool(article.parts) and article.parts[0].url_id != fetch.url_id  # the first page was not fetched
    plan.decided[fetch.url_id] = Decided(outcome, reason, detail, known.article_id, is_carrier=not is_further, saw=article)


def is_too_early(fetch: FetchRecord, known: KnownArticle) -> bool:
    """Return whether the fetch of a known article is of the time before it came on topic, which is not kept."""
    return fetch.outcome is Outcome.OFF_TOPIC and _article(fetch).seen_at < known.first_seen_at


def as_stored(article: ArticleRecord, known: KnownArticle, stored: StoredWords | None) -> ArticleRecord:
    """Return the article with the stored text if only surrounding lines changed: that is not an edit."""
    if stored and article.page.title == known.title and only_debris(stored.text, article.page.text, stored.repeated):
        page = replace(article.page, text=stored.text, word_count=known.word_count)
        return replace(article, page=page, content_hash=known.content_hash)
    return article


def _admit(plan: Plan, new: list[FetchRecord], twins: Mapping[UUID, list[Twin]]) -> None:
    """Load new articles, except those that repeat another article of their source."""
    waiting = {_article(fetch).article_id for fetch in new}

    def order(fetch: FetchRecord) -> tuple[bool, float, datetime, UUID]:
        """Earliest published, first seen, id; unknown times last."""
        article = _article(fetch)
        published_at = article.page.published_at
        return published_at is None, published_at.timestamp() if published_at else 0.0, article.seen_at, article.article_id

    for fetch in sorted(new, key=order):
        article = _article(fetch)
        waiting.discard(article.article_id)
        # A twin in the batch counts only if it was admitted before this one and is not a copy itself.
        there = (twin for twin in twins.get(article.article_id, ()) if twin.article_id not in waiting | plan.same.keys())
        twin = next(there, None)
        if twin is not None:
            plan.same[article.article_id] = twin.article_id
            _copy(plan, fetch, twin.url, twin.article_id)
            continue
        plan.current[article.article_id] = article
        plan.decided[fetch.url_id] = Decided(Outcome.LOADED, None, fetch.detail, article.article_id, is_carrier=True, saw=article)
