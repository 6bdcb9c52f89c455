"""Read the notes of users on articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.statements import statement
from warehouse.memory import has_rows

COLUMNS = "note_id, article_id, author, created_at, edited_at, deleted_at, text, tags"


@dataclass(frozen=True, slots=True)
class Note:
    """A row of the table `notes`."""

    note_id: UUID
    article_id: UUID
    author: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    text: str | None
    tags: list[str]


@dataclass(frozen=True, slots=True)
class NotedArticle:
    """The article that a note is on."""

    source: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What a list of articles says of the notes on one: how many there are, and their tags, each once."""

    notes: int = 0
    tags: Sequence[str] = ()


UNMARKED = Marks()


def marks_of(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> dict[UUID, Marks]:
    """Return the marks of those of the articles that have a note."""
    if not has_rows(con, "notes"):
        return {}
    rows = con.execute(statement("note_marks"), {"ids": list(set(articles))}).fetchall()
    return {article_id: Marks(count, tags) for article_id, count, tags in rows}


def notes_of(con: duckdb.DuckDBPyConnection, article_id: UUID) -> list[Note]:
    """Return the notes on an article, without deleted ones, the earliest first."""
    if not has_rows(con, "notes"):
        return []
    query = f"SELECT {COLUMNS} FROM notes WHERE article_id = ? AND deleted_at IS NULL ORDER BY created_at, note_id"
    return [Note(*row) for row in con.execute(query, [article_id]).fetchall()]


def all_notes(
    con: duckdb.DuckDBPyConnection, since: datetime | None = None, article_id: UUID | None = None
) -> list[tuple[Note, NotedArticle]]:
    """Return the notes with their articles, without deleted ones, the earliest first.

    Args:
        since: only notes that were written or edited then or later.
        article_id: only those on this article.
    """
    return _with_articles(con.execute(statement("all_notes"), {"since": since, "article": article_id}).fetchall())


def notes_by_id(con: duckdb.DuckDBPyConnection, digits: str) -> list[tuple[Note, NotedArticle]]:
    """Return the notes, also deleted ones, whose id begins with these hexadecimal digits, the earliest first."""
    return _with_articles(con.execute(statement("notes_by_id"), {"digits": digits}).fetchall())


def _with_articles(rows: list[Any]) -> list[tuple[Note, NotedArticle]]:
    return [(Note(*row[:8]), NotedArticle(*row[8:])) for row in rows]
