"""Tell how likely it is that two articles report one event, and which pairs are worth asking about. Pure."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import exp

import numpy as np

from newslake.events.measures import Measures, measures
from newslake.events.numbers import surprise
from newslake.events.places import is_country
from newslake.events.profile import Profile

__all__ = ["WINDOW", "candidates", "likelihood", "log_odds"]

# Reports of an event are published within this time of each other.
WINDOW = timedelta(days=3)
LIKE = 0.25  # cosine from which two texts are worth comparing if they share no number and no place
COMMON = 100  # texts of one window that share a number or a place: if more do, it tells none of them apart
SURPRISING = 0.9
TITLE_WORDS = 2  # that two titles of one language share, where there are no vectors
_AT_ONCE = 1_000  # rows of the matrix of cosines that are computed together


def log_odds(one: Profile, other: Profile) -> float:
    """Return the logarithm of the odds that two articles report one event: above 0 it is more likely than not."""
    encoded = one.vector is not None and other.vector is not None
    weights = _weights()[("within" if one.language == other.language else "across") + ("" if encoded else "_without")]
    return weights[0] + sum(weight * value for weight, value in zip(weights[1], measures(one, other).row(), strict=True))


def likelihood(odds: float) -> float:
    """Return log-odds as a probability."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def candidates(profiles: Sequence[Profile], fresh: Sequence[bool] | None = None) -> list[tuple[int, int]]:
    """Return the pairs of articles that may report one event: within WINDOW, and sharing a number, a place or their meaning.

    Args:
        fresh: which articles are new; pairs of two others are left out.
    """
    is_fresh = fresh if fresh is not None else [True] * len(profiles)
    pairs: set[tuple[int, int]] = set()
    holders: dict[str, list[int]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        for key in {key for key in profile.numbers if surprise(key) >= SURPRISING}:
            holders[f"#{key}"].append(number)
        for place in profile.places:
            if not is_country(place):
                holders[place].append(number)
    for those in holders.values():
        if len(those) <= COMMON:
            pairs.update(combinations(those, 2))
    alone = [number for number, profile in enumerate(profiles) if profile.vector is None]
    pairs |= _alike_in_title(alone, profiles)
    pairs |= _alike(profiles, is_fresh)
    return sorted(
        (one, other) for one, other in pairs if (is_fresh[one] or is_fresh[other]) and _are_near(profiles[one], profiles[other])
    )


def _are_near(one: Profile, other: Profile) -> bool:
    return one.at is None or other.at is None or abs(one.at - other.at) <= WINDOW


def _alike_in_title(numbers: Sequence[int], profiles: Sequence[Profile]) -> set[tuple[int, int]]:
    """Return the pairs without vectors that share two words of their titles."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        for word in profiles[number].title_words:
            holders[word].append(number)
    shared = Counter(pair for those in holders.values() if len(those) <= COMMON for pair in combinations(those, 2))
    return {pair for pair, words in shared.items() if words >= TITLE_WORDS}


def _alike(profiles: Sequence[Profile], is_fresh: Sequence[bool]) -> set[tuple[int, int]]:
    """Return the pairs with a new article whose vectors are close."""
    encoded = [number for number, profile in enumerate(profiles) if profile.vector is not None]
    if not encoded:
        return set()
    rows = np.stack([np.frombuffer(profiles[number].vector or b"", np.int8) for number in encoded]).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    new = [place for place, number in enumerate(encoded) if is_fresh[number]]
    found: set[tuple[int, int]] = set()
    for begin in range(0, len(new), _AT_ONCE):
        some = new[begin : begin + _AT_ONCE]
        for i, j in zip(*np.nonzero(rows[some] @ rows.T >= LIKE), strict=True):
            one, other = encoded[some[int(i)]], encoded[int(j)]
            if one != other:
                found.add((min(one, other), max(one, other)))
    return found


@cache
def _weights() -> dict[str, tuple[float, tuple[float, ...]]]:
    """Return by situation the bias and the weight of each measure, in the order of Measures."""
    read = tomllib.loads(files("newslake.events").joinpath("weights.toml").read_text("utf-8"))
    order = Measures.__dataclass_fields__
    return {name: (table["bias"], tuple(table.get(measure, 0.0) for measure in order)) for name, table in read.items()}
