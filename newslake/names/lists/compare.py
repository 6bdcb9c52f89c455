"""Compare two written words: whether one may be the other, in whichever scripts, and in what they differ. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from newslake.names.lists.costs import distance, limit
from newslake.names.lists.han import simplified
from newslake.names.lists.lexicon import lexicon, stems
from newslake.names.lists.model import Match
from newslake.names.lists.sounds import script_of, sounds
from newslake.names.lists.syllables import korean
from newslake.words.folding import fold

__all__ = ["Likeness", "compare"]


class Likeness(NamedTuple):
    """How a written word is like one of a list. `cost` is 0 where it is the same, 1 where it hardly is."""

    match: Match
    cost: float
    reason: str


SAME = Likeness(Match.EXACT, 0.0, "")
_ENDED = "another ending"
_TYPO, _EXCHANGED = 6, 4  # letters that a word has at least, of which one may be wrong, or two change places
_BESIDE = {frozenset(pair) for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
           for pair in pairwise(row)}  # fmt: skip
_LAX = ("hangul", "kana")


@lru_cache(maxsize=200_000)
def compare(listed: str, written: str) -> Likeness | None:
    """Return how a written word is like a listed one; None if it is another."""
    a, b = fold(listed), fold(written)
    if a == b:
        return SAME
    script, other = script_of(listed), script_of(written)
    if "digits" in (script, other):
        return None
    if len(b) == 1 and len(a) == 1 and script == other:
        return None
    given = lexicon().given
    mine, theirs = (next((given[each] for each in stems(word) if each in given), None) for word in (a, b))
    if mine is not None and mine == theirs:
        return Likeness(
            Match.SPELLING if script == other else Match.SOUND, 0.05, "" if script != other else f"{written} for {listed}"
        )
    if mine is not None and theirs is not None and fold(a) != fold(b):
        return None  # both are given names, and different ones
    if script == other:
        if script == "latin" and not listed.isascii() and not written.isascii() and len(a) == len(b):
            return None  # Müller and Möller: both are written with care
        found = _in_one_script(a, b, script, written)
        # A word of many companies is spelled in one way: oil is not Will, and bank no bunk.
        if found or script in ("han", "hangul", "kana", "arabic") or a in lexicon().same:
            return found
    if script != other and listed.count("-") == written.count("-") == 1:
        parts = [compare(mine, theirs) for mine, theirs in zip(listed.split("-"), written.split("-"), strict=True)]
        if all(parts):
            return Likeness(Match.SOUND, max(each.cost for each in parts if each), "")
    if script == other == "latin" and _same_syllables(listed, written):
        return Likeness(Match.SOUND, 0.1, f"{written} for {listed}")
    return _by_sound(listed, written, script, other)


def _same_syllables(listed: str, written: str) -> bool:
    """Return whether both can be the same Korean word of two syllables or more: Paektu and Baekdu."""
    return any(
        len(one) == len(other) > 1 and all(a & b for a, b in zip(one, other, strict=True))
        for one in korean((listed,))
        for other in korean((written,))
    )


def _in_one_script(a: str, b: str, script: str, written: str) -> Likeness | None:
    match script:
        case "han":
            return SAME if simplified(a) == simplified(b) else None
        case "kana":
            return SAME if a.replace("ー", "") == b.replace("ー", "") else None
        case "latin":
            if b in (a + "s", a + "es") and written.endswith(("'s", "’s")):
                return SAME
            if a.replace("ue", "u").replace("oe", "o").replace("ae", "a") == b.replace("ue", "u").replace("oe", "o").replace(
                "ae", "a"
            ):
                return Likeness(Match.EXACT, 0.0, "")
        case "cyrillic":
            if stems(a) & stems(b) - {""} and min(len(a), len(b)) > 2 and abs(len(a) - len(b)) < 4:
                return Likeness(Match.SPELLING, 0.02, _ENDED)
        case "arabic":
            if re.sub("^(?:وال|بال|فال|كال|لل|ال|و|ب|ل|ف)", "", b) == re.sub("^ال", "", a):
                return SAME
    return _typing_error(a, b, written) or (_typing_error_inflected(a, b, written) if script == "cyrillic" else None)


def _typing_error(a: str, b: str, written: str) -> Likeness | None:
    """Return the likeness of words that differ by one letter that is missing, too many, exchanged, or beside on the keyboard."""
    if min(len(a), len(b)) < _EXCHANGED or a[0] != b[0] or OSA.distance(a, b, score_cutoff=1) != 1:
        return None
    if min(len(a), len(b)) < _TYPO and (len(a) != len(b) or sorted(a) != sorted(b)):
        return None
    if len(a) == len(b):
        different = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        if len(different) == 1:
            place = different[0]
            if len(a) < 7 or place >= len(a) - 1 or frozenset((a[place], b[place])) not in _BESIDE:
                return None
    else:
        short, long = sorted((a, b), key=len)
        if long.startswith(short):
            return None  # an ending, which makes another name
        if len(short) < 7 and long[1:] != short and not re.search(r"(.)\1", long):
            return None
    return Likeness(Match.SPELLING, 0.15, f"one letter differs: {written}")


def _typing_error_inflected(a: str, b: str, written: str) -> Likeness | None:
    found = (_typing_error(x, y, written) for x in stems(a) for y in stems(b))
    return next((each for each in found if each), None)


def _by_sound(listed: str, written: str, script: str, other: str) -> Likeness | None:
    lax = script in _LAX or other in _LAX
    arabic = "arabic" in (script, other)
    ways = [written]
    if other == "cyrillic":
        ways += sorted(stems(fold(written)) - {fold(written)})
    best = min(
        distance(mine, theirs, lax, arabic) - limit(max(len(mine), len(theirs)))
        for place, mine in enumerate(sounds(listed))
        for way in ways
        for number, theirs in enumerate(sounds(way))
        if mine and theirs and not (place and number)  # one of them is read as it is written
    ) if sounds(listed)[0] and sounds(written)[0] else 1.0  # fmt: skip
    if best > 0:
        return None
    return Likeness(Match.SOUND, max(0.1, min(1.0, 0.45 + best)), "" if script != other else f"{written} for {listed}")
