"""Counting words in any script."""

from __future__ import annotations

import re

from newslake.scripts import UNSPACED

_UNSPACED = re.compile(f"[{UNSPACED}]+")
_WORD = re.compile(r"\w+(?:['’\-.,]\w+)*")
# Letters of a word, on average, in the scripts that put no space between words: Chinese and Japanese, Thai and its neighbours.
_LETTERS_HAN, _LETTERS_THAI = 2, 5


def count_words(text: str) -> int:
    """Words as their script parts them; two letters make one in Chinese and Japanese, five in Thai, Lao, Khmer and Burmese."""
    runs = [] if text.isascii() else _UNSPACED.findall(text)
    unspaced = 0
    for run in runs:
        per_word = _LETTERS_THAI if "\u0e00" <= run[0] <= "\u17ff" else _LETTERS_HAN
        unspaced += -(-len(run) // per_word)
    return unspaced + len(_WORD.findall(_UNSPACED.sub(" ", text) if runs else text))
