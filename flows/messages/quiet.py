"""Tell when messages may be sent: hours of quiet, and a time of the day or the week, in the zone of the watchlist. Pure.

A time that the clock skips when summer time begins comes as much later; of one that it shows twice, the first counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def quiet_until(quiet: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the end of the hours of quiet that `now` is in; None if it is in none."""
    if not quiet:
        return None
    begin, end = (_clock(part.strip()) for part in quiet.split("-"))
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        starts = _moment(day, begin, zone)
        ends = _moment(day if begin < end else day + timedelta(days=1), end, zone)
        if starts <= now < ends:
            return ends
    return None


def last_slot(at: str, on: str | None, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest moment, not after `now`, at which the clock showed `at`, on the weekday `on` if there is one."""
    today = now.astimezone(zone).date()
    return next(slot for slot in _slots(today + timedelta(days=1), -1, at, on, zone) if slot <= now)


def next_slot(at: str, on: str | None, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first such moment after `now`."""
    today = now.astimezone(zone).date()
    return next(slot for slot in _slots(today - timedelta(days=1), 1, at, on, zone) if slot > now)


def _slots(first: date, step: int, at: str, on: str | None, zone: ZoneInfo) -> Iterator[datetime]:
    for number in range(20):
        day = first + timedelta(days=step * number)
        if on is None or WEEKDAYS[day.weekday()] == on:
            yield _moment(day, _clock(at), zone)


def _clock(written: str) -> time:
    return time.fromisoformat(written)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
