"""Find an outlet's time zone: for times written without one, and for the local day of times in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from flows.clean.dates.parse import Moment
from flows.clean.lexicon import load_tables
from flows.clean.page import Page
from newslake.dates import First, Ways
from spiders.urls.canonical import domain

__all__ = ["EARLIEST", "Clock", "day_in", "filed_under", "likely_zone", "on_its_clock"]

_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>199\d|20\d\d)(?P<mark>[/_-]?)(?P<m>0[1-9]|1[0-2])(?P=mark)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|/(?P<year>199\d|20\d\d)/(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])/"
)
_FILED = re.compile(r"/(?:(?:199\d|20\d\d)[/_-](?:1[0-2]|0?[1-9])[/_-](?:[12]\d|3[01]|0?[1-9])|(?:199\d|20\d\d)[01]\d[0-3]\d)/")
# Zones by top-level domain of a country, and countries by language.
_COUNTRIES, _LANGUAGES = load_tables("clocks", "countries", "languages")
EARLIEST = date(1990, 1, 1)
_QUARTER = timedelta(minutes=15)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known before dates are read: the present, the outlet's zone, and what comes first in a numeric date."""

    now: datetime
    zone: tzinfo | None = None
    zone_from: str | None = None  # what names the zone, unless the watchlist does
    first: First = "day"
    language: str | None = None

    @property
    def ways(self) -> Ways:
        """Return how the outlet writes dates."""
        return Ways(self.first, self.language, self.zone, american=True)

    def allows(self, moment: Moment) -> bool:
        """Return whether a page can have been published then: not before 1990 and at most a day from now."""
        if moment.when.year < EARLIEST.year:
            return False
        try:
            return self.aware(moment) <= self.now + timedelta(days=1)
        except OverflowError:
            return False

    def aware(self, moment: Moment) -> datetime:
        return moment.when if moment.has_zone else moment.when.replace(tzinfo=self.zone or UTC)


def day_in(url: str) -> date | None:
    """Return the day written in an address."""
    match = _URL_DATE.search(url.partition("?")[0])
    if not match:
        return None
    try:
        return date(*(int(match[short] or match[long]) for short, long in (("y", "year"), ("m", "month"), ("d", "day"))))
    except ValueError:
        return None


def filed_under(url: str) -> date | None:
    """Return the day by which a site files its pages: one that makes whole parts of the path, not digits within a title."""
    match = _FILED.search(url.partition("?")[0])
    return day_in(match[0]) if match else None


def likely_zone(page: Page) -> tuple[tzinfo, str] | None:
    """Return the outlet's most likely zone and what it was derived from; None if there could be several."""
    country = domain(page.url).rpartition(".")[2]
    if country in _COUNTRIES:
        return ZoneInfo(_COUNTRIES[country]), f"zone of .{country}"
    said = page.tree.get("lang") or page.meta("og:locale", "language", "content-language") or ""
    language = said.lower().replace("_", "-").partition("-")[0]
    if language in _LANGUAGES:
        return ZoneInfo(_COUNTRIES[_LANGUAGES[language]]), f"zone of {language}"
    return None


def on_its_clock(instant: datetime, witnesses: Iterable[Moment], url: str) -> datetime:
    """Return the same instant with the outlet's offset from UTC; unchanged if nothing shows that offset.

    A time in UTC does not say which day readers saw above the article. The page shows it with the same instant in its own zone,
    with a local time that differs by quarters of an hour, or with the day in its address.

    Args:
        witnesses: other times on the page, the most reliable first; read lazily.
        url: if only the address shows the day, the offset is the smallest that moves the instant into that day.
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
    """Return the offset from UTC at which `witness` shows this instant; None if it shows another."""
    if witness.precision == "day":
        return None
    if witness.has_zone:
        return witness.when.utcoffset() if abs(witness.when - instant) < timedelta(minutes=1) else None
    apart = witness.when - instant.replace(tzinfo=None)
    quarters = round(apart / _QUARTER)
    if abs(apart - quarters * _QUARTER) < timedelta(minutes=1) and _WEST <= apart <= _EAST:
        return quarters * _QUARTER
    return None
