"""Decide whether one of two texts is a copy of the other. Pure.

Copies share half of the shorter text, so that an abridged copy and one with an added paragraph are found; and a fair part of the
longer text. Of a smaller part only a text counts that stands in the longer one whole and in one piece, as a first take does, and
not at its end, where outlets and agencies speak of themselves.

Two reports from one template (results of two quarters, the weather of two days) are not copies. They share their sentences, but
differ in the numbers and names between them (see slots.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warehouse.records import TextHashes
from warehouse.similarity.characters import Hashes, Letters, letters
from warehouse.similarity.shingles import are_in, in_order, shared, shingles
from warehouse.similarity.slots import disagreement, telling_places

# Shares of the shorter and of the longer text's shingles.
CONTAINED = 0.5
OF_THE_LONGER = 0.15
# A text stands in a far longer one whole if this share of it does, and in one piece if nothing longer than this share of it, or
# than this many words, comes in between.
WHOLE_TAKE = 0.9
BETWEEN_SHARE, BETWEEN_WORDS = 0.1, 8
# Shingles that follow it.
LEAST_BEHIND = 30
# Fewer can coincide by chance, in a caption or a notice.
ENOUGH_SHINGLES = 16
# The share of common slots that may differ, if at least ENOUGH_PLACES do. An edited copy changes few of them, a template nearly
# all; replacing one word in ten at random changes one in ten.
TELLING_DIFFER = 0.4
ENOUGH_PLACES = 3

# A text adds nothing to another one if at most this share of its shingles is new, and at most this many: a caption, a line of the
# page, but no paragraph.
NEW_SHARE, NEW_SHINGLES = 0.1, 30

# If this much of one text is in the other, it was shortened or extended, not filled in from a template.
WHOLE = 0.97


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, each a share from 0 to 1."""

    contained: float  # of the shorter text, shared with the longer
    resemblance: float  # of both texts together
    is_copy: bool


def hashes_of(text: str) -> TextHashes:
    """Compute the hashes by which a text is compared."""
    taken_apart = letters(text)
    return TextHashes(shingles(taken_apart).tobytes(), telling_places(taken_apart).tobytes())


class Text:
    """A text whose hashes are computed on first use."""

    def __init__(self, text: str, hashed: TextHashes | None = None) -> None:
        self.text = text
        if hashed is not None:
            self.shingles = np.frombuffer(hashed.shingles, np.uint64)
            self.places = np.frombuffer(hashed.places, np.uint64)

    @cached_property
    def _letters(self) -> Letters:
        return letters(self.text)

    @cached_property
    def shingles(self) -> Hashes:
        return shingles(self._letters)

    @cached_property
    def in_order(self) -> Hashes:
        return in_order(self._letters)

    @cached_property
    def places(self) -> Hashes:
        return telling_places(self._letters)


def likeness(one: Text, other: Text) -> Likeness:
    """Compare two texts."""
    common = shared(one.shingles, other.shingles)
    short, long = sorted((one, other), key=lambda text: len(text.shingles))
    shorter, longer = len(short.shingles), len(long.shingles)
    contained = common / shorter if shorter else 0.0
    resemblance = common / (shorter + longer - common) if shorter else 0.0
    alike = shorter >= ENOUGH_SHINGLES and contained >= CONTAINED
    if alike and common < OF_THE_LONGER * longer:
        alike = contained >= WHOLE_TAKE and is_in_one_piece(short, long)
    return Likeness(contained, resemblance, is_copy=alike and (contained >= WHOLE or not tell_apart(one, other)))


def is_in_one_piece(short: Text, long: Text) -> bool:
    """Return whether a text stands in a longer one whole and in one piece, and the longer one goes on after it."""
    at = np.flatnonzero(are_in(long.in_order, short.shingles))
    width = round(len(short.in_order) * (1 + BETWEEN_SHARE)) + BETWEEN_WORDS
    ends = np.searchsorted(at, at + width)
    most = int(np.argmax(ends - np.arange(len(at))))
    piece = at[most : ends[most]]
    is_whole = len(np.unique(long.in_order[piece])) >= WHOLE_TAKE * len(short.shingles)
    return is_whole and len(long.in_order) - int(piece[-1]) > LEAST_BEHIND


def contained(one: Text, other: Text) -> float:
    """Return the share of the shorter text that is also in the longer one."""
    return shared(one.shingles, other.shingles) / max(1, min(len(one.shingles), len(other.shingles)))


def adds_nothing(new: Text, old: Text) -> bool:
    """Return whether everything that one text says is in the other: no paragraph, number or name is new."""
    novel = len(new.shingles) - shared(new.shingles, old.shingles)
    if not len(new.shingles) or novel > min(NEW_SHINGLES, NEW_SHARE * len(new.shingles)):
        return False
    return disagreement(new.places, old.places)[1] == 0


def tell_apart(one: Text, other: Text) -> bool:
    """Return whether the texts differ in so many common slots that they report different events."""
    same, different = disagreement(one.places, other.places)
    return different >= ENOUGH_PLACES and different > TELLING_DIFFER * (same + different)
