"""Read which other stories report the event of an article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch


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


def event_reports(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, list[EventReport]]:
    """Return the other stories that report the events of these articles, by the story of the article, in the order of time."""
    given = list(articles)
    found: dict[UUID, list[EventReport]] = defaultdict(list)
    if given:
        for report in fetch(con, "event_reports", EventReport, {"articles": given}):
            found[report.of_story].append(report)
    return found
