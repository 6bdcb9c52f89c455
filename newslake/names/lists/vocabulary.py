"""Choose from the words of a search index those that names of a list may consist of, and say which texts may have a name. Pure.

The terms of an index are folded (see `newslake.words.terms`): words, Korean words with particles, pairs of Chinese characters.
A text may have a name if it has a term for each part of one of its forms. Only the text itself tells whether they stand together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from rapidfuzz.distance import Levenshtein

from newslake.names.lists.compare import compare
from newslake.names.lists.forms import Form, forms_of
from newslake.names.lists.han import hangul, pinyin, simplified
from newslake.names.lists.keys import class_of_hangul, deletions, halves
from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import LEVELS, Entry, Match
from newslake.names.lists.sounds import script_of, sounds
from newslake.names.lists.syllables import Syllables, chinese, initial_law, korean, korean_keys
from newslake.words.folding import fold

__all__ = ["Vocabulary"]

_MOST = 6  # parts or syllables of a name that are looked for
_PARTICLES = 6  # letters behind a name in a Korean word
_TYPO = 4  # consonants that a word has at least, of which one may be wrong
_SPLIT = re.compile("[-‐]")

# What a term must be: a word, Korean or Chinese syllables, or characters as they are written.
_Part = tuple[str, str | Syllables]


class Vocabulary:
    """The terms that names of a list may consist of."""

    def __init__(self, entries: Sequence[Entry], match: Match = Match.SOUND) -> None:
        allowed = LEVELS.index(match)
        self._sounds = match is Match.SOUND
        self._numbers: dict[_Part, int] = {}
        self._parts: list[_Part] = []
        self._ways: list[list[tuple[int, ...]]] = []
        self._terms: defaultdict[int, list[str]] = defaultdict(list)
        for entry in entries:
            forms = [form for form in forms_of(entry) if LEVELS.index(form.match) <= allowed]
            ways = dict.fromkeys(tuple(sorted(set(way))) for form in forms for way in self._ways_of(form))
            self._ways.append(list(ways))
        self._spoken: dict[int, str] = {}  # of words, how they sound
        self._given: set[int] = set()
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        self._wrong: defaultdict[str, list[int]] = defaultdict(list)
        self._by_syllables: defaultdict[str, list[int]] = defaultdict(list)
        self._as_written: defaultdict[str, list[int]] = defaultdict(list)
        for number, part in enumerate(self._parts):
            self._add(number, part)
        self._beginnings = {key[:size] for key in self._by_key for size in range(len(key) + 1)}
        self._prefixes = {key[:size] for key in self._by_syllables for size in range(1, len(key) + 1)}

    def take(self, terms: Iterable[str]) -> None:
        """Look which of the terms of an index are parts of names."""
        for term in terms:
            found = set(self._numbers_of(term)) | set(self._as_written.get(term, ()))
            for number in found:
                self._terms[number].append(term)

    def terms(self) -> set[str]:
        """Return the terms that were taken."""
        return {term for terms in self._terms.values() for term in terms}

    def ways(self, entry: int) -> Iterator[list[list[str]]]:
        """Yield the ways in which a text may have a name: one of the terms of each part. Ways without terms are left out."""
        for way in self._ways[entry]:
            if all(self._terms.get(number) for number in way):
                yield [self._terms[number] for number in way]

    def _ways_of(self, form: Form) -> Iterator[tuple[int, ...]]:
        words = [part for word in form.words for part in _SPLIT.split(word) if part]
        if form.initials:
            families = [word for place, word in enumerate(form.words) if place not in form.initials]
            yield tuple(self._number(("word", word)) for word in families)
            return
        yield tuple(self._number(("as written", each)) for word in words for each in _terms_of(word))
        letters = [word for word in words if not word.isdigit()]
        numbers = tuple(self._number(("as written", word)) for word in words if word.isdigit())
        for cut in _cuts(len(letters)):
            yield (*(self._number(("word", "".join(letters[begin:end]))) for begin, end in cut), *numbers)
        for read in dict.fromkeys((*form.korean[:2], *form.chinese[:2])):
            if 2 <= len(read) <= _MOST:
                for cut in _cuts(len(read)):
                    yield (*(self._number(("syllables", read[begin:end])) for begin, end in cut), *numbers)
                pairs = [("syllables", read[place : place + 2]) for place in range(len(read) - 1)]
                yield (*map(self._number, pairs), *numbers)

    def _number(self, part: _Part) -> int:
        if part not in self._numbers:
            self._numbers[part] = len(self._parts)
            self._parts.append(part)
        return self._numbers[part]

    def _add(self, number: int, part: _Part) -> None:
        kind, what = part
        if kind == "as written":
            self._as_written[str(what)].append(number)
        elif isinstance(what, str):
            written = [what]
            self._spoken[number] = sounds(what)[0]
            if (group := lexicon().given.get(fold(what))) is not None:
                written += lexicon().forms_of_given[group]
                self._given.add(number)
            for key in {key for one in written for half in halves(one) for key in half}:
                self._by_key[key].append(number)
                if len(key) >= _TYPO:
                    for wrong in (key, *deletions(key)):
                        self._wrong[fold(what)[:1] + wrong].append(number)  # the first letter is never the wrong one
        else:
            spelled = ["".join(way) for way in product(*map(sorted, what))][:8]
            for key in korean_keys(what) if min(what[0]) >= "가" else spelled:
                self._by_syllables[key].append(number)

    def _numbers_of(self, term: str) -> Iterator[int]:
        match script_of(term):
            case "latin" | "cyrillic" | "arabic" | "greek":
                yield from self._of_word(term)
            case "hangul":
                yield from self._of_hangul(term)
            case "han" if len(term) == 2:
                spoken = ["".join(way) for way in product(*map(pinyin, term))]
                read = ["".join(map(class_of_hangul, way)) for way in product(*map(hangul, term))]
                for key in (*spoken, *read):
                    yield from self._by_syllables.get(key, ())
                yield from self._as_written.get(simplified(term), ())

    def _of_word(self, term: str) -> Iterator[int]:
        kept, dropped = halves(term)
        found = {number for key in (*kept, *dropped) for number in self._by_key.get(key, ())}
        for key in kept:
            if len(key) >= _TYPO:
                found.update(self._wrong.get(term[0] + key, ()))
                for wrong in deletions(key):
                    found.update(self._wrong.get(term[0] + wrong, ()))
        sound = sounds(term)[0]
        for number in found:
            what = self._parts[number][1]
            near = 1 + max(len(sound), len(self._spoken[number])) // 3  # before the exact comparison, which takes long
            if Levenshtein.distance(sound, self._spoken[number], score_cutoff=near) <= near and isinstance(what, str):
                if compare(what, term):
                    yield number
            elif number in self._given and isinstance(what, str) and compare(what, term):
                yield number
        if self._sounds and self._by_syllables:
            for read in korean((term,)):
                for key in korean_keys(read):
                    yield from self._by_syllables.get(key, ())
            for read in chinese((term,)):
                yield from self._by_syllables.get("".join(map(min, read)), ())

    def _of_hangul(self, term: str) -> Iterator[int]:
        key, foreign = "", self._sounds
        for size in range(1, min(len(term), 2 * _MOST) + 1):
            key += class_of_hangul(initial_law(term[size - 1]))
            if len(term) - size > _PARTICLES:
                continue
            if size <= _MOST and key in self._prefixes:
                yield from self._by_syllables.get(key, ())
            yield from self._as_written.get(term[:size], ())
            if size > 1 and foreign:
                if halves(term[:size])[0][0] not in self._beginnings:
                    foreign = False  # nor does a longer part begin a name that Korean spells by its sound
                    continue
                for half in halves(term[:size]):
                    for way in half:
                        for number in self._by_key.get(way, ()) if len(way) > 1 else ():
                            what = self._parts[number][1]
                            if isinstance(what, str) and compare(what, term[:size]):
                                yield number


def _terms_of(word: str) -> list[str]:
    """Return the terms of the index that a word is found by as it is written."""
    if script_of(word) in ("han", "kana") and len(word) > 1:
        plain = simplified(word)
        return [plain[place : place + 2] for place in range(len(word) - 1)]
    return [fold(word)]


def _cuts(count: int) -> list[tuple[tuple[int, int], ...]]:
    """Return the ways to cut so many parts into runs; of many parts only all in one, and each by itself."""
    if count > 4:
        return [((0, count),), tuple((place, place + 1) for place in range(count))]
    found: list[tuple[tuple[int, int], ...]] = []
    for bits in range(1 << max(0, count - 1)):
        ends = [place + 1 for place in range(count - 1) if bits >> place & 1] + [count]
        found.append(tuple(zip([0, *ends[:-1]], ends, strict=True)))
    return found if count else []
