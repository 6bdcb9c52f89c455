"""Group reports into events by the likelihood of their pairs. Pure.

Reports that are linked, directly or through others, are grouped together, by average linkage: two groups become one while their
pairs are, on the average, more likely than not to report one event. So one mistaken link does not join two events, as it would
if links alone decided. The result depends on the links only, not on the order in which they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import TypeVar

__all__ = ["LINK", "UNLIKELY", "grouped", "linked"]

LINK = 0.0  # log-odds from which two reports are linked
UNLIKELY, CERTAIN = -4.0, 6.0  # log-odds that count at least and at most; the former for pairs that were never compared
LARGEST = 400  # reports that are grouped together; a larger crowd is taken apart at its weakest links first

Key = TypeVar("Key", bound=Hashable)


def grouped(odds: Mapping[tuple[str, str], float]) -> list[list[str]]:
    """Return the events, each with its reports in order, of pairs with their log-odds. Reports of no event are left out."""
    events = []
    for crowd in _crowds(odds, LINK):
        events += [sorted(event) for event in _average(crowd, odds) if len(event) > 1]
    return sorted(events)


def linked(pairs: Iterable[tuple[Key, Key]]) -> list[set[Key]]:
    """Return the connected components of pairs."""
    group: dict[Key, set[Key]] = {}
    for one, other in pairs:
        ones, others = group.setdefault(one, {one}), group.setdefault(other, {other})
        if ones is not others:
            if len(ones) < len(others):
                ones, others = others, ones
            ones |= others
            for each in others:
                group[each] = ones
    return list({id(members): members for members in group.values()}.values())


def _crowds(odds: Mapping[tuple[str, str], float], least: float) -> list[set[str]]:
    """Return the reports that are linked; where they are too many, those that stronger links join."""
    found = []
    for crowd in linked(pair for pair, each in odds.items() if each >= least):
        if len(crowd) <= LARGEST or least >= CERTAIN:
            found.append(crowd)
        else:
            inside = {pair: each for pair, each in odds.items() if pair[0] in crowd and pair[1] in crowd}
            found += _crowds(inside, least + 0.5)
    return found


def _average(crowd: set[str], odds: Mapping[tuple[str, str], float]) -> list[list[str]]:
    groups = {number: [report] for number, report in enumerate(sorted(crowd))}
    number_of = {members[0]: number for number, members in groups.items()}
    sums: dict[int, dict[int, float]] = defaultdict(dict)  # of the log-odds of all pairs of two groups, where any is compared
    for (one, other), each in odds.items():
        if one in crowd and other in crowd:
            i, j = number_of[one], number_of[other]
            # what is missing counts as unlikely, so the sum is of what a pair is above that
            sums[i][j] = sums[j][i] = min(max(each, UNLIKELY), CERTAIN) - UNLIKELY

    def pair(a: int, b: int) -> tuple[float, int, int]:
        """Return the rank of a pair, the best first. Places tell equal ones apart, so that the result is the same each time."""
        return -(sums[a][b] / (len(groups[a]) * len(groups[b])) + UNLIKELY), min(a, b), max(a, b)

    waiting = [pair(a, b) for a in sums for b in sums[a] if a < b]
    heapify(waiting)
    while waiting and -waiting[0][0] >= LINK:
        best = heappop(waiting)
        _, a, b = best
        if b not in sums.get(a, {}) or best != pair(a, b):
            continue  # one of the two has grown since; the pair as it is now waits, too
        groups[a] += groups.pop(b)
        for third, total in sums.pop(b).items():
            del sums[third][b]
            if third != a:
                sums[a][third] = sums[third][a] = sums[a].get(third, 0.0) + total
        for third in sums[a]:
            heappush(waiting, pair(a, third))
    return list(groups.values())
