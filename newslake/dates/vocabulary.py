"""Know the words of dates in all languages: from names.json (Unicode CLDR) and words.toml, loaded on first use."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from newslake.dates.zones import ABBREVIATIONS, AMBIGUOUS
from newslake.scripts import UNSPACED

__all__ = ["KINDS", "Sense", "Vocabulary", "Word", "fold", "is_unspaced", "pieces", "vocabulary"]

# What a word can be in a date. The letters stand in the patterns of `newslake.dates.grammar` behind an @.
KINDS = {
    "M": "month", "W": "weekday", "A": "part of the day", "O": "noon or midnight", "Z": "zone",
    "U": "UTC, which an offset may follow", "g": "before a time", "o": "within a date", "s": "behind the number of a day",
    "Y": "unit of years", "C": "unit of months", "D": "unit of days", "H": "unit of hours", "N": "unit of minutes",
    "S": "unit of seconds", "E": "era", "e": "era behind a year",
}  # fmt: skip
_UNITS = {"year": "Y", "month": "C", "day": "D", "hour": "H", "minute": "N", "second": "S"}
# Abbreviations of zones that are words of some language when written in small letters.
_WORDS_TOO = frozenset({"ART", "CAT", "COT", "EAT", "EST", "ET", "PET", "PT", "UT", "WAT", "WEST", "WIT", "Z"})
# Letters that are written in two ways: dotless i, and the Arabic and Persian forms of yeh and kaf. Joiners and bars say nothing.
_ONE_WAY = str.maketrans("ıیىک", "iييك", "\u200b\u200c\u200dـ॰")
_HANGUL = "\uac00-\ud7a3"
_RUN = re.compile(f"[{UNSPACED}{_HANGUL}]")
_SPLIT = re.compile(r"[\s.,'’ʼ\-()]+")


class Sense(NamedTuple):
    """One meaning of a word, and the languages in which it has it; none for all."""

    value: Any
    languages: frozenset[str]


@dataclass(slots=True)
class Word:
    """All meanings of a word or phrase, by kind."""

    senses: dict[str, dict[Any, set[str]]] = field(default_factory=dict)

    def add(self, kind: str, value: Any, language: str) -> None:
        said = self.senses.setdefault(kind, {}).setdefault(value, set())
        said.add(language)

    def of(self, kind: str) -> list[Sense]:
        """Return the meanings of one kind."""
        return [Sense(v, frozenset() if "any" in said else frozenset(said)) for v, said in self.senses.get(kind, {}).items()]

    def languages(self) -> frozenset[str]:
        """Return the languages that are known to have the word in any meaning."""
        return frozenset(code for said in self.senses.values() for codes in said.values() for code in codes) - {"any"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of dates.

    Attributes:
        words: words and phrases by their folded pieces.
        phrases: the pieces of phrases by their first one, the longest first.
        unspaced: the pieces in scripts without spaces between words, as they are written.
        longest: characters of the longest of these.
        abbreviations: zones by their abbreviations in capitals.
    """

    words: dict[tuple[str, ...], Word]
    phrases: dict[str, list[tuple[str, ...]]]
    unspaced: frozenset[str]
    longest: int
    abbreviations: dict[str, Word]


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Return a word without case, accents and marks, so that all its spellings are one; unspaced scripts stay as they are."""
    if word.isascii():
        return word.lower()
    if is_unspaced(word):
        return word
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(_ONE_WAY)
    return unicodedata.normalize("NFC", "".join(mark for mark in plain if not unicodedata.combining(mark)))


def pieces(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase."""
    return tuple(fold(piece) for piece in _SPLIT.split(phrase) if piece)


def is_unspaced(text: str) -> bool:
    """Return whether a text is in a script whose words need no spaces between: Chinese, Japanese, Korean, Thai and others."""
    return bool(_RUN.match(text))


@cache
def vocabulary() -> Vocabulary:
    """Load the words; later calls return the same ones."""
    words: dict[tuple[str, ...], Word] = {}
    abbreviations: dict[str, Word] = {}
    for kind, phrase, value, language in _entries():
        known = pieces(phrase)
        for spelling in {known, ("".join(known),)} if len(known) > 1 and max(map(len, known)) <= 2 else {known}:
            words.setdefault(spelling, Word()).add(kind, value, language)
    for name in (*ABBREVIATIONS, *AMBIGUOUS):
        kind = "U" if name in ("UTC", "GMT", "UT") else "Z"
        abbreviations.setdefault(name, Word()).add(kind, name, "any")
        if name not in _WORDS_TOO:
            words.setdefault((name.lower(),), Word()).add(kind, name, "any")
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for spelling in words:
        if len(spelling) > 1:
            phrases.setdefault(spelling[0], []).append(spelling)
    for several in phrases.values():
        several.sort(key=len, reverse=True)
    unspaced = frozenset(piece for spelling in words for piece in spelling if is_unspaced(piece))
    return Vocabulary(words, phrases, unspaced, max(map(len, unspaced)), abbreviations)


def _entries() -> Iterator[tuple[str, str, Any, str]]:
    """Yield the kind, the words, the value and the language of each entry."""
    package = files(__package__)
    for language, names in json.loads(package.joinpath("names.json").read_text("utf-8")).items():
        for kind, key in (("M", "months"), ("W", "weekdays")):
            for number, spellings in enumerate(names[key], 1):
                yield from (
                    (kind, said, ("gregorian", number) if kind == "M" else number, language) for said in _words(spellings)
                )
        for zone, several in names["zones"].items():
            yield from (("Z", said, zone, language) for said in several)
        for said, ranges in names["periods"].items():
            if len(pieces(said)[0]) > 1 or len(pieces(said)) > 1 or not said.isascii():
                yield from (("A", said, tuple(one), language) for one in ranges)
    data = tomllib.loads(package.joinpath("words.toml").read_text("utf-8"))
    for kind, key, calendar in (("M", "months", "gregorian"), ("M", "persian", "persian"), ("W", "weekdays", None)):
        for language, several in data[key].items():
            for number, spellings in enumerate(several, 1):
                yield from ((kind, said, (calendar, number) if calendar else number, language) for said in spellings.split())
    for hours, several in data["periods"].items():
        begin, _, end = hours.partition("-")
        yield from (("A", said, (int(begin) * 60, int(end) * 60), language) for language, said in _by_language(several))
    for hour, several in data["hours"].items():
        yield from (("O", said, int(hour), language) for language, said in _by_language(several))
    for kind, key in (
        ("g", "before_time"),
        ("o", "in_date"),
        ("s", "ordinals"),
        *((kind, unit) for unit, kind in _UNITS.items()),
    ):
        yield from ((kind, said, None, language) for language, said in _by_language(data[key]))
    for kind, key in (("E", "eras"), ("e", "eras_behind")):
        for era, several in data[key].items():
            yield from ((kind, said, era, language) for language, said in _by_language(several))
    for zone, several in data["zones"].items():
        yield from (("Z", said, zone, language) for language, said in _by_language(several))


def _words(spellings: list[str]) -> Iterator[str]:
    """Yield names without digits: "11월" and "tháng 11" are numbers with a unit."""
    yield from (said for said in spellings if not any(map(str.isdigit, said)))


def _by_language(several: Any) -> Iterator[tuple[str, str]]:
    if isinstance(several, dict):
        yield from ((language, said) for language, entries in several.items() for said in entries)
    else:
        yield from (("any", said) for said in several)
