"""What a reader sees around a title: the short lines where a page without structured data says who and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.page import Page, squeeze
from flows.clean.structured import fold

_SILENT = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "select",
    "option",
    "button",
    "textarea",
    "iframe",
    "head",
    "nav",
    "footer",
    "aside",
}
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "address",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3"}
# Lines to look at: a byline stands within these of the title, menus and share bars included.
_BEFORE, _AFTER = 8, 25
_MAX_LINES = 4_000
# Letters that folding may add, where lower case takes more of them.
_SLACK = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands on the screen; `distance` counts lines from the title, negative above it."""

    text: str
    distance: int
    is_link: bool


class Screen:
    """The lines of a page as readers see them, read once and only as far as somebody asks; `title` begins its article."""

    def __init__(self, page: Page, title: str) -> None:
        self._title = fold(title)
        self._waiting = islice(screen_lines(page.tree), _MAX_LINES)
        self._read: list[tuple[str, bool, bool]] = []

    def lines(self) -> Iterator[tuple[str, bool, bool]]:
        """Text, whether it is all link, whether it is a heading."""
        at = 0
        while True:
            if at == len(self._read):
                line = next(self._waiting, None)
                if line is None:
                    return
                self._read.append(line)
            yield self._read[at]
            at += 1

    @cached_property
    def around(self) -> list[Line]:
        """Lines below the title, then above it, the nearest first; [] where the title is not on the page."""
        wanted = self._title
        if not wanted:
            return []
        lines: list[tuple[str, bool]] = []
        at: int | None = None
        level = 0
        for text, is_link, is_heading in self.lines():
            lines.append((text, is_link))
            # the last mention before the text counts: breadcrumbs and menus name the article first; no line that is much shorter
            # than the title repeats it, and most lines of a page are
            if (
                len(wanted) - _SLACK <= len(text) < 600
                and fold(text) == wanted
                and (at is None or (is_heading >= level and len(lines) - 1 - at < 60))
            ):
                if at is None or is_heading > level or not is_link:
                    at = len(lines) - 1
                level = max(level, is_heading)
            if at is not None and len(lines) - at > 60:
                break
        if at is None:
            return []
        below = [Line(text, n, link) for n, (text, link) in enumerate(lines[at + 1 : at + 1 + _AFTER], 1)]
        above = [Line(text, -n, link) for n, (text, link) in enumerate(reversed(lines[max(0, at - _BEFORE) : at]), 1)]
        return below + above

    def teasers(self) -> set[str]:
        """Lines that only point to other pages: those that are all link, and those right below a heading that is."""
        found: set[str] = set()
        below = False
        for text, is_link, is_heading in self.lines():
            if below or (is_link and not is_heading):
                found.add(text)
            below = is_link and is_heading
        return found


def screen_lines(tree: Any) -> Iterator[tuple[str, bool, bool]]:
    """Text, whether it is all link, whether it is a heading; as a browser would break it, without menus and footers."""
    parts: list[str] = []
    linked = total = in_link = in_heading = 0
    heading = False
    silent = None
    walk = etree.iterwalk(tree, events=("start", "end"))  # no recursion: the tree may be as deep as the parser allows
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _SILENT:
                walk.skip_subtree()
                silent = element
                continue
            said = element.text
        else:
            said = element.tail
        step = 1 if event == "start" else -1
        if tag not in _INLINE and element is not silent:
            if tag in _HEADINGS:
                in_heading += step
            if parts:
                if line := squeeze("".join(parts)):
                    yield line, bool(total) and linked * 10 > total * 9, heading
                parts, linked, total = [], 0, 0
            heading = False
        elif tag == "a" and "href" in element.attrib:
            in_link += step
        if step > 0:
            heading = heading or in_heading > 0
        if said and (size := len(said.strip())):
            parts.append(said)
            total += size
            linked += size if in_link and element is not silent else 0
        elif said and parts:
            parts.append(" ")
    line = squeeze("".join(parts))
    if line:
        yield line, False, False
