"""Recognise the names of countries and cities: in a byline they are no author, and behind a headline no outlet."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from zoneinfo import available_timezones

from flows.clean.lexicon import load_lexicon
from flows.clean.structured import fold

__all__ = ["is_place"]

_PARTS = re.compile(r"\s*[,/|·•()]\s*|\s+[-–—]\s+")
# Languages whose names of places are known beside those of the page's language.
_ALWAYS = ("en",)
_SCRIPTS = (
    (("ru", "uk"), re.compile(r"[\u0400-\u04ff]")),
    (("ko",), re.compile(r"[가-힣]")),
    (("ja", "zh"), re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")),
    (("ar", "fa"), re.compile(r"[\u0600-\u06ff]")),
    (("el",), re.compile(r"[\u0370-\u03ff]")),
)
# Parts of an address, and words of each.
_MOST_PARTS, _MOST_WORDS = 4, 4
_LEXICON = load_lexicon("places", "cities", "countries")
_CITIES = frozenset(_LEXICON.words("cities"))
_SHORT = frozenset(_LEXICON.words("countries"))


@lru_cache(maxsize=256)  # the bylines and titles of a page name the same things several times
def is_place(said: str, language: str | None = None) -> bool:
    """Return whether a text names a place and nothing else: a country or a city, or a list of places that ends with one.

    Args:
        language: an ISO 639 code; names in this language are known, too.
    """
    parts = [part for part in map(fold, _PARTS.split(said)) if part]
    if not parts or len(parts) > _MOST_PARTS or any(len(part.split()) > _MOST_WORDS for part in parts):
        return False
    script = next((codes for codes, letters in _SCRIPTS if letters.search(said)), ())
    languages = dict.fromkeys(filter(None, (*_ALWAYS, language, *script)))
    # "Kharkiv, Ukraine": what stands before a country is a place in it
    return any(parts[-1] in _countries(code) or (len(parts) == 1 and parts[0] in _cities(code)) for code in languages) or (
        len(parts) > 1 and all(any(part in _cities(code) | _countries(code) for code in languages) for part in parts)
    )


@cache
def _countries(language: str) -> frozenset[str]:
    """Return the folded names of all countries and continents in a language."""
    from babel import Locale, UnknownLocaleError  # takes long to import, and few pages need it

    try:
        return frozenset(fold(name) for name in Locale(language).territories.values()) | _SHORT
    except (UnknownLocaleError, ValueError):
        return frozenset()


@cache
def _cities(language: str) -> frozenset[str]:
    """Return the folded names of the cities that time zones are named after, in a language, and of some others."""
    from babel import Locale, UnknownLocaleError

    english = {fold(zone.rpartition("/")[2].replace("_", " ")) for zone in available_timezones() if "/" in zone}
    try:
        zones = list(Locale(language).time_zones.values())
    except (UnknownLocaleError, ValueError):
        zones = []
    return frozenset(english) | {fold(zone["city"]) for zone in zones if "city" in zone} | _CITIES
