"""Read all that is known of one article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb
import numpy as np

from warehouse.database.statements import fetch, one_state
from warehouse.events.read import EventReport, event_reports
from warehouse.memory import has_rows
from warehouse.notes.read import Note, notes_of
from warehouse.reading.listed import ListedRow, listed_in
from warehouse.reading.mentions import MentionRow
from warehouse.search.texts import texts_of

MENTION = "kind, name, entity, in_title, times, position, forms"
TOPIC = "topic, terms, in_title, score, snippet, revision, current"


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision without its text, and what it changed. `flow` is None if its run is not known."""

    revision: int
    seen_at: datetime
    title: str
    word_count: int | None
    content_hash: str
    title_changed: bool
    text_changed: bool
    words_more: int
    run_id: UUID
    flow: str | None
    capture_file: str | None
    capture_offset: int | None
    rewritten_at: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story. `kind` and `similarity` are None for the first; `lag_seconds` is the time since that one.

    `is_day`: only the day of `reported_at` is known.
    """

    article_id: UUID
    source: str
    url: str
    title: str
    kind: str | None
    similarity: float | None
    reported_at: datetime
    lag_seconds: int
    is_day: bool | None
    gone_at: datetime | None
    story_id: UUID


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic of an article; see the table `matches`."""

    topic: str
    terms: list[str]
    in_title: bool
    score: float
    snippet: str | None
    revision: int
    current: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """A time that an article was gone; see the table `absences`."""

    gone_at: datetime
    gone_status: int | None
    reason: str
    came_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartRow:
    """A page of an article on several pages; see the table `parts`."""

    page: int
    url: str
    seen_at: datetime
    capture_file: str | None
    capture_offset: int | None


@dataclass(frozen=True, slots=True)
class Address:
    """An address that gave an article. `is_carrier`: the article was taken from it."""

    url: str
    is_carrier: bool | None


@dataclass(frozen=True, slots=True)
class WholeArticle:
    """An article with one of its revisions, and what belongs to it.

    Attributes:
        row: the columns of `articles`, of the current revision, without its text.
        shown: the revision whose headline and text were asked for; `title` and `text` are its own.
        parts: pages of the current revision, if it has several.
        notes: what users noted on it, without what was deleted.
        mentions: whom and what its current text names, most often first.
        listed: the entries of the user's lists of names that its current text has.
        event: the other stories that report its event, each by its first article, in the order of time.
    """

    row: Mapping[str, Any]
    shown: RevisionRow
    title: str
    text: str
    revisions: tuple[RevisionRow, ...]
    topics: tuple[TopicRow, ...]
    story: tuple[Member, ...]
    absences: tuple[Absence, ...]
    parts: tuple[PartRow, ...]
    addresses: tuple[Address, ...]
    notes: tuple[Note, ...]
    mentions: tuple[MentionRow, ...] = ()
    event: tuple[EventReport, ...] = ()
    listed: tuple[ListedRow, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the revision that is shown is the current one."""
        return bool(self.shown.revision == self.row["revision"])


def whole_article(con: duckdb.DuckDBPyConnection, article_id: UUID, revision: int | None = None) -> WholeArticle | int:
    """Return an article with a revision, the current one by default; the number of the current one if it has no such.

    Raises:
        LookupError: there is no article with this id.
    """
    with one_state(con):
        result = con.execute("SELECT * EXCLUDE (text) FROM articles WHERE article_id = ?", [article_id])
        names = [column[0] for column in result.description or ()]
        found = result.fetchall()
        if not found:
            raise LookupError(article_id)
        row = dict(zip(names, found[0], strict=True))
        given = {"id": article_id}
        revisions = fetch(con, "article_revisions", RevisionRow, given)
        wanted = revision or row["revision"]
        shown = next((one for one in revisions if one.revision == wanted), None)
        text = _text(con, article_id, wanted)
        if shown is None or text is None:
            return int(row["revision"])
        return WholeArticle(
            row,
            shown,
            str(text[0]),
            str(text[1]),
            tuple(revisions),
            _rows(con, TopicRow, "matches", TOPIC, "current DESC, topic", article_id),
            tuple(fetch(con, "stories_in_order", Member, {"stories": [row["story_id"]]})),
            _rows(con, Absence, "absences", "gone_at, gone_status, reason, came_back_at", "gone_at", article_id),
            _rows(con, PartRow, "parts", "page, url, seen_at, capture_file, capture_offset", "page", article_id),
            _rows(con, Address, "urls", "url, is_carrier", "is_carrier DESC, url", article_id),
            tuple(notes_of(con, article_id)),
            _rows(con, MentionRow, "mentions", MENTION, "times DESC, kind, name", article_id),
            tuple(event_reports(con, [article_id]).get(row["story_id"], ())),
            tuple(listed_in(con, [article_id]).get(article_id, ())),
        )


def _text(con: duckdb.DuckDBPyConnection, article_id: UUID, revision: int) -> tuple[str, str] | None:
    """Return the headline and text of a revision; None if there is no such revision.

    Of the current one the index has them, too, from where they come at once: a table of texts is read by the ten thousands.
    """
    docs = con.execute("SELECT doc FROM docs WHERE article_id = ? AND revision = ?", [article_id, revision]).fetchall()
    for one in texts_of(con, np.array([doc for (doc,) in docs], np.int64)):
        return one.title, one.text
    query = "SELECT title, text FROM revisions WHERE article_id = ? AND revision = ?"
    return next(iter(con.execute(query, [article_id, revision]).fetchall()), None)


def _rows(
    con: duckdb.DuckDBPyConnection, kind: type[Any], table: str, columns: str, order: str, article_id: UUID
) -> tuple[Any, ...]:
    if not has_rows(con, table):
        return ()
    query = f"SELECT {columns} FROM {table} WHERE article_id = ? ORDER BY {order}"
    return tuple(kind(*row) for row in con.execute(query, [article_id]).fetchall())
