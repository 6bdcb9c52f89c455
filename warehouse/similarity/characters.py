"""Represent a text as arrays: its characters, their kinds, and hashes of runs of characters. Pure.

shingles.py and slots.py both work on these arrays, so each text is decoded once.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newslake.scripts import UNSPACED

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]
Kinds = NDArray[np.uint8]
Places = NDArray[np.intp]

LETTER_UNSPACED = re.compile(f"([{UNSPACED}])")
_MARKS = ".,;:!?()[]{}\"'“”„«»‘’…–—-"
_ENDS = '.!?:…”"»“'

# Kinds of characters, one bit each. MANIFOLD: folds to several characters, or is outside the tables.
IS_SPACE, IS_UNSPACED, IS_UPPER, IS_DIGIT, IS_MARK, IS_END, IS_MANIFOLD = (np.uint8(1 << bit) for bit in range(7))
# The last entry of each table stands for all characters beyond it; it is not a character itself.
_LAST = 0xFFFF

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
# In characters; few articles are longer.
_KEPT = 1 << 16


@dataclass(frozen=True, slots=True)
class Letters:
    """A text, its compatibility form (NFKC), and the code points of that form with their kinds."""

    text: str
    normal: str
    codes: Codes
    kinds: Kinds

    def has(self, kind: np.uint8) -> bool:
        return bool((self.kinds & kind).any())

    def are(self, kind: np.uint8) -> Flags:
        """Return for each character whether it is of a kind."""
        found: Flags = (self.kinds & kind) != 0
        return found

    def folded(self) -> Codes:
        """Fold case and replace punctuation by spaces; characters that fold to several stay unchanged."""
        return _of_each(_tables().folded, self.codes)

    def lower(self) -> Hashes:
        return _of_each(_tables().lower, self.codes)


def letters(text: str) -> Letters:
    """Decode a text, after normalising it to NFKC."""
    return _taken_apart(text, unicodedata.normalize("NFKC", text))


def as_written(text: str) -> Letters:
    """Decode a text without normalising it."""
    return _taken_apart(text, text)


def runs(is_space: Flags) -> tuple[Places, Places]:
    """Return the positions where words begin and where they end."""
    parted = np.ones(len(is_space) + 2, bool)
    parted[1:-1] = is_space
    edges = np.flatnonzero(parted[1:] != parted[:-1])
    return edges[::2], edges[1::2]


def hashes_of_runs(values: Hashes, firsts: Places, ends: Places) -> Hashes:
    """Hash each run of values from `firsts` up to, not including, `ends`, as a polynomial computed from running sums."""
    powers, inverse = _powers(len(values))
    sums = np.empty(len(values) + 1, np.uint64)
    sums[0] = 0
    np.cumsum(values * inverse, out=sums[1:])
    return mixed((sums[ends] - sums[firsts]) * powers[ends - 1])


def mixed(hashes: Hashes) -> Hashes:
    """Apply the final rounds of splitmix64 in place, so that low hashes are an unbiased sample."""
    hashes ^= hashes >> np.uint64(30)
    hashes *= _MIX[0]
    hashes ^= hashes >> np.uint64(27)
    hashes *= _MIX[1]
    hashes ^= hashes >> np.uint64(31)
    return hashes


def is_unspaced(tokens: list[str]) -> bool:
    """Return whether most of a text is in scripts without spaces, judging by a sample of a hundred tokens."""
    sample = tokens[:: len(tokens) // 100 + 1]
    return 2 * sum(1 for token in sample if LETTER_UNSPACED.match(token)) > len(sample)


def _taken_apart(text: str, normal: str) -> Letters:
    codes = np.frombuffer(normal.encode("utf-32-le", "surrogatepass"), np.uint32)
    return Letters(text, normal, codes, _of_each(_tables().kinds, codes))


def _of_each(table: NDArray[Any], codes: Codes) -> NDArray[Any]:
    found: NDArray[Any] = table.take(codes, mode="clip")
    return found


@dataclass(frozen=True, slots=True)
class _Tables:
    """Kinds and folded forms of the first 65,536 characters."""

    kinds: Kinds
    folded: Codes
    lower: Hashes


@cache
def _tables() -> _Tables:
    every = [chr(code) for code in range(_LAST + 1)]
    cases, lower = [letter.casefold() for letter in every], [letter.lower() for letter in every]
    kinds = np.zeros(len(every), np.uint8)
    for kind, are in (
        (IS_SPACE, str.isspace),
        (IS_UNSPACED, LETTER_UNSPACED.match),
        (IS_UPPER, str.isupper),
        (IS_DIGIT, str.isdecimal),
        (IS_MARK, _MARKS.__contains__),
        (IS_END, _ENDS.__contains__),
    ):
        kinds[[bool(are(letter)) for letter in every]] |= kind
    kinds[[len(case) > 1 for case in cases]] |= IS_MANIFOLD
    kinds[_LAST] |= IS_MANIFOLD
    return _Tables(
        kinds,
        folded=np.array([ord(one) if len(one) == 1 and one.isalnum() else ord(" ") for one in cases], np.uint32),
        lower=np.array([ord(low) if len(low) == 1 else code for code, low in enumerate(lower)], np.uint64),
    )


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the first powers of the multiplier and of its inverse. Those for very long texts are not cached."""
    if count > _KEPT:
        return _made(count)
    powers, inverse = _kept()
    return powers[:count], inverse[:count]


def _made(count: int) -> tuple[Hashes, Hashes]:
    inverse = pow(int(MULTIPLIER), -1, 1 << 64)
    return (
        np.cumprod(np.full(count, MULTIPLIER), dtype=np.uint64),
        np.cumprod(np.full(count, inverse, np.uint64), dtype=np.uint64),
    )


@cache
def _kept() -> tuple[Hashes, Hashes]:
    return _made(_KEPT)
