"""Find the headline that stands on a page by its looks and the text below it: many pages mark none, or only name their outlet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.page import Page, class_and_id
from flows.clean.screen import INLINE, SILENT
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["Standing", "agreement", "is_told"]

_LEVELS = {"h1": 6, "h2": 5, "h3": 4, "h4": 3, "h5": 2, "h6": 2, "big": 3, "b": 2, "strong": 2, "th": 2}
_CLASS = re.compile(
    r"headline|(?:^|[\s_-])(?:h1|hed|title|titel|titre|titulo|titolo|rubrik|(?:story|art|article|news|post|entry)[_-]?(?:head|hed|hd|"
    r"header|title|titel|titulo)\d?)(?:$|[\s_-])|(?:story|article|post|entry|news)_?(?:title|header|head)",
    re.I,
)
_NOT_CLASS = re.compile(r"sub|site|section|widget|side|relat|menu|nav|logo|comment|teaser|more|kicker|promo|date|by-?line", re.I)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?P<px>\d+)(?:\.\d+)?\s*(?:px|pt)|(?P<em>[1-9](?:\.\d+)?)\s*r?em|(?P<percent>\d{3})\s*%|x*-?large)", re.I
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_CLASSED, _MUCH, _SOME = 5, 5, 3
# Lines of a page that are looked at, and share of a line that is set as the line is.
_MAX_LINES, _MOST_TEXT, _MOSTLY = 3_000, 5_000, 0.75
# Characters of a headline; a running text's line has more than these.
_SHORTEST, _LONGEST, _RUNNING = 8, 220, 75
# Lines below a headline among which its text begins, and characters of text that count for it.
_GAP, _PLAIN_GAP, _ENOUGH = 14, 4, 2_400
# What a line loses that stands inside of a text.
_INSIDE = 3
# Characters of a line that can be told from the name of a section; marks around it that are no part of a headline.
_PART, _EDGES = 12, " |–—·¶:"
# What stands in a title behind its headline, or before it; and the share of a headline's words that are in the text.
_ENDS = re.compile(r"\s*[|｜_»›/(]|\s*\.{3}|\s*[-–—·•:]+\s|-(?=\S)|\s+:")
_BEGINS = re.compile(r"(?:[|｜_»›/)]|\s[-–—·•]|\s[:-]+|:)\s*$|(?<=\.\s)-$")
_OF_TEXT = 0.4
# Words, and their share, that a text must have of its headline.
_TOLD_WORDS, _TOLD = 3, 0.34
_WORD = re.compile(r"[^\W\d_]+|\d{4,}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}")
_STAMPED = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|published|updated|posted|last)\b|\d{1,2}[:.]\d\d|^[^a-zà-ÿ]*(?:19|20)\d\d\W*$", re.I
)
# Ends of lines that are sentences of a text; headlines may end with a question.
_SENTENCE = re.compile(r"[.。؟।]\W*$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a page: how prominent it is, 0 for running text to 6 for its main heading, and whether it is a link."""

    text: str
    prominence: int
    is_link: bool


class Standing:
    """The lines of a page that could be its headline, read once and only if something asks for them."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @cached_property
    def lines(self) -> list[Shown]:
        return list(islice(_lines(self._page.tree), _MAX_LINES))

    @cached_property
    def prose(self) -> str:
        """The page's running text, folded."""
        return fold("\n".join(line.text for line in self.lines if _is_running(line)))

    @cached_property
    def headline(self) -> str | None:
        """The most prominent line above the most running text that speaks of the same things; None if there is none."""
        return self._headline(least=2)

    @cached_property
    def plain_headline(self) -> str | None:
        """The same, of a page that has no title at all: there a headline may look like its text."""
        return self._headline(least=0)

    def _headline(self, least: int) -> str | None:
        best: tuple[float, str] | None = None
        for at, line in enumerate(self.lines):
            if line.prominence < least or not _may_head(line):
                continue
            below, gap = self._below(at)
            if not below or (line.prominence < 2 and gap > _PLAIN_GAP):
                continue
            said = fold("\n".join(below))
            worth = line.prominence + 4 * agreement(line.text, said) + 3 * min(1.0, len(said) / _ENOUGH) - 3 * line.is_link
            if any(map(_is_running, self.lines[max(0, at - 2) : at])):
                worth -= _INSIDE  # a subheading
            if best is None or worth > best[0]:
                best = worth, line.text
        return best[1] if best else None

    def part_of(self, title: str) -> str | None:
        """Return the longest line of the page that is a part of a title, as the page has it; None if there is none.

        A line that is the whole title is returned, too. Where a separator stands between the two only after a space, or not at
        all, the words are one headline.
        """
        wanted = title.casefold()
        found = ""
        for line in self.lines:
            text = line.text.strip(_EDGES)
            if not len(found) < len(text) <= len(title) or len(text) < _PART:
                continue
            said = text.casefold()
            if said == wanted:
                return title
            if line.is_link or agreement(text, self.prose) < _OF_TEXT:
                continue
            before, inside, behind = wanted.partition(said)
            if inside and (not before or _BEGINS.search(before)) and (not behind or _ENDS.match(behind)):
                found = text
        return found or None

    def _below(self, at: int) -> tuple[list[str], int]:
        """Return the running text below a line, as far as the next line that is as prominent, and the lines before it."""
        found: list[str] = []
        size, head, gap, before = 0, self.lines[at], 0, 0
        for line in self.lines[at + 1 :]:
            if _is_running(line):
                before = before if found else gap
                found.append(line.text)
                size, gap = size + len(line.text), 0
            else:
                gap += 1
            is_next = line.prominence >= max(head.prominence, 4) and _may_head(line) and line.text != head.text
            if size > _ENOUGH or gap > _GAP or (found and is_next):
                break
        return found, before


def agreement(headline: str, prose: str) -> float:
    """Return the share of a headline's longer words that are in a folded text, 0 to 1; beginnings of words count."""
    words = _words(headline)
    return sum(_is_in(word, prose) for word in words) / len(words) if words else 0.0


def is_told(headline: str, prose: str) -> bool:
    """Return whether a folded text speaks of what a headline says, and does not only name the outlet or a country."""
    words = set(_words(headline))
    found = sum(_is_in(word, prose) for word in words)
    return found >= _TOLD_WORDS and found >= _TOLD * len(words)


def _words(headline: str) -> list[str]:
    """Return the longer words of a headline, folded; pairs of characters where no spaces part words."""
    folded = fold(headline)
    return _UNSPACED.findall(folded) or [word for word in _WORD.findall(folded) if len(word) > (3 if word < "\u0370" else 1)]


def _is_in(word: str, prose: str) -> bool:
    return word[: max(4 if word < "\u0370" else 2, len(word) - 2)] in prose


def _may_head(line: Shown) -> bool:
    if not _SHORTEST <= len(line.text) <= _LONGEST or _STAMPED.search(line.text):
        return False
    return not (_SENTENCE.search(line.text) and line.prominence < 4) and (len(line.text.split()) > 1 or not line.text.isascii())


def _is_running(line: Shown) -> bool:
    wide = len(line.text) + sum(char > "\u3000" for char in line.text[:_RUNNING])
    return wide > _RUNNING and not line.is_link and line.prominence < 4


def _lines(tree: Any) -> Iterator[Shown]:
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
            size = len(said.strip())
            sizes[looks[-1]] = sizes.get(looks[-1], 0) + size
            linked += size if in_link else 0
    yield from _line(parts, sizes, linked)


def _line(parts: list[str], sizes: dict[int, int], linked: int) -> Iterator[Shown]:
    text, whole = squeeze("".join(parts)), sum(sizes.values())
    if text and whole:
        prominent = [look for look in sizes if sum(size for other, size in sizes.items() if other >= look) >= _MOSTLY * whole]
        yield Shown(text[:_MOST_TEXT], max(prominent, default=0), linked > 0.9 * whole)


def _look(element: Any) -> int:
    """Return how prominent an element makes its text."""
    look = _LEVELS.get(element.tag, 0)
    if element.tag == "font" and (size := (element.get("size") or "").strip()):
        steps = int(size) if size.lstrip("+-").isdigit() and len(size) < 4 else 0
        steps = steps + 3 if size[0] in "+-" else steps
        look = max(look, _MUCH if steps >= 5 else _SOME if steps == 4 else 0)
    if style := element.get("style"):
        if found := _LARGE.search(style):
            size = int(found["px"] or 0) or round(16 * float(found["em"] or 0)) or round(0.16 * int(found["percent"] or 0)) or 20
            look = max(look, _MUCH if size >= 20 else _SOME if size >= 16 else 0)
        look = max(look, 2 if _BOLD.search(style) else 0)
    mark = class_and_id(element)
    if len(mark) > 2 and element.tag not in ("body", "html", "table") and _CLASS.search(mark) and not _NOT_CLASS.search(mark):
        look = max(look, _CLASSED)
    return look
