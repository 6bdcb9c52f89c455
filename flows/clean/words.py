"""Count words in any script, and compare texts by their words."""

from __future__ import annotations

import re
from functools import lru_cache

from newslake.scripts import UNSPACED

__all__ = ["count_words", "fold"]

_UNSPACED = re.compile(f"[{UNSPACED}]+")
_WORD = re.compile(r"\w++(?:['’\-.,]\w++)*+")
# Average characters per word in scripts without spaces: Chinese and Japanese; Thai, Lao, Khmer and Burmese.
_LETTERS_HAN, _LETTERS_THAI = 2, 5
_PLAIN_WORD = re.compile(r"\w+")
# More texts than most pages have folded.
_FOLDED = 256


def count_words(text: str) -> int:
    """Count the words of a text; without spaces, two characters count as a word in Chinese and Japanese, five in Thai and its
    neighbours."""
    runs = [] if text.isascii() else _UNSPACED.findall(text)
    unspaced = 0
    for run in runs:
        per_word = _LETTERS_THAI if "\u0e00" <= run[0] <= "\u17ff" else _LETTERS_HAN
        unspaced += -(-len(run) // per_word)
    pieces = (_UNSPACED.sub(" ", text) if runs else text).split()
    # most pieces are one word as they are, which is told much faster
    others = [piece for piece in pieces if not piece.isalnum()]
    return unspaced + len(pieces) - len(others) + len(_WORD.findall(" ".join(others)))


@lru_cache(maxsize=_FOLDED)
def fold(text: str) -> str:
    """Return only the words of a text, in lower case, so that two spellings of a title compare equal."""
    return " ".join(_PLAIN_WORD.findall(text.lower()))
