"""Invert texts: which terms occur in which text, and how often. Pure: strings in, columns out."""

from __future__ import annotations

import itertools
from array import array
from collections import defaultdict
from functools import cached_property

import numpy as np
import pyarrow as pa

from newslake.words.terms import TOKENS, Terms, terms_of
from warehouse.search.rank import Numbers

MOST = 32_767  # of `postings.tf`
MOST_IN_TITLE = 127  # of `postings.title_tf`


class Inverted:
    """The terms of texts that are numbered from `first` on, in the order in which they are added.

    Written words are numbered while texts are read; their terms are made once for all texts, and counted by numpy. Add all texts
    before asking for the rest.
    """

    def __init__(self, first: int) -> None:
        self._first = first
        number = itertools.count().__next__
        # Written words by whether their language has clitics, because their terms depend on it.
        self._numbers: dict[bool, defaultdict[str, int]] = {True: defaultdict(number), False: defaultdict(number)}
        self._words = array("i")
        self._sizes: list[tuple[int, int]] = []  # words of the title, and of the text, by text
        self._terms: defaultdict[str, int] = defaultdict(itertools.count().__next__)

    def add(self, title: str, text: str, *, clitics: bool) -> None:
        """Add a text. `clitics`: see `newslake.words.terms`."""
        number = self._numbers[clitics].__getitem__
        of_title, of_text = TOKENS.findall(title), TOKENS.findall(text)
        self._words.extend(map(number, of_title))
        self._words.extend(map(number, of_text))
        self._sizes.append((len(of_title), len(of_text)))

    def lengths(self) -> list[int]:
        """Return the length of each text in words; in scripts without spaces, in characters."""
        widths, _, _ = self._of_words
        ends = np.cumsum(np.array(self._sizes, np.int64).reshape(-1, 2).sum(axis=1))
        sums = np.concatenate([[0], np.cumsum(widths[self._written()])])
        return [int(length) for length in np.diff(sums[np.concatenate([[0], ends])])]

    def postings(self) -> pa.Table:
        """Return a row per term and text, ordered by both, with the columns of the table `postings`."""
        _, sizes, terms = self._of_words
        names = sorted(self._terms)  # by code point, as DuckDB sorts strings
        places = np.empty(len(names), np.int64)
        places[[self._terms[name] for name in names]] = np.arange(len(names))
        words = self._written()
        both = np.array(self._sizes, np.int64).reshape(-1)
        docs = np.repeat(np.repeat(np.arange(len(self._sizes)), 2), both)
        in_title = np.repeat(np.tile([True, False], len(self._sizes)), both)

        times = sizes[words]  # terms of each word
        begins = np.cumsum(sizes) - sizes
        ends = np.cumsum(times)
        every = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins[words] - (ends - times), times)
        keys = places[terms[every]] << 32 | np.repeat(docs, times)
        rows, counts = np.unique(keys, return_counts=True)
        title_rows, title_counts = np.unique(keys[np.repeat(in_title, times)], return_counts=True)
        titles = np.zeros(len(rows), np.int64)
        titles[np.searchsorted(rows, title_rows)] = title_counts
        columns = {
            "term": pa.DictionaryArray.from_arrays(pa.array((rows >> 32).astype(np.int32)), pa.array(names, pa.string())),
            "doc": pa.array((rows & 0xFFFFFFFF).astype(np.int32) + np.int32(self._first)),
            "tf": pa.array(np.minimum(counts, MOST).astype(np.int16)),
            "title_tf": pa.array(np.minimum(titles, MOST_IN_TITLE).astype(np.int8)),
        }
        return pa.table(columns)

    def _written(self) -> Numbers:
        return np.frombuffer(self._words, np.int32) if self._words else np.empty(0, np.int32)

    @cached_property
    def _of_words(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return the width of each written word, how many terms it has, and the numbers of all these terms in turn."""
        count = sum(map(len, self._numbers.values()))
        words: list[Terms] = [(0, ())] * count
        for clitics, numbers in self._numbers.items():
            for word, number in numbers.items():
                words[number] = terms_of(word, clitics)
        widths = np.fromiter((width for width, _ in words), np.int64, count)
        sizes = np.fromiter((len(terms) for _, terms in words), np.int64, count)
        flat = array("i", map(self._terms.__getitem__, itertools.chain.from_iterable(terms for _, terms in words)))
        return widths, sizes, np.frombuffer(flat, np.int32) if flat else np.empty(0, np.int32)
