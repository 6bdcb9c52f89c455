"""Write the fetches, URLs, source health and statistics of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb

from newslake.outcomes import End, Outcome, Reason, is_postponed
from warehouse.database.stage import columns_of, row_of, stage, stage_rows
from warehouse.database.statements import first, statement
from warehouse.load.absences import GONE_FOR_NOW
from warehouse.load.decide import Decided, Plan
from warehouse.load.health import FAILURES, measure, seen_of
from warehouse.load.publication import Publication
from warehouse.load.revisions.history import text_id
from warehouse.records import FetchRecord, RunBatch

# The column of `runs` that counts each outcome.
COUNTED = {
    Outcome.LOADED: "loaded",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.COPY: "copies",
    Outcome.OFF_TOPIC: "off_topic",
    Outcome.NOT_ARTICLE: "not_article",
    Outcome.ROBOTS: "robots",
    Outcome.REFUSED: "refused",
    Outcome.HTTP_ERROR: "http_errors",
    Outcome.NETWORK_ERROR: "network_errors",
    Outcome.FAILED: "failed",
}

Row = dict[str, Any]


def write_repeated(con: duckdb.DuckDBPyConnection, batch: RunBatch) -> None:
    """Write the repeated lines that a run found or met."""
    at = batch.run.started_at
    rows = [row_of(line) | {"first_seen_at": at, "last_seen_at": at} for line in batch.repeated]
    stage_rows(con, "batch_repeated", "repeated_lines", rows)
    if rows:
        con.execute(statement("merge_repeated_lines"))


def write_fetches(
    con: duckdb.DuckDBPyConnection,
    batch: RunBatch,
    plan: Plan,
    published: dict[UUID, Publication],
    carriers: Mapping[UUID, UUID],
) -> None:
    """Write a row for each URL of a run. Stages `batch_fetches` for write_urls.

    Args:
        carriers: the URLs from which known articles were taken, with these articles.
    """

    names = [item.name for item in fields(FetchRecord)]

    def row(fetch: FetchRecord, decided: Decided) -> Row:
        waits = is_postponed(decided.outcome, decided.reason)  # what was known of the URL stays, so that it is not lost
        is_asked = fetch.requested_at is not None or not (waits or decided.outcome is Outcome.UNCHANGED)
        visited = is_asked and not fetch.is_summary
        return {
            **{name: getattr(fetch, name) for name in names},
            "run_id": batch.run.run_id,
            "outcome": decided.outcome.value,
            "reason": decided.reason.value if decided.reason else None,
            "detail": decided.detail,
            "origin": fetch.origin.value if fetch.origin else None,
            "article_id": decided.article_id,
            "text_id": text_id(decided.saw.page.title, decided.saw.content_hash) if decided.saw else None,
            "seen_at": decided.saw.seen_at if decided.saw else None,
            "is_carrier": decided.is_carrier,
            "found_at": batch.run.started_at,
            "visited": visited,
            "is_summary": fetch.is_summary,
            # A URL that was never requested, because its site was left alone, has not failed itself; nor has one whose page was
            # not cleaned because of others. An article that is gone is looked at again like a page that failed: the site may be
            # at fault.
            "failed": fetch.requested_at is not None
            and decided.reason is not Reason.CLEANING_BUDGET
            and (decided.outcome in FAILURES or (fetch.url_id in carriers and decided.reason in GONE_FOR_NOW)),
            "is_barren": fetch.requested_at is not None and decided.article_id is None,
            "published_at": published[decided.article_id].published_at if decided.article_id in published else None,
        }

    columns = columns_of(con, "fetches") | {
        "is_carrier": "BOOLEAN",
        "found_at": "TIMESTAMP WITH TIME ZONE",
        "visited": "BOOLEAN",
        "is_summary": "BOOLEAN",
        "failed": "BOOLEAN",
        "is_barren": "BOOLEAN",
        "published_at": "TIMESTAMP WITH TIME ZONE",
        "listed_at": "TIMESTAMP WITH TIME ZONE",
    }
    rows = (row(fetch, plan.decided[fetch.url_id]) for fetch in batch.fetches)
    stage(con, "batch_fetches", columns, ([row.get(column) for column in columns] for row in rows))
    con.execute(statement("insert_fetches"))


def write_urls(con: duckdb.DuckDBPyConnection) -> None:
    """Update the known URLs of `batch_fetches` (those in `known_urls_of_batch`) and insert the others."""
    # Most runs fetch no known URL; then `urls` need not be read again.
    known_and_visited = "SELECT 1 FROM batch_fetches SEMI JOIN known_urls_of_batch USING (url_id) WHERE visited LIMIT 1"
    if first(con, known_and_visited):
        con.execute(statement("update_urls"))
    con.execute(statement("insert_urls"))


def write_run(con: duckdb.DuckDBPyConnection, batch: RunBatch, outcomes: Counter[Outcome], **counts: int) -> None:
    """Write the row of a run; `counts` are by column."""
    row = row_of(batch.run) | {column: outcomes[outcome] for outcome, column in COUNTED.items()} | counts
    row["loaded_at"] = _now_or_after(con)
    stage_rows(con, "batch_run", "runs", [row])
    con.execute("INSERT INTO runs BY NAME SELECT * FROM batch_run")


def _now_or_after(con: duckdb.DuckDBPyConnection) -> datetime:
    """Return the time, or a moment after the latest load if the clock of the machine that made it was ahead."""
    [(latest,)] = con.execute("SELECT max(loaded_at) FROM runs").fetchall()
    now = datetime.now(UTC)
    return now if latest is None else max(now, latest + timedelta(microseconds=1))


def write_sources(con: duckdb.DuckDBPyConnection, batch: RunBatch) -> None:
    """Write what the watchlist says of its sources, if that is new."""
    if batch.sources:
        rows = [row_of(source) | {"changed_at": batch.run.finished_at} for source in batch.sources]
        stage_rows(con, "batch_sources", "sources", rows)
        con.execute(statement("merge_sources"))


def write_health(con: duckdb.DuckDBPyConnection, batch: RunBatch, plan: Plan) -> None:
    """Write what the run shows about the health of its sources, and the changes of their states."""
    ends = {url_id: End(decided.outcome, decided.reason, decided.detail) for url_id, decided in plan.decided.items()}
    rows = measure(batch.run, seen_of(batch.fetches, ends))
    if rows:
        stage_rows(con, "batch_health", "source_runs", rows)
        con.execute("INSERT INTO source_runs BY NAME SELECT * FROM batch_health ORDER BY source")
        con.execute(statement("insert_states"), {"run_id": batch.run.run_id})
