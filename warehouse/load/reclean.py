"""Compare freshly cleaned articles with the stored ones and rewrite these in place.

The outlet edited nothing, so there is no new revision: the revision from the same capture gets the new text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from newslake.article import CleanArticle
from newslake.outcomes import Outcome, Reason
from warehouse.database.stage import columns_of, row_of, stage, storable
from warehouse.database.statements import statement
from warehouse.load.publication import publication_of_page
from warehouse.load.write_articles import columns_of_article
from warehouse.parts import CHUNK, records
from warehouse.records import ArticleRecord, MatchRecord, PastMatch

PUBLICATION = ("published_at", "published_precision", "published_from")
# The columns that cleaning fills, except the publication, which has its own rule, and the identity of the article (id, URL,
# source, capture), which other rows refer to.
CLEANED = (*(item.name for item in fields(CleanArticle) if item.name not in ("url", *PUBLICATION)), "content_hash")
_WRITTEN = {"article_id", "capture_file", "capture_offset", *CLEANED}


@dataclass(frozen=True, slots=True)
class EarlierRevision:
    """A revision of an article that is not the current one."""

    article_id: UUID
    revision: int
    title: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Recleaned:
    """What recleaning does to a known article; `article` is what to write, None if nothing changed."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str | None = None
    article: ArticleRecord | None = None
    gained: tuple[str, ...] = ()  # topics that match only now
    lost: tuple[str, ...] = ()  # topics that no longer match


def compare(stored: ArticleRecord, cleaned: ArticleRecord) -> Recleaned:
    """Compare a freshly cleaned capture with the stored article. Pure.

    An article that lost its last match is off-topic; one that had no match before either is unchanged.
    """
    published: dict[str, Any] = dict(zip(PUBLICATION, publication_of_page(cleaned.page, stored.page), strict=True))
    page = replace(cleaned.page, url=stored.page.url, **published)
    article = replace(
        stored,
        page=page,
        content_hash=cleaned.content_hash,
        matches=cleaned.matches,
        parts=cleaned.parts,
        matches_before=stored.matches_before if cleaned.matches_before is None else cleaned.matches_before,
    )
    old, new = columns_of_article(stored), columns_of_article(article)
    # that another version of the layout reads the same is no change
    names = [name for name in (*CLEANED, *PUBLICATION) if name != "layout"]
    changed = [name for name in names if storable(new[name]) != storable(old[name])]
    before, after = _by_topic(stored.matches), _by_topic(article.matches)
    gained = tuple(topic for topic in after if topic not in before)
    lost = tuple(topic for topic in before if topic not in after)
    reasons = []
    if gained:
        reasons.append(f"now selected by {', '.join(gained)}")
    if lost:
        reasons.append(f"no longer selected by {', '.join(lost)}")
    if changed:
        reasons.append(f"cleaned again: {', '.join(changed)}")
    if not reasons and before != after:
        reasons.append("matched by other words")
    if _past(stored.matches_before) != _past(article.matches_before):
        reasons.append("earlier revisions are matched by other topics or words")
    if not reasons:
        return Recleaned(Outcome.UNCHANGED, Reason.SAME_TEXT)
    words = "; ".join(reasons)
    if stored.is_on_topic and not article.is_on_topic:
        return Recleaned(Outcome.OFF_TOPIC, Reason.NO_MATCH, words, article, gained, lost)
    return Recleaned(Outcome.UPDATED, None, words, article, gained, lost)


def _past(matches: Iterable[PastMatch] | None) -> dict[str, object]:
    return {one.match.topic: (one.revision, storable(tuple(row_of(one.match).values()))) for one in matches or ()}


def _by_topic(matches: Iterable[MatchRecord]) -> dict[str, object]:
    return {match.topic: storable(tuple(row_of(match).values())) for match in matches}


def rewrite(con: duckdb.DuckDBPyConnection, articles: Sequence[ArticleRecord], at: datetime) -> None:
    """Rewrite the cleaned fields of known articles in place; revision number, fetch times and run stay. `at` is noted."""
    if not articles:
        return
    columns = {name: kind for name, kind in columns_of(con, "articles").items() if name in _WRITTEN}
    columns["rewritten_at"] = "TIMESTAMP WITH TIME ZONE"
    rows = (columns_of_article(article) | {"rewritten_at": at} for article in articles)
    stage(con, "batch_recleaned", columns, ([row[column] for column in columns] for row in rows))
    con.execute(statement("rewrite_recleaned"))


def earlier_revisions(con: duckdb.DuckDBPyConnection, source: str) -> Iterator[EarlierRevision]:
    """Stream the earlier revisions of the articles of a source, the latest of each article first."""
    rows = con.execute(statement("earlier_revisions"), [source])
    while chunk := rows.fetchmany(CHUNK):
        yield from (EarlierRevision(*row) for row in chunk)


def stored_articles(con: duckdb.DuckDBPyConnection, source: str) -> Iterator[tuple[UUID, ArticleRecord]]:
    """Stream the articles of a source whose capture is kept, each with its id, as the records that they were loaded from."""
    matches: dict[UUID, list[MatchRecord]] = {}
    before: dict[UUID, list[PastMatch]] = {}
    query = (
        "SELECT m.article_id, m.topic, m.terms, m.in_title, m.score, m.snippet, m.revision, m.current "
        "FROM matches AS m JOIN articles AS a USING (article_id) WHERE a.source = ?"
    )
    for article_id, topic, terms, in_title, score, snippet, revision, current in con.execute(query, [source]).fetchall():
        match = MatchRecord(topic, tuple(terms), in_title, score, snippet)
        if current:
            matches.setdefault(article_id, []).append(match)
        else:
            before.setdefault(article_id, []).append(PastMatch(match, revision))
    for article in records(con.execute(statement("stored_articles"), [source])):
        found = tuple(matches.get(article.article_id, ())), tuple(before.get(article.article_id, ())) or None
        yield article.article_id, replace(article, matches=found[0], matches_before=found[1])
