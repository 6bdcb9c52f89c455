"""Read the stories of a topic or a search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb
import numpy as np

from warehouse.search.attributes import Attributes
from warehouse.search.rank import Numbers
from warehouse.search.texts import texts_of

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


@dataclass(frozen=True, slots=True)
class _Article:
    doc: int
    article_id: UUID
    source: str
    language: str | None
    dated_at: datetime


def stories_of(con: duckdb.DuckDBPyConnection, attributes: Attributes, docs: Numbers, count: int = 30) -> list[TopicStory]:
    """Return the stories with the latest of some indexed texts, the latest first; only these texts count."""
    stories = _latest(con, attributes, docs, count)
    of_story = _stories(con, "story_id", stories)
    chosen: defaultdict[UUID, list[_Article]] = defaultdict(list)
    for article in _articles(con, of_story):
        chosen[of_story[article.article_id]].append(article)
    mine = set(docs[np.isin(docs, [one.doc for several in chosen.values() for one in several])].tolist())
    kept = {story: sorted((one for one in chosen[story] if one.doc in mine), key=_order) for story in stories}
    titles = {text.doc: text.title for text in texts_of(con, np.array([several[0].doc for several in kept.values()], np.int64))}
    found = [
        TopicStory(
            story,
            several[0].article_id,
            titles[several[0].doc],
            several[0].language,
            sorted({one.source for one in several}),
            len(several),
            several[0].dated_at,
            several[-1].dated_at,
        )
        for story, several in kept.items()
        if several[0].doc in titles
    ]
    return sorted(found, key=lambda one: (-one.last_at.timestamp(), one.story_id))


def _order(article: _Article) -> tuple[datetime, int]:
    return article.dated_at, article.doc


def _latest(con: duckdb.DuckDBPyConnection, attributes: Attributes, docs: Numbers, count: int) -> list[UUID]:
    """Return the stories of the latest of some texts, the latest first."""
    reach = REACH
    while True:
        latest = attributes.newest(docs, reach)
        ids = _ids(con, latest)
        story = _stories(con, "article_id", ids.values())
        found = list(dict.fromkeys(story[ids[doc]] for doc in latest.tolist() if ids.get(doc) in story))
        # The latest articles are of the latest stories; only where many of them are of one story, more must be looked at.
        if len(found) >= count or len(latest) < reach:
            return found[:count]
        reach *= 8


def _ids(con: duckdb.DuckDBPyConnection, docs: Numbers) -> dict[int, UUID]:
    query = "SELECT doc, article_id FROM docs WHERE doc IN (SELECT unnest(?::INTEGER[]))"
    return dict(con.execute(query, [docs.tolist()]).fetchall())


def _stories(con: duckdb.DuckDBPyConnection, by: str, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the stories of articles; `by`: the column with these ids."""
    # No other column, since DuckDB unpacks a column for all articles to give some rows of it.
    query = f"SELECT article_id, story_id FROM articles WHERE {by} IN (SELECT unnest(?::UUID[]))"
    return dict(con.execute(query, [list(ids)]).fetchall())


def _articles(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> list[_Article]:
    columns = "doc, article_id, source, language, coalesce(published_at, first_seen_at)"
    query = f"SELECT {columns} FROM docs WHERE article_id IN (SELECT unnest(?::UUID[]))"
    return [_Article(*row) for row in con.execute(query, [list(ids)]).fetchall()]
