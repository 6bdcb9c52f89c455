"""Invert texts: which terms occur in which text, and how often. Pure: strings in, columns out.

Written words are numbered, so that the terms of each are made once for all texts. Whatever is done for each word of a text is
done by Arrow and numpy: a thousand articles have half a million words, of a hundred thousand kinds.
"""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newslake.words.terms import is_pairs, is_term, terms_of, tokens_of
from warehouse.search.rank import Numbers

AT_ONCE = 50_000  # tokens that are strings of Python at once, which take ten times the memory
MOST = 32_767  # of `postings.tf`
MOST_IN_TITLE = 127  # of `postings.title_tf`


class Inverted:
    """The terms of texts that are numbered from `first` on, in the order in which they are added. Add all before asking."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._count = 0
        # By whether their language has clitics, because the terms of a word depend on it.
        self._texts = {True: _Texts(), False: _Texts()}

    def add(self, title: str, text: str, *, clitics: bool) -> None:
        """Add a text. `clitics`: see `newslake.words.terms`."""
        for part in (title, text):
            self._texts[clitics].add(self._count, tokens_of()(part))
        self._count += 1

    def lengths(self) -> list[int]:
        """Return the length of each text in words; in scripts without spaces, in characters."""
        lengths = np.zeros(self._count, np.int64)
        for texts, words in self._words:
            lengths += np.bincount(texts.docs(), words.widths[words.written], self._count).astype(np.int64)
        return [int(length) for length in lengths]

    def postings(self) -> pa.Table:
        """Return a row per term and text, ordered by both, with the columns of the table `postings`."""
        terms = pa.concat_arrays([words.terms for _, words in self._words]).dictionary_encode()
        order = pc.sort_indices(terms.dictionary).to_numpy()  # by code point, as DuckDB sorts strings
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        numbers = np.split(places[terms.indices.to_numpy()], [len(self._words[0][1].terms)])

        found = [_occurrences(texts, words, own) for (texts, words), own in zip(self._words, numbers, strict=True)]
        rows, counts = np.unique(np.concatenate([keys for keys, _ in found]), return_counts=True)
        title_rows, title_counts = np.unique(np.concatenate([keys[titles] for keys, titles in found]), return_counts=True)
        in_title = np.zeros(len(rows), np.int64)
        in_title[np.searchsorted(rows, title_rows)] = title_counts
        names = terms.dictionary.take(order)
        columns = {
            "term": pa.DictionaryArray.from_arrays(pa.array((rows >> 32).astype(np.int32)), names),
            "doc": pa.array((rows & 0xFFFFFFFF).astype(np.int32) + np.int32(self._first)),
            "tf": pa.array(np.minimum(counts, MOST).astype(np.int16)),
            "title_tf": pa.array(np.minimum(in_title, MOST_IN_TITLE).astype(np.int8)),
        }
        return pa.table(columns)

    @cached_property
    def _words(self) -> list[tuple[_Texts, _Words]]:
        return [(texts, _words_of(texts.tokens(), clitics)) for clitics, texts in self._texts.items()]


class _Texts:
    """The tokens of texts, title and text in turn."""

    def __init__(self) -> None:
        self._docs: list[int] = []
        self._sizes: list[int] = []
        self._waiting: list[str] = []
        self._tokens = [pa.array([], pa.string())]

    def add(self, doc: int, tokens: list[str]) -> None:
        self._docs.append(doc)
        self._sizes.append(len(tokens))
        self._waiting += tokens
        if len(self._waiting) > AT_ONCE:
            self._pack()

    def tokens(self) -> pa.Array:
        self._pack()
        return pa.concat_arrays(self._tokens)

    def docs(self) -> Numbers:
        """Return the text of each token."""
        return np.repeat(np.array(self._docs, np.int64), self._sizes)

    def in_title(self) -> Numbers:
        """Return whether each token is in a title."""
        return np.repeat(np.arange(len(self._docs)) % 2 == 0, self._sizes)

    def _pack(self) -> None:
        self._tokens.append(pa.array(self._waiting, pa.string()))
        self._waiting = []


class _Words(NamedTuple):
    """Written words and their terms.

    Attributes:
        written: the number of the word that each token is.
        widths: of each word, how many words (characters) it is.
        begins, sizes: of each word, where its terms are in `terms`, and how many.
    """

    written: Numbers
    widths: Numbers
    begins: Numbers
    sizes: Numbers
    terms: pa.Array


def _words_of(tokens: pa.Array, clitics: bool) -> _Words:
    encoded = tokens.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    kinds = np.fromiter(map(_kind, words), np.int8, len(words))
    same, pairs, others = (np.flatnonzero(kinds == kind) for kind in (_TERM, _PAIRS, _OTHER))
    made = [terms_of(words[number], clitics) for number in others.tolist()]
    runs = [words[number] for number in pairs.tolist()]

    widths = np.ones(len(words), np.int64)
    widths[others] = [width for width, _ in made]
    widths[pairs] = [*map(len, runs)]
    sizes = widths.copy()
    sizes[others] = [len(terms) for _, terms in made]
    begins = np.empty(len(words), np.int64)
    order = np.concatenate([same, others, pairs])
    begins[order] = np.cumsum(sizes[order]) - sizes[order]
    terms = [
        pc.utf8_lower(encoded.dictionary.take(pa.array(same))),
        pa.array([*itertools.chain.from_iterable(terms for _, terms in made)], pa.string()),
        _pairs_of(runs),
    ]
    return _Words(encoded.indices.to_numpy(), widths, begins, sizes, pa.concat_arrays(terms))


_TERM, _PAIRS, _OTHER = range(3)


def _kind(word: str) -> int:
    return _TERM if is_term(word) else _PAIRS if is_pairs(word) else _OTHER


def _pairs_of(runs: list[str]) -> pa.Array:
    """Return the pairs of characters of each run in turn; the last character of a run is alone."""
    characters = np.frombuffer("".join(runs).encode("utf-32-le"), np.uint32).astype(np.int64)
    following = np.append(characters[1:], 0)[: len(characters)]
    following[np.cumsum([*map(len, runs)], dtype=np.int64) - 1] = 0
    keys, places = np.unique(characters << 32 | following, return_inverse=True)
    terms = [chr(key >> 32) + (chr(key & 0xFFFFFFFF) if key & 0xFFFFFFFF else "") for key in keys.tolist()]
    return pa.array(terms, pa.string()).take(pa.array(places))


def _occurrences(texts: _Texts, words: _Words, terms: Numbers) -> tuple[Numbers, Numbers]:
    """Return a number for each occurrence of a term, made of the numbers of term and text, and whether it is in a title."""
    times = words.sizes[words.written]  # terms of each token
    ends = np.cumsum(times)
    every = np.arange(ends[-1] if len(ends) else 0) + np.repeat(words.begins[words.written] - (ends - times), times)
    return terms[every] << 32 | np.repeat(texts.docs(), times), np.repeat(texts.in_title(), times)
