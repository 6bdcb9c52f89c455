"""Read when a server wants to be asked again, from a Retry-After header of any form. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# No outlet means more than this; servers that send more have a mistake in their settings.
LONGEST_WAIT = timedelta(days=7)

_SECONDS = re.compile(r"\+?([0-9]+)(?:\.[0-9]*)?\s*(?:s|secs?|seconds?)?", re.I)
# Some servers send the moment in seconds or milliseconds since 1970. A number counts as one if that moment is near.
_EPOCH_UNITS = (1, 1000)
_NEAR_PAST = timedelta(days=1)
_MOST_DIGITS = 15


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a server wants to be left alone, at most LONGEST_WAIT; None if it does not say, or names a past moment.

    Reads seconds, dates of HTTP and ISO 8601, and epoch times. Of several values the longest counts.

    Args:
        header: all values of Retry-After, joined by commas; None if there is none.
        now: aware.
    """
    waits = [wait for part in (header or "").split(",") if (wait := _wait(part.strip(" \t\"'"), now)) is not None]
    return min(max(waits), LONGEST_WAIT) if waits else None


def _wait(value: str, now: datetime) -> timedelta | None:
    if not 0 < len(value) <= 5000:
        return None
    if number := _SECONDS.fullmatch(value):
        return _from_number(number[1], now)
    when = _date(value)
    if when is None:
        return None
    try:
        wait = when - now
    except OverflowError:
        return LONGEST_WAIT
    return wait if wait > timedelta(0) else None


def _from_number(digits: str, now: datetime) -> timedelta | None:
    if len(digits.lstrip("0")) > _MOST_DIGITS:
        return LONGEST_WAIT
    number = int(digits)
    if number <= LONGEST_WAIT.total_seconds():
        return timedelta(seconds=number)
    for unit in _EPOCH_UNITS:
        wait = number / unit - now.timestamp()
        if 0 < wait <= LONGEST_WAIT.total_seconds():
            return timedelta(seconds=wait)
        if -_NEAR_PAST.total_seconds() <= wait <= 0:
            return None
    return LONGEST_WAIT


def _date(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None
