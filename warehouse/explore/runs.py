"""Read runs, and how the addresses of a run ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from warehouse.database.statements import fetch, statement

RUN = (
    "run_id, flow, started_at, finished_at, state, discovered, loaded, updated, unchanged, copies, off_topic, not_article, "
    "robots, refused, http_errors, network_errors, failed, articles, new_revisions, new_copies, version"
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How many addresses of a source ended so in a run."""

    source: str
    outcome: str
    reason: str | None
    urls: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the state of a source; see the table `source_states`."""

    since: datetime
    state: str
    state_before: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which addresses of a run are asked for; None: any."""

    run_id: UUID
    outcome: str | None = None
    source: str | None = None
    reason: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {"run": self.run_id, "outcome": self.outcome, "source": self.source, "reason": self.reason}


def runs_query() -> str:
    """Return SQL for some runs, the latest first; `?`: how many, and how many are left out."""
    return f"SELECT {RUN} FROM runs ORDER BY started_at DESC, run_id LIMIT ? OFFSET ?"


def run_query() -> str:
    """Return SQL for one run; `?`: its id."""
    return f"SELECT {RUN} FROM runs WHERE run_id = ?"


def count_runs(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many runs there are."""
    [(count,)] = con.execute("SELECT count(*) FROM runs").fetchall()
    return int(count)


def outcomes_of(con: duckdb.DuckDBPyConnection, run_id: UUID) -> list[Ended]:
    """Return how the addresses of a run ended, by source, outcome and reason."""
    return fetch(con, "explore_outcomes", Ended, {"run": run_id})


def fetches_query() -> str:
    """Return SQL for addresses of a run, in order; see `fetches_given`."""
    return statement("explore_fetches")


def fetches_given(wanted: Wanted, first: int, count: int) -> dict[str, Any]:
    """Return the parameters of `fetches_query`: which addresses, from which place on, and how many."""
    return wanted.given | {"first": first, "count": count}


def recent_runs(con: duckdb.DuckDBPyConnection, source: str, count: int = 20) -> list[tuple[Any, ...]]:
    """Return what the latest runs brought from a source: run, start, found, answers, new articles, new on topic, failures."""
    return con.execute(
        "SELECT run_id, started_at, found, answers, articles, loaded, http_errors + network_errors + failed FROM source_runs "
        "WHERE source = ? ORDER BY started_at DESC LIMIT ?",
        [source, count],
    ).fetchall()


def changes_of(con: duckdb.DuckDBPyConnection, source: str, count: int = 20) -> list[Change]:
    """Return the latest changes of the state of a source, the latest first."""
    rows: Sequence[Any] = con.execute(
        "SELECT since, state, state_before, reason FROM source_states WHERE source = ? ORDER BY since DESC LIMIT ?",
        [source, count],
    ).fetchall()
    return [Change(*row) for row in rows]
