"""Find the countries and cities that a text names, in the languages of newslake's outlets: Unicode CLDR and places.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from babel import Locale

__all__ = ["is_country", "places_in"]

LANGUAGES = ("en", "ru", "ko", "ja", "zh")
_WORD = re.compile(r"[^\W\d_]+(?:[- ’'](?=[^\W\d_])[^\W\d_]+)*")


def is_country(place: str) -> bool:
    """Return whether a place is a whole country, which many events of a day share."""
    return len(place) == 2


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """Return a pattern for scripts with capitals, one for those without, and the place of each name."""
    place_of: dict[str, str] = {}
    for language in LANGUAGES:
        locale = Locale(language)
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "XA", "XB", "QO", "EZ"):
                place_of.setdefault(name, code)
    for place, written in tomllib.loads(files("newslake.events").joinpath("places.toml").read_text("utf-8")).items():
        for each in written.split("|"):
            place_of[each.strip()] = place
    spaced = {name: place for name, place in place_of.items() if name[0].isalpha() and ord(name[0]) < 0x1100}
    others = [name for name in place_of if name not in spaced]
    stems = {}
    for name, place in spaced.items():
        stem = re.sub("(?:ая|ий|ый|[аяйьеыи])$", "", name) if ord(name[0]) > 0x3FF and len(name) > 4 else name
        stems[stem] = place
    first = re.compile(
        r"(?<![^\W_])("
        + "|".join(sorted(map(re.escape, stems), key=len, reverse=True))
        + r")(?:[а-яё]{0,4}|n|ns|ese|s|ean|eans|ian|ians)(?![^\W_])"
    )
    second = re.compile("(" + "|".join(sorted(map(re.escape, others), key=len, reverse=True)) + ")")
    return first, second, {**stems, **{name: place_of[name] for name in others}}


def places_in(text: str) -> frozenset[str]:
    """Return the places that a text names: two letters for a country, a name in small letters for others."""
    first, second, place_of = _patterns()
    return frozenset(place_of[found[1]] for pattern in (first, second) for found in pattern.finditer(text))
