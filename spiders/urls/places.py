"""Places: which of the addresses that a source names a run keeps, and how the others are counted. Pure."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from heapq import heappush, heappushpop
from typing import Generic, TypeVar

# Characters of addresses that a source may name, for each of its places: real ones have some 90.
CHARACTERS = 250
# Addresses of a source that may wait to be fetched, in max_addresses: what a source lists anew in every run must not pile up.
MAX_WAITING = 10

Item = TypeVar("Item")
Age = tuple[int, float]  # sorts newest first


@dataclass(frozen=True, slots=True)
class Away(Generic[Item]):
    """What became of the addresses without a place.

    Attributes:
        newest: the newest of them, for which places were kept free.
        urls: the number of the others, each counted once.
        known: how many of the others are known from earlier runs.
        example: one of the others; None if there are none.
    """

    newest: list[Item]
    urls: int
    known: int
    example: Item | None


def places_left(most: int, articles: int, waiting: int) -> int:
    """Return how many addresses a run keeps of a source of which so many wait already.

    Where too many wait, it is room for the newest that this run can fetch, and as much again for what is known.

    Args:
        most: max_addresses.
        articles: max_articles of the source.
    """
    return min(most, max(MAX_WAITING * most - waiting, 4 * articles))


class Places(Generic[Item]):
    """The places of one source in one run.

    They go to whoever comes first, with two exceptions. Addresses that are known from earlier runs take at most half, so that a
    large archive that is listed in every run leaves room for what is new. The last places are kept for the newest of the
    addresses that found none, since an archive may be listed oldest first.

    An address without a place takes 8 bytes, until `settle` counts how many there are.

    Args:
        limit: number of places.
        newest: places kept for the newest, at most a quarter of all.
    """

    def __init__(self, limit: int, newest: int) -> None:
        self.limit = limit
        self._newest = min(max(newest, 1), limit // 4)
        self._free = limit - self._newest
        self._free_for_known = self._free // 2
        self._characters = limit * CHARACTERS
        self._away = {False: array("Q"), True: array("Q")}  # by whether they are known: 60 bits of their ids
        self._waiting: list[tuple[int, float, int, str, Item]] = []  # a heap, the oldest first
        self._in_heap: set[str] = set()
        self._example: tuple[str, Item] | None = None
        self._count = 0

    def take(self, characters: int, *, is_known: bool) -> bool:
        """Take a place for an address of so many characters; return False if there is none."""
        if self._free < 1 or self._characters < 0 or (is_known and self._free_for_known < 1):
            return False
        self._free -= 1
        self._characters -= characters
        self._free_for_known -= is_known
        return True

    def turn_away(self, key: str, item: Item, age: Age, *, is_known: bool) -> None:
        """Count an address that found no place. It may be turned away several times."""
        self._away[is_known].append(int(key[:15], 16))
        if is_known or not self._newest:
            self._example = key, item
        elif key not in self._in_heap:
            self._count += 1
            self._in_heap.add(key)
            waiting = (-age[0], -age[1], -self._count, key, item)
            if len(self._waiting) < self._newest:
                heappush(self._waiting, waiting)
            else:
                *_, oldest, its_item = heappushpop(self._waiting, waiting)
                self._in_heap.discard(oldest)
                self._example = oldest, its_item

    def settle(self) -> Away[Item]:
        """Give the newest their places, and count the others."""
        example = self._example
        # an address that gave way to newer ones may have come back with a newer date
        newest = [item for *_, key, item in sorted(self._waiting, reverse=True) if example is None or key != example[0]]
        known = _distinct(self._away[True])
        urls = known + _distinct(self._away[False]) - len(newest)
        self._away = {False: array("Q"), True: array("Q")}
        self._waiting, self._in_heap, self._example = [], set(), None
        return Away(newest, urls, known, example[1] if example else None)


def _distinct(keys: array[int]) -> int:
    if not keys:
        return 0
    import numpy  # most runs need it never

    found = numpy.frombuffer(keys, dtype=numpy.uint64)  # of the same memory
    found.sort()
    return int((found[1:] != found[:-1]).sum()) + 1
