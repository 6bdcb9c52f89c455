"""Write the articles of a load, their revisions and their matches, as `decide` planned them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.stage import columns_of, stage, stage_rows
from warehouse.database.statements import count, statement
from warehouse.load.decide import KnownArticle, Plan, Publication, Revision
from warehouse.records import ArticleRecord
from warehouse.similarity.stories import Story

Row = dict[str, Any]


def revision_of(article: ArticleRecord, run_id: UUID) -> Revision:
    """Return the state of an article as a run brought it."""
    return Revision(
        article.article_id,
        article.seen_at,
        article.page.title,
        article.page.text,
        article.page.word_count,
        article.content_hash,
        run_id,
        article.capture_file,
        article.capture_offset,
    )


def columns_of_article(article: ArticleRecord) -> Row:
    """Return the fields of an article and of its page by name, as the columns of `articles` are called."""
    return {item.name: getattr(of, item.name) for of in (article, article.page) for item in fields(of)}


@dataclass(frozen=True)
class ArticleChanges:
    """What a load changes in articles, revisions and matches."""

    run_id: UUID
    plan: Plan
    known: Mapping[UUID, KnownArticle]
    published: Mapping[UUID, Publication]  # of every article that the plan touches
    histories: Mapping[UUID, Sequence[Revision]]  # of known articles whose revisions are rewritten
    stories: Sequence[Story]  # that the load touches, as they will be

    @cached_property
    def latest(self) -> dict[UUID, ArticleRecord]:
        """The articles whose matches are those of this run."""
        return {**self.plan.current, **self.plan.seen}

    def revision_number(self, article_id: UUID) -> int:
        """Return the number of the revision that the plan makes current."""
        known = self.known.get(article_id)
        return known.revision + 1 if known else 1


def write_articles(con: duckdb.DuckDBPyConnection, changes: ArticleChanges) -> None:
    """Insert new articles, replace edited ones, and update times and stories of the others."""
    stage_rows(con, "batch_current", "articles", _current_rows(changes))
    con.execute(statement("insert_articles"))
    if changes.plan.current.keys() & changes.known.keys():
        con.execute(statement("update_articles"))
    touched = _touched_rows(changes)
    if touched:
        articles = columns_of(con, "articles")
        columns = {name: articles[name] for name in touched[0] if name in articles} | {"seen_at": articles["last_seen_at"]}
        stage(con, "batch_known", columns, ([row[column] for column in columns] for row in touched))
        con.execute(statement("touch_articles"))


def _current_rows(changes: ArticleChanges) -> list[Row]:
    story_of = {member.article_id: story.story_id for story in changes.stories for member in story.members}
    rows: list[Row] = []
    for article_id, article in changes.plan.current.items():
        known = changes.known.get(article_id)
        published_at, precision, origin = changes.published[article_id]
        rows.append(
            {
                **columns_of_article(article),
                "published_at": published_at,
                "published_precision": precision,
                "published_from": origin,
                "story_id": story_of[article_id],
                "revision": changes.revision_number(article_id),
                "first_seen_at": known.first_seen_at if known else article.seen_at,
                "last_seen_at": article.seen_at,
                "run_id": changes.run_id,
            }
        )
    return rows


def _touched_rows(changes: ArticleChanges) -> list[Row]:
    """The known articles that keep their text: seen again, captured earlier, or moved to another story."""
    plan = changes.plan
    moved = {
        member.article_id: story.story_id
        for story in changes.stories
        for member in story.members
        if member.article_id not in plan.current and member.story_id != story.story_id
    }
    seen = {article_id: article.seen_at for article_id, article in {**plan.seen, **plan.older}.items()}
    rows: list[Row] = []
    for article_id in {*moved, *seen}:
        published_at, precision, origin = changes.published.get(article_id, (None, None, None))
        rows.append(
            {
                "article_id": article_id,
                "story_id": moved.get(article_id),
                "seen_at": seen.get(article_id),
                "revision": len(changes.histories.get(article_id, ())) or None,
                "published_at": published_at,
                "published_precision": precision,
                "published_from": origin,
            }
        )
    return rows


def write_revisions(con: duckdb.DuckDBPyConnection, changes: ArticleChanges) -> int:
    """Add the current revisions, replace rewritten histories, and return how many revisions more there are."""
    rows: list[Row] = [
        asdict(revision_of(article, changes.run_id)) | {"revision": changes.revision_number(article_id)}
        for article_id, article in changes.plan.current.items()
    ]
    for history in changes.histories.values():
        rows += [asdict(revision) | {"revision": number} for number, revision in enumerate(history, start=1)]
    before = count(con, "revisions")
    if changes.histories:
        stage(con, "batch_rewritten", {"article_id": "UUID"}, [(article_id,) for article_id in changes.histories])
        con.execute(statement("delete_rewritten"))
    stage_rows(con, "batch_revisions", "revisions", rows)
    con.execute(statement("insert_revisions"))
    return count(con, "revisions") - before


def write_matches(con: duckdb.DuckDBPyConnection, changes: ArticleChanges) -> None:
    """Replace the matches of the articles that the run saw by those of their latest text."""
    latest = changes.latest
    rows = [asdict(match) | {"article_id": article_id} for article_id, article in latest.items() for match in article.matches]
    stage(con, "batch_latest", {"article_id": "UUID"}, [(article_id,) for article_id in latest])
    stage_rows(con, "batch_matches", "matches", rows)
    con.execute(statement("merge_matches" if latest.keys() & changes.known.keys() else "insert_matches"))
