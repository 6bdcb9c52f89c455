"""Read and write what is known of the layouts of sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import duckdb

from warehouse.database.stage import stage_rows
from warehouse.database.statements import statement
from warehouse.records import LayoutEvidence, LayoutPlace, RunBatch


def layouts_of(
    con: duckdb.DuckDBPyConnection, sources: Sequence[str] | None = None, latest: int | None = None
) -> list[LayoutPlace]:
    """Return the places of all versions of these sources' layouts, in a fixed order.

    Args:
        sources: all sources if None.
        latest: how many of each source's versions at most; all if None.
    """
    given = {"sources": None if sources is None else list(sources), "latest": latest}
    rows = con.execute(statement("layout_places"), given).fetchall()
    return [LayoutPlace(*row) for row in rows]


def layout_evidence(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> list[LayoutEvidence]:
    """Return what the pages of these sources have shown of their present layouts."""
    rows = con.execute(
        "SELECT source, part, place, confirmed, against, pages, authors, missed, first_seen_at, last_seen_at "
        "FROM layout_evidence WHERE list_contains($sources::VARCHAR[], source) ORDER BY source, part, place",
        {"sources": list(sources)},
    ).fetchall()
    return [
        LayoutEvidence(source, part, place, confirmed, against, pages, tuple(authors or ()), *rest)
        for source, part, place, confirmed, against, pages, authors, *rest in rows
    ]


def read_by(con: duckdb.DuckDBPyConnection, url_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the versions by which the articles of these URLs were read, of those that were read by any."""
    rows = con.execute(
        "SELECT url_id, layout FROM urls JOIN articles USING (article_id) "
        "WHERE layout IS NOT NULL AND url_id IN (SELECT unnest(?::UUID[]))",
        [list(url_ids)],
    ).fetchall()
    return {url_id: int(version) for url_id, version in rows}


def write_layouts(con: duckdb.DuckDBPyConnection, batch: RunBatch) -> None:
    """Write new versions and the ends of old ones, and replace the evidence of the sources that the run observed."""
    if batch.layouts:
        stage_rows(con, "batch_layouts", "layouts", [asdict(place) for place in batch.layouts])
        con.execute(statement("merge_layouts"))
    if batch.layout_evidence:
        stage_rows(con, "batch_layout_evidence", "layout_evidence", [asdict(one) for one in batch.layout_evidence])
        con.execute("DELETE FROM layout_evidence WHERE source IN (SELECT source FROM batch_layout_evidence)")
        con.execute("INSERT INTO layout_evidence BY NAME SELECT * FROM batch_layout_evidence ORDER BY source, part, place")
