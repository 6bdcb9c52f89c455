"""Find what may be names in a text of any of several scripts, by how they sound, and the places that it names. Pure.

Nothing here knows which words are names: in Latin and Cyrillic they have capitals, in Japanese foreign ones are in katakana, and
in Korean any word may be one. Words that sound alike in two texts of different languages are hardly ever anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from newslake.events.lexicon import lexicon
from newslake.events.places import places_in
from newslake.events.sounds import Sound, sound

__all__ = ["Names", "keys_of", "likeness", "names_of", "weight_of"]

_CAPITALISED = re.compile(
    r"(?<![^\W_])[^\W\d_a-zа-яё가-힣\u3041-\u30ff\u3400-\u9fff][^\W\d_가-힣\u3041-\u30ff\u3400-\u9fff]+(?:['’-][^\W\d_]+)*"
)
_KATAKANA = re.compile(r"[ァ-ヴー]{2,}")
_HANGUL = re.compile("[가-힣]{2,}")
LEAST = 3  # consonants of a name that is compared
_VERB = re.compile("(?:했|됐|였|었|았|겠|했|한|된|하|되|이|있|없)다$|[다며고해]$")


@dataclass(frozen=True, slots=True)
class Names:
    """What a text may name: words by their sound (with the text's other ways to read the same word), and places."""

    sounds: tuple[tuple[Sound, ...], ...]
    places: frozenset[str]


def names_of(text: str) -> Names:
    """Return what a text may name, each once."""
    readings: dict[tuple[Sound, ...], None] = {}
    common = lexicon().common
    before: re.Match[str] | None = None
    for found in _CAPITALISED.finditer(text):
        word = re.sub("['’]s?$", "", found.group())
        if word.lower() in common:
            continue
        _keep(readings, [word])
        if before and text[before.end() : found.start()] == " ":
            _keep(readings, [before.group() + word])
        before = found
    before = None
    for found in _KATAKANA.finditer(text):
        _keep(readings, [found.group()])
        if before and text[before.end() : found.start()] in ("・", "="):
            _keep(readings, [before.group() + found.group()])
        before = found
    for found in _HANGUL.finditer(text):
        word = found.group()
        if not _VERB.search(word):
            _keep(readings, _without_particles(word))
    return Names(tuple(readings), places_in(text))


def _without_particles(word: str) -> list[str]:
    made = [word]
    for rest in made:
        made += [
            rest[: -len(end)]
            for end in lexicon().particles
            if rest.endswith(end) and len(rest) - len(end) >= 2 and len(made) < 6 and rest[: -len(end)] not in made
        ]
    return made


def _keep(readings: dict[tuple[Sound, ...], None], words: list[str]) -> None:
    sounds = [made for made in dict.fromkeys(map(sound, words)) if len(made.consonants) >= LEAST]
    if sounds:
        readings[tuple(sounds)] = None


@lru_cache(1 << 16)
def keys_of(consonants: str) -> tuple[str, ...]:
    """Return keys of which two names share one if they can be alike: their consonants, and those without any one of them.

    The shortest names must have the same consonants, so their key is marked, and no longer name has it.
    """
    if len(consonants) <= LEAST:
        return (f"{consonants}.",)
    return (consonants, *(consonants[:i] + consonants[i + 1 :] for i in range(len(consonants))))


def weight_of(consonants: int) -> float:
    """Return how much it says if two texts share a name with so many consonants: more the longer it is."""
    return (0.6, 1.0, 1.3, 1.6)[min(consonants, 6) - LEAST]


def likeness(one: Sound, other: Sound) -> float:
    """Return from 0 to 1 how alike two words sound."""
    if one.letters == other.letters:
        return 1.0
    if one.consonants == other.consonants:
        return max(0.0, (_share(one.letters, other.letters) - 0.4) / 0.6)
    if min(len(one.consonants), len(other.consonants)) <= LEAST:
        return 0.0
    if Levenshtein.distance(one.consonants, other.consonants, score_cutoff=1) > 1:
        return 0.0
    return max(0.0, (_share(one.letters, other.letters) - 0.6) / 0.5)


@lru_cache(1 << 16)
def _share(one: str, other: str) -> float:
    """Return which share of the letters of two words stays in place when one is made of the other."""
    return 1 - Levenshtein.distance(one, other) / max(len(one), len(other))
