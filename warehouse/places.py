"""Where numbers and names stand in a text, as hashes that are cheap to compare. Pure.

Two reports made of one template share their sentences but say other things *in the same place*: between the same words. So a
text becomes a set of 64-bit numbers, one for every number or name and each side on which plain words stand beside it: the upper
half is made of those words, the lower half of the number or name. Two texts have a place in common where the upper halves are
the same, and say the same there where both halves are.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

from warehouse.fingerprint import MULTIPLIER, Hashes, are_in, distinct, is_unspaced, mixed, word_hashes

Places = NDArray[np.intp]  # among the words of a text

_WORDS_BESIDE, _LETTERS_BESIDE = 2, 4
_LETTER_OR_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]")
_MARKS = ".,;:!?()[]{}\"'“”„«»‘’…–—-"
_ENDS = '.!?:…”"»“'
_HAS_DIGIT = re.compile(r"\d")
_INVERSE = np.uint64(pow(int(MULTIPLIER), -1, 1 << 64))
_HALF = np.uint64(32)
_UPPER = np.uint64(0xFFFFFFFF << 32)
_NONE = np.empty(0, np.uint64)


def telling_places(text: str) -> Hashes:
    """The places of a text's numbers and names, sorted, each once.

    A run of numbers and names is one. A name is a capitalised word that does not begin a sentence; in scripts without capitals
    only numbers tell.
    """
    words = unicodedata.normalize("NFKC", text).split()
    beside = _WORDS_BESIDE
    if is_unspaced(words):
        words = _LETTER_OR_NUMBER.findall(text)
        beside = _LETTERS_BESIDE
    telling = [
        place
        for place, word in enumerate(words)
        if (not word.islower() and word[0].isupper()) or (not word.isalpha() and _HAS_DIGIT.search(word))
    ]
    if not telling:
        return _NONE
    bare = [word.strip(_MARKS) for word in words]
    for place in telling:
        bare[place] = bare[place].casefold()
    hashes = word_hashes(bare)

    where = np.array(telling)
    breaks = np.flatnonzero(np.diff(where) > 1) + 1
    firsts, ends = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(where)]))  # of each run, in `where`
    starts = where[firsts]
    before = starts - firsts  # plain words before each run
    # the first word of a sentence is capitalised whatever it is
    firsts = firsts + np.array([_begins_sentence(words, place) for place in starts.tolist()])
    left = firsts < ends
    firsts, ends, before = firsts[left], ends[left], before[left]
    runs = _hashes_of_runs(hashes[where], firsts, ends)

    plain = np.delete(hashes, where)
    found = [
        _beside(plain, before[reached] + shift, beside, runs[reached], side)
        for side, reached, shift in ((1, before >= beside, -beside), (2, before + beside <= len(plain), 0))
    ]
    return distinct(np.sort(np.concatenate(found)))


def disagreement(one: Hashes, other: Hashes) -> tuple[int, int]:
    """Places with the same number or name in both texts, and places with another one."""
    common = one[are_in(one >> _HALF, other >> _HALF)]
    same = len(distinct(common[are_in(common, other)] >> _HALF))
    return same, len(distinct(common >> _HALF)) - same


def _begins_sentence(words: list[str], place: int) -> bool:
    return words[place][0].isupper() and (not place or words[place - 1][-1] in _ENDS)


def _hashes_of_runs(hashes: Hashes, firsts: Places, ends: Places) -> Hashes:
    """A hash of each run of words, from running sums: the words of a run as a polynomial, whose unit is its last word's."""
    powers = np.cumprod(np.full(len(hashes), MULTIPLIER))
    scaled = hashes * np.cumprod(np.full(len(hashes), _INVERSE))
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(scaled)))
    runs: Hashes = (sums[ends] - sums[firsts]) * powers[ends - 1]
    return runs


def _beside(plain: Hashes, places: Places, count: int, runs: Hashes, side: int) -> Hashes:
    """The runs by the `count` plain words from each of `places` on."""
    key = np.full(len(places), side, np.uint64)
    for step in range(count):
        key = key * MULTIPLIER + plain[places + step]
    key = mixed(key)
    return (key & _UPPER) | (mixed(key * MULTIPLIER + runs) >> _HALF)
