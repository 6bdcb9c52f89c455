"""Fingerprints of an article's text: what is the same for copies, and cheap to compare and to index. Pure.

A text becomes its *shingles*, runs of neighbouring words (of characters where the script puts no space between words), hashed to
64 bits. Two measures of Broder's (1997) compare the sets of two texts: *resemblance* (Jaccard: shared of all) and *containment*
(shared of the smaller). A *sketch* is the part of a text's shingles whose hashes are low: texts that share words share low hashes
too, and, other than with a MinHash signature, in proportion to the text that they share even where one is far longer.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

# Five words are seldom the same by chance, and a text with every twentieth word replaced still shares three quarters of its runs.
WORDS_PER_SHINGLE = 5
# Eight characters of Chinese, Japanese or Thai say about as much.
LETTERS_PER_SHINGLE = 8
# One shingle of eight is in the sketch: a text of 300 words has 37 of them, and two texts that share half of it 18.
ONE_IN = 8
# Short texts keep more, so that a brief is found in a long text and another brief.
LEAST = 32

_NOT_WORD = re.compile(r"[\W_]+")
# Scripts written without spaces, as ranges of a character class: kana, Han, Thai, Lao, Burmese, Khmer.
UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_UNSPACED = re.compile(f"([{UNSPACED}])")
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def folded(text: str) -> str:
    """The words of a text alone: compatibility forms, case, punctuation and white space folded away.

    Two outlets that print one text with other quotes, dashes or line breaks fold to the same string.
    """
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def content_hash(text: str) -> str:
    """32 hex digits that are the same for exact copies of a text."""
    return blake2b(folded(text).encode(), digest_size=16).hexdigest()


def tokens(text: str) -> list[str]:
    """The folded words of a text, and single characters where words are not spaced."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # some dozen kinds of marks, each replaced in the whole text: half the time of a pattern that finds the words
    for mark in {letter for letter in set(plain) if not letter.isalnum()}:
        plain = plain.replace(mark, " ")
    found = plain.split()
    if plain.isascii() or not _UNSPACED.search(plain):
        return found
    return _UNSPACED.sub(r" \1 ", " ".join(found)).split()


def shingles(tokens: list[str]) -> Hashes:
    """The hashed shingles of a text, sorted, each once. A text shorter than a shingle is one shingle."""
    if not tokens:
        return np.empty(0, np.uint64)
    words = word_hashes(tokens)
    length = min(LETTERS_PER_SHINGLE if is_unspaced(tokens) else WORDS_PER_SHINGLE, len(words))
    count = len(words) - length + 1
    hashes = words[:count].copy()
    for place in range(1, length):
        hashes *= MULTIPLIER
        hashes += words[place : place + count]
    hashes = mixed(hashes)
    hashes.sort()
    return distinct(hashes)


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


def word_hashes(words: list[str]) -> Hashes:
    """A hash of each word."""
    return np.fromiter(map(_word_hashes.__getitem__, words), np.uint64, len(words))


def is_unspaced(tokens: list[str]) -> bool:
    """Whether most of a text is in scripts without spaces, by a sample of a hundred tokens."""
    sample = tokens[:: len(tokens) // 100 + 1]
    return 2 * sum(1 for token in sample if _UNSPACED.match(token)) > len(sample)


class _WordHashes(dict[str, int]):
    """Hashes of words, remembered: most words of a day's news are among the same few ten thousand."""

    _MOST = 1 << 18

    def __missing__(self, word: str) -> int:
        if len(self) >= self._MOST:
            self.clear()
        hashed = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        self[word] = hashed
        return hashed


_word_hashes = _WordHashes()
