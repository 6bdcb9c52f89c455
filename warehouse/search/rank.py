"""Find the texts that a plan selects, ranked by BM25. Pure: arrays in, arrays out.

A word scores `idf · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / average length))`, with
`idf = ln(1 + (N - df + 0.5) / (df + 0.5))`, N texts, of which df have the word (Robertson and Zaragoza 2009; idf as in Lucene).
The scores of the words of a query are added. A phrase, or a long word of a script without spaces, counts as one word: its tf is
the smallest of its parts, its df the number of texts that have all of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.search.plan import Absent, AllOf, AnyOf, Field, FromSource, Part, Plan, Tagged, Word

K1, B = 1.2, 0.75

Mask = NDArray[np.bool_]
Numbers = NDArray[Any]


def mask_of(docs: Numbers, size: int) -> Mask:
    """Return which of so many texts are among those with these numbers."""
    mask = np.zeros(size, np.bool_)
    mask[docs] = True
    return mask


class Postings(NamedTuple):
    """The texts that have a part of a word, with the counts of it. Each text occurs once."""

    docs: Numbers
    counts: Numbers  # in title and text together
    in_title: Numbers


@dataclass(frozen=True, slots=True)
class Texts:
    """The indexed texts, by number.

    Attributes:
        lengths: in words; -1 where there is no such text (any more).
        clitics: whether the language of the text has Arabic prefixes.
    """

    lengths: Numbers
    clitics: Mask
    alive: Mask
    count: int
    average: float

    @classmethod
    def of(cls, docs: Numbers, lengths: Numbers, clitics: Mask) -> Texts:
        """Return the texts with these numbers, lengths (-1: it is not there) and languages."""
        dense = np.full(int(docs.max()) + 1 if len(docs) else 0, -1, np.int32)
        dense[docs] = lengths
        has_clitics = np.zeros(len(dense), np.bool_)
        has_clitics[docs] = clitics
        there = lengths[lengths >= 0]
        return cls(dense, has_clitics, dense >= 0, len(there), float(there.mean()) if len(there) else 0.0)


class Selected(NamedTuple):
    """The texts that a plan may select, by number. `sure`: whether it selects them; otherwise their words must be looked at."""

    docs: Numbers
    scores: Numbers
    sure: Mask


class _Found(NamedTuple):
    """What was found of a plan, by number of the text.

    Attributes:
        may: texts that may have what was looked for.
        must: those that certainly have it.
        scores: None: nothing to add.
        docs: numbers of texts, in any order, among which all of `may` are; None if they are too many to name.
    """

    may: Mask
    must: Mask
    scores: Numbers | None
    docs: Numbers | None


def select(
    plan: Plan,
    found: Mapping[Part, Postings],
    texts: Texts,
    only: Mask | None = None,
    meeting: Mapping[Tagged | FromSource, Mask] = MappingProxyType({}),
) -> Selected:
    """Return the texts that a plan may select.

    Args:
        found: the postings of each part of the plan.
        meeting: for each of its other conditions the texts that meet it, by number.
        only: the texts among which to look, by number. The statistics of words are those of all texts.
    """
    got = _Ranking(found, texts, meeting).find(plan)
    may = got.may & only if only is not None else got.may
    docs = np.flatnonzero(may) if got.docs is None else np.sort(got.docs[may[got.docs]])  # the first reads all texts
    scores = got.scores[docs] if got.scores is not None else np.zeros(len(docs), np.float32)
    return Selected(docs, scores, got.must[docs])


def best_first(selected: Selected, size: int) -> Iterator[Selected]:
    """Yield what was selected in pieces, the best first: `size` texts or a little more, then each time four times as many.

    All that was selected is sorted only where all of it is asked for. Of equal texts the later ones come first.
    """
    done, count = 0, len(selected.docs)
    while done < count:
        rows = np.arange(count)
        if done + size < count:
            least = np.partition(selected.scores, count - done - size)[count - done - size]
            rows = np.flatnonzero(selected.scores >= least)
        order = rows[np.lexsort((-selected.docs[rows], -selected.scores[rows]))][done:]
        yield Selected(selected.docs[order], selected.scores[order], selected.sure[order])
        done, size = done + len(order), 4 * size


class _Ranking:
    def __init__(self, found: Mapping[Part, Postings], texts: Texts, meeting: Mapping[Tagged | FromSource, Mask]) -> None:
        self._found, self._texts, self._meeting = found, texts, meeting
        self._norms: Numbers | None = None

    def find(self, plan: Plan) -> _Found:
        match plan:
            case Word():
                return self._word(plan)
            case Tagged() | FromSource():
                have = self._meeting[plan] & self._texts.alive
                return _Found(have, have, None, np.flatnonzero(have))
            case Absent(inner):
                found = self.find(inner)
                return _Found(~found.must & self._texts.alive, ~found.may & self._texts.alive, None, None)
            case AllOf(plans):
                parts = [self.find(each) for each in plans]
                may = np.logical_and.reduce([part.may for part in parts])
                must = np.logical_and.reduce([part.must for part in parts])
                docs = min((part.docs for part in parts if part.docs is not None), key=len, default=None)
            case AnyOf(plans):
                parts = [self.find(each) for each in plans]
                may = np.logical_or.reduce([part.may for part in parts])
                must = np.logical_or.reduce([part.must for part in parts])
                named = [part.docs for part in parts if part.docs is not None]
                docs = np.unique(np.concatenate(named)) if len(named) == len(parts) else None
        scored = [part.scores for part in parts if part.scores is not None]
        return _Found(may, must, sum(scored[1:], scored[0]) if scored else None, docs)

    def _word(self, word: Word) -> _Found:
        texts = self._texts
        (docs, counts), *others = sorted((self._counts(part, word.field) for part in word.parts), key=lambda one: len(one[0]))
        for other_docs, other_counts in others:
            dense = np.zeros(len(texts.alive), np.int32)
            dense[other_docs] = other_counts
            counts = np.minimum(counts, dense[docs])
            docs, counts = docs[counts > 0], counts[counts > 0]
        may = np.zeros(len(texts.alive), np.bool_)
        may[docs] = True
        scores = np.zeros(len(texts.alive), np.float32)
        if len(docs):
            idf = np.log(1 + (texts.count - len(docs) + 0.5) / (len(docs) + 0.5))
            tf = counts.astype(np.float32)
            norms = np.float32(K1 * (1 - B)) + np.float32(K1 * B / texts.average) * texts.lengths[docs]
            scores[docs] = idf * tf * (K1 + 1) / (tf + norms)
        return _Found(may, may if word.exact else np.zeros_like(may), scores, docs)

    def _counts(self, part: Part, field: Field) -> tuple[Numbers, Numbers]:
        """Return the texts that are still there and have a part in a field, and how often."""
        postings = self._found[part]
        match field:
            case Field.TITLE:
                some = postings.in_title
            case Field.TEXT:
                some = postings.counts - postings.in_title
            case _:
                some = postings.counts
        there = (some > 0) & (postings.docs < len(self._texts.alive))
        there[there] = self._texts.alive[postings.docs if there.all() else postings.docs[there]]
        return (postings.docs, some) if there.all() else (postings.docs[there], some[there])
