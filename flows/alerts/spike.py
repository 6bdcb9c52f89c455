"""Tell whether a topic has more articles than its own past explains, by weekday and in spite of how its counts scatter. Pure.

Counts are those of stretches of 24 hours that end at the same time of day, so that no day is ever half over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

WEEKS = 8  # in which the same weekday is looked at
REACH = 7 * WEEKS + 1  # stretches of 24 hours that are read: the one to judge and those before it
FEWEST = 3  # weeks that must be known
LEAST = 5  # articles, or it is no spike however quiet the topic is
TWICE = 2.0  # so many times what is usual, or it is none however even the topic is
CHANCE = 2e-3  # that the past explains so many; chosen on made topics, see benchmarks/alerts.py
LEVEL_DAYS = 14  # that say whether the topic has grown or faded since
_OF_ALL = 1.5  # the variance of all days by that of the four fifths that are nearest to what is usual
_FLOOR = 0.15  # articles a day: of a topic that was silent for weeks, no more is known than that it is rare


@dataclass(frozen=True, slots=True)
class Spike:
    """A spike: the articles of 24 hours, what is usual for them, and how probable so many are."""

    articles: int
    usual: float
    chance: float


def spike_of(articles: int, before: Sequence[int], least: int = LEAST) -> Spike | None:
    """Return the spike that so many articles are; None if they are none, or too little of the past is known.

    Args:
        before: articles of the stretches of 24 hours before, the latest first.
        least: articles, of which fewer are no spike.
    """
    if articles < least or len(before) < 7 * FEWEST:
        return None
    before = before[: 7 * WEEKS]
    usual = expected(before)
    if articles < TWICE * usual:
        return None
    scatter = _scatter(before)
    # What is usual is itself only known from some weeks.
    weeks = len(before) // 7
    spread = scatter * (1 + 1 / weeks)
    chance = tail(articles, usual, spread)
    return Spike(articles, usual, chance) if chance < CHANCE else None


def expected(before: Sequence[int]) -> float:
    """Return how many articles the past lets expect: those of the same weekday, raised or lowered by the last two weeks."""
    recent = range(min(LEVEL_DAYS, len(before) - 14))
    pairs = sorted(((before[day], _weekday(before, day + 1)) for day in recent), key=lambda pair: pair[0] - pair[1])
    kept = pairs[1 : len(pairs) - 2]  # a spike of last week is no growth
    level = (sum(count for count, _ in kept) + 3) / (sum(usual for _, usual in kept) + 3) if kept else 1.0
    return max(_FLOOR, _weekday(before, 0) * min(max(level, 0.7), 3.0))


def tail(number: int, mean: float, spread: float) -> float:
    """Return how probable it is that chance gives so many or more, where the variance is `spread` times the mean.

    That of a negative binomial distribution, or of Poisson's for a spread of 1.
    """
    if spread <= 1.001:
        first = -mean + number * log(mean) - lgamma(number + 1)
        ratios = (mean / (number + step) for step in range(1, 2000))
    else:
        size = mean / (spread - 1)
        missed = (spread - 1) / spread
        first = lgamma(number + size) - lgamma(size) - lgamma(number + 1) + size * log1p(-missed) + number * log(missed)
        ratios = ((number + step - 1 + size) / (number + step) * missed for step in range(1, 2000))
    term = total = exp(first)
    for ratio in ratios:
        term *= ratio
        total += term
        if term < total * 1e-9:
            break
    return min(total, 1.0)


def _weekday(before: Sequence[int], day: int) -> float:
    """Return the mean of the same weekday before a day, without its largest count, which may be an earlier spike.

    Not the median, which is 0 for most days of a rare topic.

    Args:
        day: 0 is the day to judge, 1 the first in `before`.
    """
    counts = sorted(before[day + 6 :: 7])
    if len(counts) > 3:
        counts = counts[: -2 if len(counts) > 5 else -1]
    return sum(counts) / len(counts) if counts else 0.0


def _scatter(before: Sequence[int]) -> float:
    """Return by how much counts scatter more than chance lets them: the variance divided by the mean, at least 1.

    A fifth of the days, those that stand out most, are left out: earlier spikes, and what is made of them. Of what chance alone
    gives, the rest would have about half of the variance; articles come in clusters, and of those it keeps more.
    """
    found = []
    for day in range(len(before) - 7):
        usual = max(_FLOOR, _weekday(before, day + 1))
        found.append(((before[day] - usual) ** 2, usual))
    found.sort(key=lambda one: one[0] / one[1])
    kept = found[: len(found) - max(1, len(found) // 5)]
    return max(1.0, _OF_ALL * sum(square for square, _ in kept) / sum(usual for _, usual in kept)) if kept else 1.0
