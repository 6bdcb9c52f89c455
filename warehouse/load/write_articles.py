"""Write the articles of a load, their revisions, matches and search index, as `decide` planned them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb

from warehouse.database.stage import columns_of, row_of, stage, stage_rows
from warehouse.database.statements import affected, fetch, statement
from warehouse.load.decide import KnownArticle, Plan, Revision
from warehouse.load.matches import Change, Match, by_article, matches_after
from warehouse.load.publication import Publication
from warehouse.records import ArticleRecord
from warehouse.similarity.stories import Story

if TYPE_CHECKING:
    from warehouse.search.write import Text

Row = dict[str, Any]
NOTHING_STATED = Publication(None, None, None, None)


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
    before: Mapping[UUID, Sequence[Revision]]  # the stored revisions of the articles in `plan.older`
    histories: Mapping[UUID, Sequence[Revision]]  # of known articles whose revisions are rewritten
    stories: Sequence[Story]  # that the load touches, as they will be

    @cached_property
    def match_changes(self) -> list[Change]:
        """What the run means for the matches of each article that it brought."""
        plan = self.plan
        touched = dict.fromkeys((*plan.current, *plan.seen, *plan.older))
        return [
            Change(
                article_id,
                self._number(article_id),
                latest=plan.current.get(article_id) or plan.seen.get(article_id),
                is_edit=article_id in plan.current,
                older=plan.older.get(article_id),
                before=self.before.get(article_id, ()),
                after=self.histories.get(article_id) or self.before.get(article_id, ()),
            )
            for article_id in touched
        ]

    def _number(self, article_id: UUID) -> int:
        """Return the number of the current revision after the load."""
        if article_id in self.plan.current:
            return self.revision_number(article_id)
        return len(self.histories.get(article_id, ())) or self.known[article_id].revision

    @cached_property
    def current(self) -> Mapping[UUID, ArticleRecord]:
        """The articles whose rows the run writes: new and edited ones, and those of whose current text it brought an older page.

        A row is that of the page from which the current revision was taken, the first one that showed it.
        """
        earlier = {
            article_id: article
            for article_id, article in self.plan.older.items()
            if article_id in self.histories and self.histories[article_id][-1] == revision_of(article, self.run_id)
        }
        return {**self.plan.current, **earlier}

    def current_revision(self, article_id: UUID) -> int:
        """Return the number of the revision of an article in `current`."""
        return len(self.histories[article_id]) if article_id in self.plan.older else self.revision_number(article_id)

    def revision_number(self, article_id: UUID) -> int:
        """Return the number of the revision that the plan makes current."""
        known = self.known.get(article_id)
        return known.revision + 1 if known else 1


def write_articles(con: duckdb.DuckDBPyConnection, changes: ArticleChanges) -> None:
    """Insert new articles, replace edited ones, and update times and stories of the others."""
    rows = _current_rows(changes)
    stage_rows(con, "batch_current", "articles", [row for row in rows if row["article_id"] not in changes.known])
    con.execute(statement("insert_articles"))
    edited = [row for row in rows if row["article_id"] in changes.known]
    if edited:
        stage_rows(con, "batch_edited", "articles", edited)
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
    for article_id, article in changes.current.items():
        known = changes.known.get(article_id)
        is_older = article_id in changes.plan.older
        rows.append(
            {
                **columns_of_article(article),
                **row_of(changes.published[article_id]),
                "story_id": story_of[article_id],
                "revision": changes.current_revision(article_id),
                "first_seen_at": min(known.first_seen_at, article.seen_at) if known else article.seen_at,
                "last_seen_at": known.last_seen_at if known and is_older else article.seen_at,
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
    # The late capture may have ended what was the current revision: another page that showed this text begins it now.
    begun = {article_id: history[-1] for article_id, history in changes.histories.items() if article_id not in changes.current}
    return [
        {
            **{name: getattr(begun.get(article_id), name, None) for name in ("capture_file", "capture_offset", "run_id")},
            **row_of(changes.published.get(article_id, NOTHING_STATED)),
            "article_id": article_id,
            "story_id": moved.get(article_id),
            "seen_at": seen.get(article_id),
            "revision": len(changes.histories.get(article_id, ())) or None,
        }
        for article_id in {*moved, *seen}
    ]


def write_revisions(con: duckdb.DuckDBPyConnection, changes: ArticleChanges) -> int:
    """Add the current revisions, replace rewritten histories, and return how many revisions more there are."""
    rows: list[Row] = [
        row_of(revision_of(article, changes.run_id)) | {"revision": changes.revision_number(article_id)}
        for article_id, article in changes.plan.current.items()
    ]
    for history in changes.histories.values():
        rows += [row_of(revision) | {"revision": number} for number, revision in enumerate(history, start=1)]
    replaced = 0
    if changes.histories:
        stage(con, "batch_rewritten", {"article_id": "UUID"}, [(article_id,) for article_id in changes.histories])
        replaced = affected(con.execute(statement("delete_rewritten")))
    stage_rows(con, "batch_revisions", "revisions", rows)
    return affected(con.execute(statement("insert_revisions"))) - replaced


def write_matches(con: duckdb.DuckDBPyConnection, changes: ArticleChanges) -> None:
    """Write the matches that the articles of the run have after it."""
    touched = changes.match_changes
    known = [change.article_id for change in touched if change.article_id in changes.known]
    stored: Mapping[UUID, list[Match]] = {}
    stage(con, "batch_latest", {"article_id": "UUID"}, [(article_id,) for article_id in known])
    if known:
        stored = by_article([replace(one, terms=tuple(one.terms)) for one in fetch(con, "stored_matches", Match)])
    after = [match for change in touched for match in matches_after(stored.get(change.article_id, []), change)]
    stage_rows(con, "batch_matches", "matches", [row_of(match) for match in after])
    con.execute(statement("merge_matches" if known else "insert_matches"))


def write_index(con: duckdb.DuckDBPyConnection, changes: ArticleChanges, recleaned: Mapping[UUID, ArticleRecord]) -> None:
    """Index new and edited articles, and those that a reclean has rewritten; the others of the run keep their texts."""
    revisions = {key: changes.current_revision(key) for key in changes.current}
    articles = {**recleaned, **changes.current}
    if recleaned:
        revisions = dict(con.execute(statement("rewritten_articles")).fetchall()) | revisions
    texts = [_text(articles[key], revision) for key, revision in sorted(revisions.items()) if key in articles]
    others = [change.article_id for change in changes.match_changes]
    if texts or others:
        from warehouse.search.write import index

        known = [changes.known[one] for one in {*articles, *others} if one in changes.known]
        plan = changes.plan
        seen = [one.seen_at for part in (plan.current, plan.seen, plan.older) for one in part.values()]
        since = min([*seen, *(article.first_seen_at for article in known)])
        are_new = all(text.article_id not in changes.known for text in texts)
        index(con, texts, others=others, since=since, are_new=are_new)


def _text(article: ArticleRecord, revision: int) -> Text:
    from warehouse.search.write import Text  # with what splits texts into terms, which a run without new texts does not need

    page = article.page
    return Text(article.article_id, revision, page.url, page.title, page.text, page.language)
