"""Read the dates that machines write: ISO 8601 in all its forms, RFC 822 and its successors, times since 1970.

These are nearly all dates of feeds, sitemaps and structured data, so they are read without the words of other languages.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from newslake.dates.calendars import OUR_YEARS
from newslake.dates.model import UNKNOWN, Precision, Read, Ways
from newslake.dates.zones import ABBREVIATIONS, AMBIGUOUS, in_zone, offset_zone

__all__ = ["read_epoch", "read_iso", "read_rfc"]

_OFFSET = r"(?P<sign>[+\-−])(?P<hours>\d{1,2}|\d{4}|\d{3})(?:[:.](?P<minutes>\d\d)(?::00)?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-?W(?P<week>\d\d)-?(?P<weekday>[1-7])|(?:-(?P<ordinal>\d{3})|(?P<basic>\d{3}))(?!\d)|"
    r"(?P<mark>[-/.]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d))"
    r"(?:(?:\s*[Tt_]\s*|\s+|(?<=\d{8})(?=\d{4}(?:\d\d)?(?!\d)))(?P<hour>\d\d)"
    r"(?:(?P<colon>:?)(?P<minute>\d\d)(?:(?P=colon)(?P<second>\d\d))?)?(?:[.,](?P<part>\d+))?"
    rf"\s*(?:(?P<utc>Z|UTC|GMT)|{_OFFSET})?(?:\[(?P<zone>[\w/+-]+)\])?)?",
    re.ASCII | re.IGNORECASE,
)
# A day in XML may have a zone, which says nothing without a time.
_ZONE_OF_DAY = re.compile(r"(?<=\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)\Z")
_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)  # noqa: C408
_RFC = re.compile(
    r"(?:(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s*)?(?P<day>\d\d?)[\s-]+(?P<month>[A-Z][a-z]{2})[\s-]+(?P<year>\d{4})\s+"
    rf"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\s*(?:(?P<name>[A-Z]{{1,5}})|(?:UTC|GMT)?\s*{_OFFSET}))?"
    r"(?:\s+\([^()]*\))?",
    re.ASCII,
)
_EPOCH = re.compile(r"(?P<seconds>\d{9,10})(?:(?P<thousandths>\d{3})|\.\d{1,6})?", re.ASCII)
# Times since 1970 that a publication can have: a number before them is an id, one after them too.
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def read_epoch(text: str) -> Read | None:
    """Read seconds or milliseconds since 1970, from 1990 to 2099."""
    match = _EPOCH.fullmatch(text)
    if not match:
        return None
    when = datetime.fromtimestamp(int(match["seconds"]), UTC)
    return Read(when, "second", 0, len(text)) if _FIRST <= when < _LAST else None


def read_iso(text: str, ways: Ways = UNKNOWN) -> Read | None:
    """Read a whole text as ISO 8601: calendar, week and ordinal dates, basic or extended; with blanks, slashes or dots too.

    Raises:
        ValueError, OverflowError: it has the form of a date, but there is no such day or time.
    """
    text = _ZONE_OF_DAY.sub("", text)
    match = _ISO.fullmatch(text)
    if match is None or (match["part"] and not match["second"] and "." in text[match.start("hour") :]):
        return None  # "10.05" is five past ten in many countries, and nowhere ten hours and three minutes
    day = _day(match)
    if match["hour"] is None:
        return Read(datetime.combine(day, time()), "day", 0, len(text))
    when = datetime.combine(day, time()) + _since_midnight(match)
    precision: Precision = "second" if match["second"] or match["part"] else "minute"
    there = _zoned(when, match, "UTC" if match["utc"] else match["zone"], ways)
    return Read(there, precision, 0, len(text)) if there else None


def _zoned(wall: datetime, match: re.Match[str], name: str | None, ways: Ways) -> datetime | None:
    """Return a local time with the offset that stands behind it, else in the zone of a name; None if nobody knows the zone."""
    if match["sign"]:
        zone = offset_zone("-" if match["sign"] in "-−" else "+", match["hours"], match["minutes"])
        return wall.replace(tzinfo=zone) if zone else None
    return in_zone(wall, name, ways) if name else wall


def _day(match: re.Match[str]) -> date:
    year = int(match["year"])
    if match["week"]:
        return date.fromisocalendar(year, int(match["week"]), int(match["weekday"]))
    if ordinal := int(match["ordinal"] or match["basic"] or 0):
        found = date(year, 1, 1) + timedelta(days=ordinal - 1)
        if found.year != year:
            raise ValueError("the year has no such day")
        return found
    return date(year, int(match["month"] or 0), int(match["day"] or 0))


def _since_midnight(match: re.Match[str]) -> timedelta:
    """Return the time of the day; 24:00 is the end of the day, and a leap second the first of the next minute.

    Raises:
        ValueError: there is no such time.
    """
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    found = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 60 or found > timedelta(hours=24, seconds=second == 60):
        raise ValueError("the day has no such time")
    if match["part"]:
        unit = 1 if match["second"] else 60 if match["minute"] else 3600
        found += timedelta(microseconds=int(int(match["part"][:9]) * unit * 1_000_000 / 10 ** len(match["part"][:9])))
    return found


def read_rfc(text: str, ways: Ways = UNKNOWN) -> Read | None:
    """Read a whole text as RFC 822, 850, 1123, 2822 or 9110 write dates, with a year of four digits and English names.

    Raises:
        ValueError, OverflowError: it has the form of a date, but there is no such day or time.
    """
    match = _RFC.fullmatch(text)
    if match is None or match["month"].lower() not in _MONTHS:
        return None
    if int(match["year"]) not in OUR_YEARS:
        return None  # systems set to Thai write "Wed, 03 Sep 2568"
    if match["name"] and match["name"] not in ABBREVIATIONS and match["name"] not in AMBIGUOUS:
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("the day has no such time")
    day = date(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"]))
    when = datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute, seconds=second)
    precision: Precision = "second" if match["second"] else "minute"
    there = _zoned(when, match, match["name"], ways)
    return Read(there, precision, 0, len(text)) if there else None
