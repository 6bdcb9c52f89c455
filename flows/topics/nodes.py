"""Define the tree of a topic query: small frozen nodes with folded words, from which plans and the prefilter are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newslake.words.folding import Script


@dataclass(frozen=True, slots=True)
class Term:
    """A word, in its folded form (`folding.fold` or `fold_run`)."""

    text: str
    script: Script
    capitals: bool = False  # an acronym of two or three letters: matches capitals only (US, U.S., not us)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern for the folded form of one word: `*` stands for any number of characters, `?` for one."""

    pattern: str
    script: Script


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other in this order; with `slop`, near each other in any order, as in Lucene's sloppy phrases."""

    words: tuple[Term | Wildcard, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A node that must match in one field, "title" or "text"."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that an article must have, of its outlet or in a note on it: in its folded form (`fold_tag`), and as written.

    Only searches have it. The topics of an article are decided when it is loaded, and notes come later.
    """

    folded: str
    written: str


@dataclass(frozen=True, slots=True)
class OfSource:
    """What the source of an article must be: `field` is "source" for its name, "sourcetag" for one of its tags on the watchlist.

    `pattern` is folded, with wildcards (see `newslake.words.named`); `written` is as the query has it.
    """

    field: str
    pattern: str
    written: str

    @property
    def key(self) -> tuple[str, str]:
        """What it asks, however it is written."""
        return self.field, self.pattern


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


Node = Term | Wildcard | Phrase | Field | Tag | OfSource | And | Or | Not


def leaves(node: Node) -> Iterator[Term | Wildcard]:
    """Yield all words of a tree, also those under NOT."""
    match node:
        case Term() | Wildcard():
            yield node
        case Phrase(words):
            yield from words
        case Field(_, inner) | Not(inner):
            yield from leaves(inner)
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from leaves(inner)
        case Tag() | OfSource():
            return


def with_words(node: Node, change: Callable[[Term | Wildcard], Term | Wildcard]) -> Node:
    """Return a tree with each of its words changed."""
    match node:
        case Term() | Wildcard():
            return change(node)
        case Phrase(words, slop):
            return Phrase(tuple(map(change, words)), slop)
        case Field(name, inner):
            return Field(name, with_words(inner, change))
        case Not(inner):
            return Not(with_words(inner, change))
        case And(nodes) | Or(nodes):
            return type(node)(tuple(with_words(inner, change) for inner in nodes))
        case Tag() | OfSource():
            return node


def tags_in(node: Node) -> Iterator[Tag]:
    """Yield all tags of a tree, also those under NOT."""
    return (one for one in conditions(node) if isinstance(one, Tag))


def sources_in(node: Node) -> Iterator[OfSource]:
    """Yield all that a tree asks of the source of an article, also under NOT."""
    return (one for one in conditions(node) if isinstance(one, OfSource))


def conditions(node: Node) -> Iterator[Tag | OfSource]:
    """Yield whatever a tree asks that is no word, also under NOT."""
    match node:
        case Tag() | OfSource():
            yield node
        case Field(_, inner) | Not(inner):
            yield from conditions(inner)
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from conditions(inner)
        case _:
            return
