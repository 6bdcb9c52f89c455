"""Look articles up by address, by a piece of their address or id, and by likeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch, statement

_NO_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Named:
    """An article that somebody may mean."""

    article_id: UUID
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of an address without article when it was last fetched. `reason` and `detail` as in `fetches`."""

    url: str
    at: datetime
    outcome: str
    reason: str | None
    detail: str | None


def by_address(con: duckdb.DuckDBPyConnection, ids: Sequence[UUID], written: Sequence[str]) -> list[Named]:
    """Return the articles of which these are addresses: their own, one that led to them, that of a copy, of a page of theirs.

    Args:
        ids: ids of the addresses; also ids of articles.
        written: the addresses as text, for those that were stored in another form.
    """
    rows = con.execute(statement("articles_by_address"), {"ids": list(ids), "written": list(written)}).fetchall()
    surest = [Named(*row[:3]) for row in rows if row[3] == rows[0][3]]
    return surest or fetch(con, "articles_by_past", Named, {"ids": list(ids)})


def by_piece(con: duckdb.DuckDBPyConnection, digits: str | None, endings: Sequence[str]) -> list[Named]:
    """Return the articles whose id begins with these hexadecimal digits, or whose address ends so; at most 1,000, newest first.

    Ends that are whole parts of an address go before others.
    """
    # No id is between these two, so that without digits none is found by them.
    first, last = (UUID(digits.ljust(32, end)) for end in "0f") if digits else (UUID(int=1), _NO_ID)
    given = {"first": first, "last": last, "endings": list(endings)}
    rows = con.execute(statement("articles_by_piece"), given).fetchall()
    return [Named(*row[:3]) for row in rows if row[3] == rows[0][3]]


def nearest(con: duckdb.DuckDBPyConnection, written: str) -> list[Named]:
    """Return up to three articles with an address or headline like this, the most similar first."""
    return fetch(con, "articles_nearest", Named, {"like": written})


def last_visit(con: duckdb.DuckDBPyConnection, ids: Sequence[UUID]) -> Visit | None:
    """Return the last fetch of the first of these addresses that is known; None if none is."""
    rows = con.execute(
        "SELECT f.url, coalesce(f.requested_at, r.started_at) AS visited_at, f.outcome, f.reason, f.detail "
        "FROM fetches AS f JOIN runs AS r USING (run_id) WHERE f.url_id IN (SELECT unnest(?::UUID[])) "
        "ORDER BY f.requested_at IS NULL, visited_at DESC LIMIT 1",
        [list(ids)],
    ).fetchall()
    return Visit(*rows[0]) if rows else None
