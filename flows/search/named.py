"""Search for names of a list in whichever way articles write them: candidates from the index, then the texts themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

import duckdb
import numpy as np

from flows.search.candidates import candidates
from flows.search.search import Hit
from flows.search.workers import spread
from flows.topics import TopicMatch
from newslake.names.lists import Entry, Match, NameList
from newslake.names.lists import Hit as Place
from newslake.names.lists.vocabulary import Needed
from newslake.words.snippet import snippet
from warehouse.database.statements import one_state
from warehouse.notes.read import UNMARKED, marks_of
from warehouse.search.rank import Numbers
from warehouse.search.texts import IndexedText, articles_of, texts_of

_AT_ONCE = 250  # texts
_Asked = list[tuple[IndexedText, Set[int]]]
_Found = tuple[IndexedText, list[Place]]
_entry = attrgetter("entry")


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
        possible = candidates(con, entries, within, match)
        found: list[list[_Found]] = [[] for _ in entries]
        texts = texts_of(con, np.array(sorted(possible.entries), np.int64))
        asked = iter(lambda: [(text, possible.entries[text.doc]) for text in islice(texts, _AT_ONCE)], [])
        for done in spread(_finding, (tuple(entries), match, possible.needed), asked):
            for text, places in done:
                for entry, every in groupby(sorted(places, key=_entry), key=_entry):
                    found[entry].append((text, list(every)))
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


def _finding(entries: Sequence[Entry], match: Match, needed: Mapping[int, Needed]) -> Callable[[_Asked], list[_Found]]:
    names = NameList(entries, match, needed)

    def find(asked: _Asked) -> list[_Found]:
        found = ((text, names.find(f"{text.title}\n{text.text}", only)) for text, only in asked)
        return [(text, places) for text, places in found if places]

    return find


def _rank(one: _Found) -> tuple[float, int]:
    text, places = one
    return -max(place.score for place in places), -text.doc


def _shown(text: IndexedText, places: Sequence[Place]) -> tuple[Place, TopicMatch]:
    best = max(places, key=lambda place: place.score)
    shift = len(text.title) + 1
    stretches = [(place.start - shift, place.end - shift) for place in places if place.start >= shift]
    written = tuple(dict.fromkeys(place.written for place in places))
    in_title = any(place.start < shift for place in places)
    return best, TopicMatch("", written, in_title, best.score, snippet(text.text, stretches))
