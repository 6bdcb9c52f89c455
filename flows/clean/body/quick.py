"""Make trafilatura's searches quick: what its XPath expressions select is asked once for each kind of element."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from trafilatura import xpaths

from flows.clean.lexicon import any_of

__all__ = ["BY_TURNS", "TOGETHER", "Quick", "hasten"]

# Lists of expressions whose elements trafilatura leaves out, all of them, and of which it takes the first element, until one is
# the frame of an article.
TOGETHER = (
    "RAW_TREE_PRUNE_XPATH",
    "REMOVE_COMMENTS_AND_LISTS_XPATH",
    "OVERALL_DISCARD_XPATH",
    "DISCARD_IMAGE_ELEMENTS",
    "TEASER_DISCARD_XPATH",
)
BY_TURNS = ("BODY_XPATH",)
_TAGS, _ATTRIBUTES, _STRINGS = re.compile(r"(?:self::|\.//)(\w+)"), re.compile(r"@([\w-]+)"), re.compile(r"'([^']*)'")
# Shorter strings are flags, and letters to translate. Alternatives of a string that is a regular expression.
_SHORTEST, _OR = 3, re.compile(r"\|(?![^()]*\))")
# Characters that an attribute of a page may have, but none that is set.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_KINDS = 1_024  # the pages of an outlet have the same ones


class Quick:
    """Selects what XPath expressions select that test the tag and the attributes of each element by itself.

    Most of such tests are calls of Python, several for each element. Here an element whose attributes have no string of the
    expressions is no match, and others are tried by the expressions themselves, each kind once. Expressions that also look below
    elements are evaluated where one of them may match.
    """

    def __init__(self, *expressions: Any, most: int | None = None) -> None:
        self._most = most
        path = " ".join(expression.path for expression in expressions)
        self.expressions = expressions
        self._named = tuple(dict.fromkeys(_TAGS.findall(path)))
        is_any = any(".//*" in one.path and "self::" not in one.path for one in expressions)
        self._tags = ("*",) if is_any else self._named
        self._attributes = frozenset(_ATTRIBUTES.findall(path))
        strings = [one.lower() for said in _STRINGS.findall(path) for one in _OR.split(said) if len(said) >= _SHORTEST]
        bare = [name for name in self._attributes if "-" in name]  # may need no value
        # without regard to case, because some tests have none; in lower case, that is told much faster
        self._says = re.compile(any_of([*strings, *bare]), re.M) if strings else None
        self._by_tag = {tag for tag in self._named if self._is_match(tag, {})}
        self._looks_below = "not(.//" in path
        self._selects = lru_cache(maxsize=_KINDS)(self._decide)

    def __call__(self, tree: Any) -> list[Any]:
        """Return the elements below `tree` that the expressions select, in the order of the page and at most so many."""
        selects, read = self._selects, self._attributes
        matching = (
            one
            for one in tree.iterdescendants(*self._tags)
            if selects(one.tag, *[(name, one.get(name)) for name in one.keys() if name in read])  # noqa: SIM118
        )
        found = list(islice(matching, self._most))
        return [one for each in self.expressions for one in each(tree)] if found and self._looks_below else found

    def _decide(self, tag: str, *given: tuple[str, str]) -> bool:
        if tag in self._by_tag:
            return True
        attributes = dict(given)
        said = "\n".join([*attributes, *attributes.values()])
        return self._says is not None and self._says.search(said.lower()) is not None and self._is_match(tag, attributes)

    def _is_match(self, tag: str, attributes: dict[str, str]) -> bool:
        room = etree.Element("room")
        valid = {name: _NO_XML.sub("\ufffd", value) for name, value in attributes.items()}
        etree.SubElement(room, tag if tag in self._named else "other", valid)
        return any(expression(room) for expression in self.expressions)


def hasten() -> None:
    """Let trafilatura search by these. Its modules share the lists of its expressions, so they are replaced in place."""
    for name in (*TOGETHER, *BY_TURNS):
        expressions = getattr(xpaths, name)
        if not any(isinstance(one, Quick) for one in expressions):
            expressions[:] = [Quick(*expressions)] if name in TOGETHER else [Quick(one, most=1) for one in expressions]
