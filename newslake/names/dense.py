"""Find what is listed, and ships, in scripts in which words are not told apart by spaces or capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newslake.names.model import Found, Kind
from newslake.names.words import gazetteer, listed

_SHIP = "[「『“‘《〈\"'](?P<quoted>[^「」『』“”‘’《》〈〉\"'\\n]{{1,30}})[」』”’》〉\"']"
_LATIN = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{1,}(?![A-Za-z])")


@cache
def known_places(language: str) -> frozenset[str]:
    """Return the places that are known in the script of a language."""
    scripts = {"korean": ("hangul",), "japanese": ("kana", "han"), "chinese": ("han",)}[language]
    return listed(language, "places").union(*(gazetteer(script) for script in scripts))


@cache
def _ships(language: str) -> re.Pattern[str]:
    nouns = "|".join(listed(language, "ship_nouns"))
    return re.compile(
        rf"(?:{nouns})(?:인|의|の| )?\s?{_SHIP.format()}(?:호|号|號)?|{_SHIP.format().replace('quoted', 'bare')}(?:号|號|호)"
    )


def ships(text: str, language: str) -> Iterator[Found]:
    """Yield ships: what stands in quotation marks behind a word for a ship, or before the syllable that ships have."""
    for match in _ships(language).finditer(text):
        yield Found(Kind.VESSEL, (match["quoted"] or match["bare"]).strip())


def short_organisations(text: str) -> Iterator[Found]:
    """Yield organisations whose names stand in Latin letters."""
    known = listed("korean", "short")
    for name in {match.group() for match in _LATIN.finditer(text)} & known:
        yield Found(Kind.ORGANISATION, name)
