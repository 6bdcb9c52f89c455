"""Name the place of an element on its page, and find the same place on another page of the outlet. Pure.

A place is the way from the body: `main/div.story/p`. A step has an element's id or else its first class, as far as they have no
digit, because ids and classes with digits differ from page to page. Blocks with neither are counted among their like: `div[2]`.
Paragraphs, rows and other elements that a text has many of are not, so that `p` stands for all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from zlib import crc32

__all__ = ["Places", "find", "key_of", "loose", "variants"]

_WORD = re.compile(r"[^\W\d_](?:[^\s\d/\[\]#.]*)")
_STEP = re.compile(r"(?P<tag>[^#.\[]+)(?:#(?P<id>.+)|\.(?P<cls>[^\[]+)|\[(?P<nth>-?\d+)\])?(?:\[(?P<last>-?\d+)\])?")
_COUNTED = frozenset(("div", "td", "table", "section", "center", "main", "aside", "ul", "article", "font"))
_INDEX = re.compile(r"\[-?\d+\]")
# Steps of a place; elements that are looked at on the way to one; characters of a place: each element has its own.
_DEEPEST, _MOST, _LONGEST = 40, 2_000, 1_000
_FROM_START, _FROM_END = 3, 2


def key_of(words: str) -> int:
    """Return a number that stands for these words."""
    return crc32(words.encode("utf-8", "replace"))


class Places:
    """The places of the elements below a body."""

    def __init__(self, body: Any) -> None:
        self._known: dict[Any, str | None] = {body: ""}  # None: too long

    def of(self, element: Any) -> str:
        """Return the place of an element; "" if it lies too deep, has too long a name, or is not below the body."""
        way: list[Any] = []
        while element is not None and element not in self._known:
            way.append(element)
            element = element.getparent()
            if len(way) > _DEEPEST:
                return ""
        if element is None:
            return ""
        for below in reversed(way):
            parent = below.getparent()
            if below not in self._known and (above := self._known[parent]) is not None:
                for child, step in _steps(parent):
                    place = f"{above}/{step}" if above else step
                    self._known[child] = place if len(place) <= _LONGEST else None
            if self._known.get(below) is None:
                return ""
        found = self._known[way[0] if way else element]
        return found if found and found.count("/") < _DEEPEST else ""


def _steps(parent: Any) -> Iterator[tuple[Any, str]]:
    counted: Counter[str] = Counter()
    for child in parent:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        mark = _mark(child)
        if not mark and tag in _COUNTED:
            counted[tag] += 1
            mark = f"[{counted[tag]}]"
        yield child, tag + mark


def _mark(element: Any) -> str:
    """Return an element's id or first class without digits, as a step has it; "" if it has neither."""
    said = element.get("id")
    if said and _WORD.fullmatch(said):
        return f"#{said}"
    classes = element.get("class")
    if classes:
        for word in classes.split():
            if _WORD.fullmatch(word):
                return f".{word}"
    return ""


def variants(place: str, element: Any) -> Iterator[str]:
    """Yield the names under which the place of an element may be known: as it is, counted from either end, without any number."""
    yield place
    bare = not place.endswith("]") and "#" not in place.rpartition("/")[2]
    alike = _alike(element) if bare else []
    if len(alike) > 1:
        at = alike.index(element)
        if at < _FROM_START:
            yield f"{place}[{at + 1}]"
        if len(alike) - at <= _FROM_END:
            yield f"{place}[{at - len(alike)}]"
    free = loose(place)
    if free != place:
        yield free


def loose(place: str) -> str:
    """Return a place without numbers: it stands for all elements on ways of this kind."""
    return _INDEX.sub("", place)


def _alike(element: Any) -> list[Any]:
    parent, mark = element.getparent(), _mark(element)
    if parent is None:
        return []
    return [child for child in islice(parent, _MOST) if child.tag == element.tag and _mark(child) == mark]


def find(body: Any, place: str) -> list[Any]:
    """Return the elements at a place, in page order."""
    found = [body]
    for step in place.split("/"):
        parsed = _STEP.fullmatch(step)
        if parsed is None:
            return []
        found = list(islice(_below(found, parsed), _MOST))
        if not found:
            break
    return found


def _below(rooms: Iterable[Any], step: re.Match[str]) -> Iterator[Any]:
    tag, mark = step["tag"], f"#{step['id']}" if step["id"] else f".{step['cls']}" if step["cls"] else ""
    number = step["nth"] or step["last"]
    for room in rooms:
        alike = [child for child in room.iterchildren(tag) if _mark(child) == mark]
        if number:
            at = int(number)
            at = at - 1 if at > 0 else at
            alike = [alike[at]] if -len(alike) <= at < len(alike) else []
        yield from alike
