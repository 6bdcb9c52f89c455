"""Compare two texts paragraph by paragraph and word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from newslake.scripts import UNSPACED

# Words; a longer paragraph is shown as removed and added, because comparing it word by word would take minutes.
MOST_WORDS = 4_000
# Pairs of old and new paragraphs to compare in one changed passage; beyond, all are shown as removed and added.
MOST_PAIRS = 40_000
# Words; single characters of unspaced scripts; white space; single punctuation marks.
_WORDS = re.compile(rf"[{UNSPACED}]|[^\W_]+|\s+|[\W_]")


@dataclass(frozen=True, slots=True)
class Span:
    """A passage that stayed ("same"), was removed ("gone") or was added ("come")."""

    kind: Literal["same", "gone", "come"]
    text: str

    @property
    def words(self) -> int:
        return sum(1 for word in _WORDS.findall(self.text) if word[0].isalnum())


def paragraphs(before: str, after: str) -> Iterator[list[Span]]:
    """Yield the paragraphs of both texts in order, each as spans; an unchanged paragraph is one span, "same"."""
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
    """Pair each old paragraph of a changed passage with the most similar new one that is still free, in order."""
    place = 0
    for line in old:
        best = max(range(place, len(new)), key=lambda number: _alike(line, new[number]), default=None)
        if best is None or _alike(line, new[best]) < 0.4:
            yield [Span("gone", line)]
            continue
        yield from ([Span("come", added)] for added in new[place:best])
        yield words(line, new[best])
        place = best + 1
    yield from ([Span("come", added)] for added in new[place:])


def _alike(one: str, other: str) -> float:
    ones, others = set(_WORDS.findall(one)), set(_WORDS.findall(other))
    return 2 * len(ones & others) / (len(ones) + len(others)) if ones or others else 1.0


def words(before: str, after: str) -> list[Span]:
    """Compare two versions of one paragraph or title word by word."""
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
