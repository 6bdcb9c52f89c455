"""What cleaning an article's capture again changes, and writing that in place.

The outlet edited nothing, so there is no new revision: the one that came from the capture gets the new text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID

import duckdb

from newslake.article import CleanArticle
from warehouse.database.stage import columns_of, stage, storable
from warehouse.database.statements import statement
from warehouse.load.decide import publication
from warehouse.load.write_articles import columns_of_article
from warehouse.records import ArticleRecord, MatchRecord, Outcome

PUBLICATION = ("published_at", "published_precision", "published_from")
# What cleaning reads from a page, but for the publication, which has a rule of its own, and for what says which article it is
# (its id, address, source, capture): other rows point to that.
CLEANED = (*(item.name for item in fields(CleanArticle) if item.name not in ("url", *PUBLICATION)), "content_hash")
_WRITTEN = {"article_id", "capture_file", "capture_offset", *CLEANED}
_PAGE = tuple(item.name for item in fields(CleanArticle))
_RECORD = tuple(item.name for item in fields(ArticleRecord) if item.name not in ("page", "matches", "hashes"))
CHUNK = 1_000  # rows held at once


@dataclass(frozen=True, slots=True)
class Recleaned:
    """What becomes of a known article: `article` is what to write, None where nothing changed."""

    outcome: Outcome
    detail: str | None = None
    article: ArticleRecord | None = None
    gained: tuple[str, ...] = ()  # topics that select it now
    lost: tuple[str, ...] = ()  # topics that do not select it any more


def compare(stored: ArticleRecord, cleaned: ArticleRecord) -> Recleaned:
    """Hold what cleaning makes of a capture today against the article that is stored. Pure.

    An article that lost its last match is off-topic; one that had none before and has none now is as it was.
    """
    published: dict[str, Any] = dict(zip(PUBLICATION, publication(cleaned.page, stored.page), strict=True))
    page = replace(cleaned.page, url=stored.page.url, **published)
    article = replace(stored, page=page, content_hash=cleaned.content_hash, matches=cleaned.matches)
    old, new = columns_of_article(stored), columns_of_article(article)
    changed = [name for name in (*CLEANED, *PUBLICATION) if storable(new[name]) != storable(old[name])]
    before, after = _by_topic(stored.matches), _by_topic(article.matches)
    gained = tuple(topic for topic in after if topic not in before)
    lost = tuple(topic for topic in before if topic not in after)
    told = []
    if gained:
        told.append(f"now selected by {', '.join(gained)}")
    if lost:
        told.append(f"no longer selected by {', '.join(lost)}")
    if changed:
        told.append(f"cleaned anew: {', '.join(changed)}")
    if not told and before != after:
        told.append("matched by other words")
    if not told:
        return Recleaned(Outcome.UNCHANGED)
    outcome = Outcome.OFF_TOPIC if before and not after else Outcome.UPDATED
    return Recleaned(outcome, "; ".join(told), article, gained, lost)


def _by_topic(matches: Iterable[MatchRecord]) -> dict[str, object]:
    return {match.topic: storable(tuple(asdict(match).values())) for match in matches}


def rewrite(con: duckdb.DuckDBPyConnection, articles: Sequence[ArticleRecord]) -> None:
    """Write the cleaned fields of known articles in place; revision, times of fetches and run stay."""
    if not articles:
        return
    columns = {name: kind for name, kind in columns_of(con, "articles").items() if name in _WRITTEN}
    rows = map(columns_of_article, articles)
    stage(con, "batch_recleaned", columns, ([row[column] for column in columns] for row in rows))
    con.execute(statement("rewrite_recleaned"))


def stored_articles(con: duckdb.DuckDBPyConnection, source: str) -> Iterator[tuple[UUID, ArticleRecord]]:
    """The articles of a source whose capture was kept, by their ids, as the records that they were loaded from; streamed."""
    matches: dict[UUID, list[MatchRecord]] = {}
    query = "SELECT m.* FROM matches AS m JOIN articles AS a USING (article_id) WHERE a.source = ?"
    for article_id, topic, terms, *rest in con.execute(query, [source]).fetchall():
        matches.setdefault(article_id, []).append(MatchRecord(topic, tuple(terms), *rest))
    rows = con.execute(statement("stored_articles"), [source])
    names = [column[0] for column in rows.description or ()]
    while chunk := rows.fetchmany(CHUNK):
        for values in chunk:
            row: dict[str, Any] = dict(zip(names, values, strict=True))
            row |= {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
            page = CleanArticle(**{name: row[name] for name in _PAGE})
            identity = {name: row[name] for name in _RECORD}
            yield row["article_id"], ArticleRecord(page=page, **identity, matches=tuple(matches.get(row["article_id"], ())))
