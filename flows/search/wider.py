"""Widen a query that finds nothing: acronyms in any case (`OIL` finds capitals only), short Korean words inside others. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.topics.nodes import Node, Term, Wildcard, leaves, with_words
from newslake.words.folding import Script
from newslake.words.readings import SAFE_SYLLABLES


@dataclass(frozen=True, slots=True)
class Wider:
    """A wider query.

    Attributes:
        rule: by which the query that was asked finds less.
        instead: the words for the wider one.
        is_slow: it reads all terms of the index, which takes seconds in a large corpus.
    """

    node: Node
    rule: str
    instead: str
    is_slow: bool = False


def wider(node: Node) -> list[Wider]:
    """Return the queries that may have been meant, where a word finds less than it seems to."""
    found = []
    if words := _acronyms(node):
        rule = f"{' and '.join(word.upper() for word in words)} in capitals finds capitals only, as an acronym."
        found.append(Wider(_in_any_case(node), rule, f"In small letters ({' and '.join(words)})"))
    if words := _short_korean(node):
        finds = "finds" if len(words) == 1 else "find"
        rule = f"{' and '.join(words)} {finds} only words that begin so, as short Korean words do."
        found.append(
            Wider(_inside_words(node), rule, f"Inside words, too ({' and '.join(f'*{word}' for word in words)})", is_slow=True)
        )
    return found


def _acronyms(node: Node) -> list[str]:
    """Return the words of a query that find capitals only, in small letters, each once."""
    return list(dict.fromkeys(leaf.text for leaf in leaves(node) if isinstance(leaf, Term) and leaf.capitals))


def _in_any_case(node: Node) -> Node:
    """Return a query in which words in capitals find small letters, too."""
    return with_words(node, lambda word: replace(word, capitals=False) if isinstance(word, Term) else word)


def _is_short_korean(word: Term | Wildcard) -> bool:
    return isinstance(word, Term) and word.script is Script.HANGUL and len(word.text) < SAFE_SYLLABLES


def _short_korean(node: Node) -> list[str]:
    """Return the Korean words of a query that are too short to be looked for inside others, each once."""
    return list(dict.fromkeys(leaf.text for leaf in leaves(node) if isinstance(leaf, Term) and _is_short_korean(leaf)))


def _inside_words(node: Node) -> Node:
    """Return a query that finds short Korean words inside others, too."""

    def inside(word: Term | Wildcard) -> Term | Wildcard:
        return Wildcard(f"*{word.text}", word.script) if isinstance(word, Term) and _is_short_korean(word) else word

    return with_words(node, inside)
