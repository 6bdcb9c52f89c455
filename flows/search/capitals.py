"""Read the acronyms of a query as words: `OIL` in a query finds capitals only. Pure."""

from __future__ import annotations

from dataclasses import replace

from flows.topics.nodes import And, Field, Node, Not, Or, Phrase, Term, Wildcard, leaves


def acronyms(node: Node) -> list[str]:
    """Return the words of a query that find capitals only, in small letters, each once."""
    return list(dict.fromkeys(leaf.text for leaf in leaves(node) if isinstance(leaf, Term) and leaf.capitals))


def in_any_case(node: Node) -> Node:
    """Return a query in which words in capitals find small letters, too."""
    match node:
        case Term():
            return replace(node, capitals=False)
        case Phrase(words):
            return replace(node, words=tuple(replace(word, capitals=False) if isinstance(word, Term) else word for word in words))
        case Field(name, inner):
            return Field(name, in_any_case(inner))
        case Not(inner):
            return Not(in_any_case(inner))
        case And(nodes) | Or(nodes):
            return type(node)(tuple(map(in_any_case, nodes)))
        case Wildcard():
            return node
