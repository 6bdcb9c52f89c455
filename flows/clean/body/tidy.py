"""Take out of a text's lines what is not the article's: boilerplate, lone links, repetitions, title and byline at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from flows.clean.body.boilerplate import HEADING_MARK, Debris, debris, heads_tail, is_contact, is_prose, weight
from flows.clean.body.repeats import once
from flows.clean.byline.names import split_names
from flows.clean.dates.parse import find_moment
from flows.clean.page import SUBHEADINGS
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["Tidy"]

# Weight of a notice that its words alone condemn; the share of a line in links that makes it one.
_SHORT, _LINKED = 70, 0.5
# Characters of running text that an article has before its tail; its last paragraphs that show where it stands.
_ENOUGH, _LAST = 150, 3
# Characters of a line by which its element is looked for.
_LOOK = 24
_HOLDING: Any = etree.XPath("descendant::text()[contains(., $said)]/..", smart_strings=False)
_BLOCKS = ("p", "div", "li", "td", "section", "article", "blockquote", "aside", *SUBHEADINGS)


@dataclass(frozen=True)
class Tidy:
    """Tidies lines of one page.

    `room` is the element they were read from, `above` are lines that stand above the text (title, section).
    """

    room: Any
    links: frozenset[str]
    above: tuple[str, ...]
    authors: tuple[str, ...]

    @cached_property
    def _head(self) -> set[str]:
        return {*map(fold, self.above), *map(fold, self.authors)}

    def lines(self, lines: list[str], headings: set[str]) -> list[str]:
        """Return the lines that are the article's."""
        lines = once(self._without_debris(self._without_tail(_trimmed(lines, self.links))))
        kept: list[str] = []
        for line in lines:
            if len(kept) < 4 and not any(map(is_prose, kept)) and self._is_head(line):
                continue
            kept.append(line)
        while kept and (
            kept[-1] in headings or HEADING_MARK.match(kept[-1]) or self._is_head(kept[-1]) or is_contact(kept[-1], self.authors)
        ):
            kept.pop()
        return kept

    def _without_tail(self, lines: list[str]) -> list[str]:
        """Return the lines up to a heading of comments or other stories, if no later paragraph stands where earlier ones do."""
        said = 0
        for n, line in enumerate(lines):
            if said >= _ENOUGH and heads_tail(line):
                before = [each for each in lines[:n] if is_prose(each)][-_LAST:]
                rooms = {self._room(each) for each in before} - {None}
                if rooms and not any(self._room(each) in rooms for each in lines[n + 1 :] if is_prose(each)):
                    return lines[:n]
            said += len(line) if is_prose(line) else 0
        return lines

    def _room(self, line: str) -> Any:
        """Return what the block that says a line stands in, or its tag and class if it has one; None if no block says it."""
        element = self._element(line)
        room = None if element is None else element.getparent()
        return (room.tag, room.get("class")) if room is not None and room.get("class") else room

    def _without_debris(self, lines: list[str]) -> list[str]:
        """Return the lines without boilerplate. A sentence that reads like a notice stays where it is one of the paragraphs."""
        looks = [debris(line) for line in lines]
        if Debris.NOTICE in looks:
            running = [n for n, line in enumerate(lines) if looks[n] is Debris.NONE and is_prose(line)]
            for n, line in enumerate(lines):
                if looks[n] is Debris.NOTICE and running and running[0] < n < running[-1] and weight(line) > _SHORT:
                    before = max(at for at in running if at < n)
                    after = min(at for at in running if at > n)
                    looks[n] = Debris.NONE if self._is_among(line, lines[before], lines[after]) else Debris.CERTAIN
        return [line for line, look in zip(lines, looks, strict=True) if look is Debris.NONE]

    def _is_among(self, line: str, before: str, after: str) -> bool:
        """Return whether a line is a paragraph like its neighbours: not a link, and not in a box of its own."""
        element = self._element(line)
        if element is None:
            return True
        if next(element.iter("a"), None) is not None:
            return False
        around = {one.getparent() for one in map(self._element, (before, after)) if one is not None}
        return len(around) != 1 or element.getparent() in around

    def _element(self, line: str) -> Any:
        """Return the innermost block that says a line; None if there is none."""
        said = line.lstrip("- ")
        for element in _HOLDING(self.room, said=said[:_LOOK]):
            block = element
            while block is not None and block.tag not in _BLOCKS:
                block = block.getparent()
            if block is not None and squeeze(block.text_content()) == said:
                return block
        return None

    def _is_head(self, line: str) -> bool:
        """Return whether a line at the start or end only repeats title, byline or date."""
        folded = fold(line)
        if not folded or folded in self._head:
            return True
        if len(line) > 120 or is_prose(line):
            return False
        dated, rest = 0, line
        while moment := find_moment(rest, "visible"):  # a line may hold the date of the last change as well
            dated, rest = dated + moment.end - moment.start, rest[moment.end :]
        if dated > len(line) * 0.4:
            return True
        names = {fold(name) for name in split_names(line)}
        return bool(self.authors) and bool(names) and names <= self._head


def _trimmed(lines: list[str], links: frozenset[str]) -> list[str]:
    """Return the lines without lone links before the first sentence and after the last one: menus and lists."""
    prose = [n for n, line in enumerate(lines) if is_prose(line)]
    if not prose:
        return lines
    return [line for n, line in enumerate(lines) if prose[0] <= n <= prose[-1] or line.lstrip("-| ") not in links]
