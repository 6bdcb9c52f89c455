"""Read what came into the corpus since a moment: rows of the macro new_since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb

from warehouse.database.statements import statement


@dataclass(frozen=True, slots=True)
class NewThing:
    """A row of the macro new_since."""

    kind: str  # article, copy, edit, takedown or return
    seen_at: datetime
    source: str
    title: str
    url: str
    article_id: UUID
    topics: Sequence[str]
    published_at: datetime | None
    revision: int
    of_article_id: UUID | None
    reason: str | None
    loaded_at: datetime


def latest_load(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when the latest run was loaded; None if none was."""
    [(latest,)] = con.execute("SELECT max(coalesce(loaded_at, finished_at)) FROM runs").fetchall()
    return latest if latest is None or isinstance(latest, datetime) else None


def new_things(con: duckdb.DuckDBPyConnection, since: datetime, until: datetime, topic: str | None = None) -> list[NewThing]:
    """Return what was loaded after `since` and not after `until`, in the order of the loads.

    Args:
        topic: only what this topic selects, or did until an edit took its words out.
    """
    rows = con.execute(statement("new_things"), {"since": since, "until": until, "topic": topic}).fetchall()
    return [NewThing(*row) for row in rows]
