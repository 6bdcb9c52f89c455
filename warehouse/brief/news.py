"""Read what came into the corpus in a stretch of time, and what is usual for a topic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch, statement
from warehouse.memory import remembered
from warehouse.reading.whole import Member
from warehouse.search.texts import beginnings_of

BEGINNING = 1_000  # characters


@dataclass(frozen=True, slots=True)
class News:
    """A thing that is new: a row of the macro `new_since` with what a brief tells of it.

    Attributes:
        kind: article, copy, edit, takedown or return.
        is_day: only the day of `published_at` is known.
        is_late: it was published days before the stretch of time began.
        title_before: of an edit, the headline before it; so are `text_changed`, `words_more` and `lost_topics` of edits only.
    """

    kind: str
    seen_at: datetime
    source: str
    title: str
    url: str
    article_id: UUID
    story_id: UUID
    topics: Sequence[str]
    published_at: datetime | None
    is_day: bool
    language: str | None
    revision: int
    reason: str | None
    gone_at: datetime | None
    is_late: bool
    title_before: str | None
    text_changed: bool | None
    words_more: int | None
    lost_topics: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lead:
    """How the text of an article begins, and who wrote it."""

    article_id: UUID
    language: str | None
    authors: Sequence[str] | None
    beginning: str | None


def news(con: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> list[News]:
    """Return what was loaded after `since` and not after `until`, in the order of the loads."""
    return fetch(con, "brief_news", News, {"since": since, "until": until})


def members_of(con: duckdb.DuckDBPyConnection, stories: Iterable[UUID]) -> dict[UUID, list[Member]]:
    """Return the articles of stories in the order of their reports, by story."""
    found: dict[UUID, list[Member]] = {}
    for member in fetch(con, "stories_in_order", Member, {"stories": list(stories)}):
        found.setdefault(member.story_id, []).append(member)
    return found


def leads(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, Lead]:
    """Return how the texts of articles begin, by article."""
    ids = list(articles)
    rows = con.execute(statement("brief_leads"), {"ids": ids}).fetchall()
    begin = beginnings_of(con, ids, BEGINNING)
    return {article_id: Lead(article_id, language, authors, begin.get(article_id)) for article_id, language, authors in rows}


@remembered
def past_of_topics(con: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[str, dict[date, int]]:
    """Return how many articles each topic has by day (UTC), from the first day to the last; days without any may be left out."""
    found: dict[str, dict[date, int]] = {}
    for topic, day, articles in con.execute(statement("brief_past"), {"first": first, "last": last}).fetchall():
        found.setdefault(topic, {})[day] = articles
    return found


def past_of_articles(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID], first: date, last: date) -> dict[date, int]:
    """Return how many of these articles there are by day (UTC)."""
    given = {"ids": list(articles), "first": first, "last": last}
    return dict(con.execute(statement("articles_past"), given).fetchall())


@remembered
def first_collection(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when the first collection began; None if there was none."""
    [(first,)] = con.execute("SELECT min(started_at) FROM runs WHERE flow = 'collect'").fetchall()
    return first if isinstance(first, datetime) else None
