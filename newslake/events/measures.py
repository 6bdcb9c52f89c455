"""Measure in which ways two profiles are alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields
from heapq import nlargest
from itertools import groupby
from operator import attrgetter

from newslake.events.names import likeness, weight_of
from newslake.events.numbers import surprise
from newslake.events.places import is_country
from newslake.events.profile import Profile

__all__ = ["Measures", "measures"]

MOST_NUMBERS = 4.0  # of surprise that counts: a table of results says no more
ENOUGH_WORDS = 30
COUNTED = 3  # shared names
DAYS = 3.0  # after which more time makes no difference


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures, each from 0 to 1 or 2.

    Attributes:
        meaning, titles, title_and_text: cosines of the vectors; 0 without the encoder.
        names: shared names. numbers: shared numbers, by how surprising that is, against how many there are.
        numbers_apart: surprise of numbers that only one has, where both have some.
        places: shared cities and regions. places_apart: 1 if both name some, and none together.
        countries: share of countries that both name. days: between the two.
        title_words: share of the words of both titles. title_in_text: share of one title's words that the other article has.
        little_text: how few words the shorter article has, of which much may be shared by chance.
    """

    meaning: float
    titles: float
    title_and_text: float
    names: float
    numbers: float
    numbers_apart: float
    places: float
    places_apart: float
    countries: float
    days: float
    title_words: float
    title_in_text: float
    little_text: float

    def row(self) -> tuple[float, ...]:
        """Return the measures in order."""
        return _row(self)


_row = attrgetter(*(field.name for field in fields(Measures)))  # `astuple` copies each value, which takes longer than all else


def measures(one: Profile, other: Profile) -> Measures:
    """Return in which ways two articles are alike. It makes no difference which of them is the first."""
    shared = min(sum(map(surprise, one.numbers & other.numbers)), MOST_NUMBERS)
    least = min(sum(map(surprise, one.numbers)), sum(map(surprise, other.numbers)))
    towns, other_towns = ({place for place in each.places if not is_country(place)} for each in (one, other))
    states, other_states = one.places - towns, other.places - other_towns
    days = abs((one.at - other.at).total_seconds()) / 86_400 if one.at and other.at else 0.0
    same = one.language == other.language
    meaning, titles, title_and_text = _cosines(one, other)
    return Measures(
        meaning=meaning,
        titles=titles,
        title_and_text=title_and_text,
        names=_names(one, other),
        numbers=shared / (1 + least),
        numbers_apart=min(max(0.0, least - shared), MOST_NUMBERS),
        places=float(min(2, len(towns & other_towns))),
        places_apart=float(bool(towns) and bool(other_towns) and not towns & other_towns),
        countries=len(states & other_states) / max(1, len(states | other_states)),
        days=min(days, DAYS),
        title_words=_share(one.title_words, other.title_words, of_all=True) if same else 0.0,
        title_in_text=max(_share(one.title_words, other.words), _share(other.title_words, one.words)) if same else 0.0,
        little_text=1 - min(len(one.words), len(other.words), ENOUGH_WORDS) / ENOUGH_WORDS,
    )


def _cosines(one: Profile, other: Profile) -> tuple[float, float, float]:
    """Return how close both are in meaning, their titles, and the title of one and the whole of the other."""
    if one.directions is None or other.directions is None:
        return 0.0, 0.0, 0.0
    (title, whole), (other_title, other_whole) = one.directions, other.directions
    return float(whole @ other_whole), float(title @ other_title), max(float(title @ other_whole), float(whole @ other_title))


def _share(some: Set[str], others: Set[str], *, of_all: bool = False) -> float:
    """Return which share of some words is among others, or of all words in both; longer words count more."""
    whole = _length(some | others if of_all else some)
    return _length(some & others) / whole if whole else 0.0


def _length(words: Iterable[str]) -> float:
    return sum(min(len(word), 6) / 6 + 0.2 for word in words)


def _names(one: Profile, other: Profile) -> float:
    """Return how much the shared names say: the best fully, the next ones half, at most 2."""
    hits: dict[int, float] = {}
    shared = sorted(one.keys.keys() & other.keys.keys(), key=len, reverse=True)
    for length, keys in groupby(shared, len):
        # What names with these keys, and with all that follow, can say at the most: a key may lack one consonant.
        if _are_enough(hits, weight_of(length + 1)):
            break
        for key in keys:
            for number, sound, says in one.keys[key]:
                said = hits.get(number, 0.0)
                for _, like, also_says in other.keys[key]:
                    most = min(says, also_says)
                    if said < most and (alike := likeness(sound, like)) * most > said:
                        said = hits[number] = alike * most
    best = nlargest(COUNTED, hits.values())
    return min(2.0, sum(best[:1]) + sum(best[1:]) / 2)


def _are_enough(hits: Mapping[int, float], most: float) -> bool:
    """Return whether nothing that says no more than `most` can count beside these."""
    return len(hits) >= COUNTED and sum(said >= most for said in hits.values()) >= COUNTED
