"""Read a page as its readers see it, line by line: without structured data, author and date stand near the title."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.page import Page
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["INLINE", "SILENT", "Line", "Screen", "screen_lines"]

SILENT = {
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
INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "address",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3"}
# Lines before and after the title that are searched for a byline, menus and share bars included.
_BEFORE, _AFTER = 8, 25
_MAX_LINES = 4_000
# Characters that lower-casing may add.
_SLACK = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line on the screen; `distance` counts lines from the title and is negative above it."""

    text: str
    distance: int
    is_link: bool
    is_heading: bool = False


class Screen:
    """The visible lines of a page, read lazily and once."""

    def __init__(self, page: Page, title: str) -> None:
        self._title = fold(title)
        self._waiting = islice(screen_lines(page.tree), _MAX_LINES)
        self._read: list[tuple[str, bool, bool]] = []

    def lines(self) -> Iterator[tuple[str, bool, bool]]:
        """Yield each line: its text, whether all of it is a link, whether it is a heading."""
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
        """Return the lines below the title, then those above it, nearest first; [] if the title is not on the page."""
        wanted = self._title
        if not wanted:
            return []
        lines: list[tuple[str, bool, bool]] = []
        longest = max(wanted.split(), key=len)
        at: int | None = None
        level = 0
        for text, is_link, is_heading in self.lines():
            lines.append((text, is_link, is_heading))
            # the last mention before the text counts, because breadcrumbs and menus come first; lengths and a word are
            # compared first because folding is slow and most lines are much shorter than the title or say something else
            if (
                len(wanted) - _SLACK <= len(text) < 600
                and longest in text.lower()
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
        below = [Line(text, n, *kind) for n, (text, *kind) in enumerate(lines[at + 1 : at + 1 + _AFTER], 1)]
        above = [Line(text, -n, *kind) for n, (text, *kind) in enumerate(reversed(lines[max(0, at - _BEFORE) : at]), 1)]
        return below + above

    def teasers(self) -> set[str]:
        """Return lines that only point to other pages: those that are all link, and those right below a linked heading."""
        found: set[str] = set()
        below = False
        for text, is_link, is_heading in self.lines():
            if below or (is_link and not is_heading):
                found.add(text)
            below = is_link and is_heading
        return found


def screen_lines(tree: Any) -> Iterator[tuple[str, bool, bool]]:
    """Yield the lines of a tree as a browser breaks them, without menus and footers; see `Screen.lines`."""
    parts: list[str] = []
    linked = total = in_link = in_heading = 0
    heading = False
    silent = None
    walk = etree.iterwalk(tree, events=("start", "end"))  # no recursion: the tree may be very deep
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in SILENT:
                walk.skip_subtree()
                silent = element
                continue
            said = element.text
        else:
            said = element.tail
        step = 1 if event == "start" else -1
        if tag not in INLINE and element is not silent:
            if tag in _HEADINGS:
                in_heading += step
            if parts:
                if line := squeeze("".join(parts)):
                    yield line, bool(total) and linked * 10 > total * 9, heading
                parts, linked, total = [], 0, 0
            heading = False
        elif tag == "a" and element.get("href") is not None:
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
