"""Define how the watchlist writes times of the day, weekdays and hours of quiet. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def check_clock_time(written: str) -> str:
    """Return a time such as "07:00" unchanged; raise ValueError if it is none."""
    if not _CLOCK.fullmatch(written):
        raise ValueError(f'a time is written like "07:00" or "18:30", found {written!r}')
    return written


def check_quiet(written: str) -> str:
    """Return hours of quiet such as "22:00-07:00" unchanged; raise ValueError if they are none."""
    begin, dash, end = (part.strip() for part in written.partition("-"))
    if not (dash and _CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end)):
        raise ValueError(f'hours of quiet are written like "22:00-07:00", found {written!r}')
    if begin == end:
        raise ValueError("hours of quiet begin and end at different times; without `quiet` there are none")
    return written


ClockTime = Annotated[str, AfterValidator(check_clock_time)]
Quiet = Annotated[str, AfterValidator(check_quiet)]
