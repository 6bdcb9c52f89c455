"""Choose the terms of an index that are parts of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from newslake.names.lists.compare import compare
from newslake.names.lists.han import pinyin, simplified
from newslake.names.lists.keys import class_of_hangul, classes_of_han, deletions, halves
from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import Entry, Match
from newslake.names.lists.sounds import script_of, sounds
from newslake.names.lists.syllables import Syllables, chinese, initial_law, korean, korean_keys, may_be_syllables
from newslake.names.lists.vocabulary.heard import Heard
from newslake.names.lists.vocabulary.parts import MOST, Part, Parts
from newslake.words.folding import fold

__all__ = ["Chosen", "Need", "Vocabulary"]

_MOST_BEHIND = 6  # letters behind a name in a Korean word
_PARTICLES = "hangul with more behind it"  # of Korean terms that begin with a part
_SCRIPTS = ("latin", "cyrillic", "arabic", "greek", "hangul", "han", "kana", "digits", "other")
_TYPO = 4  # consonants that a word has at least, of which one may be wrong


# Terms by the number of a part of a name, and by their script.
Chosen = dict[tuple[int, str], list[str]]


class Need(NamedTuple):
    """A part of a name that a text needs a term of, in one of these scripts."""

    part: int
    scripts: tuple[str, ...]


class Vocabulary:
    """The terms that names of a list may consist of."""

    def __init__(self, entries: Sequence[Entry], match: Match = Match.SOUND) -> None:
        made = Parts(entries, match)
        self._sounds = match is Match.SOUND
        self._parts, self._ways = made.parts, made.ways
        self._terms: defaultdict[tuple[int, str], list[str]] = defaultdict(list)  # of a part, by their script
        self._spoken: dict[int, str] = {}  # of words, how they sound
        self._given: set[int] = set()
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        self._wrong: defaultdict[str, list[int]] = defaultdict(list)
        self._by_syllables: defaultdict[str, list[int]] = defaultdict(list)
        self._as_written: defaultdict[str, list[int]] = defaultdict(list)
        for number, part in enumerate(self._parts):
            self._add(number, part)
        words = {number: what for number, (kind, what) in enumerate(self._parts) if kind == "word" and isinstance(what, str)}
        spoken = {key: some for key, numbers in self._by_key.items() if (some := [one for one in numbers if one in words])}
        self._heard = Heard(words, spoken)
        self._beginnings = {key[:size] for key in spoken for size in range(len(key) + 1)}

    def take(self, terms: Iterable[str]) -> None:
        """Look which of the terms of an index are parts of names, and keep them."""
        self.add(self.choose(terms))

    def add(self, chosen: Chosen) -> None:
        """Keep terms that were chosen, perhaps by another process."""
        for key, terms in chosen.items():
            self._terms[key] += terms

    def choose(self, terms: Iterable[str]) -> Chosen:
        """Return which of the terms of an index are parts of names. Korean ones take less time if they stand in their order."""
        chosen: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        korean_terms = []
        for term in terms:
            script = script_of(term)
            match script:
                case "hangul":
                    korean_terms.append(term)
                    continue
                case "latin" | "cyrillic" | "arabic" | "greek":
                    found = self._of_word(term)
                case "han" if len(term) == 2:
                    found = self._of_han(term)
                case _:
                    found = set()
            for number in found.union(self._as_written.get(term, ())):
                chosen[number, script].append(term)
        self._choose_korean(korean_terms, chosen)
        return dict(chosen)

    def terms(self) -> set[str]:
        """Return the terms that were taken."""
        return {term for terms in self._terms.values() for term in terms}

    def ways(self, entry: int) -> Iterator[list[Need]]:
        """Yield the ways in which a text may have a name: it needs a term of each. Ways without terms are left out."""
        for way in self._ways[entry]:
            for script in way.scripts or ("",):
                needs = [self._need(part, script, last=part == way.last) for part in way.parts]
                if all(any((need.part, each) in self._terms for each in need.scripts) for need in needs):
                    yield needs

    def _need(self, part: int, script: str, *, last: bool) -> Need:
        scripts = (script,) if script and self._parts[part][0] != "as written" else _SCRIPTS
        return Need(part, (*scripts, _PARTICLES) if last and "hangul" in scripts else scripts)

    def terms_of(self, need: Need) -> list[str]:
        return [term for script in need.scripts for term in self._terms.get((need.part, script), ())]

    def _add(self, number: int, part: Part) -> None:
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

    def _of_han(self, term: str) -> set[int]:
        found = set(self._as_written.get(simplified(term), ()))
        for readings, read in ((_mandarin, chinese), (classes_of_han, korean)):
            for key in [one + other for one in readings(term[0]) for other in readings(term[1])]:
                if key in self._by_syllables:
                    for syllables in read((term,)):
                        found |= self._of_syllables(key, syllables)
        return found

    def _of_word(self, term: str) -> set[int]:
        kept, dropped = halves(term)
        near = {number for key in (*kept, *dropped) for number in self._by_key.get(key, ())}
        for key in kept:
            if len(key) >= _TYPO:
                near.update(self._wrong.get(term[0] + key, ()))
                for wrong in deletions(key):
                    near.update(self._wrong.get(term[0] + wrong, ()))
        sound, found = sounds(term)[0], set[int]()
        for number in near:
            spoken = self._spoken[number]
            most = 1 + max(len(sound), len(spoken)) // 3  # before the exact comparison, which takes long
            if number in self._given or Levenshtein.distance(sound, spoken, score_cutoff=most) <= most:
                what = self._parts[number][1]
                like = compare(what, term) if isinstance(what, str) else None
                if like and (like.match is not Match.SOUND or self._parts[number][0] == "word"):
                    found.add(number)
        if self._sounds and self._by_syllables and may_be_syllables(term):
            for read in korean((term,)):
                for key in korean_keys(read):
                    found |= self._of_syllables(key, read)
            for read in chinese((term,)):
                found |= self._of_syllables("".join(map(min, read)), read)
        return found

    def _of_syllables(self, key: str, read: Syllables) -> set[int]:
        """Return the parts with this key that may be read so."""
        return {number for number in self._by_syllables.get(key, ()) if _may_be(self._parts[number][1], read)}

    def _choose_korean(self, terms: Sequence[str], chosen: defaultdict[tuple[int, str], list[str]]) -> None:
        """Look which Korean terms begin with a part of a name. What one beginning is, is looked for once."""
        found: dict[str, set[int]] = {}
        for term in terms:
            for size in range(max(1, len(term) - _MOST_BEHIND), min(len(term), 2 * MOST) + 1):
                if (begins := term[:size]) not in found:
                    found[begins] = self._as_syllables(begins)
        if self._sounds:
            for begins, number in self._by_sound([begins for begins in found if len(begins) > 1]):
                found[begins].add(number)
        for term in terms:
            for size in range(max(1, len(term) - _MOST_BEHIND), min(len(term), 2 * MOST) + 1):
                for number in found[term[:size]]:
                    chosen[number, "hangul" if size == len(term) else _PARTICLES].append(term)
            if len(term) > 2 * MOST:
                for number in self._as_written.get(term, ()):
                    chosen[number, "hangul"].append(term)

    def _as_syllables(self, word: str) -> set[int]:
        found = set(self._as_written.get(word, ()))
        if len(word) <= MOST:
            key = "".join(map(_class_after_law, word))
            if key in self._by_syllables:
                found |= self._of_syllables(key, tuple(frozenset((initial_law(each),)) for each in word))
        return found

    def _by_sound(self, words: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Yield what Korean words are as a spelling of foreign ones."""
        given = lexicon().given
        heard: list[tuple[str, str, list[str]]] = []
        for word in words:
            kept, dropped = halves(word)
            if kept[0] not in self._beginnings:
                continue
            keys = list(dict.fromkeys(key for key in (*kept, *dropped) if len(key) > 1))
            heard.append((word, sounds(word)[0], keys))
        near = [
            (heard[place][0], number)
            for place, number in self._heard.near([sound for _, sound, _ in heard], [keys for *_, keys in heard])
        ]
        for word, _, keys in heard:
            if fold(word) in given:  # then the name counts, not the sound
                near += [(word, number) for key in keys for number in self._by_key.get(key, ())]
        for word, number in near:
            kind, what = self._parts[number]
            if kind == "word" and isinstance(what, str) and compare(what, word):
                yield word, number


def _may_be(part: str | Syllables, read: Syllables) -> bool:
    """Return whether syllables of a name may be those that a term is read as."""
    return (
        not isinstance(part, str) and len(part) == len(read) and all(one & other for one, other in zip(part, read, strict=True))
    )


@lru_cache(maxsize=20_000)
def _mandarin(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pinyin(character)))


@lru_cache(maxsize=12_000)
def _class_after_law(syllable: str) -> str:
    return class_of_hangul(initial_law(syllable))
