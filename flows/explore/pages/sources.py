"""The pages of sources: the health of all, and what is known of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from flows.explore.asked import Asked, Reply
from flows.explore.charts import by_day
from flows.explore.downloads import Sheet, download, wanted
from flows.explore.render import nearest
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.reports.health import sparkline
from flows.schedule.polling import next_polls_from
from newslake.text import one_line
from warehouse.explore.runs import Change, changes_of, recent_runs
from warehouse.memory import remembered
from warehouse.read import published_days, sources_of

NONE = [0] * 28


@dataclass(frozen=True, slots=True)
class Row:
    """A source as the table shows it."""

    name: str
    state: str
    reason: str
    health: Mapping[str, Any]
    days: list[int]
    spark: str
    next_poll: datetime | None


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of all sources, or of the one that is named."""
    return _one(room, asked) if asked.named else _all(room, asked)


def _all(room: Room, asked: Asked) -> Reply:
    rows = room.read(lambda corpus: _rows(room, corpus))
    state = asked.one("state")
    known = {one.state for one in rows}
    if wanted(asked):
        return download(asked, _file(rows if not state else [one for one in rows if one.state == state]), "sources")
    shown = [one for one in rows if not state or one.state == state]
    return rendered(
        "sources.html", asked, "Sources", rows=shown, states=sorted(known), state=state, zone=room.zone, total=len(rows)
    )


def _rows(room: Room, corpus: Corpus) -> list[Row]:
    """Return the sources that are known or watched, those in trouble first."""
    now = datetime.now(UTC)
    published = published_days(corpus.con, now.astimezone(room.zone).date(), room.zone.key)
    polls = {poll.source: poll.at for poll in next_polls_from(corpus.con, room.watchlist, now)}
    watched, disabled = {one.name for one in room.watchlist.sources}, set(room.watchlist.disabled)
    health = _health(corpus.con)
    made = []
    for name in sorted({*health, *watched}):
        known = health.get(name, {})
        state, reason = str(known.get("state", "never collected")), str(known.get("reason") or "")
        if name in disabled:
            state, reason = "disabled", "enabled = false in the watchlist"
        elif name not in watched:
            state, reason = "not watched", "it is not on the watchlist any more"
        days = published.get(name, NONE)
        made.append(Row(name, state, one_line(reason), known, days, sparkline(days), polls.get(name)))
    order = {"ok": 1, "disabled": 2, "not watched": 3}
    return sorted(made, key=lambda one: (order.get(one.state, 0), one.name))


@remembered
def _health(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Return the rows of the view source_health by source."""
    return {record["source"]: record for record in Sheet.of(con, "FROM source_health").records()}


def _file(rows: list[Row]) -> Sheet:
    names = ("last_run", "last_success", "last_new_article", "runs", "failure_rate", "usual_failure_rate", "today", "usual_today")
    headers = ("source", "state", "reason", "published_28_days", "next_poll", *names)
    return Sheet.made(
        headers,
        [
            (one.name, one.state, one.reason or None, one.days, one.next_poll, *(one.health.get(name) for name in names))
            for one in rows
        ],
    )


def _one(room: Room, asked: Asked) -> Reply:
    def read(corpus: Corpus) -> tuple[Row, list[Change], list[tuple[Any, ...]]]:
        rows = {one.name: one for one in _rows(room, corpus)}
        if asked.named not in rows:
            known = {*rows, *sources_of(corpus.con)}
            raise nearest("source", asked.named, known, "Sources")
        return rows[asked.named], changes_of(corpus.con, asked.named), recent_runs(corpus.con, asked.named)

    row, changes, runs = room.read(read)
    title = f"Articles of {one_line(row.name)} by day of publication"
    return rendered(
        "source.html",
        asked,
        f"Source: {one_line(row.name)}",
        row=row,
        chart=by_day(title, datetime.now(room.zone).date(), row.days),
        changes=changes,
        runs=runs,
        zone=room.zone,
    )
