"""Compute the next poll of each source from the earlier polls in the warehouse."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import duckdb

from flows.runs.left_alone import until_of
from flows.schedule.due import WINDOW, NextPoll, Polled, after_wait, next_poll
from flows.watchlist import Watchlist
from newslake.errors import WarehouseMissing, WarehouseOutdated
from newslake.outcomes import Outcome
from warehouse.database.connect import open_reader
from warehouse.read import polls, waits
from warehouse.records import PollRecord

# Longer than any interval.
EVER = timedelta(days=800)


def next_polls(watchlist: Watchlist, now: datetime) -> list[NextPoll]:
    """Return the next poll of each enabled source, in the order of the watchlist; all are due now if there is no warehouse yet.

    Raises:
        WarehouseError: the warehouse cannot be read.
    """
    try:
        with open_reader(watchlist.warehouse) as con:
            return next_polls_from(con, watchlist, now)
    except (WarehouseMissing, WarehouseOutdated):  # the next collection creates or upgrades it
        return plan(watchlist, [], now)


def next_polls_from(con: duckdb.DuckDBPyConnection, watchlist: Watchlist, now: datetime) -> list[NextPoll]:
    """Return the same as `next_polls`, from an open warehouse."""
    schedule = watchlist.schedule
    # If a schedule has no moment in the whole window, the last poll is older than it.
    rare = any(schedule.of(source).after(now - WINDOW) > now for source in watchlist.enabled)
    return plan(watchlist, polls(con, now - (EVER if rare else WINDOW)), now, waits(con, now))


def plan(
    watchlist: Watchlist, records: Iterable[PollRecord], now: datetime, closed: Mapping[str, datetime] | None = None
) -> list[NextPoll]:
    """Return the next poll of each enabled source, from poll records. Pure.

    Args:
        closed: the servers that asked to be left alone, each with the moment when that ends.
    """
    past = histories(records)
    schedule = watchlist.schedule
    return [
        after_wait(
            next_poll(source.name, schedule.of(source), past.get(source.name, ()), now, adaptive=schedule.adaptive),
            schedule.of(source),
            until_of(source, closed or {}),
        )
        for source in watchlist.enabled
    ]


def histories(records: Iterable[PollRecord]) -> dict[str, list[Polled]]:
    """Return the polls of each source, oldest first. Pure.

    If a run asked several sources and none answered, this machine's network was down: they count as offline, not as failed.
    """
    records = sorted(records, key=lambda record: record.at)
    asked = Counter(record.at for record in records)
    answered = {record.at for record in records if record.answered}
    past: dict[str, list[Polled]] = defaultdict(list)
    for record in records:
        offline = asked[record.at] > 1 and record.at not in answered
        failure = None if record.answered else Outcome.NETWORK_ERROR if offline else Outcome.FAILED
        past[record.source].append(Polled(record.at, record.new_pages, failure, record.is_broken_off, record.out_of_time))
    return past
