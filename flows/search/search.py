"""Search the corpus: rank what the index finds, look at the texts where only they can tell, and make snippets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple
from uuid import UUID

import duckdb
import numpy as np

from flows.search.plan import plan
from flows.topics import Matcher, Node, TopicMatch
from flows.topics.nodes import And, Or, Tag, leaves
from newslake.words.tags import fold_tag
from warehouse.database.statements import one_state
from warehouse.memory import memory_of
from warehouse.notes.read import UNMARKED, Marks, marks_of
from warehouse.search.attributes import Attributes
from warehouse.search.lookup import Index
from warehouse.search.plan import EVERYTHING, FromSource, Only, Tagged
from warehouse.search.rank import Numbers, Selected, best_first
from warehouse.search.results import Shown
from warehouse.search.selected import Matched, selected
from warehouse.search.texts import FoundArticle, IndexedText, articles_of, newest_first, texts_of

FIRST = 20  # texts that are read at once: few at first, because the first are usually enough
CHECKED = 2_000  # texts that are looked at so that all hits are counted exactly
_QUERY = "query"


class Sort(StrEnum):
    """The order of what a search finds."""

    SCORE = "score"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a search found."""

    score: float
    url: str
    title: str
    article: FoundArticle
    match: TopicMatch
    marks: Marks = UNMARKED


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found: its first hits, and how many articles there are.

    Attributes:
        exact: `total` is the number of articles that match; otherwise it is the most that can be.
    """

    hits: tuple[Hit, ...]
    total: int
    exact: bool


class Overview(NamedTuple):
    """What a search found, and the numbers of all texts that it selects, or may select where `result` is not exact."""

    result: Result
    docs: Numbers


class _Match(NamedTuple):
    """How an indexed text matches."""

    score: float
    doc: int
    url: str
    title: str
    match: TopicMatch


def within(node: Node | None, saved: Sequence[Node]) -> Node:
    """Return what a query and saved searches select together; one of the two must be given."""
    parts = ([node] if node else []) + ([Or(tuple(saved))] if saved else [])
    return And(tuple(parts)) if len(parts) > 1 else parts[0]


class Searcher:
    """Searches of one connection, which share what they learn of the index."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._index = Index(con, memory_of(con))

    @property
    def attributes(self) -> Attributes:
        return self._index.attributes

    def search(self, node: Node, only: Only = EVERYTHING, limit: int = 20, sort: Sort = Sort.SCORE) -> Result:
        """Return the first hits of a query, of at most `limit` articles."""
        with one_state(self._con):
            return self._first(node, self._index.search(plan(node), only), limit, sort)

    def asked(
        self, node: Node | None, saved: Sequence[Node], only: Only, tags: Sequence[str], limit: int, sort: Sort | None
    ) -> tuple[Node | None, Result]:
        """Return what was searched for, and what it found; without a query, what topics, names, entries or events select.

        Args:
            saved: the queries of saved searches, within which is searched.
            tags: as they were given, which are searched for where nothing else is.
            sort: None: the best first where something ranks, otherwise the newest.
        """
        if node is None and not saved:
            if only.topics or only.names or only.entities or only.events:
                return None, self.listed(only, limit, sort or Sort.DATE)
            node = Or(tuple(Tag(fold_tag(tag), tag) for tag in tags))
        node = within(node, saved)
        sort = sort or (Sort.SCORE if any(leaves(node)) else Sort.DATE)  # tags alone rank nothing
        return node, self.search(node, only, limit, sort)

    def overview(self, node: Node, only: Only = EVERYTHING, limit: int = 20, sort: Sort = Sort.SCORE) -> Overview:
        """Return the first hits of a query, and all texts that it finds, as far as so many can be looked at."""
        with one_state(self._con):
            found = self._index.search(plan(node), only)
            result = self._first(node, found, limit, sort)
            unsure = found.docs[~found.sure]
            if len(unsure) > CHECKED and not result.exact:
                return Overview(result, found.docs)
            matcher = Matcher([(_QUERY, node)])
            fit = [text.doc for text in texts_of(self._con, unsure) if self._match(matcher, text)]
            docs = found.docs[found.sure | np.isin(found.docs, np.array(fit, np.int64))]
        return Overview(Result(result.hits, len(docs), exact=True), docs)

    def within(self, only: Only) -> Numbers:
        """Return the numbers of all indexed texts to which a search is restricted."""
        with one_state(self._con):
            return self._index.within(only)

    def ids(self, node: Node, only: Only, first: int, count: int, sort: Sort) -> list[UUID]:
        """Return so many of the articles that a query finds from a place on, in its order, without making snippets of them."""
        with one_state(self._con):
            found = self._index.search(plan(node), only)
            if not found.sure.all():
                hits = self._first(node, found, first + count, sort).hits
                return [hit.article.article_id for hit in hits[first:]]
            ordered = (doc for piece in self._ordered(found, first + count, sort) for doc in piece.docs.tolist())
            docs = list(islice(ordered, first, first + count))
            articles = articles_of(self._con, np.array(docs, np.int64))
            return [articles[doc].article_id for doc in docs if doc in articles]

    def _ordered(self, found: Selected, size: int, sort: Sort) -> Iterator[Selected]:
        """Yield what was found in the order in which it is shown, so many at once."""
        return best_first(found, size) if sort is Sort.SCORE else self._newest_first(found, size)

    def _first(self, node: Node, found: Selected, limit: int, sort: Sort) -> Result:
        size = max(limit, FIRST)
        matches = list(islice(self._matches(node, self._ordered(found, size, sort)), limit))
        hits = _hits(matches, self._articles(matches))
        if len(matches) < limit:
            return Result(hits, len(matches), exact=True)
        return Result(hits, len(found.docs), exact=bool(found.sure.all()))

    def listed(self, only: Only, limit: int = 20, sort: Sort = Sort.DATE) -> Result:
        """Return the first articles that a restriction selects: the latest, or those that match its topics most strongly."""
        with one_state(self._con):
            docs = self._index.within(only)
            found = selected(self._con, docs, only, limit, by_score=sort is Sort.SCORE)
            return Result(listed_hits(self._con, found), len(docs), exact=True)

    def search_all(self, nodes: Mapping[str, Node], only: Only = EVERYTHING, limit: int = 20) -> dict[str, Result]:
        """Search for many queries at once: the index and each text are read once for all of them.

        Returns:
            By name of the query what it found, of at most `limit` articles each.
        """
        with one_state(self._con):
            found = self._index.search_all({name: plan(node) for name, node in nodes.items()}, only)
            docs = np.unique(np.concatenate([each.docs for each in found.values()])) if found else np.empty(0, np.int32)
            scores = {name: dict(zip(each.docs.tolist(), each.scores.tolist(), strict=True)) for name, each in found.items()}
            matcher = Matcher(nodes.items())
            best: dict[str, list[_Match]] = {name: [] for name in nodes}
            total = Counter[str]()
            for text in texts_of(self._con, docs):
                for match in self._match(matcher, text):
                    score = scores[match.topic].get(text.doc)
                    if score is not None:  # None: outside of what the search is restricted to
                        total[match.topic] += 1
                        _keep_best(best[match.topic], _Match(score, text.doc, text.url, text.title, match), limit)
            first = {name: sorted(matches, key=_rank)[:limit] for name, matches in best.items()}
            articles = self._articles([match for matches in first.values() for match in matches])
            return {name: Result(_hits(first[name], articles), total[name], exact=True) for name in nodes}

    def _articles(self, matches: Sequence[_Match]) -> dict[int, tuple[FoundArticle, Marks]]:
        """Return the articles of what matches, by the numbers of their texts, with what is noted on them."""
        found = articles_of(self._con, np.unique(np.array([match.doc for match in matches], np.int64)))
        marks = marks_of(self._con, (article.article_id for article in found.values()))
        return {doc: (article, marks.get(article.article_id, UNMARKED)) for doc, article in found.items()}

    def select(self, node: Node, only: Only = EVERYTHING) -> tuple[Numbers, Numbers]:
        """Return the numbers and scores of all indexed texts that a query selects."""
        with one_state(self._con):
            found = self._index.search(plan(node), only)
            unsure = found.docs[~found.sure]
            if not len(unsure):
                return found.docs, found.scores
            matcher = Matcher([(_QUERY, node)])
            fit = [text.doc for text in texts_of(self._con, unsure) if self._match(matcher, text)]
            right = found.sure | np.isin(found.docs, np.array(fit, np.int64))
            return found.docs[right], found.scores[right]

    def snippets(self, node: Node, docs: Numbers) -> list[Shown]:
        """Return the snippets of indexed texts that the query selects."""
        matcher = Matcher([(_QUERY, node)])
        with one_state(self._con):
            self._index.look_at([plan(node)])
            return [Shown(text.doc, match.snippet) for text in texts_of(self._con, docs) for match in self._match(matcher, text)]

    def _newest_first(self, found: Selected, size: int) -> Iterator[Selected]:
        docs = newest_first(self._con, found.docs)
        places = np.searchsorted(found.docs, docs)
        for begin in range(0, len(docs), size):
            some = places[begin : begin + size]
            yield Selected(found.docs[some], found.scores[some], found.sure[some])

    def _matches(self, node: Node, pieces: Iterable[Selected]) -> Iterator[_Match]:
        """Yield how the texts match, in order. A text whose words are not those of the query does not."""
        matcher = Matcher([(_QUERY, node)])
        for piece in pieces:
            texts = {text.doc: text for text in texts_of(self._con, piece.docs)}
            for doc, score in zip(piece.docs.tolist(), piece.scores.tolist(), strict=True):
                if text := texts.get(doc):
                    yield from (_Match(score, doc, text.url, text.title, each) for each in self._match(matcher, text))

    def _match(self, matcher: Matcher, text: IndexedText) -> list[TopicMatch]:
        clitics, met = self._index.has_clitics(text.doc), self._index.met_by(text.doc)
        tags = frozenset(one.folded for one in met if isinstance(one, Tagged))
        origin = frozenset((one.field, one.pattern) for one in met if isinstance(one, FromSource))
        return matcher.match_words(text.title, text.text, clitics=clitics, tags=tags, origin=origin)


def listed_hits(con: duckdb.DuckDBPyConnection, found: Sequence[Matched]) -> tuple[Hit, ...]:
    """Return articles that were listed, and not searched for, as hits: with their strongest match, and what is noted on them."""
    marks = marks_of(con, (one.article.article_id for one in found))
    return tuple(
        Hit(
            one.score,
            one.url,
            one.title,
            one.article,
            TopicMatch("", one.terms, one.in_title, one.score, one.snippet),
            marks.get(one.article.article_id, UNMARKED),
        )
        for one in found
    )


def _hits(matches: Sequence[_Match], articles: Mapping[int, tuple[FoundArticle, Marks]]) -> tuple[Hit, ...]:
    there = ((one, *articles[one.doc]) for one in matches if one.doc in articles)
    return tuple(Hit(one.score, one.url, one.title, article, one.match, marks) for one, article, marks in there)


def _rank(match: _Match) -> tuple[float, int]:
    return -match.score, -match.doc


def _keep_best(matches: list[_Match], match: _Match, limit: int) -> None:
    matches.append(match)
    if len(matches) >= 2 * limit:
        matches.sort(key=_rank)
        del matches[limit:]
