"""Where numbers and names stand in a text, as hashes that are cheap to compare. Pure.

Two reports made of one template share their sentences but say other things *in the same place*: between the same words. So a
text becomes a set of 64-bit numbers, one for every number or name and each side on which plain words stand beside it: the upper
half is made of those words, the lower half of the number or name. Two texts have a place in common where the upper halves are
the same, and say the same there where both halves are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from warehouse.fingerprint import (
    LAST,
    MULTIPLIER,
    SPACE,
    Hashes,
    Places,
    are_in,
    distinct,
    hashes_of_runs,
    is_unspaced,
    letters,
    mixed,
    runs,
    unspaced,
)

_WORDS_BESIDE, _LETTERS_BESIDE = 2, 4
_LETTER_OR_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]")
_MARKS = ".,;:!?()[]{}\"'“”„«»‘’…–—-"
_ENDS = '.!?:…”"»“'
_HALF = np.uint64(32)
_UPPER = np.uint64(0xFFFFFFFF << 32)


def telling_places(text: str) -> Hashes:
    """The places of a text's numbers and names, sorted, each once.

    A run of numbers and names is one. A name is a capitalised word that does not begin a sentence; in scripts without capitals
    only numbers tell.
    """
    normal = unicodedata.normalize("NFKC", text)
    codes, beside, alike = letters(normal), _WORDS_BESIDE, _alike()
    known = np.minimum(codes, LAST)
    if alike.unspaced[known].any() and is_unspaced(normal.split()):
        codes, beside = letters(" ".join(_LETTER_OR_NUMBER.findall(text))), _LETTERS_BESIDE
        known = np.minimum(codes, LAST)
    codes = np.where(alike.space[known], SPACE, codes)
    firsts, ends = runs(codes)
    capital = alike.upper[known[firsts]]
    telling = capital | _hold_any(alike.digit[known], firsts, ends)
    where = np.flatnonzero(telling)
    if not len(where):
        return np.empty(0, np.uint64)

    # words without the marks around them, and numbers and names in lower case
    bare_firsts, bare_ends = _bounds(~alike.mark[known], firsts, ends)
    hashes = hashes_of_runs(codes.astype(np.uint64), bare_firsts, bare_ends)
    names = hashes_of_runs(alike.lower[known], bare_firsts[where], bare_ends[where])

    breaks = np.flatnonzero(np.diff(where) > 1) + 1
    starts, stops = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(where)]))  # of each run, in `where`
    begins = where[starts]
    before = begins - starts  # plain words before each run
    # the first word of a sentence is capitalised whatever it is
    is_first = (begins == 0) | alike.end[known[ends[begins - 1] - 1]]
    starts = starts + (capital[begins] & is_first)
    left = starts < stops
    starts, stops, before = starts[left], stops[left], before[left]
    values = hashes_of_runs(names, starts, stops)

    plain = hashes[~telling]
    found = [
        _beside(plain, before[reached] + shift, beside, values[reached], side)
        for side, reached, shift in ((1, before >= beside, -beside), (2, before + beside <= len(plain), 0))
    ]
    return distinct(np.sort(np.concatenate(found)))


def disagreement(one: Hashes, other: Hashes) -> tuple[int, int]:
    """Places with the same number or name in both texts, and places with another one."""
    common = one[are_in(one >> _HALF, other >> _HALF)]
    same = len(distinct(common[are_in(common, other)] >> _HALF))
    return same, len(distinct(common >> _HALF)) - same


def _beside(plain: Hashes, places: Places, count: int, values: Hashes, side: int) -> Hashes:
    """The numbers and names by the `count` plain words from each of `places` on."""
    key = np.full(len(places), side, np.uint64)
    for step in range(count):
        key = key * MULTIPLIER + plain[places + step]
    key = mixed(key)
    return (key & _UPPER) | (mixed(key * MULTIPLIER + values) >> _HALF)


def _hold_any(wanted: NDArray[np.bool_], firsts: Places, ends: Places) -> NDArray[np.bool_]:
    """Of each run of characters, whether any of them is wanted."""
    counted = np.concatenate(([0], np.cumsum(wanted)))
    held: NDArray[np.bool_] = counted[ends] > counted[firsts]
    return held


def _bounds(kept: NDArray[np.bool_], firsts: Places, ends: Places) -> tuple[Places, Places]:
    """Of each run of characters, the part from its first that is kept to its last; where none is, nothing at its end."""
    there = np.concatenate((np.flatnonzero(kept), [len(kept)]))
    from_first = np.minimum(there[np.searchsorted(there, firsts)], ends)
    to_last = there[np.searchsorted(there, ends) - 1] + 1
    return from_first, np.where(from_first < ends, to_last, from_first)


@dataclass(frozen=True, slots=True)
class _Alike:
    """What the first 65,536 characters are."""

    space: NDArray[np.bool_]
    unspaced: NDArray[np.bool_]
    upper: NDArray[np.bool_]
    digit: NDArray[np.bool_]
    mark: NDArray[np.bool_]
    end: NDArray[np.bool_]
    lower: Hashes


@cache
def _alike() -> _Alike:
    every = [chr(code) for code in range(LAST + 1)]
    lower = [letter.lower() for letter in every]
    return _Alike(
        space=np.array([letter.isspace() for letter in every]),
        unspaced=unspaced(),
        upper=np.array([letter.isupper() for letter in every]),
        digit=np.array([letter.isdecimal() for letter in every]),
        mark=np.array([letter in _MARKS for letter in every]),
        end=np.array([letter in _ENDS for letter in every]),
        lower=np.array([ord(low) if len(low) == 1 else code for code, low in enumerate(lower)], np.uint64),
    )
