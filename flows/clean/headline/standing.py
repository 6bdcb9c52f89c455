"""Find the headline that stands on a page by its looks and the text below it: many pages mark none, or only name their outlet."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice

from flows.clean.byline.names import AUTHORS
from flows.clean.headline.lines import Shown, shown_lines
from flows.clean.headline.tails import says_nothing
from flows.clean.page import Page
from flows.clean.structured import fold

__all__ = ["Standing", "agreement", "is_told"]

# Lines of a page that are looked at.
_MAX_LINES = 3_000
# Characters of a headline; a running text's line has more than these.
_SHORTEST, _LONGEST, _RUNNING = 8, 220, 75
# Lines below a headline among which its text begins, and characters of text that count for it.
_GAP, _PLAIN_GAP, _ENOUGH = 14, 4, 2_400
# What a line loses that stands inside of a text or above a list of teasers; characters of a teaser.
_INSIDE, _TEASER = 3, 20
# Characters of a line that can be told from the name of a section; marks around it that are no part of a headline.
_PART, _EDGES = 12, " |–—·¶:"
# What stands in a title behind its headline, or before it; and the share of a headline's words that are in the text.
_ENDS = re.compile(r"\s*[|｜_»›/(]|\s*\.{3}|\s*[-–—·•:]+\s|-(?=\S)|\s+:")
_BEGINS = re.compile(r"(?:[|｜_»›/)]|\s[-–—·•]|\s[:-]+|:)\s*$|(?<=\.\s)-$")
_OF_TEXT = 0.4
# Characters of text below the line that a title element confirms.
_ENOUGH_BELOW = 200
# Words that no name of a section has.
_MANY_WORDS = 5
_QUOTES = re.compile("[\"'`´‘’‚‛“”„‟]")
# Words, and their share, that a text must have of its headline.
_TOLD_WORDS, _TOLD = 3, 0.34
_WORD = re.compile(r"[^\W\d_]+|\d{4,}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}")
_STAMPED = re.compile(
    r"^\W*(?:by|von|par|por|di|door|av|published|updated|posted|last)\b|(?<![\d.:])(?:[01]?\d|2[0-3])[:.][0-5]\d(?!\d)|^[^a-zà-ÿ]*(?:19|20)\d\d\W*$",
    re.I,
)
_SECTION = AUTHORS.compile(rf"\b{AUTHORS.pattern('sections')}\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Lines below a headline among which its byline or date stands.
_SIGNED = 6
# Ends of lines that are sentences of a text, or parts of one; headlines may end with a question.
_SENTENCE = re.compile(r"[.。؟।,;،；，、]\W*$")


class Standing:
    """The lines of a page that could be its headline, read once and only if something asks for them."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @cached_property
    def lines(self) -> list[Shown]:
        return list(islice(shown_lines(self._page.tree), _MAX_LINES))

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

    def is_signed(self, headline: str, above: str | None = None) -> bool:
        """Return whether a byline or a date stands between a line and the text below it, or the line that it stands `above`."""
        at = self._at(headline)
        if at is None:
            return False
        end = self._at(above) if above else at + 1 + self._below(at)[1]
        return end is not None and self._is_signed(at, end)

    def is_label(self, name: str, above: str | None = None) -> bool:
        """Return whether a line names a section or the site: by its words, by a link, or by a date between it and another."""
        if len(name.split()) < _MANY_WORDS and _SECTION.search(name):
            return True
        wanted = f" {fold(name)} "
        is_linked = any(line.is_link and wanted in f" {fold(line.text)} " for line in self.lines)
        return is_linked or (above is not None and self.is_signed(name, above))

    def _at(self, text: str) -> int | None:
        return next((n for n, line in enumerate(self.lines) if line.text == text), None)

    def _headline(self, least: int) -> str | None:
        best: tuple[float, str] | None = None
        for at, line in enumerate(self.lines):
            if line.prominence < least or not _may_head(line) or (line.is_link and self._is_listed(at)):
                continue
            below, gap = self._below(at)
            if not below or (line.prominence < 2 and (gap > _PLAIN_GAP or line.is_link)):
                continue
            worth = self._worth(at, gap, fold("\n".join(below)))
            if best is None or worth > best[0]:
                best = worth, line.text
        return best[1] if best else None

    def _worth(self, at: int, gap: int, below: str) -> float:
        """Return what speaks for a line as the headline of the folded text that begins `gap` lines below it."""
        line, words = self.lines[at], len(_words(self.lines[at].text))
        # one or two words that the text has are a label
        worth = line.prominence + 4 * agreement(line.text, below) * min(1, words / 3) + 3 * min(1.0, len(below) / _ENOUGH)
        worth += self._is_signed(at, at + 1 + gap) - 3 * line.is_link
        if line.prominence < 2 and words > 2:
            worth += min(gap, 2) / 2  # a caption stands nearer to the text
        if sum(other.is_link and len(other.text) > _TEASER for other in self.lines[at + 1 : at + 1 + gap]) > 2:
            worth -= _INSIDE  # the heading of a box of teasers
        if any(map(_is_running, self.lines[max(0, at - 2) : at])):
            worth -= _INSIDE  # a subheading
        return worth

    def _is_listed(self, at: int) -> bool:
        """Return whether a line that is a link stands beside another that looks the same."""
        beside = (*self.lines[max(0, at - 1) : at], *self.lines[at + 1 : at + 2])
        return any(line.is_link and line.prominence == self.lines[at].prominence for line in beside)

    def _is_signed(self, at: int, end: int) -> bool:
        """Return whether a byline or a date stands between a line and another below it, and no other headline behind that."""
        found = False
        for line in self.lines[at + 1 : min(end, at + 1 + _SIGNED)]:
            if len(line.text) <= _RUNNING and (_STAMPED.search(line.text) or _YEAR.search(line.text)):
                found = True
            elif line.prominence > 1 and not line.is_link and (found or line.prominence >= self.lines[at].prominence):
                return False
        return found

    def part_of(self, title: str) -> str | None:
        """Return the longest line of the page that is a part of a title, as the page has it; None if there is none.

        A line that is the whole title is returned, too. Where a separator stands between the two only after a space, or not at
        all, the words are one headline.
        """
        wanted = _bare(title)
        found = ""
        for line in self.lines:
            text = line.text.strip(_EDGES)
            if not _PART <= len(text) <= len(title) + 1:
                continue
            if _bare(text) == wanted:
                return title
            if len(text) > len(found) and not line.is_link and agreement(text, self.prose) >= _OF_TEXT and _is_part(text, wanted):
                found = text
        return found or None

    def confirmed_by(self, title: str) -> str | None:
        """Return the prominent line that is a part of a title element: of two above the same text, the nearer one.

        A part of few words that the text does not speak of is no headline if it is a label, or stands out less than another line.
        """
        best: tuple[int, float, Shown] | None = None
        wanted = _bare(title)
        for at, line in enumerate(self.lines):
            text = line.text.strip(_EDGES)
            if line.prominence < 2 or not _PART <= len(text) <= min(len(title) + 1, _LONGEST) or not _is_part(text, wanted):
                continue
            below, gap = self._below(at)
            share = agreement(text, fold("\n".join(below)))
            if sum(map(len, below)) > _ENOUGH_BELOW and (best is None or best[0] == at + gap or share > best[1]):
                best = at + gap, share, line
        if best is None:
            return None
        line, text = best[2], best[2].text.strip(_EDGES)
        if len(text.split()) >= _MANY_WORDS or is_told(text, self.prose):
            return text
        most = max((other.prominence for other in self.lines if other.text == self.headline), default=0)
        return text if line.prominence >= most and not self.is_label(line.text) else None

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


def _bare(text: str) -> str:
    """Return a text in lower case without the quotation marks and apostrophes that titles lose or change."""
    return _QUOTES.sub("", text.casefold())


def _is_part(text: str, wanted: str) -> bool:
    """Return whether a text is all of a title, given bare, or stands in it between separators."""
    before, inside, behind = wanted.partition(_bare(text))
    return bool(inside) and (not before or _BEGINS.search(before) is not None) and (not behind or _ENDS.match(behind) is not None)


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
    if not _SHORTEST <= len(line.text) <= _LONGEST or _STAMPED.search(line.text) or says_nothing(line.text):
        return False
    return not (_SENTENCE.search(line.text) and (line.prominence < 4 or len(line.text) > _RUNNING)) and (
        len(line.text.split()) > 1 or not line.text.isascii()
    )


def _is_running(line: Shown) -> bool:
    if line.is_link or line.prominence >= 4:
        return False
    size = len(line.text)
    # a character of East Asian scripts counts for two
    if size > _RUNNING or 2 * size <= _RUNNING or line.text.isascii():
        return size > _RUNNING
    return size + sum(char > "\u3000" for char in line.text) > _RUNNING
