"""Choose the passage that shows why an article was found. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

LENGTH = 260  # characters of the article, before white space is collapsed
_SLACK = 24  # characters to look through for a word boundary; unspaced scripts have none


def snippet(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """Return about 260 characters of `text` around the densest group of `stretches`, or its beginning if there are none.

    The densest group has the most distinct words, then the most words, then comes first. White space is collapsed, and `…`
    marks where text was cut off.

    Args:
        stretches: (start, end) offsets of matches, in order.
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
    """Return the nearest offset to cut at: white space if near, else between characters. Moves from `at` to `limit` at most."""
    near = at
    while near != limit and abs(near - at) < _SLACK:
        if text[near - 1].isspace() or text[near].isspace():
            return near
        near += step
    while at != limit and unicodedata.combining(text[at]):
        at += step
    return at
