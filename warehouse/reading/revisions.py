"""Read the revisions of an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import duckdb


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One version of the title and text of an article."""

    article_id: UUID
    url: str
    revision: int
    seen_at: datetime
    title: str
    text: str


def revisions_of(con: duckdb.DuckDBPyConnection, article_id: UUID) -> list[StoredRevision]:
    """Return the revisions of an article in order; none if there is no such article."""
    rows = con.execute(
        "SELECT article_id, url, r.revision, r.seen_at, r.title, r.text FROM revisions AS r "
        "JOIN (SELECT article_id, url FROM articles WHERE article_id = $id) AS a USING (article_id) "
        "WHERE r.article_id = $id ORDER BY r.revision",
        {"id": article_id},
    ).fetchall()
    return [StoredRevision(*row) for row in rows]
