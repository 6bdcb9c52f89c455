"""Read the lines of a page as a browser breaks them, and how prominent their looks make them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from flows.clean.page import class_and_id
from flows.clean.screen import INLINE, SILENT
from newslake.text import squeeze

__all__ = ["Shown", "shown_lines"]

_LEVELS = {"h1": 6, "h2": 5, "h3": 4, "h4": 3, "h5": 2, "h6": 2, "big": 3, "b": 2, "strong": 2, "th": 2}
_CLASS = re.compile(
    r"headline|(?:^|[\s_-])(?:h1|hed|title|titel|titre|titulo|titolo|rubrik|(?:story|art|article|news|post|entry)[_-]?(?:head|hed|hd|"
    r"header|title|titel|titulo)\d?)(?:$|[\s_-])|(?:story|article|post|entry|news)_?(?:title|header|head)",
    re.I,
)
# A part of each of those words in lower case: most classes have none, and without regard to case that is told much faster.
_MAY_BE_CLASS = re.compile(r"h1|he[ad]|hd|tit|rubrik")
_NOT_CLASS = re.compile(r"sub|site|section|widget|side|relat|menu|nav|logo|comment|teaser|more|kicker|promo|date|by-?line", re.I)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?P<px>\d+)(?:\.\d+)?\s*(?:px|pt)|(?P<em>[1-9](?:\.\d+)?)\s*r?em|(?P<percent>\d{3})\s*%|x*-?large)", re.I
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_CLASSED, _MUCH, _SOME = 5, 5, 3
# A class names its element a headline only if the element holds no more characters: many name the box of a whole article so.
_MOST_CLASSED = 400
# Characters of a line that are kept, and share of a line that is set as the line is.
_MOST_TEXT, _MOSTLY = 5_000, 0.75
# Marks between links, which make no line a text.
_MARKS = " \t\r\n\xa0|[]()/·•,–-"


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a page: how prominent it is, 0 for running text to 6 for its main heading, and whether it is a link."""

    text: str
    prominence: int
    is_link: bool


def shown_lines(tree: Any) -> Iterator[Shown]:
    """Yield the lines of a tree as a browser breaks them, with what they look like."""
    parts: list[str] = []
    sizes: dict[int, int] = {}
    looks = [0]
    in_link = linked = 0
    silent = None
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if event == "start" and tag in SILENT:
            walk.skip_subtree()
            silent = element
            looks.append(looks[-1])
            continue
        if tag not in INLINE and element is not silent and parts:
            yield from _line(parts, sizes, linked)
            parts, sizes, linked = [], {}, 0
        if event == "start":
            looks.append(max(looks[-1], _look(element)))
            in_link += tag == "a" and element.get("href") is not None
            said = element.text
        else:
            looks.pop()
            in_link -= tag == "a" and element.get("href") is not None
            said = element.tail
        if said:
            parts.append(said)
            size = len(said.strip(_MARKS))
            sizes[looks[-1]] = sizes.get(looks[-1], 0) + size
            linked += size if in_link else 0
    yield from _line(parts, sizes, linked)


def _line(parts: list[str], sizes: dict[int, int], linked: int) -> Iterator[Shown]:
    text, whole = squeeze("".join(parts)), sum(sizes.values())
    if text and whole:
        looks = list(sizes)
        if len(looks) > 1:
            looks = [look for look in looks if sum(size for other, size in sizes.items() if other >= look) >= _MOSTLY * whole]
        yield Shown(text[:_MOST_TEXT], max(looks, default=0), linked > 0.9 * whole)


def _look(element: Any) -> int:
    """Return how prominent an element makes its text."""
    look = _LEVELS.get(element.tag, 0)
    if element.tag == "font" and (size := (element.get("size") or "").strip()):
        steps = int(size) if size.lstrip("+-").isdigit() and len(size) < 4 else 0
        steps = steps + 3 if size[0] in "+-" else steps
        look = max(look, _MUCH if steps >= 5 else _SOME if steps == 4 else 0)
    if (style := element.get("style")) and "font-" in style.lower():
        if found := _LARGE.search(style):
            size = int(found["px"] or 0) or round(16 * float(found["em"] or 0)) or round(0.16 * int(found["percent"] or 0)) or 20
            look = max(look, _MUCH if size >= 20 else _SOME if size >= 16 else 0)
        look = max(look, 2 if _BOLD.search(style) else 0)
    if look < _CLASSED and element.tag not in ("body", "html", "table") and _is_classed(class_and_id(element)):
        look = _CLASSED if _is_short(element) else look
    return look


def _is_classed(mark: str) -> bool:
    """Return whether a class and id are those of a headline."""
    return bool(_MAY_BE_CLASS.search(mark.lower()) and _CLASS.search(mark)) and not _NOT_CLASS.search(mark)


def _is_short(element: Any) -> bool:
    size = 0
    for said in element.itertext():
        size += len(said.strip())
        if size > _MOST_CLASSED:
            return False
    return True
