"""Turn the tree of a query into what is looked up in the search index (see `newslake.words.terms`). Pure."""

from __future__ import annotations

import re

from flows.topics.nodes import And, Field, Node, Not, OfSource, Or, Phrase, Tag, Term, Wildcard
from newslake.words.folding import Script
from newslake.words.readings import SAFE_SYLLABLES
from newslake.words.terms import BEGINS, CAPITALS, INSIDE, LONGEST_RUN, PREFIXED
from warehouse.search import plan as lookup
from warehouse.search.plan import Part, Plan, Terms

_WILDCARDS = re.compile(r"[*?]+")
_LAST = chr(0x10FFFF)


def plan(node: Node, field: lookup.Field = lookup.Field.BOTH) -> Plan:
    """Return what is looked up for a query, in one field or both."""
    match node:
        case Term() | Wildcard():
            parts, exact = _parts(node)
            return lookup.Word(tuple(dict.fromkeys(parts)), field, exact)
        case Phrase(words):
            every = [part for word in words for part in _parts(word)[0]]
            return lookup.Word(tuple(dict.fromkeys(every)), field, exact=False)
        case Field(name, inner):
            return plan(inner, lookup.Field(name))
        case Tag(folded):
            return lookup.Tagged(folded)
        case OfSource(asked, pattern):
            return lookup.FromSource(asked, pattern)
        case Not(inner):
            return lookup.Absent(plan(inner, field))
        case Or(nodes):
            return lookup.AnyOf(tuple(plan(each, field) for each in nodes))
        case And(nodes):
            return lookup.AllOf(tuple(plan(each, field) for each in nodes))


def _parts(word: Term | Wildcard) -> tuple[list[Part], bool]:
    """Return the parts of a word, and whether an article that has all of them has the word."""
    match word:
        case Term(text, Script.SPACED, capitals):
            return [(Terms(CAPITALS + text if capitals else text),)], True
        case Term(text, Script.HANGUL):
            return [_hangul(text[:LONGEST_RUN])], len(text) <= LONGEST_RUN
        case Term(text, _):
            return _unspaced(text), len(text) <= 2
        case Wildcard(pattern, Script.UNSPACED):
            return [part for piece in _WILDCARDS.split(pattern) if piece for part in _unspaced(piece)], False
        case Wildcard(pattern, script):
            return [_pattern(pattern, script)], True


def _hangul(text: str) -> Part:
    where = ["", BEGINS]
    if len(text) > 1:
        where.append(PREFIXED)
    if len(text) >= SAFE_SYLLABLES:
        where.append(INSIDE)
    return tuple(_beginning(mark + text) for mark in where)


def _unspaced(text: str) -> list[Part]:
    if len(text) == 1:
        return [(_beginning(text),)]
    return [(Terms(text[i : i + 2]),) for i in range(len(text) - 1)]


def _pattern(pattern: str, script: Script) -> Part:
    """Return the terms of a pattern with wildcards. In Korean, particles may follow it."""
    known = _WILDCARDS.split(pattern, maxsplit=1)[0]
    low, high = (known, _after(known)) if known else ("", _LAST)
    rest = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    if script is Script.HANGUL:
        rest += ".*"
    elif pattern == known + "*":
        return (Terms(low, high),)
    return (Terms(low, high, rest),)


def _beginning(text: str) -> Terms:
    return Terms(text, _after(text))


def _after(text: str) -> str:
    """Return the first string after all that begin with this one, in the order of code points."""
    code = ord(text[-1]) + 1
    return text[:-1] + chr(0xE000 if 0xD800 <= code < 0xE000 else code)
