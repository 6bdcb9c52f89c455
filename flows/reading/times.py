"""Write times for readers: in one zone, and only as exact as they are known. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(hours=13)


def shown(at: datetime, precision: str | None, zone: ZoneInfo) -> str:
    """Return a time as text: a day where only that is known, minutes, or seconds.

    Args:
        at: an aware moment; of a day, its midnight at the outlet.
        precision: "second", "minute", "day", or None for minutes.
    """
    if precision == "day":
        return f"{day_of(at):%Y-%m-%d}"
    local = in_zone(at, zone)
    return f"{local:%Y-%m-%d %H:%M:%S}" if precision == "second" and local.second else f"{local:%Y-%m-%d %H:%M}"


def minute(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as text, to the minute."""
    return shown(at, "minute", zone)


def minute_in_zone(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as text, to the minute, with the name of the zone."""
    return f"{minute(at, zone)} ({zone.key})"


def published_day(at: datetime, precision: str | None, zone: ZoneInfo) -> str:
    """Return the day of publication as text: in a zone, or the outlet's own where only that is known."""
    return f"{day_of(at) if precision == 'day' else in_zone(at, zone).date():%Y-%m-%d}"


def day_of(at: datetime) -> date:
    """Return the day of which `at` is the midnight, in whatever zone that was. The zone of the reader must not change the day.

    Zones go from UTC+13 (where a day begins at 11:00 of the day before) to UTC-10.
    """
    moment = in_zone(at, UTC)
    return moment.date() if moment > _LAST else (moment + timedelta(hours=13)).date()


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone; as it is where the zone would take it out of the calendar, before the year 1 or after 9999."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def lag(seconds: int) -> str:
    """Return a stretch of time in its two largest units: "2 d 3 h", "1 h 20 min", "40 s"."""
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count} {name}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(filter(None, parts)) or "0 s"
