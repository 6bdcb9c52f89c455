"""Say when a brief is due, by what the outbox knows of the last one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flows.messages.quiet import last_slot, next_slot

if TYPE_CHECKING:
    from flows.watchlist import Watchlist

MARK = "[brief]"  # no alert has such a name


def is_due(watchlist: Watchlist, marks: dict[str, dict[str, Any]], now: datetime, *, after_run: bool) -> bool:
    """Return whether a brief is to be made now: after each run, or once after each moment of its schedule. The first one is."""
    table = watchlist.brief
    if table is None or watchlist.brief_is_paused:
        return False
    if table.every == "run":
        return after_run
    made_at = moment(marks, "made_at")
    return made_at is None or made_at < last_slot(table.at, table.weekday, now, watchlist.zone) or made_at > now


def next_due(watchlist: Watchlist, marks: dict[str, dict[str, Any]], now: datetime) -> datetime | None:
    """Return when the next brief is due: `now` if it is overdue, None if none is wanted or one is made after each run."""
    table = watchlist.brief
    if table is None or table.every == "run" or watchlist.brief_is_paused:
        return None
    if is_due(watchlist, marks, now, after_run=False):
        return now
    return next_slot(table.at, table.weekday, now, watchlist.zone)


def moment(marks: dict[str, dict[str, Any]], name: str) -> datetime | None:
    written = marks.get(MARK, {}).get(name)
    return datetime.fromisoformat(written) if written else None
