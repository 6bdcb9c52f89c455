"""The tree of a topic query: small, frozen, folded. Enough to match with, and to derive a prefilter from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.topics.folding import Script


@dataclass(frozen=True, slots=True)
class Term:
    """One token of an article, by its folded form (`folding.fold` or `fold_run`)."""

    text: str
    script: Script
    capitals: bool = False  # an acronym of two or three capitals: only capitals in the article match (US, U.S., not us)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern over one token's folded form: `*` is any number of characters, `?` is one."""

    pattern: str
    script: Script


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, side by side; with `slop`, in any order with as many moves of a position as Lucene allows."""

    words: tuple[Term | Wildcard, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """`node` looked for in the title or the text only."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


Node = Term | Wildcard | Phrase | Field | And | Or | Not


def leaves(node: Node) -> Iterator[Term | Wildcard]:
    """All words of a tree, those under NOT too."""
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
