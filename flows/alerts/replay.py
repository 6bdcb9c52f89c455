"""Show what an alert would have sent in a stretch of the past: nothing is sent, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.alerts.again import Told
from flows.alerts.listed import lists_told
from flows.alerts.look import scope_of, seen_in, spikes_in
from flows.alerts.why import reasons
from flows.alerts.words import letter_of
from flows.messages.letter import Letter
from flows.messages.quiet import next_slot, quiet_until
from flows.search.called import called
from flows.watchlist import Watchlist
from flows.watchlist.alert import Alert
from warehouse.brief.news import news
from warehouse.database.statements import one_state

if TYPE_CHECKING:
    import duckdb

DAY = timedelta(days=1)
SPIKE_STEP = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A message that would have been sent, and when."""

    at: datetime
    letter: Letter


def replay(
    watchlist: Watchlist, con: duckdb.DuckDBPyConnection, alert: Alert, since: datetime, until: datetime
) -> tuple[list[Replayed], list[str]]:
    """Return the messages of an alert that had looked once a day (for spikes, every six hours) since a moment.

    And, where there are none or not for all of the time, sentences that say why.

    Raises:
        UsageError: nothing has the name of a topic of the alert.
    """
    zone = watchlist.zone
    found = list[Replayed]()
    told: Mapping[str, Told] = {}
    with one_state(con):
        scope = scope_of(con, called(watchlist, con, alert.topic, "nothing was tried"), lists_told(watchlist, alert))
        before = since
        for end in _looks(alert, since, until, zone):
            if alert.on == "spike":
                seen = spikes_in(con, alert, scope, end, told)
                told = seen.told
            else:
                seen = seen_in(con, alert, scope, news(con, before, end), end)
            if not seen.is_empty:
                held = quiet_until(alert.quiet or watchlist.notify.quiet, end, zone)
                found.append(Replayed(held or end, letter_of(alert, seen, before, zone)))
            before = end
        return found, reasons(con, alert, scope, since, until, watchlist, found_any=bool(found))


def _looks(alert: Alert, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    at = since
    while at < until:
        if alert.digest == "day":
            at = next_slot(alert.at, None, at, zone)
        else:
            at += SPIKE_STEP if alert.on == "spike" else DAY
        yield min(at, until)
