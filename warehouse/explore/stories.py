"""Read the stories of a topic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch, statement

REACH = 500  # articles that are looked at first


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
    con: duckdb.DuckDBPyConnection, topic: str | None, articles: Iterable[UUID] | None = None, count: int = 30
) -> list[TopicStory]:
    """Return the stories with the latest articles of a topic, or of given articles, the latest first."""
    wanted: dict[str, Any] = {"topic": topic, "ids": None if articles is None else list(articles)}
    reach, found = REACH, list[tuple[UUID, int]]()
    # The latest articles are of the latest stories; only where many of them are of one story, more must be looked at.
    while len(found) < count:
        found = con.execute(statement("latest_stories"), wanted | {"reach": reach}).fetchall()
        if not found or found[0][1] < reach:
            break
        reach *= 8
    return fetch(con, "explore_stories", TopicStory, wanted | {"stories": [story for story, _ in found[:count]]})
