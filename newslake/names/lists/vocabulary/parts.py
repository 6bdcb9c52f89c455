"""Divide names into the parts of which a text must have terms. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newslake.names.lists.forms import Form, forms_of
from newslake.names.lists.han import simplified
from newslake.names.lists.model import LEVELS, Entry, Match
from newslake.names.lists.sounds import script_of
from newslake.names.lists.syllables import Syllables
from newslake.words.folding import fold

__all__ = ["MOST", "Part", "Parts", "Way"]

MOST = 6  # parts or syllables of a name that are looked for
_SYLLABIC = ("hangul", "latin", "cyrillic")  # scripts in which a name may be written as words of some syllables each
_SPLIT = re.compile("[-‐]")

# What a term must be: a word as it sounds, one as it is spelled, Korean or Chinese syllables, or characters as they are written.
Part = tuple[str, str | Syllables]


class Way(NamedTuple):
    """What a text must have to have a form of a name.

    Attributes:
        parts: their numbers.
        last: the one that stands last, so that Korean particles may follow it.
        scripts: of which one all terms of the parts must be; empty where each may be of another.
    """

    parts: tuple[int, ...]
    last: int | None = None
    scripts: tuple[str, ...] = ()


class Parts:
    """The parts of the names of a list, each with a number, and the ways in which a name consists of them.

    Attributes:
        parts: by their numbers.
        ways: of each entry; a text must have all parts of one of them.
    """

    def __init__(self, entries: Sequence[Entry], match: Match) -> None:
        self._by_sound = match is Match.SOUND
        self._numbers: dict[Part, int] = {}
        self.parts: list[Part] = []
        self.ways: list[list[Way]] = []
        for entry in entries:
            forms = [form for form in forms_of(entry) if LEVELS.index(form.match) <= LEVELS.index(match)]
            self.ways.append(list(dict.fromkeys(way for form in forms for way in self._ways_of(form) if way.parts)))

    def _ways_of(self, form: Form) -> Iterator[Way]:
        words = [part for word in form.words for part in _SPLIT.split(word) if part]
        if form.initials:
            kind = "word" if self._by_sound else "spelled"
            yield self._way((kind, word) for place, word in enumerate(form.words) if place not in form.initials)
            return
        yield self._way(("as written", each) for word in words for each in _terms_of(word))
        letters = [word for word in words if not word.isdigit()]
        numbers = [word for word in words if word.isdigit()]
        # Korean and Chinese names of people count by their syllables, and by the sound of words only where Korean writes Chinese.
        by_syllables = form.syllabic and bool(form.korean or form.chinese)
        for cut in _cuts(len(letters)):
            some = ["".join(letters[begin:end]) for begin, end in cut]
            if by_syllables or not self._by_sound:
                yield self._way((("spelled", each) for each in some), numbers)
            if self._by_sound and (form.chinese or not by_syllables):
                yield self._way((("word", each) for each in some), numbers, ("hangul",) if by_syllables else ())
        for read in dict.fromkeys((*form.korean[:2], *form.chinese[:2])):
            if 2 <= len(read) <= MOST:
                for cut in _cuts(len(read), each=False):
                    yield self._way((("syllables", read[begin:end]) for begin, end in cut), numbers, _SYLLABIC)
                pairs = [("syllables", read[place : place + 2]) for place in range(len(read) - 1)]
                yield self._way(pairs, numbers, ("han",))

    def _way(self, parts: Iterable[Part], numbers: Sequence[str] = (), scripts: tuple[str, ...] = ()) -> Way:
        letters = [self._number(part) for part in parts]
        every = (*letters, *(self._number(("as written", number)) for number in numbers))
        return Way(tuple(sorted(set(every))), letters[-1] if letters else None, scripts)

    def _number(self, part: Part) -> int:
        if part not in self._numbers:
            self._numbers[part] = len(self.parts)
            self.parts.append(part)
        return self._numbers[part]


def _terms_of(word: str) -> list[str]:
    """Return the terms of the index that a word is found by as it is written."""
    if script_of(word) in ("han", "kana") and len(word) > 1:
        plain = simplified(word)
        return [plain[place : place + 2] for place in range(len(word) - 1)]
    return [fold(word)]


def _cuts(count: int, *, each: bool = True) -> list[tuple[tuple[int, int], ...]]:
    """Return the ways to cut so many parts into runs; of many parts only all in one, and each by itself if that is asked for."""
    if count > 4:
        return [((0, count),), *([tuple((place, place + 1) for place in range(count))] if each else [])]
    found: list[tuple[tuple[int, int], ...]] = []
    for bits in range(1 << max(0, count - 1)):
        ends = [place + 1 for place in range(count - 1) if bits >> place & 1] + [count]
        found.append(tuple(zip([0, *ends[:-1]], ends, strict=True)))
    return found if count else []
