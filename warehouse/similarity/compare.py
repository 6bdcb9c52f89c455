"""Whether one of two texts is a copy of the other. Pure.

They have to share text: half of the shorter one, so that an abridged copy is found and one with a local paragraph; and a fair
part of the longer one, so that a digest of the day, with a paragraph of each of ten articles, does not join these ten.

And they must not be two reports made of one template: results of two quarters, the weather of two days, the tables of two
matches. Such texts share their sentences but say other things *in the same place* (see `places`); where too many of these
differ, so do the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warehouse.records import TextHashes
from warehouse.similarity.characters import Hashes, Letters, letters
from warehouse.similarity.shingles import shared, shingles
from warehouse.similarity.slots import disagreement, telling_places

# Shares of the shorter and of the longer text's shingles.
CONTAINED = 0.5
OF_THE_LONGER = 0.15
# Fewer are the same by chance, in a caption or a notice.
ENOUGH_SHINGLES = 16
# Places where numbers or names stand between the same words in both texts: what share of them may differ, and from how many on.
# An edited copy changes few; a template nearly all. One word in ten replaced by chance makes one in ten.
TELLING_DIFFER = 0.4
ENOUGH_PLACES = 3

# A copy of which so much is contained in the other text was cut or added to, and not filled in anew.
WHOLE = 0.97


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, each a share from 0 to 1."""

    contained: float  # of the shorter text, shared with the longer
    resemblance: float  # of both texts together
    is_copy: bool


def hashes_of(text: str) -> TextHashes:
    """What is compared of a text."""
    taken_apart = letters(text)
    return TextHashes(shingles(taken_apart).tobytes(), telling_places(taken_apart).tobytes())


class Text:
    """A text, with all that is compared made when it is first asked for."""

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
    def places(self) -> Hashes:
        return telling_places(self._letters)


def likeness(one: Text, other: Text) -> Likeness:
    """Compare two texts."""
    common = shared(one.shingles, other.shingles)
    shorter, longer = sorted((len(one.shingles), len(other.shingles)))
    contained = common / shorter if shorter else 0.0
    resemblance = common / (shorter + longer - common) if shorter else 0.0
    alike = shorter >= ENOUGH_SHINGLES and contained >= CONTAINED and common >= OF_THE_LONGER * longer
    return Likeness(contained, resemblance, is_copy=alike and (contained >= WHOLE or not tell_apart(one, other)))


def contained(one: Text, other: Text) -> float:
    """The share of the shorter text that stands in the longer one."""
    return shared(one.shingles, other.shingles) / max(1, min(len(one.shingles), len(other.shingles)))


def tell_apart(one: Text, other: Text) -> bool:
    """Whether the numbers and names that stand in the same places differ so much that the texts report different events."""
    same, different = disagreement(one.places, other.places)
    return different >= ENOUGH_PLACES and different > TELLING_DIFFER * (same + different)
