"""Read whom and what articles name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch, first, statement
from warehouse.search.plan import EVERYTHING, Only


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A name in an article; see the table `mentions`."""

    kind: str
    name: str
    entity: str | None
    in_title: bool
    times: int
    position: int | None
    forms: Sequence[str]


@dataclass(frozen=True, slots=True)
class NameCount:
    """A name, and how many articles have it; see the view `names`. `times`: how often they have it together."""

    kind: str
    name: str
    entity: str | None
    articles: int
    titles: int
    times: int
    sources: int
    languages: Sequence[str]
    first_at: datetime
    last_at: datetime


def names_of(
    con: duckdb.DuckDBPyConnection,
    only: Only = EVERYTHING,
    *,
    kinds: Sequence[str] = (),
    like: str | None = None,
    ids: Iterable[UUID] | None = None,
    most: int | None = None,
) -> list[NameCount]:
    """Return whom and what articles name, what most of them name first.

    Args:
        only: the articles that count; its tags are not looked at.
        like: a part of the names, in any case.
        ids: of the articles that count; None: of all.
    """
    given = restriction(only, ids) | {"kinds": list(kinds) or None, "like": like, "most": most}
    return fetch(con, "names_counted", NameCount, given)


def restriction(only: Only, ids: Iterable[UUID] | None) -> dict[str, Any]:
    """Return the parameters that say which articles count; the tags, names and entries of a restriction are not among them."""
    return {
        "sources": list(only.sources) or None,
        "languages": list(only.languages) or None,
        "topics": list(only.topics) or None,
        "since": only.since,
        "until": only.until,
        "ids": None if ids is None else list(ids),
    }


def most_named(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Iterable[UUID]], kinds: Sequence[str], most: int
) -> list[list[tuple[str, str, int]]]:
    """Return whom and what the articles of each part of a brief name most: kind, name, and in how many of the articles."""
    pairs = [(number, article) for number, articles in enumerate(parts) for article in articles]
    found: list[list[tuple[str, str, int]]] = [[] for _ in parts]
    if not pairs:
        return found
    given = {"parts": [part for part, _ in pairs], "ids": [article for _, article in pairs], "kinds": list(kinds), "most": most}
    for part, kind, name, articles in con.execute(statement("names_of_parts"), given).fetchall():
        found[part].append((kind, name, articles))
    return found


def is_named(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether an article names this, in full or as short as some article does, in any case."""
    forms = "list_transform(forms, lambda form: lower(form))"
    named = f"SELECT 1 FROM mentions WHERE lower($1) IN (lower(name), lower(entity)) OR list_contains({forms}, lower($1)) LIMIT 1"
    listed = "SELECT 1 FROM listed WHERE lower(entity) = lower($1) LIMIT 1"
    return any(first(con, query, [name]) is not None for query in (named, listed))
