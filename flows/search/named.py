"""Search for names of a list in whichever way articles write them: candidates from the index, then the texts themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from flows.search.search import Hit
from flows.topics import TopicMatch
from flows.topics.snippet import snippet
from newslake.names.lists import Entry, Match, NameList
from newslake.names.lists import Hit as Place
from newslake.names.lists.vocabulary import Vocabulary
from warehouse.database.statements import one_state
from warehouse.notes.read import UNMARKED, marks_of
from warehouse.search.rank import Numbers
from warehouse.search.texts import IndexedText, articles_of, texts_of
from warehouse.search.vocabulary import docs_of, words


@dataclass(frozen=True, slots=True)
class NamedHit:
    """An article that has a name of a list, and how the best place of it differs from the list."""

    hit: Hit
    match: Match
    reason: str


@dataclass(frozen=True, slots=True)
class NamedResult:
    """What was found of a name: its first articles, and how many there are."""

    hits: tuple[NamedHit, ...]
    total: int


def find_names(
    con: duckdb.DuckDBPyConnection, entries: Sequence[Entry], within: Numbers, limit: int, match: Match
) -> list[NamedResult]:
    """Return for each name the articles that have it: those where it is written most as on the list first, then the latest.

    Args:
        within: numbers of the indexed texts that are searched.
    """
    with one_state(con):
        candidates = _candidates(con, entries, within, match)
        found: list[list[tuple[IndexedText, list[Place]]]] = [[] for _ in entries]
        compiled = NameList(entries, match)
        for text in texts_of(con, np.array(sorted(candidates), np.int64)):
            places: defaultdict[int, list[Place]] = defaultdict(list)
            for place in compiled.find(f"{text.title}\n{text.text}"):
                places[place.entry].append(place)
            for entry, every in places.items():
                found[entry].append((text, every))
        first = [sorted(some, key=_rank)[:limit] for some in found]
        docs = np.unique(np.array([text.doc for some in first for text, _ in some], np.int64))
        articles = articles_of(con, docs)
        marks = marks_of(con, (article.article_id for article in articles.values()))
    results = []
    for all_of_it, shown_of_it in zip(found, first, strict=True):
        hits = []
        for text, places_of in shown_of_it:
            if article := articles.get(text.doc):
                best, shown = _shown(text, places_of)
                noted = marks.get(article.article_id, UNMARKED)
                hit = Hit(best.score, text.url, text.title, article, shown, noted)
                hits.append(NamedHit(hit, best.match, best.reason))
        results.append(NamedResult(tuple(hits), len(all_of_it)))
    return results


def _rank(one: tuple[IndexedText, list[Place]]) -> tuple[float, int]:
    text, places = one
    return -max(place.score for place in places), -text.doc


def _shown(text: IndexedText, places: Sequence[Place]) -> tuple[Place, TopicMatch]:
    best = max(places, key=lambda place: place.score)
    shift = len(text.title) + 1
    stretches = [(place.start - shift, place.end - shift) for place in places if place.start >= shift]
    written = tuple(dict.fromkeys(place.written for place in places))
    in_title = any(place.start < shift for place in places)
    return best, TopicMatch("", written, in_title, best.score, snippet(text.text, stretches))


def _candidates(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry], within: Numbers, match: Match) -> set[int]:
    """Return the numbers of the texts that have all parts of some form of a name, wherever they stand."""
    vocabulary = Vocabulary(entries, match)
    for some in words(con):
        vocabulary.take(some)
    docs = docs_of(con, vocabulary.terms())
    found: set[int] = set()
    for number in range(len(entries)):
        for way in vocabulary.ways(number):
            left = within
            for terms in sorted(way, key=len):
                left = np.intersect1d(left, _any(terms, docs))
            found.update(left.tolist())
    return found


def _any(terms: Sequence[str], docs: Mapping[str, Numbers]) -> Numbers:
    return np.unique(np.concatenate([docs[term] for term in terms]))
