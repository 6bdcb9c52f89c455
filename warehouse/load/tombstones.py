"""Keep out what was removed with `newslake forget`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import duckdb

from newslake.outcomes import Outcome, Reason
from warehouse.database.statements import first
from warehouse.records import FetchRecord

# Stands for the address and in the rows of what was forgotten.
ADDRESS = "(forgotten)"


def tombstones(con: duckdb.DuckDBPyConnection) -> Iterator[UUID]:
    """Yield the ids of all URLs and articles that were forgotten."""
    rows = con.execute("SELECT url_id FROM tombstones")
    while chunk := rows.fetchmany(50_000):
        yield from (url_id for (url_id,) in chunk)


def forgotten_of(con: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the ids, of URLs or articles, that were forgotten."""
    if not first(con, "SELECT 1 FROM tombstones LIMIT 1"):
        return set()
    from warehouse.database.stage import stage  # needs pyarrow, and few corpora have anything that was forgotten

    stage(con, "asked_ids", {"url_id": "UUID"}, ((each,) for each in set(ids)))
    return {row[0] for row in con.execute("SELECT url_id FROM tombstones SEMI JOIN asked_ids USING (url_id)").fetchall()}


def without_forgotten(con: duckdb.DuckDBPyConnection, fetches: Sequence[FetchRecord]) -> list[FetchRecord]:
    """Return the rows in order; those of forgotten URLs and articles without address, article and capture."""
    ids = {fetch.url_id for fetch in fetches} | {fetch.article.article_id for fetch in fetches if fetch.article}
    gone = forgotten_of(con, ids)
    if not gone:
        return list(fetches)
    return [
        _blank(fetch) if fetch.url_id in gone or (fetch.article and fetch.article.article_id in gone) else fetch
        for fetch in fetches
    ]


def _blank(fetch: FetchRecord) -> FetchRecord:
    return replace(
        fetch,
        url=ADDRESS,
        canonical_url=ADDRESS,
        outcome=Outcome.REFUSED,
        reason=Reason.FORGOTTEN,
        detail="removed with newslake forget, and not loaded again",
        article=None,
        article_id=None,
        capture_file=None,
        capture_offset=None,
    )
