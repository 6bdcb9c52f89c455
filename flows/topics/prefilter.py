"""Reject raw pages that cannot hold an article of any topic: about one page in fifty is cleaned, and no match is lost.

A query becomes literals that a matching article must contain: a word needs its letters, a wildcard its longest piece, a phrase
all of its words, AND all that its parts need, OR what one of its parts needs, NOT nothing. One Aho-Corasick automaton (Aho and
Corasick 1975) finds the literals of all topics in one pass over the page's skeleton (`flows.topics.skeleton`), so the number of
topics hardly matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ahocorasick_rs import BytesAhoCorasick

from flows.topics.nodes import And, Field, Node, Not, OfSource, Or, Phrase, Tag, Term, Wildcard
from flows.topics.skeleton import fold_text, skeleton
from newslake.words.folding import Script
from spiders.warc.model import Capture

if TYPE_CHECKING:
    from flows.topics import Topic

# Letters of a literal in a spaced script: a single letter is on every page. In unspaced scripts one character can be a word.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _All:
    needs: tuple[_Need, ...]


@dataclass(frozen=True, slots=True)
class _One:
    needs: tuple[_Need, ...]


# What a page must contain: a literal (its number), or all or one of several needs. None: nothing can be required.
_Need = int | _All | _One


def prefilter_of(topics: Iterable[Topic]) -> Prefilter:
    """Build the prefilter of a watchlist's topics, as `flows.topics.compile_topics` builds their matcher."""
    return Prefilter((topic.name, topic.query.tree) for topic in topics)


class Prefilter:
    """Compiled topics, applied to raw pages. No topic selects a page that `may_match` rejects.

    Attributes:
        unfiltered: topics without a usable literal. If there is one, every page may match.
    """

    def __init__(self, queries: Iterable[tuple[str, Node]]) -> None:
        self._numbers: dict[bytes, int] = {}
        self._needs: list[_Need] = []
        self._topics: list[str] = []
        self._by_gate: dict[int, list[int]] = {}  # needs by the literals of which a page must have one
        unfiltered = []
        for topic, node in queries:
            need = self._need(node)
            if need is None:
                unfiltered.append(topic)
                continue
            for gate in _gate(need):
                self._by_gate.setdefault(gate, []).append(len(self._needs))
            self._needs.append(need)
            self._topics.append(topic)
        self.unfiltered = tuple(unfiltered)
        self._ascii_only = all(literal.isascii() for literal in self._numbers)
        self._automaton = BytesAhoCorasick(list(self._numbers)) if self._numbers else None

    def may_match(self, capture: Capture) -> bool:
        """Return whether cleaning the capture could give an article that a topic selects."""
        return self.may_match_page(capture.body, capture.content_type, capture.hints.title)

    def may_match_page(self, body: bytes, content_type: str | None = None, title: str | None = None) -> bool:
        """Do the same for the bytes of a page; `title` is its title in a feed."""
        if self.unfiltered:
            return True
        present, asked = self._found(body, content_type, title)
        return any(_has(self._needs[need], present) for need in asked)

    def may_match_text(self, text: str) -> bool:
        """Do the same for plain text, in which words may run together."""
        if self.unfiltered:
            return True
        present, asked = self._found_in(text)
        return any(_has(self._needs[need], present) for need in asked)

    def possible_topics(self, body: bytes, content_type: str | None = None, title: str | None = None) -> set[str]:
        """Return the topics that may select an article on the page."""
        return self._possible(*self._found(body, content_type, title))

    def possible_topics_of_text(self, text: str) -> set[str]:
        """Return the topics that may select an article made of parts of a text."""
        return self._possible(*self._found_in(text))

    def _possible(self, present: set[int], asked: set[int]) -> set[str]:
        return {*self.unfiltered, *(self._topics[need] for need in asked if _has(self._needs[need], present))}

    def _found(self, body: bytes, content_type: str | None, title: str | None) -> tuple[set[int], set[int]]:
        return self._among(skeleton(body, content_type, title, ascii_only=self._ascii_only))

    def _found_in(self, text: str) -> tuple[set[int], set[int]]:
        return self._among(fold_text(text.encode("utf-8", "replace"), ascii_only=self._ascii_only))

    def _among(self, text: bytes) -> tuple[set[int], set[int]]:
        """Return the literals in a skeleton, and the needs that may be met because one of their gates is among them."""
        if self._automaton is None:
            return set(), set()
        present = {found[0] for found in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return present, {need for literal in present for need in self._by_gate.get(literal, ())}

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
            case Not() | Tag() | OfSource():
                return None

    def _together(self, nodes: Iterable[Node]) -> _Need | None:
        needs = tuple(need for each in nodes if (need := self._need(each)) is not None)
        return _All(needs) if needs else None

    def _literal(self, text: str, script: Script) -> int | None:
        literal = max(fold_text(text.encode("utf-8", "replace")).split(), key=len, default=b"")  # skeletons drop spaces
        if not literal or (script is Script.SPACED and len(literal) < _FEWEST):
            return None
        return self._numbers.setdefault(literal, len(self._numbers))


def _gate(need: _Need) -> frozenset[int]:
    """Return literals of which every page that meets the need has at least one; as few as possible."""
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
