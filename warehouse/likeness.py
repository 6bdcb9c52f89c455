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

from warehouse.fingerprint import Hashes, folded, shared, shingles, tokens

# Shares of the shorter and of the longer text's shingles.
CONTAINED = 0.5
OF_THE_LONGER = 0.15
# Below this the texts are compared as wholes: runs of five words of so few are too few to count.
ENOUGH_TOKENS = 20
# Places where numbers or names stand between the same words in both texts: what share of them may differ, and from how many on.
# An edited copy changes few; a template nearly all. One word in ten replaced by chance makes one in ten.
TELLING_DIFFER = 0.4
ENOUGH_PLACES = 3

_WRITTEN = re.compile(r"\w+")
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, each a share from 0 to 1."""

    contained: float  # of the shorter text, shared with the longer
    resemblance: float  # of both texts together
    is_copy: bool


class Text:
    """A text, with all that is compared made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def tokens(self) -> list[str]:
        return tokens(folded(self.text))

    @cached_property
    def shingles(self) -> Hashes:
        return shingles(self.tokens)

    @cached_property
    def places(self) -> dict[tuple[str, ...], set[str]]:
        """What numbers and names stand where; see `_places`."""
        return _places(self.text)


def likeness(one: Text, other: Text) -> Likeness:
    """Compare two texts."""
    if one.tokens == other.tokens:
        return Likeness(1.0, 1.0, is_copy=True)
    common = shared(one.shingles, other.shingles)
    shorter, longer = sorted((len(one.shingles), len(other.shingles)))
    contained = common / shorter if shorter else 0.0
    resemblance = common / (shorter + longer - common) if shorter else 0.0
    enough = min(len(one.tokens), len(other.tokens)) >= ENOUGH_TOKENS
    alike = enough and contained >= CONTAINED and common >= OF_THE_LONGER * longer
    return Likeness(contained, resemblance, is_copy=alike and not tell_apart(one, other))


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
    """Runs of numbers and names by the two words before them, and by the two words behind them.

    A name is a capitalised word that does not begin a sentence; in scripts without capitals only numbers tell.
    """
    places: dict[tuple[str, ...], set[str]] = defaultdict(set)
    plain: list[str] = ["", ""]
    run: list[str] = []
    behind: list[tuple[str, int]] = []  # runs whose words behind are still to come
    text = unicodedata.normalize("NFKC", text)
    end = 0
    begins = True
    for found in _WRITTEN.finditer(text):
        word = found[0]
        between = text[end : found.start()]
        end = found.end()
        begins = begins or any(mark in between for mark in '.!?:\n"“„«')
        number = _HAS_DIGIT.search(word) is not None
        if number or (word[0].isupper() and not begins):
            run.append(word.casefold())
            begins = False
            continue
        begins = False
        if run:
            value = " ".join(run)
            places[("<", plain[-2], plain[-1])].add(value)
            behind.append((value, len(plain)))
            run = []
        plain.append(word.casefold())
        while behind and len(plain) >= behind[0][1] + 2:
            value, at = behind.pop(0)
            places[(">", plain[at], plain[at + 1])].add(value)
    if run:
        places[("<", plain[-2], plain[-1])].add(" ".join(run))
    return dict(places)
