"""Write words of several scripts as the consonants that one hears, so that a name is the same however it is spelled. Pure.

Halcyon, 할시온, Хальсион and ハルシオン are all `hrsn`: vowels differ most between languages, and so do r and l, p and b and f,
s and sh and ch, k and g. What such pairs share becomes one letter. The price is that different names may sound
alike, the more so the shorter they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Sound", "sound", "sound_of"]

# Hangul: by initial consonant and by final consonant of a syllable.
_INITIALS = ("k", "k", "n", "t", "t", "r", "m", "b", "b", "s", "s", "", "s", "s", "s", "k", "t", "b", "h")
_FINALS = (
    *(
        "",
        "k",
        "k",
        "ks",
        "n",
        "ns",
        "n",
        "t",
        "r",
        "rk",
        "rm",
        "rb",
        "rs",
        "rt",
        "rb",
        "r",
        "m",
        "b",
        "bs",
        "`",
        "`",
        "n",
        "t",
        "t",
    ),
    *("k", "t", "b", ""),
)
_VOWELS = ("a", "e", "a", "e", "o", "e", "o", "e", "o", "a", "e", "e", "o", "u", "o", "e", "i", "u", "", "i", "i")
_KANA_ROWS = {
    "": ("アァャヤワヮ", "イィ", "ウゥュユ", "エェ", "オォョヨヲ"),
    "k": ("カガ", "キギ", "クグ", "ケゲ", "コゴ"),
    "s": ("サザ", "シジチヂ", "スズツヅ", "セゼ", "ソゾ"),
    "t": ("タダ", "", "", "テデ", "トド"),
    "n": ("ナ", "ニ", "ヌ", "ネ", "ノ"),
    "h": ("ハ", "ヒ", "", "ヘ", "ホ"),
    "b": ("バパ", "ビピ", "フブプヴ", "ベペ", "ボポ"),
    "m": ("マ", "ミ", "ム", "メ", "モ"),
    "r": ("ラ", "リ", "ル", "レ", "ロ"),
}
_KANA = {
    kana: consonant + vowel
    for consonant, row in _KANA_ROWS.items()
    for vowel, written in zip("aiueo", row, strict=True)
    for kana in written
} | {"ン": "n"}
_CYRILLIC = {
    **dict.fromkeys("ая", "a"),
    **dict.fromkeys("еэє", "e"),
    **dict.fromkeys("иыійї", "i"),
    **dict.fromkeys("оё", "o"),
    **dict.fromkeys("уюў", "u"),
    **dict.fromkeys("ьъ", ""),
    **dict.fromkeys("бвпф", "b"),
    **dict.fromkeys("гкқғ", "k"),
    **dict.fromkeys("дт", "t"),
    **dict.fromkeys("жзсцчшщ", "s"),
    **dict.fromkeys("лр", "r"),
    "х": "h",
    "м": "m",
    "н": "n",
}
_LATIN = {
    **{letter: letter for letter in "aeiou"},
    "y": "i",
    **dict.fromkeys("bpvf", "b"),
    **dict.fromkeys("gkqc", "k"),
    **dict.fromkeys("dt", "t"),
    **dict.fromkeys("szj", "s"),
    **dict.fromkeys("lr", "r"),
    "h": "h",
    "m": "m",
    "n": "n",
    "x": "ks",
}
# Spellings of one sound by several Latin letters, before single letters are read.
_SPELLINGS = [
    (re.compile(pattern), by)
    for pattern, by in (
        ("tch|tsch|tzsch|shch|sch|sh|ch|zh|ts|tz|dz|dj", "s"),
        ("kh", "h"),
        ("ph|bh", "f"),
        ("th", "t"),
        ("(?<=[bcdfghjklmnpqrstvz])e$", ""),
        ("(?<=[aiou])gh(?![aeiou])", ""),
        ("ck|gh", "k"),
        ("ng(?![aeiouy])", "n"),
        ("eo", "o"),
        ("eu(?=[bcdfghjklmnpqrst])", ""),
        ("ae|ai(?![aeiou])", "e"),
        ("ee|ea", "i"),
        ("oo|ou", "u"),
        ("c(?=[eiy])", "s"),
        ("(?<=[aeiou])h(?![aeiouy])", ""),
    )
]
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Sound:
    """How a word sounds: its consonants, and the letters with vowels between them, which tell short names apart."""

    consonants: str
    letters: str


@lru_cache(maxsize=65_536)
def sound(word: str) -> Sound:
    """Return how a word in Latin, Cyrillic, Hangul or kana sounds; empty where nothing is known of its script."""
    letters = unicodedata.normalize("NFKC", word).casefold()
    if unicodedata.normalize("NFD", letters[:1]).isascii() and letters[:1].isalpha():
        return _closed(_latin(letters))
    made: list[str] = []
    for letter in letters:
        code = ord(letter)
        if 0xAC00 <= code <= 0xD7A3:
            code -= 0xAC00
            made += (_INITIALS[code // 588], _VOWELS[code % 588 // 28], _FINALS[code % 28])
        elif 0x3041 <= code <= 0x3096:
            made.append(_KANA.get(chr(code + 0x60), ""))
        else:
            made.append(_CYRILLIC.get(letter) or _KANA.get(letter, ""))
    return _closed("".join(made))


def _latin(letters: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", letters) if letter.isascii() and letter.isalpha())
    for pattern, by in _SPELLINGS:
        plain = pattern.sub(by, plain)
    return "".join(_LATIN.get(letter, "") for letter in plain)


def _closed(letters: str) -> Sound:
    """Join doubled letters, and write n before b as m, as Japanese and Russian do not tell them apart there."""
    # a final ㅅ doubles the consonant that follows, and is a t at the end
    letters = re.sub("`(?=.)", "", letters).replace("`", "t").replace("nb", "mb")
    letters = _DOUBLE.sub(r"\1", letters)
    return sound_of(letters)


@lru_cache(maxsize=65_536)
def sound_of(letters: str) -> Sound:
    """Return the sound whose letters these are, as they were stored."""
    return Sound(_DOUBLE.sub(r"\1", _VOWEL.sub("", letters)), letters)


_VOWEL = re.compile("[aeiou]+")
