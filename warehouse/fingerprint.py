"""Fingerprints of an article's text: what is the same for copies, and cheap to compare and to index. Pure.

A text becomes its *shingles*, runs of neighbouring words (of characters where the script puts no space between words), hashed to
64 bits. Two measures of Broder's (1997) compare the sets of two texts: *resemblance* (Jaccard: shared of all) and *containment*
(shared of the smaller). A *sketch* is the part of a text's shingles whose hashes are low: texts that share words share low hashes
too, and, other than with a MinHash signature, in proportion to the text that they share even where one is far longer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

# Five words are seldom the same by chance, and a text with every twentieth word replaced still shares three quarters of its runs.
WORDS_PER_SHINGLE = 5
# Eight characters of Chinese, Japanese or Thai say about as much.
LETTERS_PER_SHINGLE = 8
# One shingle of eight is in the sketch: a text of 300 words has 37 of them, and two texts that share half of it 18.
ONE_IN = 8
# Short texts keep more, so that a brief is found in a long text and another brief.
LEAST = 32

# Scripts written without spaces, as ranges of a character class: kana, Han, Thai, Lao, Burmese, Khmer.
UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNSPACED = re.compile(f"([{UNSPACED}])")
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# Characters: few articles are longer.
_KEPT = 1 << 16
SPACE = np.uint32(ord(" "))
# Where a table says what a character is, this one, which is none, stands for all beyond.
LAST = 0xFFFF
_ZERO = np.zeros(1, np.uint64)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def folded(text: str) -> str:
    """The words of a text alone: compatibility forms, case, punctuation and white space folded away.

    Two outlets that print one text with other quotes, dashes or line breaks fold to the same string.
    """
    return " ".join(_without_marks(text).split())


def _without_marks(text: str) -> str:
    """The folded text with a space for each mark."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # some dozen kinds of marks, each replaced in the whole text: half the time of a pattern that finds the words
    for mark in {letter for letter in set(plain) if not letter.isalnum()}:
        plain = plain.replace(mark, " ")
    return plain


def content_hash(text: str) -> str:
    """32 hex digits that are the same for exact copies of a text."""
    return blake2b(folded(text).encode(), digest_size=16).hexdigest()


def shingles(text: str) -> Hashes:
    """The hashed shingles of a text, sorted, each once. A text shorter than a shingle is one shingle."""
    words, length = _hashed_words(text)
    if not len(words):
        return words
    length = min(length, len(words))
    count = len(words) - length + 1
    hashes = words[:count].copy()
    for place in range(1, length):
        hashes *= MULTIPLIER
        hashes += words[place : place + count]
    hashes = mixed(hashes)
    hashes.sort()
    return distinct(hashes)


def _hashed_words(text: str) -> tuple[Hashes, int]:
    """Hashes of the folded words, of single characters where words are not spaced; and how many of them make a shingle.

    The whole text is hashed at once: each word is the polynomial of its characters, taken from running sums.
    """
    normal = unicodedata.normalize("NFKC", text)
    codes = letters(normal)
    known = np.minimum(codes, LAST)
    length, folds = WORDS_PER_SHINGLE, _folds()
    if folds.hard[known].any():
        plain = _UNSPACED.sub(r" \1 ", _without_marks(normal))
        if is_unspaced(plain.split()):
            length = LETTERS_PER_SHINGLE
        codes = letters(plain)
    else:
        codes = folds.plain[known]
    return hashes_of_runs(codes.astype(np.uint64), *runs(codes)), length


@dataclass(frozen=True, slots=True)
class _Folds:
    """What each of the first 65,536 characters folds to, marks to a space; and which have to be looked at in their text: they
    fold to several characters, need a space beside them, or stand for all that lie beyond."""

    plain: NDArray[np.uint32]
    hard: NDArray[np.bool_]


@cache
def _folds() -> _Folds:
    every = [chr(code).casefold() for code in range(LAST + 1)]
    plain = [ord(letter) if len(letter) == 1 and letter.isalnum() else ord(" ") for letter in every]
    hard = unspaced() | np.array([len(letter) > 1 for letter in every])
    hard[LAST] = True
    return _Folds(np.array(plain, np.uint32), hard)


def unspaced() -> NDArray[np.bool_]:
    """Of each of the first 65,536 characters, whether it is of a script without spaces."""
    found = np.zeros(LAST + 1, bool)
    found[[ord(letter) for letter in _UNSPACED.findall("".join(map(chr, range(LAST + 1))))]] = True
    return found


def letters(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def runs(codes: NDArray[np.uint32]) -> tuple[Places, Places]:
    """Where the words of a text begin and where they end, spaces being all that parts them."""
    edges = np.flatnonzero(np.diff(codes != SPACE, prepend=False, append=False))
    return edges[::2], edges[1::2]


def hashes_of_runs(values: Hashes, firsts: Places, ends: Places) -> Hashes:
    """A hash of each run of values from one of `firsts` to before the one of `ends`: a polynomial, from running sums."""
    powers, inverse = _powers(len(values))
    sums = np.concatenate((_ZERO, np.cumsum(values * inverse)))
    return mixed((sums[ends] - sums[firsts]) * powers[ends - 1])


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """The first powers of the multiplier and of its inverse. Those of a vast text are made for it and not kept."""
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


def sketch(hashes: Hashes) -> Hashes:
    """The low ones of a text's sorted shingles."""
    sampled = int(np.searchsorted(hashes, np.uint64((1 << 64) // ONE_IN)))
    return hashes[: max(sampled, LEAST)]


def shared(one: Hashes, other: Hashes) -> int:
    """How many hashes are in both; each sorted and without repetition."""
    if len(one) > len(other):
        one, other = other, one
    return int(np.count_nonzero(are_in(one, other)))


def are_in(some: Hashes, others: Hashes) -> NDArray[np.bool_]:
    """Of each of `some`, whether it is among the sorted `others`."""
    if not len(others):
        return np.zeros(len(some), bool)
    places = np.searchsorted(others, some)
    places[places == len(others)] = 0
    found: NDArray[np.bool_] = others[places] == some
    return found


def distinct(hashes: Hashes) -> Hashes:
    """Sorted hashes, each once."""
    return hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))] if len(hashes) else hashes


def mixed(hashes: Hashes) -> Hashes:
    """The last rounds of splitmix64, in place: low hashes have to be a fair sample."""
    hashes ^= hashes >> np.uint64(30)
    hashes *= _MIX[0]
    hashes ^= hashes >> np.uint64(27)
    hashes *= _MIX[1]
    hashes ^= hashes >> np.uint64(31)
    return hashes


def is_unspaced(tokens: list[str]) -> bool:
    """Whether most of a text is in scripts without spaces, by a sample of a hundred tokens."""
    sample = tokens[:: len(tokens) // 100 + 1]
    return 2 * sum(1 for token in sample if _UNSPACED.match(token)) > len(sample)
