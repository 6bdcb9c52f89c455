"""Whether one of two texts is a copy of the other. Pure.

They have to share text: half of the shorter one, so that an abridged copy is found and one with a local paragraph; and a fair
part of the longer one, so that a digest of the day, with a paragraph of each of ten articles, does not join these ten.

And they must not be two reports made of one template: results of two quarters, the weather of two days, the tables of two
matches. Such texts share their sentences but say other things *in the same place*. So each place is looked up where a number
or a name stands between the same words in both texts; where too many of these differ, so do the events.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warehouse.fingerprint import Hashes, is_unspaced, shared, shingles, tokens

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

_WORDS_BESIDE, _LETTERS_BESIDE = 2, 4
_LETTER_OR_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]")
_MARKS = ".,;:!?()[]{}\"'“”„«»‘’…–—-"
_ENDS = '.!?:…”"»“'
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, each a share from 0 to 1."""

    contained: float  # of the shorter text, shared with the longer
    resemblance: float  # of both texts together
    is_copy: bool


class Text:
    """A text, with all that is compared made when it is first asked for."""

    def __init__(self, text: str, hashed: bytes | None = None) -> None:
        self.text = text
        if hashed is not None:
            self.shingles = np.frombuffer(hashed, np.uint64)

    @cached_property
    def shingles(self) -> Hashes:
        return shingles(tokens(self.text))

    @cached_property
    def places(self) -> dict[tuple[str, ...], set[str]]:
        """What numbers and names stand where; see `_places`."""
        return _places(self.text)


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
    same, different = disagreement(one, other)
    return different >= ENOUGH_PLACES and different > TELLING_DIFFER * (same + different)


def disagreement(one: Text, other: Text) -> tuple[int, int]:
    """Places with the same number or name in both texts, and places with another one."""
    same = different = 0
    for place, there in one.places.items():
        here = other.places.get(place)
        if here is not None:
            if there & here:
                same += 1
            else:
                different += 1
    return same, different


def _places(text: str) -> dict[tuple[str, ...], set[str]]:
    """Runs of numbers and names by the words before them, and by the words behind them.

    A name is a capitalised word that does not begin a sentence; in scripts without capitals only numbers tell.
    """
    parts = unicodedata.normalize("NFKC", text).split()
    reach = _WORDS_BESIDE
    if is_unspaced(parts):
        parts = _LETTER_OR_NUMBER.findall(text)
        reach = _LETTERS_BESIDE
    plain = [
        place for place, part in enumerate(parts) if not part[0].isupper() and (part.isalpha() or not _HAS_DIGIT.search(part))
    ]
    bare = [parts[place].strip(_MARKS) for place in plain]
    places: dict[tuple[str, ...], set[str]] = defaultdict(set)
    last = -1
    for index, place in enumerate([*plain, len(parts)]):
        run = parts[last + 1 : place]
        # the first word of a sentence is capitalised whatever it is
        if run and run[0][0].isupper() and (last < 0 or parts[last][-1] in _ENDS):
            run = run[1:]
        if run:
            value = " ".join(part.strip(_MARKS).casefold() for part in run)
            if index >= reach:
                places["<", *bare[index - reach : index]].add(value)
            if index + reach <= len(plain):
                places[">", *bare[index : index + reach]].add(value)
        last = place
    return dict(places)
