"""Tell edits of a text from changes around it: footers, tickers, counters, timestamps. Pure."""

from __future__ import annotations

import re
from itertools import takewhile

from warehouse.similarity.shingles import folded

# In a longer line a changed number is news.
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
    """Return whether two texts of one article differ only by lines that are not part of it.

    These are lines that the source repeats; and, before the first sentence and after the last one, short lines that state a time
    or in which only numbers changed: "Updated 5 minutes ago", "1,204 views", "KOSPI 2,612.3 +0.4%".

    Args:
        repeated: lines that the source repeats, including those found since the article was stored.
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
    """Return whether a line is short, not a sentence, and not a table row, in which a changed number would be an edit."""
    return "|" not in line and not _ENDS_A_SENTENCE.search(line) and len(folded(line).split()) <= _MOST_WORDS
