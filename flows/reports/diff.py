"""What changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from newslake.scripts import UNSPACED

# A stretch of changed lines longer than this is told as gone and come: comparing it word by word would take minutes.
MOST_WORDS = 4_000
# Paragraphs in the place of others are held against one another up to so many pairs; beyond, all are told as gone and come.
MOST_PAIRS = 40_000
# Words; single characters where they are not spaced; white space and marks by themselves.
_WORDS = re.compile(rf"[{UNSPACED}]|[^\W_]+|\s+|[\W_]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that stayed, went or came."""

    kind: Literal["same", "gone", "come"]
    text: str

    @property
    def words(self) -> int:
        return sum(1 for word in _WORDS.findall(self.text) if word[0].isalnum())


def paragraphs(before: str, after: str) -> Iterator[list[Span]]:
    """The paragraphs of both texts in order; one that stayed is a single span, "same"."""
    old, new = before.splitlines(), after.splitlines()
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ([Span("same", line)] for line in old[a:b])
        else:
            pairs = (b - a) * (d - c)
            yield from _changed(old[a:b], new[c:d] if pairs <= MOST_PAIRS else [])
            if pairs > MOST_PAIRS:
                yield from ([Span("come", line)] for line in new[c:d])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Span]]:
    """Paragraphs in the place of others: each with the one that is likest it among those that follow."""
    place = 0
    for line in old:
        likest = max(range(place, len(new)), key=lambda number: _alike(line, new[number]), default=None)
        if likest is None or _alike(line, new[likest]) < 0.4:
            yield [Span("gone", line)]
            continue
        yield from ([Span("come", added)] for added in new[place:likest])
        yield words(line, new[likest])
        place = likest + 1
    yield from ([Span("come", added)] for added in new[place:])


def _alike(one: str, other: str) -> float:
    ones, others = set(_WORDS.findall(one)), set(_WORDS.findall(other))
    return 2 * len(ones & others) / (len(ones) + len(others)) if ones or others else 1.0


def words(before: str, after: str) -> list[Span]:
    """What changed within one paragraph or title."""
    if before == after:
        return [Span("same", before)]
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return [Span("gone", before), Span("come", after)]
    spans: list[Span] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(Span("same", "".join(old[a:b])))
            continue
        if b > a:
            spans.append(Span("gone", "".join(old[a:b])))
        if d > c:
            spans.append(Span("come", "".join(new[c:d])))
    return spans
