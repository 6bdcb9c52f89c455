"""Tell how likely it is that two articles report one event, and which pairs are worth asking about. Pure."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import timedelta
from functools import cache
from importlib.resources import files
from math import exp

import numpy as np
from numpy.typing import NDArray

from newslake.events.measures import Measures, measures
from newslake.events.numbers import surprise
from newslake.events.places import is_country
from newslake.events.profile import Profile, Sketch

__all__ = ["WINDOW", "candidates", "likelihood", "log_odds"]

# Reports of an event are published within this time of each other.
WINDOW = timedelta(days=3)
LIKE = 0.25  # cosine from which two texts are worth comparing if they share no number and no place
COMMON = 100  # texts of one window that share a number or a place: if more do, it tells none of them apart
SURPRISING = 0.9
NEAREST = 24  # texts with which one is compared, by meaning and by what they share
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


def candidates(profiles: Sequence[Sketch], fresh: Sequence[bool] | None = None) -> list[tuple[int, int]]:
    """Return the pairs of articles that may report one event: within WINDOW, and sharing a number, a place or their meaning.

    Of each new article these are at most NEAREST pairs by meaning and NEAREST by what is shared, so that a load among many
    articles on one topic takes no longer than one among few.

    Args:
        fresh: which articles are new; pairs of two others are left out.
    """
    new = [number for number in range(len(profiles)) if fresh is None or fresh[number]]
    keys = [_keys(profile) for profile in profiles]
    holders = _holders(profiles, keys)
    found: set[tuple[int, int]] = set()
    for begin in range(0, len(new), _AT_ONCE):
        some = new[begin : begin + _AT_ONCE]
        for one, cosines in zip(some, _cosines(profiles, some), strict=True):
            shared = Counter(other for key in keys[one] for other in holders[key] if len(holders[key]) <= COMMON)
            if profiles[one].vector is None:
                shared.update(_alike_in_title(one, profiles, holders))
            near = [other for other in shared if other != one and _are_near(profiles[one], profiles[other])]
            near.sort(key=lambda other: (-shared[other], -cosines[other], other))
            alike = [int(other) for other in np.argsort(-cosines, kind="stable")[: NEAREST + 1] if cosines[other] >= LIKE]
            found.update((min(one, other), max(one, other)) for other in [*near[:NEAREST], *alike] if other != one)
    return sorted(found)


def _keys(profile: Sketch) -> set[str]:
    """Return what few other texts share with one: surprising numbers and places that are no countries."""
    return {f"#{key}" for key in profile.numbers if surprise(key) >= SURPRISING} | {
        place for place in profile.places if not is_country(place)
    }


def _holders(profiles: Sequence[Sketch], keys: Sequence[Set[str]]) -> Mapping[str, Sequence[int]]:
    """Return the texts that have each key, and (without vectors) each word of a title."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        words = {f"~{word}" for word in profile.title_words} if profile.vector is None else set()
        for key in keys[number] | words:
            holders[key].append(number)
    return holders


def _are_near(one: Sketch, other: Sketch) -> bool:
    return one.at is None or other.at is None or abs(one.at - other.at) <= WINDOW


def _alike_in_title(one: int, profiles: Sequence[Sketch], holders: Mapping[str, Sequence[int]]) -> Counter[int]:
    """Return the texts that share two words of their titles with one, without vectors, and how many they share."""
    several = [holders[f"~{word}"] for word in profiles[one].title_words]
    shared = Counter(other for those in several if len(those) <= COMMON for other in those)
    return Counter({other: words for other, words in shared.items() if words >= TITLE_WORDS})


def _cosines(profiles: Sequence[Sketch], some: Sequence[int]) -> NDArray[np.float32]:
    """Return how close the vectors of some texts are to those of all; -1 where there is none, and out of WINDOW."""
    found = np.full((len(some), len(profiles)), -1.0, np.float32)
    encoded = [number for number, profile in enumerate(profiles) if profile.vector is not None]
    of_some = [place for place, number in enumerate(some) if profiles[number].vector is not None]
    if not encoded or not of_some:
        return found
    rows = np.zeros((len(profiles), len(profiles[encoded[0]].vector or b"")), np.float32)
    rows[encoded] = np.stack([np.frombuffer(profiles[number].vector or b"", np.int8) for number in encoded])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    found[np.ix_(of_some, encoded)] = rows[[some[place] for place in of_some]] @ rows[encoded].T
    times = np.array([each.at.timestamp() if each.at else np.nan for each in profiles])
    apart = np.abs(times[list(some)][:, None] - times[None, :]) > WINDOW.total_seconds()  # nan is near to all
    found[apart] = -1.0
    return found


@cache
def _weights() -> dict[str, tuple[float, tuple[float, ...]]]:
    """Return by situation the bias and the weight of each measure, in the order of Measures."""
    read = tomllib.loads(files("newslake.events").joinpath("weights.toml").read_text("utf-8"))
    order = Measures.__dataclass_fields__
    return {name: (table["bias"], tuple(table.get(measure, 0.0) for measure in order)) for name, table in read.items()}
