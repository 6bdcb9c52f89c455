"""Fingerprints of an article's text: what is the same for copies, and cheap to compare and to index. Pure.

A text becomes its *shingles*, runs of neighbouring words (of characters where the script puts no space between words), hashed to
64 bits. Two measures of Broder's (1997) compare the sets of two texts: *resemblance* (Jaccard: shared of all) and *containment*
(shared of the smaller). A *sketch* is the part of a text's shingles whose hashes are low: texts that share words share low hashes
too, and, other than with a MinHash signature, in proportion to the text that they share even where one is far longer.
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

# Five words are seldom the same by chance, and a text with every twentieth word replaced still shares three quarters of its runs.
WORDS_PER_SHINGLE = 5
# Eight characters of Chinese, Japanese or Thai say about as much.
LETTERS_PER_SHINGLE = 8
# One shingle of eight is in the sketch: a text of 300 words has 37 of them, and two texts that share half of it 18.
ONE_IN = 8
# Short texts keep more, so that a brief is found in a long text and another brief.
LEAST = 32

_SPACE = np.uint32(ord(" "))


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


def shingles(text: Letters) -> Hashes:
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


def _hashed_words(text: Letters) -> tuple[Hashes, int]:
    """Hashes of the folded words, of single characters where words are not spaced; and how many of them make a shingle.

    The whole text is hashed at once: each word is the polynomial of its characters, taken from running sums.
    """
    length, codes = WORDS_PER_SHINGLE, text.folded()
    if text.has(IS_UNSPACED | IS_MANIFOLD):  # these need a space beside them, or fold to several
        plain = LETTER_UNSPACED.sub(r" \1 ", _without_marks(text.normal))
        if is_unspaced(plain.split()):
            length = LETTERS_PER_SHINGLE
        codes = as_written(plain).codes
    return hashes_of_runs(codes.astype(np.uint64), *runs(codes == _SPACE)), length


def sketch(hashes: Hashes) -> Hashes:
    """The low ones of a text's sorted shingles."""
    sampled = int(np.searchsorted(hashes, np.uint64((1 << 64) // ONE_IN)))
    return hashes[: max(sampled, LEAST)]


def shared(one: Hashes, other: Hashes) -> int:
    """How many hashes are in both; each sorted and without repetition."""
    if len(one) > len(other):
        one, other = other, one
    return int(np.count_nonzero(are_in(one, other)))


def are_in(some: Hashes, others: Hashes) -> Flags:
    """Of each of `some`, whether it is among the sorted `others`."""
    if not len(others):
        return np.zeros(len(some), bool)
    places = np.searchsorted(others, some)
    places[places == len(others)] = 0
    found: Flags = others[places] == some
    return found


def distinct(hashes: Hashes) -> Hashes:
    """Sorted hashes, each once."""
    return hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))] if len(hashes) else hashes
