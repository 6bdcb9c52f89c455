"""Find the IANA zones that somebody means who writes `KST`, `UTC+9`, `Seoul`, `South Korea` or `Asia/Soul`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from newslake.dates.vocabulary import pieces, vocabulary
from newslake.dates.zones import ABBREVIATIONS, LOCAL, offset_zone

__all__ = ["zone_advice"]

MOST = 3  # zones that an answer names
# Countries by population, the largest first: whom an abbreviation of several zones means most often. The zone database has no
# figures, and those that are missing here come last.
_LARGEST = (
    "IN CN US ID PK NG BR BD RU ET MX JP EG PH CD VN IR TR DE TH TZ GB FR ZA IT KE MM CO KR SD UG ES DZ IQ AR AF CA PL MA SA UA "
    "AO YE UZ MY PE GH MZ NP MG CI VE CM AU NE KP SY LK TW"
)
_YEARS = 3  # how long ago an abbreviation may have been in use
_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_SIGNS = str.maketrans("−–", "--")


class _Zone(NamedTuple):
    """A zone of the database, with what may be said instead of its name.

    Attributes:
        rank: the size of its country; then those that outlets name first, and those of most of a country.
        abbreviations: those in use, now or lately; none where the database has only numbers.
        minutes: ahead of UTC, without summer time.
    """

    name: str
    country: str
    rank: tuple[int, bool, bool]
    abbreviations: frozenset[str]
    minutes: int

    @property
    def city(self) -> str:
        return _plain(self.name.rpartition("/")[2])


def zone_advice(written: str) -> str:
    """Return in words which zones are probably meant by a name that is none, the likeliest first; "" if nothing is like it."""
    text = written.strip()
    if offset := _OFFSET.fullmatch(text):
        return _of_offset(offset)
    found = _meant(text)
    return f"did you mean {_listed(found)}?" if found else ""


def _of_offset(offset: re.Match[str]) -> str:
    sign, hours, minutes = offset[1].translate(_SIGNS), offset[2], offset[3]
    if offset_zone(sign, hours.zfill(2), minutes) is None:
        return "no zone has this offset"
    ahead = (-1 if sign == "-" else 1) * (60 * int(hours) + int(minutes or 0))
    there = _one_a_country(sorted((zone for zone in _zones(_today()) if zone.minutes == ahead), key=lambda zone: zone.rank[1:]))
    cities = f"name a city, whose zone knows its summer time, such as {_listed(there)}" if there else "name the zone of a city"
    if ahead % 60 or not -12 <= ahead // 60 <= 14:
        return cities
    fixed = f"Etc/GMT{-ahead // 60:+d}" if ahead else "Etc/UTC"
    return f"{cities}; {fixed!r} is always this offset" + (", with the sign the other way round" if ahead else "")


def _meant(text: str) -> list[str]:
    """Return the zones that a name may mean, the likeliest first."""
    known = {_plain(name): name for name in sorted(available_timezones(), reverse=True)}
    plain = _plain(text)
    if plain == "z":
        return ["UTC"]  # as computers write it
    if plain in known:
        return [known[plain]]
    zones = _zones(_today())
    if found := _one_a_country(zone for zone in zones if text.upper() in zone.abbreviations):
        return found
    if (hours := ABBREVIATIONS.get(text.upper())) is not None:
        return _of_abbreviation(text, hours, zones)
    if found := [*_in_words(text)]:
        return found
    if "/" not in text:
        countries = _countries()
        words = re.sub(r" (?:standard )?time$", "", plain)
        if found := [zone.name for zone in zones if zone.city == words]:
            return found[:MOST]
        if found := _one_a_country((zone for zone in zones if _is_called(countries.get(zone.country, ""), words)), most=2):
            return found
        cities = {zone.city: zone.name for zone in reversed(zones)}
        return [cities[city] for city in difflib.get_close_matches(words, cities, n=1, cutoff=0.7)]
    return [known[name] for name in difflib.get_close_matches(plain, known, n=1, cutoff=0.7)]


def _of_abbreviation(text: str, hours: float, zones: Iterable[_Zone]) -> list[str]:
    """Return the zones of an abbreviation that only people use, such as IRKT: by a city that begins so, or its offset."""
    begins = text[:3].casefold()
    there = [zone for zone in zones if zone.minutes == hours * 60 and not zone.abbreviations]
    if named := [zone.name for zone in there if zone.city.startswith(begins)]:
        return named[:1]
    return _one_a_country(sorted(there, key=lambda zone: zone.rank[1:]))


def _in_words(text: str) -> Iterator[str]:
    """Yield the zone of a name in words, in any language: `Korea Standard Time`, as Windows has it, or 한국 표준시."""
    word = vocabulary().words.get(pieces(text))
    for sense in word.of("Z") if word else ():
        if sense.value != LOCAL and "/" in str(sense.value):
            yield str(sense.value)


def _is_called(country: str, plain: str) -> bool:
    """Return whether a country is called so: as the zone database has it ("Korea (South)") or people say it ("South Korea")."""
    name = _plain(country)
    bare, _, more = name.partition(" (")
    return bool(plain) and plain in (name, bare, f"{more.rstrip(')')} {bare}")


def _one_a_country(zones: Iterable[_Zone], most: int = MOST) -> list[str]:
    found: dict[str, str] = {}
    for zone in zones:
        found.setdefault(zone.country, zone.name)
    return list(found.values())[:most]


def _listed(names: list[str]) -> str:
    *others, last = map(repr, names)
    return f"{', '.join(others)} or {last}" if others else last


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ").replace("-", " ").strip()


def _today() -> date:
    return datetime.now(UTC).date()


@cache
def _zones(today: date) -> tuple[_Zone, ...]:
    """Return the zones of the database, those of the largest countries first, and of a country the one of most of its areas."""
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    largest = _LARGEST.split()
    said = {sense.value for word in vocabulary().words.values() for sense in word.of("Z")}
    found = []
    for line in _table("zone.tab"):
        country, _, name, *comment = line.split("\t")
        try:
            zone = ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            continue
        moments = [now - timedelta(days=183 * half) for half in range(2 * _YEARS)]
        letters = frozenset(one.upper() for moment in moments if (one := moment.astimezone(zone).tzname()) and one.isalpha())
        offset = min(moment.astimezone(zone).utcoffset() or timedelta() for moment in moments[:2])
        is_part = bool(comment) and "most areas" not in comment[0]
        size = largest.index(country) if country in largest else len(largest)
        found.append(_Zone(name, country, (size, name not in said, is_part), letters, int(offset.total_seconds() // 60)))
    return tuple(sorted(found, key=lambda zone: zone.rank))


@cache
def _countries() -> dict[str, str]:
    return dict(line.split("\t", 1) for line in _table("iso3166.tab") if "\t" in line)


def _table(name: str) -> list[str]:
    """Return the lines of a table of the zone database, from the system or from the package; none if there is no such table."""
    places = [*(Path(folder) / name for folder in TZPATH)]
    text = next((place.read_text("utf-8") for place in places if place.is_file()), None)
    if text is None:
        try:
            text = (files("tzdata") / "zoneinfo" / name).read_text("utf-8")
        except (ModuleNotFoundError, OSError):
            return []
    return [line for line in text.splitlines() if line and not line.startswith("#")]
