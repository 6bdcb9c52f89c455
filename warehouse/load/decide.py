"""What a run changes: outcomes, revisions and which URL carries which article. Pure: known rows in, plan out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from newslake.article import CleanArticle
from newslake.errors import WarehouseError
from warehouse.load.edits import only_debris
from warehouse.records import ArticleRecord, FetchRecord, Outcome
from warehouse.similarity.stories import head_key
from warehouse.similarity.twins import Twin

_RANK: dict[str | None, int] = {"day": 1, "minute": 2, "second": 3}


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article. `run_id` is the run that brought it."""

    article_id: UUID
    seen_at: datetime
    title: str
    text: str
    word_count: int
    content_hash: str
    run_id: UUID
    capture_file: str | None
    capture_offset: int | None

    def same_as(self, other: Revision) -> bool:
        return self.title == other.title and self.content_hash == other.content_hash


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """A row of `articles`, as far as a load needs it."""

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
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class StoredWords:
    """What a known article holds that the batch gives another text: its current text, and its sources' repeated lines."""

    text: str
    repeated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of one fetch and the article it is about."""

    outcome: Outcome
    detail: str | None
    article_id: UUID | None = None
    is_carrier: bool = False


@dataclass(slots=True)
class Plan:
    """What to write, besides stories: `current` are whole rows, `seen` only moves the times of a known article,
    `older` are captures that belong into the past of a known article; `same` are new articles that another one stands for."""

    decided: dict[UUID, Decided] = field(default_factory=dict)  # by url_id
    current: dict[UUID, ArticleRecord] = field(default_factory=dict)  # by article_id
    seen: dict[UUID, ArticleRecord] = field(default_factory=dict)
    older: dict[UUID, ArticleRecord] = field(default_factory=dict)
    same: dict[UUID, UUID] = field(default_factory=dict)  # article_id → article_id


def decide(
    fetches: Iterable[FetchRecord],
    known: Mapping[UUID, KnownArticle],
    carriers: Mapping[UUID, UUID],
    twins: Mapping[UUID, list[Twin]],
    stored: Mapping[UUID, StoredWords] = MappingProxyType({}),
) -> Plan:
    """Decide every fetch.

    Args:
        known: the batch's articles that are in the warehouse.
        carriers: URL id → article id, for the batch's URLs from which a known article came.
        twins: new article's id → the articles of its source that it repeats, of the warehouse or of the batch.
        stored: by article id, for known articles to which the batch gives another text.
    Raises:
        WarehouseError: a fetch has neither outcome nor article.
    """
    plan = Plan()
    groups: dict[UUID, list[FetchRecord]] = defaultdict(list)
    for fetch in fetches:
        article = fetch.article
        # an off-topic page is nothing, unless it is the new text of an article that is here
        if article and (fetch.outcome is None or (fetch.outcome is Outcome.OFF_TOPIC and article.article_id in known)):
            groups[article.article_id].append(fetch)
        elif fetch.outcome is None:
            raise WarehouseError(
                f"{fetch.url} has neither an outcome nor an article",
                left="nothing of this run was loaded",
                next="report this with the run's folder",
            )
        else:
            plan.decided[fetch.url_id] = Decided(fetch.outcome, fetch.detail, fetch.article_id)
    new: list[FetchRecord] = []
    for article_id, group in groups.items():
        primary = min(group, key=lambda fetch: _primary_key(fetch, carriers))
        for fetch in group:
            if fetch is not primary:
                _copy(plan, fetch, _article(primary).page.url, article_id)
        if article_id not in known:
            new.append(primary)
        elif carriers.get(primary.url_id) == article_id:
            _visit(plan, primary, known[article_id], stored.get(article_id))
        else:
            _copy(plan, primary, known[article_id].url, article_id)
    _admit(plan, new, twins)
    return plan


def _article(fetch: FetchRecord) -> ArticleRecord:
    assert fetch.article is not None
    return fetch.article


def _primary_key(fetch: FetchRecord, carriers: Mapping[UUID, UUID]) -> tuple[bool, bool, UUID]:
    article = _article(fetch)
    return carriers.get(fetch.url_id) != article.article_id, fetch.canonical_url != article.page.url, fetch.url_id


def _copy(plan: Plan, fetch: FetchRecord, url: str, article_id: UUID) -> None:
    plan.decided[fetch.url_id] = Decided(Outcome.COPY, f"the same article as {url}", article_id)


def _visit(plan: Plan, fetch: FetchRecord, known: KnownArticle, stored: StoredWords | None) -> None:
    """A known article was fetched again, or an older capture of it came late."""
    article = _article(fetch)
    is_same_title = article.page.title == known.title
    if stored and is_same_title and only_debris(stored.text, article.page.text, stored.repeated):
        # Nobody edited it. The text that is stored stays.
        page = replace(article.page, text=stored.text, word_count=known.word_count)
        article = replace(article, page=page, content_hash=known.content_hash)
    same = is_same_title and article.content_hash == known.content_hash
    outcome, detail = Outcome.UNCHANGED, None
    if article.seen_at < known.last_seen_at:
        plan.older[known.article_id] = article
        detail = None if same else "older than the current revision, which stays"
    elif same:
        plan.seen[known.article_id] = article
    else:
        outcome = Outcome.UPDATED
        plan.current[known.article_id] = article
    plan.decided[fetch.url_id] = Decided(outcome, detail, known.article_id, is_carrier=True)


def _admit(plan: Plan, new: list[FetchRecord], twins: Mapping[UUID, list[Twin]]) -> None:
    """New articles are loaded, but for those that repeat one of their own source."""
    waiting = {_article(fetch).article_id for fetch in new}

    def order(fetch: FetchRecord) -> tuple[bool, float, datetime, UUID]:
        article = _article(fetch)
        return head_key(article.page.published_at, article.seen_at, article.article_id)

    for fetch in sorted(new, key=order):
        article = _article(fetch)
        waiting.discard(article.article_id)
        # of the batch's own, those that were loaded before this one; not those that are copies themselves, or still to come
        there = (twin for twin in twins.get(article.article_id, ()) if twin.article_id not in waiting | plan.same.keys())
        twin = next(there, None)
        if twin is not None:
            plan.same[article.article_id] = twin.article_id
            _copy(plan, fetch, twin.url, twin.article_id)
            continue
        plan.current[article.article_id] = article
        plan.decided[fetch.url_id] = Decided(Outcome.LOADED, fetch.detail, article.article_id, is_carrier=True)


Publication = tuple[datetime | None, str | None, str | None]  # published_at, its precision, where it was taken from


def publication(newer: CleanArticle | KnownArticle, older: CleanArticle | KnownArticle | None) -> Publication:
    """The newer one's word, unless the older knew more: a revisit, which lacks the feed's date, takes nothing away."""
    kept = newer
    if older is not None and older.published_at is not None:
        poorer = _RANK.get(newer.published_precision, 0) < _RANK.get(older.published_precision, 0)
        kept = older if newer.published_at is None or poorer else newer
    return kept.published_at, kept.published_precision, kept.published_from


def publications(plan: Plan, known: Mapping[UUID, KnownArticle]) -> dict[UUID, Publication]:
    """When each article that the plan touches was published, by article id."""
    latest = {**plan.current, **plan.seen}
    return {
        **{article_id: publication(article.page, known.get(article_id)) for article_id, article in latest.items()},
        **{article_id: publication(known[article_id], article.page) for article_id, article in plan.older.items()},
    }


def with_older(revisions: list[Revision], last_seen_at: datetime, older: Revision) -> list[Revision]:
    """The revisions of an article after a capture older than its latest came late, in order; each differs from the one before.

    The current text was seen until `last_seen_at`, so it stays current even where the late capture differs from it.
    """
    current = revisions[-1]
    seen_again = Revision(**{**{name: getattr(current, name) for name in Revision.__slots__}, "seen_at": last_seen_at})
    history: list[Revision] = []
    for revision in sorted([*revisions, seen_again, older], key=lambda revision: revision.seen_at):
        if not history or not revision.same_as(history[-1]):
            history.append(revision)
    return history
