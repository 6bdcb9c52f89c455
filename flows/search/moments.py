"""Read the moments of --since and --until. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newslake.errors import UsageError

_AGO = re.compile(r"(\d{1,5})\s*(h|d|w)", re.IGNORECASE)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def moment(written: str, option: str, zone: str, now: datetime) -> datetime:
    """Return a moment that is written as a date, a time, or how long ago it was (24h, 7d, 2w).

    Args:
        option: the option that it was given to, for the error.
        zone: in which dates and times without an offset are read.
        now: aware.
    Raises:
        UsageError: it cannot be read.
    """
    written = written.strip()
    try:
        if ago := _AGO.fullmatch(written):
            return now - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
        read = datetime.fromisoformat(written)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} {written!r} is no moment",
            left="nothing was read",
            next=f"write it as {option} 2026-11-01, {option} '2026-11-01 09:30' or {option} 24h, 7d or 2w (ago)",
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))
