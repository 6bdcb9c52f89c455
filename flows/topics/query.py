"""Parse topic queries in Lucene syntax into trees of folded words.

Precedence is NOT, then AND, then OR. Words without an operator between them are joined by AND (as in Media Cloud; Lucene's
default is OR): `oil OR gas Russia` means `oil OR (gas AND Russia)`.
"""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable
from copy import copy
from typing import Any

from luqum import tree
from luqum.exceptions import ParseError
from luqum.head_tail import TokenValue
from luqum.parser import lexer, parser

from flows.topics.lucene import MAX_DEPTH, plain_query
from flows.topics.nodes import And, Field, Node, Not, OfSource, Or, Phrase, Tag, Term
from flows.topics.words import read_words
from newslake.errors import QueryError
from newslake.words.folding import Script
from newslake.words.named import ANY, ONE, pattern_of, shown
from newslake.words.tags import fold_tag

WORD_FIELDS = ("title", "text")
SOURCE_FIELDS = ("source", "sourcetag")
FIELDS = (*WORD_FIELDS, *SOURCE_FIELDS)
TAG = "tag"  # the field that only searches have
_ALIASES = {"headline": "title", "heading": "title", "body": "text", "content": "text", "article": "text", "tags": TAG}
_ALIASES |= dict.fromkeys(("outlet", "outlets", "sources", "publisher", "paper", "newspaper", "site", "domain"), "source")
_WHOLE = (TAG, *SOURCE_FIELDS)  # fields that hold no words
_HELD = {TAG: "tags", "source": "names", "sourcetag": "tags"}
_luqum = threading.Lock()  # luqum's parser keeps state between calls


def parse_query(query: str, *, is_search: bool = False) -> Node:
    """Parse a query into a tree.

    Args:
        is_search: it may ask for tags (`tag:`). A topic may not: it decides when an article is loaded, and notes come later.
    Raises:
        QueryError: the query is wrong. The message is one sentence that says what and where; it counts characters from 1,
            `position` from 0.
    """
    plain, origin = plain_query(query)
    if not plain.strip():
        raise QueryError("The query is empty.", position=0)
    try:
        with _luqum:
            reader = lexer.clone()
            parsed = parser.parse(plain, lexer=reader, tokenfunc=_with_ands(reader.token))
    except ParseError as error:
        raise _syntax_error(plain, str(error), origin) from None
    except (ValueError, ArithmeticError):
        raise QueryError('The number after ~ cannot be read; write a whole number, as in "crude oil"~10.') from None
    node = _Translator(origin, is_search=is_search).translate(parsed)
    if _matches_anything(node):
        if isinstance(node, Or):
            raise QueryError("OR NOT would select every article that lacks a word; write AND NOT.", position=0)
        raise QueryError("The query only excludes articles; add words that an article must have.", position=0)
    return node


# The tokens that end a term, and those that begin one.
_ENDS = {"TERM", "PHRASE", "REGEX", "TO", "APPROX", "BOOST", "RPAREN", "RBRACKET"}
_BEGINS = {"TERM", "PHRASE", "REGEX", "TO", "LPAREN", "LBRACKET", "NOT", "PLUS", "MINUS", "LESSTHAN", "GREATERTHAN"}


def _with_ands(token: Callable[[], Any]) -> Callable[[], Any]:
    """Return a source of tokens that has AND between terms without an operator.

    Luqum's grammar lets terms side by side bind weaker than OR.

    Args:
        token: returns the next token of the query; None at its end.
    """
    waiting: list[Any] = []
    before, in_range = "", False

    def next_token() -> Any:
        nonlocal before, in_range
        found = waiting.pop() if waiting else token()
        if found is None:
            return None
        if before in _ENDS and found.type in _BEGINS and not in_range:
            waiting.append(found)
            found = copy(found)
            found.type, found.value = "AND_OP", TokenValue("AND")
            found.value.pos, found.value.size = found.lexpos, 0
        in_range = found.type == "LBRACKET" or (in_range and found.type != "RBRACKET")
        before = found.type
        return found

    return next_token


def _matches_anything(node: Node) -> bool:
    """Return whether an article that has none of the words would match."""
    match node:
        case And(nodes):
            return all(map(_matches_anything, nodes))
        case Or(nodes):
            return any(map(_matches_anything, nodes))
        case Not(inner):
            return not _matches_anything(inner)
        case Field(_, inner):
            return _matches_anything(inner)
        case _:
            return False


def _is_one_source(node: Node) -> bool:
    return isinstance(node, OfSource) and ANY not in node.pattern and ONE not in node.pattern


class _Translator:
    """Translates luqum's tree into nodes."""

    def __init__(self, origin: list[int], *, is_search: bool) -> None:
        self._origin, self._is_search = origin, is_search
        self._depth = 0
        self._field: str | None = None  # in which the item stands

    def translate(self, item: tree.Item) -> Node:
        self._depth += 1
        if self._depth > 3 * MAX_DEPTH:
            raise self._error(item, "The query is nested too deeply")
        try:
            return self._translate(item)
        finally:
            self._depth -= 1

    def _translate(self, item: tree.Item) -> Node:
        match item:
            case tree.Group() | tree.FieldGroup() | tree.Plus():
                return self.translate(item.children[0])
            case tree.SearchField():
                return self._in_field(item)
            case tree.OrOperation():
                return self._either(item)
            case tree.AndOperation():
                nodes = [self.translate(each) for each in item.operands]
                return And(tuple(part for node in nodes for part in (node.nodes if isinstance(node, And) else (node,))))
            case tree.Not() | tree.Prohibit():
                inner = self.translate(item.a)
                return inner.node if isinstance(inner, Not) else Not(inner)
            case tree.Word() | tree.Phrase() if self._field == TAG:
                return self._tag(item)
            case tree.Word() | tree.Phrase() if self._field in SOURCE_FIELDS:
                return self._of_source(item, self._field)
            case tree.Proximity() if self._field in _WHOLE:
                raise self._error(item, f"{self._field}: takes whole {_HELD[self._field]}, and no ~")
            case tree.Word():
                return self._words(item, item.value, quoted=False)
            case tree.Phrase():
                return self._words(item, item.value[1:-1], quoted=True)
            case tree.Proximity():
                if item._implicit_degree:
                    raise self._error(item, '~ needs a number of words after it, as in "crude oil"~10')
                return self._words(item, item.term.value[1:-1], quoted=True, slop=item.degree)
            case tree.Regex():
                raise self._error(
                    item,
                    "Regular expressions (/…/) are not supported; use the wildcards * and ?, or quotes to search for the slash",
                )
            case tree.Fuzzy():
                raise self._error(item, f"Fuzzy words ({item}) are not supported; list the spellings with OR, or use a wildcard")
            case tree.Boost():
                raise self._error(item.expr, "Boosts (^) are not supported: a rare word counts more by itself; remove it")
            case _:
                raise self._error(
                    item,
                    "Ranges ([a TO b], <, >) are not supported; use quotes to search for these characters",
                )

    def _either(self, item: tree.OrOperation) -> Node:
        for operand in item.operands:
            for each in operand.operands if isinstance(operand, tree.AndOperation) else (operand,):
                if isinstance(each, tree.Plus):
                    raise self._error(each, "+ requires a word and OR makes it optional; remove one of the two")
        nodes = [self.translate(each) for each in item.operands]
        return Or(tuple(part for node in nodes for part in (node.nodes if isinstance(node, Or) else (node,))))

    def _in_field(self, item: tree.SearchField) -> Node:
        name = self._name_of(item)
        before = self._field
        if before is not None and (name in _WHOLE or before in _WHOLE):
            raise self._error(item, f"{name}: stands inside {before}:, and an article cannot have both in one place")
        self._field = name
        try:
            inner = self.translate(item.expr)
        finally:
            self._field = before
        if name == "source" and isinstance(inner, And) and sum(map(_is_one_source, inner.nodes)) > 1:
            raise self._error(item, "An article has one source, so none is of several; write source:(one OR another)")
        return inner if name in _WHOLE else Field(name, inner)

    def _name_of(self, item: tree.SearchField) -> str:
        name = str(item.name)
        if name in FIELDS or (name == TAG and self._is_search):
            return name
        if name == TAG:
            raise self._error(
                item,
                "tag: is for newslake search: a topic is decided when an article is loaded, before anybody can note a tag on it;"
                " use quotes to search for the colon",
            )
        fields = (*FIELDS, TAG) if self._is_search else FIELDS
        nearest = _ALIASES.get(name.lower()) or next(iter(difflib.get_close_matches(name.lower(), fields, 1)), None)
        named = " and ".join((", ".join(f"{field}:" for field in fields[:-1]), f"{fields[-1]}:"))
        hint = f"did you mean {nearest}:?" if nearest in fields else f"the fields are {named}; use quotes to search for the colon"
        raise self._error(item, f"Unknown field {name}: — {hint}", stop="")

    def _of_source(self, item: tree.Word | tree.Phrase, field: str) -> OfSource:
        value = item.value if isinstance(item, tree.Word) else item.value[1:-1]
        pattern = pattern_of(value)
        if not pattern:
            raise self._error(item, f"{field}: needs a name")
        return OfSource(field, pattern, shown(pattern) if pattern != fold_tag(value) else value)

    def _tag(self, item: tree.Word | tree.Phrase) -> Tag:
        value = item.value if isinstance(item, tree.Word) else item.value[1:-1]
        if isinstance(item, tree.Word) and re.search(r"(?<!\\)[*?]", value):
            raise self._error(item, "tag: takes a whole tag, without wildcards; put a tag that has * or ? in quotes")
        written = re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
        if not fold_tag(written):
            raise self._error(item, "The tag is empty")
        return Tag(fold_tag(written), written)

    def _words(self, item: tree.Item, value: str, *, quoted: bool, slop: int = 0) -> Node:
        # An escaped wildcard is punctuation, and punctuation is never part of a word.
        text = re.sub(r"\\(.)", lambda found: " " if found[1] in "*?" else found[1], value, flags=re.DOTALL)
        try:
            words = read_words(text, quoted=quoted)
        except ValueError as error:
            raise self._error(item, str(error)) from None
        if len(words) == 1:
            return words[0]
        phrase = Phrase(words, slop)
        # Korean compounds are written with or without a space (국제 사회, 국제사회).
        if not slop and all(isinstance(word, Term) and word.script is Script.HANGUL for word in words):
            return Or((phrase, Term("".join(word.text for word in words if isinstance(word, Term)), Script.HANGUL)))
        return phrase

    def _error(self, item: tree.Item, words: str, stop: str = ".") -> QueryError:
        position = None if item.pos is None else self._origin[item.pos]
        where = "" if position is None else f" (character {position + 1})"
        return QueryError(f"{words}{where}{stop}", position=position)


def _syntax_error(plain: str, words: str, origin: list[int]) -> QueryError:
    """Explain luqum's syntax error to the person who wrote the query."""
    found = re.search(r"position (\d+)", words)
    if found is None:
        return QueryError("The query ends where another term is expected.", position=origin[-1])
    at = int(found[1])
    position = origin[at]
    where = f"at character {position + 1}"
    sign = re.match(r"\w+|.", plain[at:], re.DOTALL)
    token = sign[0] if sign else ""
    before = plain[:at].rstrip()
    if token == ")":
        what = (
            f"The parentheses closed {where} are empty"
            if before.endswith("(")
            else f"A term is missing before the parenthesis {where}"
        )
    elif token in ("AND", "OR"):
        what = f"{token} {where} has no term before it; write it in lower case or in quotes to search for the word itself"
    elif token in "[]{}<>":
        what = f"Ranges are not supported, and {token} {where} begins or ends one; use quotes to search for the character itself"
    elif token == "/":
        what = f"Regular expressions are not supported, and / {where} begins one; use quotes to search for the slash itself"
    else:
        what = f"{token} {where} is not allowed there; use quotes to search for it"
    return QueryError(f"{what}.", position=position)
