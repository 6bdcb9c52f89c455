"""Which pages cannot hold an article of any topic, told from their bytes: a page in fifty is cleaned, and no match is lost.

A query is turned into literals that an article must have to match: a word its own letters, a wildcard its longest piece, a phrase
all of its words, AND what any part needs, OR what all parts need, NOT nothing. One Aho-Corasick automaton finds the literals
of all topics in one pass over the page's skeleton (`flows.topics.skeleton`), so their number hardly matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ahocorasick_rs import BytesAhoCorasick

from flows.topics.folding import Script
from flows.topics.nodes import And, Field, Node, Not, Or, Phrase, Term, Wildcard
from flows.topics.skeleton import fold_text, skeleton
from spiders.warc.model import Capture

if TYPE_CHECKING:
    from flows.topics import Topic

# Letters of a spaced script: one letter alone is on every page. The unspaced ones say a word with a character.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _All:
    needs: tuple[_Need, ...]


@dataclass(frozen=True, slots=True)
class _One:
    needs: tuple[_Need, ...]


# A literal's number, or what is made of several; None needs nothing.
_Need = int | _All | _One


def prefilter_of(topics: Iterable[Topic]) -> Prefilter:
    """Build the prefilter of a watchlist's topics, as `flows.topics.compile_topics` builds their matcher."""
    return Prefilter((topic.name, topic.query.tree) for topic in topics)


class Prefilter:
    """Compiled topics, asked of raw pages. Sound: a page of which `may_match` says no, no topic selects.

    Attributes:
        unfiltered: topics without a usable literal. While there is one, every page may match.
    """

    def __init__(self, queries: Iterable[tuple[str, Node]]) -> None:
        self._numbers: dict[bytes, int] = {}
        self._needs: list[_Need] = []
        self._topics: list[str] = []
        self._behind: dict[int, list[int]] = {}  # needs by a literal that they cannot do without
        unfiltered = []
        for topic, node in queries:
            need = self._need(node)
            if need is None:
                unfiltered.append(topic)
                continue
            for gate in _gate(need):
                self._behind.setdefault(gate, []).append(len(self._needs))
            self._needs.append(need)
            self._topics.append(topic)
        self.unfiltered = tuple(unfiltered)
        self._ascii_only = all(literal.isascii() for literal in self._numbers)
        self._automaton = BytesAhoCorasick(list(self._numbers)) if self._numbers else None

    def may_match(self, capture: Capture) -> bool:
        """Whether cleaning the capture could give an article that a topic selects."""
        return self.may_match_page(capture.body, capture.content_type, capture.hints.title)

    def may_match_page(self, body: bytes, content_type: str | None = None, title: str | None = None) -> bool:
        """The same for a page's bytes; `title` is what its feed called it."""
        if self.unfiltered:
            return True
        present, asked = self._found(body, content_type, title)
        return any(_has(self._needs[need], present) for need in asked)

    def may_match_text(self, text: str) -> bool:
        """The same for a text as it is read, in which words may run together: whether an article made of it could match."""
        if self.unfiltered:
            return True
        present, asked = self._found_in(text)
        return any(_has(self._needs[need], present) for need in asked)

    def possible_topics(self, body: bytes, content_type: str | None = None, title: str | None = None) -> set[str]:
        """The topics that may select an article on the page."""
        return self._possible(*self._found(body, content_type, title))

    def possible_topics_of_text(self, text: str) -> set[str]:
        """The topics that may select an article made of parts of a text."""
        return self._possible(*self._found_in(text))

    def _possible(self, present: set[int], asked: set[int]) -> set[str]:
        return {*self.unfiltered, *(self._topics[need] for need in asked if _has(self._needs[need], present))}

    def _found(self, body: bytes, content_type: str | None, title: str | None) -> tuple[set[int], set[int]]:
        return self._among(skeleton(body, content_type, title, ascii_only=self._ascii_only))

    def _found_in(self, text: str) -> tuple[set[int], set[int]]:
        return self._among(fold_text(text.encode("utf-8", "replace"), ascii_only=self._ascii_only))

    def _among(self, said: bytes) -> tuple[set[int], set[int]]:
        """The literals in a skeleton, and the needs that one of them opens."""
        if self._automaton is None:
            return set(), set()
        present = {found[0] for found in self._automaton.find_matches_as_indexes(said, overlapping=True)}
        return present, {need for literal in present for need in self._behind.get(literal, ())}

    def _need(self, node: Node) -> _Need | None:
        match node:
            case Term(text, script):
                return self._literal(text, script)
            case Wildcard(pattern, script):
                return self._literal(max(re.split(r"[*?]", pattern), key=len), script)
            case Phrase(words):
                return self._together(words)
            case Field(_, inner):
                return self._need(inner)
            case And(nodes):
                return self._together(nodes)
            case Or(nodes):
                needs = [self._need(each) for each in nodes]
                return None if None in needs else _One(tuple(need for need in needs if need is not None))
            case Not():
                return None

    def _together(self, nodes: Iterable[Node]) -> _Need | None:
        needs = tuple(need for each in nodes if (need := self._need(each)) is not None)
        return _All(needs) if needs else None

    def _literal(self, text: str, script: Script) -> int | None:
        literal = fold_text(text.encode("utf-8", "replace"))
        if not literal.strip() or (script is Script.SPACED and len(literal) < _FEWEST):
            return None
        return self._numbers.setdefault(literal, len(self._numbers))


def _gate(need: _Need) -> frozenset[int]:
    """Literals of which a page that has the need has at least one: few, and the longest, which are the rarest."""
    match need:
        case _All(needs):
            return min((_gate(each) for each in needs), key=len)
        case _One(needs):
            return frozenset().union(*(_gate(each) for each in needs))
        case literal:
            return frozenset((literal,))


def _has(need: _Need, present: set[int]) -> bool:
    match need:
        case _All(needs):
            return all(_has(each, present) for each in needs)
        case _One(needs):
            return any(_has(each, present) for each in needs)
        case literal:
            return literal in present
