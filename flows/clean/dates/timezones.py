"""On which clock an outlet lives: what a time without a zone means, and which day it was where a time is given in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from flows.clean.dates.parse import Moment
from flows.clean.lexicon import load_tables
from flows.clean.page import Page
from spiders.urls.canonical import domain

_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>199\d|20\d\d)(?P<mark>[/_-]?)(?P<m>0[1-9]|1[0-2])(?P=mark)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|/(?P<year>199\d|20\d\d)/(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])/"
)
# Zones by top-level domain of a country, and countries by language.
_COUNTRIES, _LANGUAGES = load_tables("clocks", "countries", "languages")
EARLIEST = date(1990, 1, 1)
_QUARTER = timedelta(minutes=15)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known before the page is read: the zone of its outlet, the present, and what stands first in a date of numbers."""

    now: datetime
    zone: tzinfo | None = None
    zone_from: str | None = None  # what else than the watchlist names the zone
    first: Literal["day", "month", "year"] = "day"

    @property
    def month_first(self) -> bool:
        return self.first == "month"

    def allows(self, moment: Moment) -> bool:
        """Whether a page could have been published then: not before 1990, not more than a day from now."""
        if moment.when.year < EARLIEST.year:
            return False
        try:
            return self.aware(moment) <= self.now + timedelta(days=1)
        except OverflowError:
            return False

    def aware(self, moment: Moment) -> datetime:
        return moment.when if moment.has_zone else moment.when.replace(tzinfo=self.zone or UTC)


def zone_of(name: str | None) -> tzinfo | None:
    """The zone of that IANA name; None where there is none, so that a source's mistake costs a zone, not its pages."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def day_in(url: str) -> date | None:
    """The day that is written in an address."""
    match = _URL_DATE.search(url.partition("?")[0])
    if not match:
        return None
    try:
        return date(*(int(match[short] or match[long]) for short, long in (("y", "year"), ("m", "month"), ("d", "day"))))
    except ValueError:
        return None


def likely_zone(page: Page) -> tuple[tzinfo, str] | None:
    """The zone in which a page's outlet most likely writes its times, and what says so; None where that could be several."""
    country = domain(page.url).rpartition(".")[2]
    if country in _COUNTRIES:
        return ZoneInfo(_COUNTRIES[country]), f"zone of .{country}"
    said = page.tree.get("lang") or page.meta("og:locale", "language", "content-language") or ""
    language = said.lower().replace("_", "-").partition("-")[0]
    if language in _LANGUAGES:
        return ZoneInfo(_COUNTRIES[_LANGUAGES[language]]), f"zone of {language}"
    return None


def on_its_clock(instant: datetime, witnesses: Iterable[Moment], url: str) -> datetime:
    """The same instant with the offset of the outlet's clock; as it is where nothing shows that clock.

    A time in UTC leaves open which day readers saw above the article. The page tells, by giving the same instant in its own zone
    as well, by a wall time that is some quarters of an hour off, or by the day in its address.

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
