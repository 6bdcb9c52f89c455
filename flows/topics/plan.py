"""Turn query trees into plans that are evaluated on one article after another, and score each match.

A score lies between 0 and 1 and is comparable between articles of one topic. A word or phrase that occurs f times (each
occurrence in the title counts three times) scores f / (f + 2); AND scores the mean of its parts, OR 1 - (1 - a)(1 - b)…
(noisy or), NOT scores 0. What is asked of the source or the tags of an article has no score.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple, Protocol

from flows.topics.nodes import And, Field, Node, Not, OfSource, Or, Phrase, Tag, Term, Wildcard
from flows.topics.vocabulary import Occurrence, Places
from newslake.words.folding import Script

TITLE, TEXT = 0, 1
_TITLE_WEIGHT = 3  # an occurrence in the title counts as three in the text
_ENOUGH = 200  # occurrences counted per field; more hardly change the score, but cost time on repetitive pages
_HALF = 2  # occurrences that score 0.5


Origin = tuple[str, str]  # what is asked of the source of an article: see nodes.OfSource.key


class Stretch(NamedTuple):
    """A passage that a query matched: offsets in the title (field 0) or the text (field 1)."""

    field: int
    start: int
    end: int


class Found(NamedTuple):
    score: float
    stretches: tuple[Stretch, ...]


_WITHOUT_PASSAGE = Found(0.0, ())  # NOT matches, but has no passage to show
# So do a tag and a source; where words match as well, these decide nothing about how well.
_UNSCORED = Found(0.0, ())


class Article:
    """One article: where all words occur, what else is asked for and holds, and the results of leaves that topics share."""

    def __init__(
        self, title: Places, text: Places, tags: frozenset[str] = frozenset(), origin: frozenset[Origin] = frozenset()
    ) -> None:
        self.tags, self.origin = tags, origin
        self.places = (title, text)
        self.words = frozenset(title.keys() | text.keys())
        self.known: dict[Leaf, Found | None] = {}


class Plan(Protocol):
    def find(self, article: Article) -> Found | None:
        """Return what matches in the article; None if the plan does not match."""

    def gate(self) -> frozenset[int] | None:
        """Return words of which every matching article has at least one; None if there are no such words."""


@dataclass(frozen=True, eq=False)  # topics share leaves, so each is evaluated once per article
class Leaf:
    """A word (`words` has one number) or a phrase, looked for in `fields`. `offsets`: position of each word in the phrase."""

    words: tuple[int, ...]
    offsets: tuple[int, ...]
    slop: int
    fields: tuple[int, ...]

    def find(self, article: Article) -> Found | None:
        if self not in article.known:
            article.known[self] = self._find(article)
        return article.known[self]

    def gate(self) -> frozenset[int]:
        return frozenset(self.words[-1:])

    def _find(self, article: Article) -> Found | None:
        stretches: list[Stretch] = []
        weight = 0
        for field in self.fields:
            places = article.places[field]
            if not all(word in places for word in self.words):
                continue
            found = list(islice(self._runs([places[word] for word in self.words]), _ENOUGH))
            weight += len(found) * (_TITLE_WEIGHT if field == TITLE else 1)
            stretches += [Stretch(field, start, end) for start, end in found]
        return Found(weight / (weight + _HALF), tuple(stretches)) if stretches else None

    def _runs(self, lists: list[list[Occurrence]]) -> Iterator[tuple[int, int]]:
        if len(lists) == 1:
            return ((each.start, each.end) for each in lists[0])
        return self._near(lists) if self.slop else self._adjacent(lists)

    def _adjacent(self, lists: list[list[Occurrence]]) -> Iterator[tuple[int, int]]:
        following = [{each.first: each for each in occurrences} for occurrences in lists[1:]]
        for begin in lists[0]:
            end = begin
            for by_position in following:
                if end.last + 1 not in by_position:
                    break
                end = by_position[end.last + 1]
            else:
                yield begin.start, end.end

    def _near(self, lists: list[list[Occurrence]]) -> Iterator[tuple[int, int]]:
        """Yield sloppy phrase matches as Lucene defines them (`SloppyPhraseMatcher`).

        From the position of each word its position in the phrase is subtracted; the results must lie within `slop` of each
        other. A word that occurs twice in the phrase must occur twice in the article. Matches do not overlap.
        """
        firsts = [[each.first for each in occurrences] for occurrences in lists]
        lows = sorted({first - offset for positions, offset in zip(firsts, self.offsets, strict=True) for first in positions})
        done = -1
        for low in lows:
            used: dict[int, int] = {}
            picked: list[Occurrence] = []
            for word, offset, positions, occurrences in zip(self.words, self.offsets, firsts, lists, strict=True):
                i = bisect_left(positions, max(low + offset, used.get(word, -1) + 1))
                if i == len(positions) or positions[i] > low + offset + self.slop:
                    break
                used[word] = positions[i]
                picked.append(occurrences[i])
            else:
                if min(each.first for each in picked) > done:
                    done = max(each.last for each in picked)
                    yield min(each.start for each in picked), max(each.end for each in picked)


@dataclass(frozen=True, eq=False)
class HasTag:
    folded: str

    def find(self, article: Article) -> Found | None:
        return _UNSCORED if self.folded in article.tags else None

    def gate(self) -> None:
        return None


@dataclass(frozen=True, eq=False)
class IsOfSource:
    origin: Origin

    def find(self, article: Article) -> Found | None:
        return _UNSCORED if self.origin in article.origin else None

    def gate(self) -> None:
        return None


@dataclass(frozen=True, eq=False)
class AllOf:
    needed: tuple[Plan, ...]
    forbidden: tuple[Plan, ...]

    def find(self, article: Article) -> Found | None:
        parts: list[Found] = []
        for plan in self.needed:
            found = plan.find(article)
            if found is None:
                return None
            parts.append(found)
        if any(plan.find(article) is not None for plan in self.forbidden):
            return None
        scored = [part.score for part in parts if part is not _UNSCORED]
        if parts and not scored:
            return _UNSCORED
        score = sum(scored) / len(scored) if scored else 0.0
        return Found(score, tuple(stretch for part in parts for stretch in part.stretches))

    def gate(self) -> frozenset[int] | None:
        gates = [gate for plan in self.needed if (gate := plan.gate()) is not None]
        return min(gates, key=len, default=None)


@dataclass(frozen=True, eq=False)
class AnyOf:
    plans: tuple[Plan, ...]

    @cached_property
    def _gate(self) -> frozenset[int] | None:
        return self.gate()

    def find(self, article: Article) -> Found | None:
        if self._gate is not None and self._gate.isdisjoint(article.words):
            return None
        parts = [found for plan in self.plans if (found := plan.find(article)) is not None]
        if not parts:
            return None
        if all(part is _UNSCORED for part in parts):
            return _UNSCORED
        missing = 1.0
        for part in parts:
            missing *= 1 - part.score
        return Found(1 - missing, tuple(stretch for part in parts for stretch in part.stretches))

    def gate(self) -> frozenset[int] | None:
        union: frozenset[int] = frozenset()
        for plan in self.plans:
            gate = plan.gate()
            if gate is None:
                return None
            union |= gate
        return union


@dataclass(frozen=True, eq=False)
class Absent:
    plan: Plan

    def find(self, article: Article) -> Found | None:
        return _WITHOUT_PASSAGE if self.plan.find(article) is None else None

    def gate(self) -> None:
        return None


class Planner:
    """Turns trees into plans. Topics share the numbers of equal words, and equal leaves."""

    def __init__(self) -> None:
        self.words: dict[Term | Wildcard, int] = {}
        self._leaves: dict[tuple[tuple[int, ...], int, tuple[int, ...]], Leaf] = {}

    def plan(self, node: Node, fields: tuple[int, ...] = (TITLE, TEXT)) -> Plan:
        match node:
            case Term() | Wildcard():
                return self._leaf((node,), 0, fields)
            case Phrase(words, slop):
                return self._leaf(words, slop, fields)
            case Field(name, inner):
                return self.plan(inner, (TITLE,) if name == "title" else (TEXT,))
            case Tag(folded):
                return HasTag(folded)
            case OfSource():
                return IsOfSource(node.key)
            case Not(inner):
                return Absent(self.plan(inner, fields))
            case Or(nodes):
                return AnyOf(tuple(self.plan(each, fields) for each in nodes))
            case And(nodes):
                needed = tuple(self.plan(each, fields) for each in nodes if not isinstance(each, Not))
                forbidden = tuple(self.plan(each.node, fields) for each in nodes if isinstance(each, Not))
                return AllOf(needed, forbidden)

    def _leaf(self, words: tuple[Term | Wildcard, ...], slop: int, fields: tuple[int, ...]) -> Leaf:
        numbers = tuple(self.words.setdefault(word, len(self.words)) for word in words)
        offsets = tuple(accumulate((_width(word) for word in words[:-1]), initial=0))
        return self._leaves.setdefault((numbers, slop, fields), Leaf(numbers, offsets, slop, fields))


def _width(word: Term | Wildcard) -> int:
    """Return how many positions a word takes: one, or one per character in unspaced scripts."""
    if word.script is not Script.UNSPACED:
        return 1
    return len(word.text if isinstance(word, Term) else word.pattern)
