"""Tell how much two sounds differ, letter by letter, and from where on they are other words. Pure."""

from __future__ import annotations

from functools import cache, lru_cache

__all__ = ["Costs", "costs", "distance", "limit"]

_LEAST = 0.45  # of the costs of a word that still counts as the same
_EACH = 0.09  # more for each letter of a long word
_HIGHEST = 0.85
_VOWELS = "aeiouOx"
_NEAR = {
    frozenset(pair): cost
    for cost, pairs in {
        0.1: "yi lN wv",
        0.2: "Oo Ou Oe Oa sS Nn ZJ ow uw",
        0.3: "SJ cs vf zc",
        0.4: "ei ou cJ Sz zZ SZ",
        0.5: "ao oe sz zJ",
        0.55: "ae",
        0.6: "fv hk hg vw sJ",
        0.7: "ua",
        0.8: "eu",
        0.9: "ai oi ui",
    }.items()
    for pair in pairs.split()
}
# Korean has no f, v, z, th; Japanese neither v nor l.
_NEAR_LAX = {
    frozenset(pair): 0.15
    for pair in ["bv", "pv", "pf", "hf", "zJ", "sJ", "dt", "gk", "bp", "lr", "cJ", "sc", "zs", "tc", "tJ", "dz", "hv", "vw", "vu"]
}
_LONG_I = {"i": 0.0, "y": 0.0, "e": 0.3}
_LONG_U = {"u": 0.0, "w": 0.0, "o": 0.1, "O": 0.1, "v": 0.1}
_LONG_A = {"a": 0.0, "e": 0.3, "o": 0.3, "O": 0.3}
_E_O = frozenset("eo")
_DELETED = {"x": 0.05, "y": 0.15, "h": 0.3, "w": 0.3}


class _Exchanged(dict[str, float]):
    """What it costs that a letter stands where another one is expected, by the other one."""

    def __init__(self, letter: str, lax: bool, arabic: bool) -> None:
        self._letter, self._lax, self._arabic = letter, lax, arabic

    def __missing__(self, other: str) -> float:
        self[other] = found = _exchanged(self._letter, other, self._lax, self._arabic)
        return found


class Costs:
    """What differences of sounds cost; see `distance`."""

    def __init__(self, lax: bool, arabic: bool) -> None:
        self._lax, self._arabic = lax, arabic
        self._added: dict[str, float] = {}
        self._exchanged: dict[str, _Exchanged] = {}

    def added(self, letter: str) -> float:
        """Return what a letter costs that only one of two sounds has."""
        found = self._added.get(letter)
        if found is None:
            self._added[letter] = found = _added(letter, self._lax, self._arabic)
        return found

    def exchanged(self, letter: str) -> dict[str, float]:
        """Return what it costs that another letter stands for this one, by the other one."""
        found = self._exchanged.get(letter)
        if found is None:
            self._exchanged[letter] = found = _Exchanged(letter, self._lax, self._arabic)
        return found


@cache
def costs(lax: bool, arabic: bool) -> Costs:
    """Return the costs of differences.

    Args:
        lax: one of the sounds is written in Korean or Japanese, which have fewer consonants.
        arabic: one is written in Arabic, which leaves out short vowels.
    """
    return Costs(lax, arabic)


def limit(longer: int) -> float:
    """Return how much two sounds may differ that are the same word, by the length of the longer one."""
    return min(_HIGHEST, max(_LEAST, _EACH * longer))


@lru_cache(maxsize=200_000)
def distance(a: str, b: str, lax: bool, arabic: bool) -> float:
    """Return how much two sounds differ: about 1 for each other letter, less where languages mix them up.

    Of sounds that differ by more than their limit, what is returned is only that it is more. Args: see `costs`.
    """
    table, most = costs(lax, arabic), limit(max(len(a), len(b)))
    added = [table.added(letter) for letter in b]
    row = [0.0]
    for cost in added:
        row.append(row[-1] + cost)
    for letter in a:
        removed, exchanged = table.added(letter), table.exchanged(letter)
        before = row[0]
        last = before + removed
        below = [last]
        for place, other in enumerate(b):
            above = row[place + 1]
            best = before + exchanged[other]
            if (cost := above + removed) < best:
                best = cost
            if (cost := last + added[place]) < best:
                best = cost
            below.append(best)
            last, before = best, above
        row = below
        if min(row) > most:
            return min(row)
    return row[-1]


def _added(letter: str, lax: bool, arabic: bool) -> float:
    if letter in _VOWELS and letter != "x":
        return 0.1 if arabic else 0.4 if lax else 0.6
    if letter in "AYW":
        return 0.6
    if lax and letter == "h":
        return 0.1
    return 0.1 if arabic and letter in "wy" else _DELETED.get(letter, 1.0)


def _exchanged(x: str, y: str, lax: bool, arabic: bool) -> float:
    if x == y:
        return 0.0
    pair = frozenset((x, y))
    if "x" in pair and x in _VOWELS and y in _VOWELS:
        return 0.2
    if lax and pair == _E_O:
        return 0.3  # ё, which Latin letters write as e
    if lax and pair in _NEAR_LAX:
        return _NEAR_LAX[pair]
    if arabic and "Y" in (x, y):
        return _LONG_I.get(x if y == "Y" else y, 1.0)
    if arabic and "W" in (x, y):
        return _LONG_U.get(x if y == "W" else y, 1.0)
    if arabic and "A" in (x, y):
        return _LONG_A.get(x if y == "A" else y, 1.0)
    return _NEAR.get(pair, 0.9 if x in _VOWELS and y in _VOWELS else 1.0)
