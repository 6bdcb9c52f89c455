"""Which changes of a text are edits, and which are the page's own unrest: footers, tickers, counters, timestamps. Pure."""

from __future__ import annotations

import re
from itertools import takewhile

from warehouse.similarity.shingles import folded

# A longer line says something: a changed number in it is news.
_MOST_WORDS = 12
_NUMBERS = re.compile(r"[+\-−±]?\d+(?:[.,:/’' \u00a0]\d+)*%?")
_ENDS_A_SENTENCE = re.compile(r"[.!?。！？।؟…][\"'”’»)\]]*\s*$")
# A time of day, a year, or a time counted back from now.
_TIME = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d\d\b|"
    r"\b(?:ago|vor|hace|il y a|fa|há|назад)\b|\d\s?(?:분|시간|일) ?전|[分時日间間]前|قبل"
)
_BETWEEN = re.compile(r"[\W_]+")


def only_debris(before: str, after: str, repeated: frozenset[str]) -> bool:
    """Whether two texts of one article differ only by lines that are none of it.

    Such are lines that the source repeats, and, before the first sentence of a text and behind its last one, short lines that
    tell a time or of which only the numbers changed: "Updated 5 minutes ago", "1,204 views", "KOSPI 2,612.3 +0.4%".

    Args:
        repeated: lines that the article's source repeats, and that newslake may have learned of in between.
    """
    return _essence(before, repeated) == _essence(after, repeated)


def _essence(text: str, repeated: frozenset[str]) -> list[str]:
    lines = [line for line in text.splitlines() if line not in repeated]
    head = len(list(takewhile(_is_short, lines)))
    tail = len(list(takewhile(_is_short, reversed(lines[head:]))))
    edges = [*lines[:head], *lines[len(lines) - tail :]]
    still = [_BETWEEN.sub(" ", _NUMBERS.sub(" ", line)).strip().casefold() for line in edges if not _TIME.search(line)]
    return [*still, *lines[head : len(lines) - tail]]


def _is_short(line: str) -> bool:
    """Whether a line is no sentence, and no row of a table, in which numbers are what it is about."""
    return "|" not in line and not _ENDS_A_SENTENCE.search(line) and len(folded(line).split()) <= _MOST_WORDS
