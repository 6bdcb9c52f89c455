"""Take out of a text's lines what is not the article's: boilerplate, lone links, repetitions, title and byline at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from flows.clean.body.boilerplate import HEADING_MARK, Debris, debris, heads_tail, is_contact, is_prose, is_sentence, weight
from flows.clean.body.edges import Outlet, describes, is_reported
from flows.clean.body.repeats import once
from flows.clean.byline.names import split_names
from flows.clean.dates.parse import find_moment
from flows.clean.page import SUBHEADINGS
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["Tidy"]

# Weight of a notice that its words alone condemn.
_SHORT = 70
# Characters of running text that an article has before its tail; its last paragraphs that show where it stands.
_ENOUGH, _LAST = 150, 3
# Lines at the start and at the end of a text that may be prompts; lines of what an outlet says of itself, with a heading and
# without.
_FIRST_LINES, _LAST_LINES, _LONGEST_DESCRIPTION, _DESCRIPTION = 3, 5, 8, 3
# Characters of a line by which its element is looked for.
_LOOK = 24
_SMALL = ("em", "i", "small")
_HOLDING: Any = etree.XPath("descendant::text()[contains(., $said)]/..", smart_strings=False)
_BLOCKS = ("p", "div", "li", "td", "section", "article", "blockquote", "aside", *SUBHEADINGS)


@dataclass(frozen=True)
class Tidy:
    """Tidies lines of one page.

    `room` is the element they were read from, `links` are the links of the page, `above` are lines that stand above the text
    (title, section).
    """

    room: Any
    links: tuple[Any, ...]
    above: tuple[str, ...]
    authors: tuple[str, ...]
    outlet: Outlet

    @cached_property
    def _head(self) -> set[str]:
        return {*map(fold, self.above), *map(fold, self.authors)}

    @cached_property
    def _linked(self) -> frozenset[str]:
        """Return what the links say. Many texts have no line that may be one."""
        return frozenset(name for link in self.links if 1 < len(name := squeeze(link.text_content())) < 200)

    def lines(self, lines: list[str], headings: set[str]) -> list[str]:
        """Return the lines that are the article's."""
        lines = self._trimmed(lines)
        # each shows the other: prompts stand above a description, and below it
        lines = self._without_debris(self._without_description(self._without_tail(lines)))
        lines = once(self._trimmed(self._without_description(lines)))
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

    def _trimmed(self, lines: list[str]) -> list[str]:
        """Return the lines without lone links before the first sentence and after the last one: menus and lists."""
        first = next((n for n, line in enumerate(lines) if is_prose(line)), None)
        if first is None:
            return lines
        last = next(n for n in reversed(range(len(lines))) if is_prose(lines[n]))
        return [line for n, line in enumerate(lines) if first <= n <= last or line.lstrip("-| ") not in self._linked]

    def _without_tail(self, lines: list[str]) -> list[str]:
        """Return the lines up to a heading of comments or other stories, if no later paragraph stands where earlier ones do."""
        said = 0
        for n, line in enumerate(lines):
            if said and len(lines) - n <= _LONGEST_DESCRIPTION and self.outlet.is_headed(line.partition(":")[0]):
                return lines[:n]
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
        for n, line in enumerate(lines):
            is_edge = n < _FIRST_LINES or n >= len(lines) - _LAST_LINES
            if is_edge and looks[n] is Debris.NONE and self.outlet.prompts(line):
                looks[n] = Debris.NOTICE if is_sentence(line) else Debris.CERTAIN
        if Debris.NOTICE in looks:
            running = [n for n, line in enumerate(lines) if looks[n] is Debris.NONE and is_prose(line)]
            for n, line in enumerate(lines):
                if looks[n] is not Debris.NOTICE or not running or weight(line) <= _SHORT:
                    continue
                if running[0] < n < running[-1] or is_reported(line):
                    before = max((at for at in running if at < n), default=running[0])
                    after = min((at for at in running if at > n), default=running[-1])
                    looks[n] = Debris.NONE if self._is_among(line, lines[before], lines[after]) else Debris.CERTAIN
        return [line for line, look in zip(lines, looks, strict=True) if look is Debris.NONE]

    def _without_description(self, lines: list[str]) -> list[str]:
        """Return the lines without the last paragraphs, where the outlet says there what it is, apart from the text."""
        for n in range(max(1, len(lines) - _DESCRIPTION), len(lines)):
            if any(map(is_prose, lines[:n])) and self._is_description(lines, n):
                return lines[:n]
        return lines

    def _is_description(self, lines: list[str], at: int) -> bool:
        """Return whether the outlet speaks of itself there: apart, below a heading with its name, or to define itself.

        A definition ("The Valley Ledger is a weekly founded in 1921") counts below a report that neither names the outlet nor is
        about the press.
        Readings leave out headings of short paragraphs.
        """
        line, before = lines[at], lines[at - 1]
        is_described = self.outlet.is_described(line)
        if is_described and not any(map(self._is_on_press, (*self.above[:1], *lines[:at]))):
            return True
        element = self._element(line) if is_described or describes(line) else None
        above = None if element is None else element.getprevious()
        if above is not None and describes(line) and self.outlet.is_headed(squeeze(above.text_content())):
            return True
        return is_described and self._is_apart(element, line, self._element(before))

    def _is_on_press(self, line: str) -> bool:
        """Return whether a line of a report names the outlet or speaks of the press."""
        return (describes(line) or self.outlet.is_named_in(line)) and not debris(line) and not self.outlet.prompts(line)

    @staticmethod
    def _is_apart(element: Any, line: str, other: Any) -> bool:
        """Return whether the element of a line is in another block than the one before, or is all in small print or italics."""
        if element is None or other is None:
            return False
        if len(element) == 1 and element[0].tag in _SMALL and squeeze(element[0].text_content()) == line:
            return not (len(other) == 1 and other[0].tag in _SMALL)
        return element.getparent() is not other.getparent()

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
        names = {fold(name) for name in split_names(line)} if self.authors else set()
        return bool(names) and names <= self._head
