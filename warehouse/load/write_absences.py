"""Write which articles an outlet took down, and which came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import duckdb

from newslake.outcomes import Outcome
from warehouse.database.stage import row_of, stage, stage_rows
from warehouse.database.statements import fetch, first, statement
from warehouse.load.absences import GONE_FOR_NOW, Observation, absences
from warehouse.load.decide import Plan
from warehouse.records import FetchRecord

# Days for which a host stays under suspicion after nearly all its articles were gone at once.
SUSPECT = timedelta(days=1)
_THERE = {Outcome.LOADED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.COPY}


def hosts_at_fault(con: duckdb.DuckDBPyConnection, fetches: Iterable[FetchRecord]) -> set[str]:
    """Return the hosts of which nearly all articles were gone at once shortly before this run."""
    times = [one.requested_at for one in fetches if one.requested_at and one.reason in GONE_FOR_NOW]
    if not times:
        return set()
    query = "SELECT DISTINCT url FROM fetches WHERE reason = 'site-wide' AND requested_at BETWEEN ? AND ?"
    return {urlsplit(str(url)).netloc for (url,) in con.execute(query, [min(times) - SUSPECT, max(times)]).fetchall()}


def write_absences(
    con: duckdb.DuckDBPyConnection, fetches: Iterable[FetchRecord], plan: Plan, carriers: Mapping[UUID, UUID]
) -> None:
    """Bring `absences` and `articles.gone_at` up to date for the articles of which the run saw an address.

    They follow from the rows of `fetches` alone, so the order in which runs are loaded does not matter. Call this when the
    fetches and URLs of the run are written.

    Args:
        carriers: the URLs from which known articles were taken, with these articles.
    """
    affected: set[UUID] = set()
    seen: set[UUID] = set()
    for one in fetches:
        if one.requested_at is None or one.url_id not in carriers:
            continue
        end = plan.decided[one.url_id]
        if end.reason in GONE_FOR_NOW:
            affected.add(carriers[one.url_id])
        elif end.outcome in _THERE:
            seen.add(carriers[one.url_id])
    if first(con, "SELECT 1 FROM absences LIMIT 1"):
        stage(con, "batch_seen", {"article_id": "UUID"}, [(article_id,) for article_id in seen])
        affected |= {article_id for (article_id,) in con.execute(statement("absent_articles")).fetchall()}
    if affected:
        _rewrite(con, affected)


def _rewrite(con: duckdb.DuckDBPyConnection, affected: set[UUID]) -> None:
    stage(con, "batch_affected", {"article_id": "UUID"}, [(article_id,) for article_id in sorted(affected)])
    observed: dict[UUID, list[Observation]] = defaultdict(list)
    for seen in fetch(con, "observations", Observation):
        observed[seen.article_id].append(seen)
    found = {article_id: absences(observed[article_id]) for article_id in affected}
    con.execute("DELETE FROM absences WHERE article_id IN (SELECT article_id FROM batch_affected)")
    stage_rows(con, "batch_absences", "absences", [row_of(one) for each in found.values() for one in each])
    con.execute("INSERT INTO absences BY NAME SELECT * FROM batch_absences ORDER BY article_id, gone_at")
    last = {article_id: each[-1] for article_id, each in found.items() if each and each[-1].came_back_at is None}
    rows = [
        {"article_id": article_id, "gone_at": last[article_id].gone_at, "gone_status": last[article_id].gone_status}
        if article_id in last
        else {"article_id": article_id}
        for article_id in affected
    ]
    columns = {"article_id": "UUID", "gone_at": "TIMESTAMP WITH TIME ZONE", "gone_status": "INTEGER"}
    stage(con, "batch_gone", columns, ([row.get(column) for column in columns] for row in rows))
    con.execute(statement("mark_gone"))


def gone_in(con: duckdb.DuckDBPyConnection, run_id: UUID) -> tuple[int, int]:
    """Return how many articles a run found gone, and how many it saw again."""
    query = "SELECT count(*) FILTER (run_id = $run), count(*) FILTER (back_run_id = $run) FROM absences"
    ((gone, back),) = con.execute(query, {"run": run_id}).fetchall()
    return int(gone), int(back)
