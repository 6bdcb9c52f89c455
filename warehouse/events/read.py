"""Read which other stories report the event of an article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch
from warehouse.memory import has_rows


@dataclass(frozen=True, slots=True)
class EventReport:
    """Another story that reports the event of `of_story`, by its first article. `is_day`: only the day of `at` is known."""

    of_story: UUID
    of_language: str | None
    event_id: UUID
    score: float
    story_id: UUID
    article_id: UUID
    source: str
    url: str
    title: str
    language: str | None
    at: datetime
    is_day: bool


@dataclass(frozen=True, slots=True)
class Told:
    """How many stories and outlets report the event of an article, and in which languages, the earliest first."""

    article_id: UUID
    event_id: UUID
    stories: int
    outlets: int
    languages: list[str] | None


def told_of(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, Told]:
    """Return of those articles whose event others report, too, what is told of it."""
    given = list(articles)
    if not given or not has_rows(con, "events"):
        return {}
    return {one.article_id: one for one in fetch(con, "event_told", Told, {"articles": given})}


def events_called(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> list[UUID]:
    """Return the events that have these ids, or that an article or story with these ids reports."""
    query = (
        "SELECT DISTINCT event_id FROM events WHERE list_has_any([event_id, story_id, article_id], ?::UUID[]) ORDER BY event_id"
    )
    return [event for (event,) in con.execute(query, [list(ids)]).fetchall()]


def event_reports(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, list[EventReport]]:
    """Return the other stories that report the events of these articles, by the story of the article, in the order of time."""
    given = list(articles)
    found: dict[UUID, list[EventReport]] = defaultdict(list)
    if given and has_rows(con, "events"):
        for report in fetch(con, "event_reports", EventReport, {"articles": given}):
            found[report.of_story].append(report)
    return found
