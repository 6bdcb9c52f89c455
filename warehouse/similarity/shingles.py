"""Compute shingles and sketches of a text, which are cheap to compare and to index. Pure.

*Shingles* are runs of neighbouring words (of characters in scripts without spaces), hashed to 64 bits. Broder (1997) compares
the shingles of two texts by *resemblance* (Jaccard: shared of all) and *containment* (shared of the smaller set). A *sketch* is
the subset of shingles with low hashes: texts that share passages share low hashes in proportion to what they share. Unlike a
MinHash signature, this also holds where one text is far longer than the other.
"""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

import numpy as np

from warehouse.similarity.characters import (
    IS_MANIFOLD,
    IS_UNSPACED,
    LETTER_UNSPACED,
    MULTIPLIER,
    Flags,
    Hashes,
    Letters,
    as_written,
    hashes_of_runs,
    is_unspaced,
    mixed,
    runs,
)

# Five words rarely coincide, and a text with every twentieth word replaced still shares three quarters of its shingles.
WORDS_PER_SHINGLE = 5
# Eight characters of Chinese, Japanese or Thai carry about as much information.
LETTERS_PER_SHINGLE = 8
# One shingle in eight is in the sketch: 37 for a text of 300 words, of which a text that contains half of it shares 18.
ONE_IN = 8
# Short texts keep more, so that a brief is found both in a long text and in another brief.
LEAST = 32

_SPACE = np.uint32(ord(" "))


def folded(text: str) -> str:
    """Return the bare words of a text: compatibility forms, case, punctuation and white space are folded away.

    Versions of one text with different quotation marks, dashes or line breaks fold to the same string.
    """
    return " ".join(_without_marks(text).split())


def _without_marks(text: str) -> str:
    """Return the folded text with a space in place of each punctuation mark."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # A text has about a dozen different marks; replacing each takes half the time of a pattern that finds the words.
    for mark in {letter for letter in set(plain) if not letter.isalnum()}:
        plain = plain.replace(mark, " ")
    return plain


def content_hash(text: str) -> str:
    """Return 32 hex digits that are the same for exact copies of a text."""
    return blake2b(folded(text).encode(), digest_size=16).hexdigest()


def shingles(text: Letters) -> Hashes:
    """Return the distinct shingle hashes of a text, sorted. A text shorter than a shingle is one shingle."""
    hashes = in_order(text)
    hashes.sort()
    return distinct(hashes)


def in_order(text: Letters) -> Hashes:
    """Return the shingle hashes of a text in its order, repeated ones too."""
    words, length = _hashed_words(text)
    if not len(words):
        return words
    length = min(length, len(words))
    count = len(words) - length + 1
    hashes = words[:count].copy()
    for place in range(1, length):
        hashes *= MULTIPLIER
        hashes += words[place : place + count]
    return mixed(hashes)


def _hashed_words(text: Letters) -> tuple[Hashes, int]:
    """Return the hashes of the folded words (of characters in scripts without spaces) and how many of them make a shingle."""
    length, codes = WORDS_PER_SHINGLE, text.folded()
    if text.has(IS_UNSPACED | IS_MANIFOLD):  # these need spaces around them, or fold to several characters
        plain = LETTER_UNSPACED.sub(r" \1 ", _without_marks(text.normal))
        if is_unspaced(plain.split()):
            length = LETTERS_PER_SHINGLE
        codes = as_written(plain).codes
    return hashes_of_runs(codes.astype(np.uint64), *runs(codes == _SPACE)), length


def sketch(hashes: Hashes) -> Hashes:
    """Return the low part of sorted shingle hashes."""
    sampled = int(np.searchsorted(hashes, np.uint64((1 << 64) // ONE_IN)))
    return hashes[: max(sampled, LEAST)]


def shared(one: Hashes, other: Hashes) -> int:
    """Count the hashes in both arrays, each sorted and distinct."""
    if len(one) > len(other):
        one, other = other, one
    return int(np.count_nonzero(are_in(one, other)))


def are_in(some: Hashes, others: Hashes) -> Flags:
    """Return for each of `some` whether it is in the sorted `others`."""
    if not len(others):
        return np.zeros(len(some), bool)
    places = np.searchsorted(others, some)
    places[places == len(others)] = 0
    found: Flags = others[places] == some
    return found


def distinct(hashes: Hashes) -> Hashes:
    """Drop repetitions from sorted hashes."""
    return hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))] if len(hashes) else hashes
