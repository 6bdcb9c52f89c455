"""The passage that shows why an article matched."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

LENGTH = 260  # characters of the article, before white space is folded
_SLACK = 24  # how far a cut looks for a word boundary; scripts without spaces have none


def snippet(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """About 260 characters of `text` around the densest `stretches` (offsets, in order); its beginning if there are none.

    Densest is: most different words, then most words, then first. White space is folded; `…` stands where text was cut off.
    """
    if len(text) <= LENGTH:
        return " ".join(text.split())
    begin, end = _densest(text, stretches) if stretches else (0, 0)
    end = min(end, begin + LENGTH)
    room = LENGTH - (end - begin)
    start = max(0, min(begin - room // 2, len(text) - LENGTH))
    stop = start + LENGTH
    start = _boundary(text, start, begin, 1) if start else 0
    stop = _boundary(text, stop, end, -1) if stop < len(text) else stop
    return ("…" if start else "") + " ".join(text[start:stop].split()) + ("…" if stop < len(text) else "")


def _densest(text: str, stretches: Sequence[tuple[int, int]]) -> tuple[int, int]:
    inside: Counter[str] = Counter()
    best = (0, 0)
    window = stretches[0]
    left = 0
    for right, (_, end) in enumerate(stretches):
        inside[_word(text, stretches[right])] += 1
        while left < right and end - stretches[left][0] > LENGTH:
            gone = _word(text, stretches[left])
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            left += 1
        density = (len(inside), right - left + 1)
        if density > best:
            best, window = density, (stretches[left][0], max(end for _, end in stretches[left : right + 1]))
    return window


def _word(text: str, stretch: tuple[int, int]) -> str:
    return text[stretch[0] : stretch[1]].casefold()


def _boundary(text: str, at: int, limit: int, step: int) -> int:
    """The nearest place to cut, going inwards but not into the words at `limit`: at white space, else between characters."""
    near = at
    while near != limit and abs(near - at) < _SLACK:
        if text[near - 1].isspace() or text[near].isspace():
            return near
        near += step
    while at != limit and unicodedata.combining(text[at]):
        at += step
    return at
