"""Parse dates and times as pages write them, for machines or for readers, in many languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from flows.clean.dates.words import DATES
from flows.clean.lexicon import any_of
from newslake.timezones import ABBREVIATIONS, AMBIGUOUS, PHRASES

__all__ = ["FINENESS", "MONTHS", "Moment", "find_moment", "find_short_moment", "read_moment"]

FINENESS = {"day": 0, "minute": 1, "second": 2}

_MONTHS = tuple(zip(*(DATES.words("months", language) for language in DATES.lists["months"]), strict=True))
MONTHS = {name: month for month, names in enumerate(_MONTHS, 1) for name in " ".join(names).split()}
_MONTH = rf"(?P<month>{any_of(MONTHS)})\.?(?!\w)"
_MORNING = DATES.compile(DATES.pattern("morning", "morning_behind"))
_AFTERNOON = DATES.compile(DATES.pattern("afternoon", "afternoon_behind"))

# Hours ahead of UTC, by name in lower case.
_ZONES = {name.lower(): hours for name, hours in (ABBREVIATIONS | AMBIGUOUS | PHRASES).items()}
_CLOCK = (
    rf"(?:(?P<before>{DATES.pattern('morning', 'afternoon')})\s*)?"
    r"(?P<hour>[01]?\d|2[0-4])\s*(?:[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?|[시時时点]\s*(?:(?P<m2>[0-5]?\d)\s*[분分])?(?:\s*(?P<s2>[0-5]?\d)\s*[초秒])?)"
    rf"(?!\d)\s*(?:(?P<after>{DATES.pattern('morning_behind', 'afternoon_behind')})|{DATES.pattern('hour_behind')}(?!\w))?"
    r"\s*\(?(?P<zone>(?:(?:utc|gmt)\s?)?[+-](?:0\d|1[0-4])(?::?[0-5]\d)?|(?:utc|gmt)\s?[+-]\d{1,2}|"
    + any_of(_ZONES)
    + r"|e\.?t|p\.?t)?(?!\w)"
)
_BETWEEN = (
    rf"(?P<between>\s*(?:[,|·•،\-–—/T]|\.\s|{DATES.pattern('between')}|"
    r"[(（]?[월화수목금토일月火水木金土日](?:요일|曜日)?[)）]?|\(?[a-zà-ÿ]{2,4}\.?\))?\s*){0,3}"
)
_TIME = rf"(?:{_BETWEEN}{_CLOCK})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
_SHAPES = tuple(
    re.compile(shape + _TIME, re.I)
    for shape in (
        rf"(?<!\d){_YEAR}\s*(?P<mark>[-./])\s*(?P<month>0?[1-9]|1[0-2])\s*(?P=mark)\s*(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)\.?",
        rf"(?<!\d){_YEAR}\s*[년年]\s*(?P<month>0?[1-9]|1[0-2])\s*[월月]\s*(?P<day>0?[1-9]|[12]\d|3[01])\s*[일日]",
        rf"(?<!\w){_MONTH}\s*(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?\s+(?:de\s+)?{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|\.|º)?[\s-]*(?:de\s+|d['’]\s?|of\s+)?{_MONTH}(?:,|"
            rf"\s+de[l]?|-)?\s*{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])\s*(?P<mark>[-./])\s*(?P<month>0?[1-9]|1[0-2])\s*(?P=mark)\s*{_YEAR}(?!\d)",
    )
)  # fmt: skip
_CLOCK_FIRST = re.compile(_CLOCK.replace("(?P<zone>", "(?P<zone>") + r"[\s,|·•\-–—]+$", re.I)
_AMERICAN = re.compile(rf"(?<!\d)(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/{_YEAR}(?!\d)" + _TIME, re.I)
# Dates with a two-digit year, in each order that some country uses.
_PARTS = {"day": r"(?P<day>0?[1-9]|[12]\d|3[01])", "month": r"(?P<month>0?[1-9]|1[0-2])", "year": r"(?P<year>\d\d)"}
_SHORT = {
    first: re.compile(
        rf"(?<![\w.,/:-]){_PARTS[first]}(?P<mark>[./]){_PARTS[second]}(?P=mark){_PARTS[third]}(?![\w./:-]){_TIME}", re.I
    )
    for first, second, third in (("day", "month", "year"), ("month", "day", "year"), ("year", "month", "day"))
}
_ISO = re.compile(
    r"^\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T\s]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|"
    r"[+-]\d\d)?)?(?![\d])",
    re.I,
)
# Two-digit years below this are in this century.
_CENTURY = 70
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "012345678901234567890123456789")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written: `when` is naive without a zone; `precision` is "second", "minute" or "day"."""

    when: datetime
    precision: str
    source: str
    start: int = 0  # offset in the text it was found in
    end: int = 0

    @property
    def has_zone(self) -> bool:
        return self.when.tzinfo is not None

    @property
    def is_midnight(self) -> bool:
        return (self.when.hour, self.when.minute, self.when.second) == (0, 0, 0)


def read_moment(value: object, source: str, *, month_first: bool = False) -> Moment | None:
    """Parse a value meant for machines: ISO 8601 and its variants, RFC 2822, seconds since 1970. None if it is no date."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value)) if abs(value) < 1e15 else ""
    if not isinstance(value, str):
        return None
    text = value.strip().translate(_DIGITS)[:200]
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _safe(lambda: Moment(datetime.fromtimestamp(int(text[:10]), UTC), "second", source))
    iso = _ISO.match(text)
    if iso:
        year, month, day, hour, minute, second, zone = iso.groups()
        precision = "day" if hour is None else "minute" if second is None else "second"
        numbers = [int(part or 0) for part in (year, month, day, hour, minute, second)]
        shift = timedelta(days=1) if numbers[3] == 24 else timedelta()
        numbers[3] %= 24
        return _safe(lambda: Moment(datetime(*numbers, tzinfo=_zone(zone)) + shift, precision, source))  # type: ignore[arg-type,misc]
    if re.match(r"^\w{3},?\s+\d{1,2}\s+\w{3}\s+\d{4}\s+\d\d:\d\d", text):
        return _safe(lambda: Moment(parsedate_to_datetime(text), "second", source)) or find_moment(text, source)
    found = find_moment(text, source, month_first=month_first)
    if found:
        return found
    shell = re.match(r"^\w{3}\s+(\w{3})\s+(\d{1,2})\s+(\d\d:\d\d(?::\d\d)?)\s+(\w{2,4})?\s*(\d{4})", text)
    return find_moment(f"{shell[1]} {shell[2]}, {shell[5]} {shell[3]} {shell[4] or ''}", source) if shell else None


def find_moment(text: str, source: str, *, month_first: bool = False) -> Moment | None:
    """Return the first date in a line meant for readers, with the time next to it if there is one.

    `start` and `end` are offsets into `" ".join(text.split())`.

    `04/05/2017` has the day first, unless `month_first` is set (American English) or only the other order is a date.
    """
    text = " ".join(text.translate(_DIGITS).split())  # long runs of spaces would slow the patterns down to seconds
    if not _ANY_YEAR.search(text):
        return None  # true for most lines, and much faster than trying all shapes
    shapes = (_AMERICAN, *_SHAPES) if month_first else (*_SHAPES, _AMERICAN)
    for shape in shapes:
        match = shape.search(text)
        moment = _from_match(match, text, source) if match else None
        if moment:
            return moment
    return None


def find_short_moment(text: str, source: str, *, first: str = "day") -> Moment | None:
    """Return the first date with a two-digit year; only for lines that are nothing but dates.

    `first` is what comes first in the page's country: "day", "month" or "year".
    """
    text = " ".join(text.translate(_DIGITS).split())
    match = _SHORT[first].search(text)
    return _from_match(match, text, source) if match else None


def _from_match(match: re.Match[str], text: str, source: str) -> Moment | None:
    parts = match.groupdict()
    month = MONTHS.get(parts["month"].lower()) or int(parts["month"])
    start, clock = match.start(), parts
    if parts["hour"] is None:
        before = _CLOCK_FIRST.search(text[max(0, start - 30) : start])
        if before:
            clock = before.groupdict()
            start = max(0, start - 30) + before.start()
    year = int(parts["year"])
    if year < 100:
        year += 2000 if year < _CENTURY else 1900
    day = (year, month, int(parts["day"]))
    if clock["hour"] is None:
        return _safe(lambda: Moment(datetime.combine(date(*day), time()), "day", source, start, match.end()))
    hour, minute, second = int(clock["hour"]), int(clock["minute"] or clock["m2"] or 0), clock["second"] or clock["s2"]
    half = clock["before"] or clock["after"] or ""
    if hour < 12 and _AFTERNOON.match(half):
        hour += 12
    elif hour == 12 and _MORNING.match(half):
        hour = 0
    zone, over = clock["zone"], timedelta(days=1) if hour == 24 else timedelta()
    precision = "second" if second else "minute"

    def build() -> Moment:
        wall = datetime.combine(date(*day), time(hour % 24, minute, int(second or 0)))
        return Moment(wall.replace(tzinfo=_zone(zone, wall)) + over, precision, source, start, match.end())

    return _safe(build)


def _zone(name: str | None, wall: datetime | None = None) -> tzinfo | None:
    if not name:
        return None
    name = name.strip().lower().replace(".", "")
    if name in ("et", "pt"):
        # US daylight saving time: second Sunday of March to first Sunday of November
        summer = wall is not None and _second_sunday_of_march(wall.year) <= wall.replace(tzinfo=None) < _first_sunday_of_november(
            wall.year
        )
        return timezone(timedelta(hours={"et": -5, "pt": -8}[name] + summer))
    if name in _ZONES:
        hours = _ZONES[name]
        return UTC if hours == 0 else timezone(timedelta(hours=hours))
    offset = re.search(r"([+-])(\d{1,2}):?(\d\d)?$", name)
    if not offset:
        return None
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes)) if minutes else UTC


def _second_sunday_of_march(year: int) -> datetime:
    first = datetime.combine(date(year, 3, 1), time(2))
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7)


def _first_sunday_of_november(year: int) -> datetime:
    first = datetime.combine(date(year, 11, 1), time(2))
    return first + timedelta(days=(6 - first.weekday()) % 7)


def _safe(build: object) -> Moment | None:
    """Call `build`; None if the numbers are no date."""
    try:
        return build()  # type: ignore[operator,no-any-return]
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
