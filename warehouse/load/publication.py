"""Decide when an article was published, as its pages state it: the most precise statement, of these the latest. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newslake.article import CleanArticle
from warehouse.load.decide import KnownArticle, Plan
from warehouse.records import ArticleRecord

_RANK: dict[str | None, int] = {"day": 1, "minute": 2, "second": 3}


class _States(Protocol):
    """What states a time of publication: a page, or a row of `articles`."""

    @property
    def published_at(self) -> datetime | None: ...
    @property
    def published_precision(self) -> str | None: ...
    @property
    def published_from(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Publication:
    """A time of publication, how precise it is, where on the page it stood, and when that page was fetched."""

    published_at: datetime | None
    published_precision: str | None
    published_from: str | None
    published_seen_at: datetime | None


def stated(statement: _States, seen_at: datetime | None) -> Publication:
    """Return what a page, or a row of `articles`, states."""
    at = seen_at if statement.published_at is not None else None
    return Publication(statement.published_at, statement.published_precision, statement.published_from, at)


def publication(newer: Publication, older: Publication | None) -> Publication:
    """Return the newer of two statements, unless the older is more precise: a revisit lacks the date of the feed."""
    if older is None or older.published_at is None:
        return newer
    poorer = _RANK.get(newer.published_precision, 0) < _RANK.get(older.published_precision, 0)
    return older if newer.published_at is None or poorer else newer


def published(article: ArticleRecord, known: KnownArticle | None) -> Publication:
    """Return the publication of an article of which a run brings a page, in whatever order its pages are loaded."""
    page = stated(article.page, article.seen_at)
    if known is None:
        return page
    # of a row that was stored before this was noted, the latest page counts
    row = stated(known, known.published_seen_at or known.last_seen_at)
    if row.published_seen_at is not None and article.seen_at < row.published_seen_at:
        return publication(row, page)
    return publication(page, row)


def publications(plan: Plan, known: Mapping[UUID, KnownArticle], recleaned: Container[UUID] = ()) -> dict[UUID, Publication]:
    """Return the publication of each article that the plan touches, by article id.

    Args:
        recleaned: articles that were cleaned again, of which that is decided already.
    """
    touched = {**plan.current, **plan.seen, **plan.older}
    return {
        article_id: stated(article.page, there.published_seen_at)
        if (there := known.get(article_id)) and article_id in recleaned
        else published(article, there)
        for article_id, article in touched.items()
    }


def publication_of_page(newer: CleanArticle, older: CleanArticle) -> tuple[datetime | None, str | None, str | None]:
    """Return the publication of a page that was cleaned again: published_at, its precision, where it was taken from."""
    kept = publication(stated(newer, None), stated(older, None))
    return kept.published_at, kept.published_precision, kept.published_from
