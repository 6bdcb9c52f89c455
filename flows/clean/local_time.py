"""On which clock an outlet lives, where its page gives the publication in UTC.

A time in UTC leaves open which day readers saw above the article. The page tells, by giving the same instant in its own zone as
well, by a wall time that is some quarters of an hour off, or by the day in its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from flows.clean.moments import Moment

_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>199\d|20\d\d)(?P<mark>[/_-]?)(?P<m>0[1-9]|1[0-2])(?P=mark)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|/(?P<year>199\d|20\d\d)/(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])/"
)
_QUARTER = timedelta(minutes=15)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


def day_in(url: str) -> date | None:
    """The day that is written in an address."""
    match = _URL_DATE.search(url.partition("?")[0])
    if not match:
        return None
    try:
        return date(*(int(match[short] or match[long]) for short, long in (("y", "year"), ("m", "month"), ("d", "day"))))
    except ValueError:
        return None


def on_its_clock(instant: datetime, witnesses: Iterable[Moment], url: str) -> datetime:
    """The same instant with the offset of the outlet's clock; as it is where nothing shows that clock.

    `witnesses` are other times that the page gives, the surest first; they are read as far as needed. Where the address alone
    tells, the offset is the least that takes the instant into its day.
    """
    in_url = day_in(url)
    if in_url == instant.date():
        return instant
    for witness in witnesses:
        offset = _offset(witness, instant)
        if offset:
            return instant.astimezone(timezone(offset))
    if in_url and abs(in_url - instant.date()) == timedelta(days=1):
        offset = timedelta(hours=-instant.hour - 1 if in_url < instant.date() else 24 - instant.hour)
        if _WEST <= offset <= _EAST:
            return instant.astimezone(timezone(offset))
    return instant


def _offset(witness: Moment, instant: datetime) -> timedelta | None:
    """How far the clock is ahead of UTC on which `witness` shows this instant; None where it shows another."""
    if witness.precision == "day":
        return None
    if witness.has_zone:
        return witness.when.utcoffset() if abs(witness.when - instant) < timedelta(minutes=1) else None
    apart = witness.when - instant.replace(tzinfo=None)
    quarters = round(apart / _QUARTER)
    if abs(apart - quarters * _QUARTER) < timedelta(minutes=1) and _WEST <= apart <= _EAST:
        return quarters * _QUARTER
    return None
