"""Find the texts that may have a name of a list: those with a term for each part of it, wherever these stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import duckdb
import numpy as np

from flows.search.workers import spread
from newslake.names.lists import Entry, Match
from newslake.names.lists.vocabulary import Chosen, Need, Needed, Vocabulary
from warehouse.search.rank import Numbers
from warehouse.search.vocabulary import docs_of, words

_REMEMBERED = 50_000_000  # numbers of texts


class Candidates(NamedTuple):
    """The texts that may have names.

    Attributes:
        entries: those that a text may have, by its number.
        needed: what texts need to have each entry.
    """

    entries: Mapping[int, Set[int]]
    needed: Mapping[int, Needed]


def candidates(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry], within: Numbers, match: Match) -> Candidates:
    """Return the texts that have all parts of some form of a name.

    Args:
        within: numbers of the indexed texts that are searched.
    """
    vocabulary = Vocabulary(entries, match)
    for chosen in spread(_choosing, (tuple(entries), match), words(con)):
        vocabulary.add(chosen)
    texts = _Texts(vocabulary, docs_of(con, vocabulary.terms()), within)
    found: defaultdict[int, set[int]] = defaultdict(set)
    needed: dict[int, Needed] = {}
    for number in range(len(entries)):
        ways = list(vocabulary.ways(number))
        for doc in set[int]().union(*(texts.with_all(way).tolist() for way in ways)):
            found[doc].add(number)
        needed[number] = Needed(*(_terms(vocabulary, some) for some in (ways, [way for way in ways if len(way) == 1])))
    return Candidates(found, needed)


def _choosing(entries: Sequence[Entry], match: Match) -> Callable[[Sequence[str]], Chosen]:
    return Vocabulary(entries, match).choose


def _terms(vocabulary: Vocabulary, ways: Iterable[Sequence[Need]]) -> set[str]:
    needs = {need for way in ways for need in way}
    return {term for need in needs for term in vocabulary.terms_of(need)}


class _Texts:
    """The texts that have terms of the parts of names, as far as they are searched."""

    def __init__(self, vocabulary: Vocabulary, docs: Mapping[str, Numbers], within: Numbers) -> None:
        self._vocabulary, self._docs = vocabulary, docs
        size = 1 + max((int(some.max()) for some in (within, *docs.values()) if len(some)), default=0)
        self._within = np.zeros(size, np.bool_)
        self._within[within] = True
        self._known: dict[Need, Numbers] = {}
        self._remembered = 0

    def with_all(self, way: Sequence[Need]) -> Numbers:
        """Return the numbers of the texts that have a term of each part, in their order."""
        rarest, *others = sorted(map(self._with, way), key=len)
        for other in others:
            if not len(rarest):
                break
            places = np.searchsorted(other, rarest)
            places[places == len(other)] = 0  # beyond the last one, and not equal to the first
            rarest = rarest[other[places] == rarest]
        return rarest

    def _with(self, need: Need) -> Numbers:
        """Return the numbers of the texts that have a term of a part, in their order."""
        known = self._known.get(need)
        if known is None:
            if self._remembered > _REMEMBERED:
                self._known.clear()
                self._remembered = 0
            has = np.zeros(len(self._within), np.bool_)
            for term in self._vocabulary.terms_of(need):
                has[self._docs[term]] = True
            known = np.flatnonzero(has & self._within)
            self._known[need] = known
            self._remembered += len(known)
        return known
