"""Tell a digest, which prints several articles on one page, from a long version of one article. Pure.

A digest holds two texts that have nothing in common with each other, so it must not make one story of them. It stays a copy of a
text that is more than half of it, and of nothing else. Whether a text is a digest depends on its copies in the corpus and on
when these appeared, never on the order in which they were loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from warehouse.similarity.compare import OF_THE_LONGER, Likeness, Text
from warehouse.similarity.shingles import are_in

# A digest is related to a text, but no copy of it, unless the text is more than this share of it.
MOST_OF_IT = 0.5
# Two parts of a text that share less than this of the smaller one are parts of different articles.
APART = 0.1
# Two parts of which one is so much smaller are an article and what it quotes, unless both are a fair part of the text.
SMALLER = 1 / 3
# A first take and the report that holds it appear within so many days.
TAKE_DAYS = 3
# A text that takes more of a longer one leaves no room for another article.
ROOM_TAKEN = 1 - OF_THE_LONGER


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of which one is a copy of the other, by their content hashes."""

    shorter: str
    longer: str
    of_the_longer: float  # the share of the longer text that is also in the shorter one
    like: Likeness

    @classmethod
    def of(cls, one: str, other: str, texts: Mapping[str, Text], like: Likeness) -> Pair:
        shorter, longer = sorted((one, other), key=lambda key: (len(texts[key].shingles), key))
        ratio = len(texts[shorter].shingles) / max(1, len(texts[longer].shingles))
        return cls(shorter, longer, like.contained * ratio, like)

    @property
    def is_take(self) -> bool:
        """Whether the shorter text is a small part of the longer one, as a first take is."""
        return self.of_the_longer < OF_THE_LONGER

    def window(self, window: timedelta) -> timedelta:
        """Return how far apart their articles may have appeared, where others may within `window`."""
        return min(window, timedelta(days=TAKE_DAYS)) if self.is_take else window

    @property
    def leaves_room(self) -> bool:
        """Whether the longer text may hold another article as well."""
        return self.of_the_longer <= ROOM_TAKEN


def holds_several(longer: Text, parts: Iterable[Text]) -> bool:
    """Return whether two of the texts that are printed in a longer one share next to nothing of it."""
    places = [np.flatnonzero(are_in(longer.shingles, part.shingles)).astype(np.int32) for part in parts]
    if len(places) < 2:
        return False
    sizes = np.array([len(one) for one in places])
    ends = np.cumsum(sizes)
    every, length = np.concatenate(places), len(longer.shingles)
    for own in places:  # one by one: all pairs at once would take memory for each part times the length
        held = np.zeros(length, bool)
        held[own] = True
        until = np.concatenate(([0], np.cumsum(held[every])))
        common = until[ends] - until[ends - sizes]
        smaller, larger = np.minimum(len(own), sizes), np.maximum(len(own), sizes)
        comparable = (smaller >= SMALLER * larger) | (smaller >= OF_THE_LONGER * length)
        if ((common < APART * smaller) & comparable).any():
            return True
    return False


def digests(pairs: Iterable[Pair], texts: Mapping[str, Text], earlier: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the longer texts of the pairs that are digests.

    Args:
        earlier: texts that were found to be parts of a longer one before, by that one.
    """
    parts: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair.leaves_room:
            parts[pair.longer].add(pair.shorter)
    return {
        longer
        for longer, those in parts.items()
        if holds_several(texts[longer], (texts[part] for part in sorted(those | set(earlier.get(longer, ())))))
    }


def binding(pairs: Iterable[Pair], found: Container[str]) -> Iterator[Pair]:
    """Yield the pairs whose articles belong to one story, given which texts are digests."""
    return (pair for pair in pairs if pair.longer not in found or pair.of_the_longer > MOST_OF_IT)
