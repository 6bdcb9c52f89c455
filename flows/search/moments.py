"""Read the moments of --since and --until. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newslake.errors import UsageError

# As the help of options names them.
MOMENTS = "2026-11-01, today, yesterday, or 24h, 7d, 2w ago"
_AGO = re.compile(r"(\d{1,5})\s*(h|d|w)", re.IGNORECASE)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_DAYS = {"today": 0, "yesterday": 1}  # as so many days ago


def moment(written: str, option: str, zone: str, now: datetime) -> datetime:
    """Return a moment that is written as a date, a time, a day (today, yesterday) or how long ago it was (24h, 7d, 2w).

    A day or date is its first moment.

    Args:
        option: the option that it was given to, for the error.
        zone: in which days, dates and times without an offset are read.
        now: aware.
    Raises:
        UsageError: it cannot be read, or is not between the years 1 and 9999.
    """
    written = written.strip()
    try:
        if ago := _AGO.fullmatch(written):
            return now - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
        if (days := _DAYS.get(written.casefold())) is not None:
            today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
            return (today - timedelta(days=days)).replace(tzinfo=ZoneInfo(zone))
        read = datetime.fromisoformat(written)
        read = read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))
        # What is printed of it, and asked of DuckDB, is in other zones.
        for days in (-1, 1):
            (read + timedelta(days=days)).astimezone(UTC)
        return read
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {written!r} is no moment",
            left="nothing was read",
            next=f"write it as {option} 2026-11-01, '2026-11-01 09:30', today, yesterday, or 24h, 7d or 2w (ago)",
        ) from None
