"""Make hourly counts of articles on made topics with known truth: weekly and daily rhythms, holidays, growth, and planted spikes.

A topic is drawn from its seed alone, so a seed names the same topics on every machine. Stories arrive at random, and each is
carried by one outlet or, as wire copy is, by several in the hours after it: counts scatter more than chance would have it.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

HOURS = 24
WEEK = 7 * HOURS
WEEKS = 26
# Nothing is planted before: so much of its own past a topic has.
KNOWN_WEEKS = 9
# Articles on an ordinary day, in the order of the kinds of topics.
SIZES = {"rare": 0.25, "small": 1.5, "middle": 12.0, "large": 70.0}


@dataclass(frozen=True, slots=True)
class Planted:
    """A spike: the hours from `begin` to `end` have `extra` more articles in all, which is so many times a usual day."""

    begin: int
    end: int
    extra: int
    times: float


@dataclass(frozen=True, slots=True)
class Topic:
    """A made topic: its kind, articles by hour, and the spikes that were planted."""

    kind: str
    size: str
    hourly: tuple[int, ...]
    planted: tuple[Planted, ...]


def topics(seed: int, count: int) -> list[Topic]:
    """Return so many topics: of each size and kind about as many."""
    kinds = [(size, kind) for size in SIZES for kind in ("even", "weekly", "holidays", "growing", "step", "bursty")]
    return [_topic(random.Random(f"{seed} {number}"), *kinds[number % len(kinds)]) for number in range(count)]


def _topic(drawn: random.Random, size: str, kind: str) -> Topic:
    usual = SIZES[size] * drawn.uniform(0.7, 1.4)
    weekend = drawn.uniform(0.1, 0.4) if kind != "even" else drawn.uniform(0.8, 1.0)
    busy = drawn.randrange(5) if kind in ("weekly", "holidays") else None  # a weekday with twice as many, such as a session
    holidays = _holidays(drawn) if kind == "holidays" else {}
    night = drawn.uniform(0.1, 0.6)
    step = drawn.randrange(KNOWN_WEEKS + 2, WEEKS - 4) * WEEK  # from then on, new outlets are watched
    copies = drawn.uniform(1.5, 4.0) if kind == "bursty" else drawn.uniform(0.2, 1.0)  # of a story, on average
    counts = [0] * (WEEKS * WEEK)
    for hour in range(len(counts)):
        day, clock = divmod(hour, HOURS)
        level = (weekend if day % 7 >= 5 else 1.0) * (2.0 if day % 7 == busy else 1.0) * holidays.get(day, 1.0)
        level *= night if clock < 7 else 1.0
        if kind == "growing":
            level *= 2.0 ** (2.0 * hour / len(counts) - 1.0)  # to the fourfold in half a year
        if kind == "step" and hour >= step:
            level *= 1.8
        for _ in range(_poisson(drawn, usual / HOURS / (1 + copies) * level)):
            _add_story(drawn, counts, hour, copies)
    planted = _plant(drawn, counts, usual)
    return Topic(kind, size, tuple(counts), planted)


def _holidays(drawn: random.Random) -> dict[int, float]:
    """Return days with little news: three single ones, and a stretch as at the turn of the year."""
    days = {drawn.randrange(WEEKS * 7): drawn.uniform(0.1, 0.3) for _ in range(3)}
    first = drawn.randrange(KNOWN_WEEKS * 7, WEEKS * 7 - 10)
    return days | {first + day: drawn.uniform(0.1, 0.3) for day in range(drawn.randrange(4, 10))}


def _add_story(drawn: random.Random, counts: list[int], hour: int, copies: float) -> None:
    counts[hour] += 1
    for _ in range(_geometric(drawn, copies)):
        later = hour + int(drawn.expovariate(1 / 4))
        if later < len(counts):
            counts[later] += 1


def _plant(drawn: random.Random, counts: list[int], usual: float) -> tuple[Planted, ...]:
    """Add spikes to the counts, at least nine days apart, and return them."""
    planted = list[Planted]()
    at = KNOWN_WEEKS * WEEK + drawn.randrange(2 * WEEK)
    while at < len(counts) - 3 * HOURS:
        hours = drawn.choice((6, 12, 24, 36))
        times = drawn.choice((1.5, 2.5, 4.0, 8.0))
        extra = max(6, round(usual * times))
        for _ in range(extra):
            counts[at + drawn.randrange(hours)] += 1
        planted.append(Planted(at, at + hours, extra, times))
        at += 9 * HOURS + drawn.randrange(5 * WEEK)
    return tuple(planted)


def _poisson(drawn: random.Random, mean: float) -> int:
    end, product, number = math.exp(-mean), drawn.random(), 0
    while product > end:
        product *= drawn.random()
        number += 1
    return number


def _geometric(drawn: random.Random, mean: float) -> int:
    return int(math.log(1.0 - drawn.random()) / math.log(mean / (1.0 + mean)))
