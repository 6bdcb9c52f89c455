"""Read the stories of a topic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch


@dataclass(frozen=True, slots=True)
class TopicStory:
    """A story with articles on a topic; title and language are of the earliest of these."""

    story_id: UUID
    article_id: UUID
    title: str
    language: str | None
    sources: Sequence[str]
    articles: int
    first_at: datetime
    last_at: datetime


def stories_of(
    con: duckdb.DuckDBPyConnection, topic: str | None, articles: Iterable[UUID] = (), count: int = 30
) -> list[TopicStory]:
    """Return the stories with the latest articles of a topic, or of given articles, the latest first."""
    return fetch(con, "explore_stories", TopicStory, {"topic": topic, "ids": list(articles), "count": count})
