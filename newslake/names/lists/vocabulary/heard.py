"""Tell which words of a list many Korean words may be by how they sound, for all of them at once. Pure.

Korean words share their consonants with many words of a list, and the comparison of two words takes long. So the distances of
thousands of pairs are computed together (see `newslake.names.lists.costs`), and what is near enough is left to be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newslake.names.lists.costs import costs, limit
from newslake.names.lists.sounds import script_of, sounds

__all__ = ["Heard"]

_UNIT = 0.01  # all costs and limits are multiples of it
_AT_ONCE = 30_000  # pairs
_END = "\0"  # fills up short sounds; it costs nothing

Numbers = NDArray[Any]


class Heard:
    """The words of a list, by their sounds and by the keys under which they are looked for."""

    def __init__(self, words: Mapping[int, str], by_key: Mapping[str, Iterable[int]]) -> None:
        spoken = {number: sounds(word) for number, word in words.items()}
        rows = [(number, sound) for number, ways in spoken.items() for sound in ways]
        self._sounds = [sound for _, sound in rows]
        self._numbers = np.array([number for number, _ in rows], np.int64)
        self._arabic = np.array([script_of(words[number]) == "arabic" for number, _ in rows], np.bool_)
        ends = np.cumsum([len(ways) for ways in spoken.values()]).tolist()
        begins = dict(zip(spoken, [0, *ends], strict=False))
        self._by_key = {
            key: np.array([begins[one] + way for one in set(numbers) for way in range(len(spoken[one]))], np.int64)
            for key, numbers in by_key.items()
        }

    def near(self, heard: Sequence[str], keys: Sequence[Iterable[str]]) -> Iterator[tuple[int, int]]:
        """Yield the pairs that are near enough to be the same: the place of what is heard, and the number of the word.

        Args:
            heard: how words of Korean texts sound.
            keys: of each, under which words of the list it is looked for.
        """
        found = [(place, rows) for place, some in enumerate(keys) for key in some if (rows := self._by_key.get(key)) is not None]
        if not found:
            return
        places = np.repeat(np.array([place for place, _ in found], np.int64), [len(rows) for _, rows in found])
        rows = np.concatenate([rows for _, rows in found])
        size = [np.array([len(each) for each in some], np.int64) for some in (heard, self._sounds)]
        points = [_points(some) for some in (heard, self._sounds)]
        letters = np.unique(np.concatenate([each.ravel() for each in points]))
        mine, theirs = (np.searchsorted(letters, each).astype(np.uint16) for each in points)
        for arabic in (False, True):
            pairs = np.flatnonzero(self._arabic[rows] == arabic)
            pairs = pairs[np.lexsort((size[0][places[pairs]], size[1][rows[pairs]]))]
            table = _Table("".join(map(chr, letters)), arabic)
            for begin in range(0, len(pairs), _AT_ONCE):
                some = pairs[begin : begin + _AT_ONCE]
                left, right = places[some], rows[some]
                longest = np.maximum(size[0][left], size[1][right])
                apart = table.distances(mine[left, : size[0][left].max()].T, theirs[right, : size[1][right].max()].T)
                near = some[apart <= table.limits[longest]]
                yield from zip(places[near].tolist(), self._numbers[rows[near]].tolist(), strict=True)


class _Table:
    """What differences of sounds cost, in units, by the numbers of letters."""

    def __init__(self, letters: str, arabic: bool) -> None:
        table = costs(lax=True, arabic=arabic)
        added = [0.0 if each == _END else table.added(each) for each in letters]
        exchanged = [
            [max(added[x], added[y]) if _END in (one, other) else table.exchanged(one)[other] for y, other in enumerate(letters)]
            for x, one in enumerate(letters)
        ]
        self._added = _units(added)
        self._exchanged = _units(exchanged).ravel()
        self._size = len(letters)
        self.limits = _units([limit(longer) for longer in range(200)])

    def distances(self, mine: Numbers, theirs: Numbers) -> Numbers:
        """Return the distances of pairs of sounds, whose letters stand in the columns."""
        added = self._added[theirs]
        above = np.zeros((len(theirs) + 1, mine.shape[1]), np.uint16)
        np.cumsum(added, axis=0, out=above[1:], dtype=np.uint16)
        for letters in mine:
            removed, first = self._added[letters], letters.astype(np.int32) * self._size
            before, above[0] = above[0].copy(), above[0] + removed
            for place, others in enumerate(theirs):
                best = before + self._exchanged.take(first + others)
                before = above[place + 1].copy()
                np.minimum(best, before + removed, out=best)
                np.minimum(best, above[place] + added[place], out=above[place + 1])
        found: Numbers = above[-1]
        return found


def _points(sounds_of: Sequence[str]) -> Numbers:
    """Return the code points of sounds, a row of each."""
    longest = max(1, max(map(len, sounds_of)))
    filled = "".join(each.ljust(longest, _END) for each in sounds_of)
    return np.frombuffer(filled.encode("utf-32-le"), np.uint32).reshape(-1, longest)


def _units(costs_of: Any) -> Numbers:
    return np.rint(np.array(costs_of) / _UNIT).astype(np.uint16)
