"""Read what alerts judge by: the past of topics, who has written of them, and the words of headlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch, statement


@dataclass(frozen=True, slots=True)
class Dated:
    """An article of a topic ("" for one of a list), and the stretch of 24 hours before a moment that it was published in."""

    topic: str
    article_id: UUID
    source: str
    stretch: int


def dated_articles(
    con: duckdb.DuckDBPyConnection, topics: Sequence[str], ids: Iterable[UUID], until: datetime, stretches: int
) -> list[Dated]:
    """Return the articles of topics, and of a list, that were published in so many stretches of 24 hours before a moment."""
    given = {"topics": list(topics), "ids": list(ids), "until": until, "stretches": stretches}
    return fetch(con, "alert_articles", Dated, given)


def first_seen_of(con: duckdb.DuckDBPyConnection, topics: Sequence[str]) -> dict[str, datetime]:
    """Return when the first article of each topic was fetched."""
    return dict(con.execute(statement("alert_first_seen"), {"topics": list(topics)}).fetchall())


def outlets_before(
    con: duckdb.DuckDBPyConnection, topics: Sequence[str], ids: Iterable[UUID], fresh: Iterable[UUID], until: datetime
) -> set[tuple[str, str]]:
    """Return each topic ("" for the list) with the outlets that have an article of it which is not `fresh`."""
    given = {"topics": list(topics), "ids": list(ids), "fresh": list(fresh), "until": until}
    return {(topic, source) for topic, source in con.execute(statement("alert_outlets"), given).fetchall()}


def watched_since(con: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return when each source was first polled."""
    return dict(con.execute("SELECT source, min(started_at) FROM source_runs GROUP BY source").fetchall())


def headline_words(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID], most: int) -> dict[str, int]:
    """Return the most frequent words in the headlines of articles, each with the number of articles, see the macro top_words."""
    given = {"ids": list(ids), "most": most}
    return dict(con.execute("SELECT word, articles FROM top_words(among := $ids::UUID[]) LIMIT $most", given).fetchall())
