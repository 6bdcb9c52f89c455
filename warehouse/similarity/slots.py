"""Find the slots of a text, where numbers and names stand, as hashes that are cheap to compare. Pure.

Two reports from one template share their sentences, but fill the *slots* between the same words differently. A slot is a 64-bit
hash: the upper half is computed from the plain words before (or after) a number or name, the lower half from the number or
name. Two texts have a slot in common if the upper halves are equal, and agree in it if both halves are.
"""

from __future__ import annotations

import re

import numpy as np

from warehouse.similarity.characters import (
    IS_DIGIT,
    IS_END,
    IS_MARK,
    IS_SPACE,
    IS_UNSPACED,
    IS_UPPER,
    MULTIPLIER,
    Flags,
    Hashes,
    Letters,
    Places,
    as_written,
    hashes_of_runs,
    is_unspaced,
    mixed,
    runs,
)
from warehouse.similarity.shingles import are_in, distinct

_WORDS_BESIDE, _LETTERS_BESIDE = 2, 4
_LETTER_OR_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]")
_HALF = np.uint64(32)
_UPPER = np.uint64(0xFFFFFFFF << 32)


def telling_places(text: Letters) -> Hashes:
    """Return the distinct slots of a text, sorted.

    A run of neighbouring numbers and names fills one slot. A name is a capitalised word that does not begin a sentence; in
    scripts without capitals only numbers count.
    """
    beside = _WORDS_BESIDE
    if text.has(IS_UNSPACED) and is_unspaced(text.normal.split()):
        text, beside = as_written(" ".join(_LETTER_OR_NUMBER.findall(text.text))), _LETTERS_BESIDE
    firsts, ends = runs(text.are(IS_SPACE))
    capital = (text.kinds[firsts] & IS_UPPER) != 0
    telling = capital | _hold_any(text.are(IS_DIGIT), firsts)
    where = np.flatnonzero(telling)
    if not len(where):
        return np.empty(0, np.uint64)

    # Words without the punctuation around them; numbers and names in lower case.
    bare_firsts, bare_ends = _bounds(text.are(IS_MARK), firsts, ends)
    hashes = hashes_of_runs(text.codes.astype(np.uint64), bare_firsts, bare_ends)
    names = hashes_of_runs(text.lower(), bare_firsts[where], bare_ends[where])

    breaks = np.flatnonzero(np.diff(where) > 1) + 1
    starts, stops = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(where)]))  # of each run, in `where`
    begins = where[starts]
    before = begins - starts  # plain words before each run
    # The first word of a sentence is always capitalised.
    is_first = (begins == 0) | ((text.kinds[ends[begins - 1] - 1] & IS_END) != 0)
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
    """Count the common slots in which both texts have the same number or name, and those in which they differ."""
    common = one[are_in(one >> _HALF, other >> _HALF)]
    same = len(distinct(common[are_in(common, other)] >> _HALF))
    return same, len(distinct(common >> _HALF)) - same


def _beside(plain: Hashes, places: Places, count: int, values: Hashes, side: int) -> Hashes:
    """Return slots: the numbers or names keyed by the `count` plain words from each of `places` on."""
    key = np.full(len(places), side, np.uint64)
    for step in range(count):
        key = key * MULTIPLIER + plain[places + step]
    key = mixed(key)
    return (key & _UPPER) | (mixed(key * MULTIPLIER + values) >> _HALF)


def _hold_any(wanted: Flags, firsts: Places) -> Flags:
    """Return for each word, given by its beginning, whether it holds any wanted character (never a space)."""
    held = np.zeros(len(firsts), bool)
    held[np.searchsorted(firsts, np.flatnonzero(wanted), "right") - 1] = True
    return held


def _bounds(marks: Flags, firsts: Places, ends: Places) -> tuple[Places, Places]:
    """Strip punctuation from both ends of each word; a word of punctuation only becomes empty."""
    marked = np.flatnonzero(marks[firsts] | marks[ends - 1])
    if not len(marked):
        return firsts, ends
    there = np.concatenate((np.flatnonzero(~marks), [len(marks)]))
    bare_firsts, bare_ends = firsts.copy(), ends.copy()
    first, end = firsts[marked], ends[marked]
    from_first = np.minimum(there[np.searchsorted(there, first)], end)
    to_last = there[np.searchsorted(there, end) - 1] + 1
    bare_firsts[marked] = from_first
    bare_ends[marked] = np.where(from_first < end, to_last, from_first)
    return bare_firsts, bare_ends
