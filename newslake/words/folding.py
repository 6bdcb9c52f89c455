"""Split text into tokens, and fold each word so that all its spellings compare equal.

Queries and articles are folded in the same way. Folded are case (full case folding: ß = ss, final sigma), accents (São = Sao,
Łódź = Lodz; but й differs from и), full-width and half-width forms, soft hyphens and zero-width characters, Arabic vowel signs,
tatweel and the variants of alef, hamza, ya and ta marbuta, and Hebrew niqqud. Not folded: traditional and simplified Chinese,
katakana and hiragana, ö and oe. Normalisation and case folding follow Unicode (UAX #15; Unicode Standard, section 3.13).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from newslake.scripts import UNSPACED_LETTERS


class Script(StrEnum):
    """How a script separates words, which decides how a term is looked for."""

    SPACED = "spaced"  # words are separated by spaces: a term matches a whole word
    HANGUL = "hangul"  # words end in particles: a term matches the beginning of a word
    UNSPACED = "unspaced"  # Chinese, Japanese, Thai, …: a term matches anywhere, and each character is a position


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a run of characters of an unspaced script; `start` and `end` are offsets in the text it comes from."""

    script: Script
    start: int
    end: int
    raw: str
    dotted: bool  # an abbreviation written with dots: U.S., 북·러


@dataclass(frozen=True, slots=True)
class Run:
    """Folded text with the offsets of each character before folding: character i comes from `starts[i]:ends[i]`."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range


def _marks() -> str:
    """Return all combining marks as ranges of a character class: they are part of a word, but `\\w` does not match them."""
    ranges: list[list[int]] = []
    # Without the blocks of Han, of Hangul, of surrogates and for private use, two thirds of the plane, which have none.
    for code in chain(range(0x300, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0x11000)):
        if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


IGNORED = "\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
APOSTROPHES = "'`´‘’ʹʻʼ′＇׳"
DOTS = "·・･‧∙•ㆍ"
_HANGUL = "\u1100-\u11ff\u3131-\u318c\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uffa0-\uffdc"
_ATTACHED = _marks() + IGNORED
_WORD = rf"[^\W_{UNSPACED_LETTERS}{_HANGUL}ㆍ]"  # letters and digits of the spaced scripts
_LETTER = rf"[^\W\d_{UNSPACED_LETTERS}{_HANGUL}ㆍ]"

_SYLLABLE = rf"(?:[-{DOTS}][{_HANGUL}](?![{_HANGUL}]))"
_SYLLABLES = rf"(?:[-{DOTS}][{_HANGUL}]++)"

# Possessive quantifiers prevent backtracking, so the time is linear in the length of the text.
TOKEN = re.compile(
    rf"""
    (?=\w)(?:  # skips spaces and punctuation quickly
    (?P<abbreviation>(?=.\.)(?<!\w){_LETTER}(?:\.{_LETTER}(?!\w))++\.?)
  | (?P<word>{_WORD}++(?:[{_ATTACHED}]++{_WORD}*+|[{APOSTROPHES}](?={_WORD}){_WORD}++)*+)
  | (?P<unspaced>[{UNSPACED_LETTERS}](?:[{UNSPACED_LETTERS}{_ATTACHED}]++|[{DOTS}](?=[{UNSPACED_LETTERS}]))*+)
  | (?P<alliance>(?<![{_HANGUL}])[{_HANGUL}](?:{_SYLLABLE}++{_SYLLABLES}?+|{_SYLLABLES}))
  | (?P<hangul>[{_HANGUL}][{_HANGUL}{_ATTACHED}]*+)
    )
    """,
    re.VERBOSE,
)
SCRIPTS = {
    "abbreviation": Script.SPACED,
    "word": Script.SPACED,
    "unspaced": Script.UNSPACED,
    "alliance": Script.HANGUL,
    "hangul": Script.HANGUL,
}

# Words that are folded by writing them in small letters. Nearly all words are such, and they take a tenth of the time.
PLAIN = re.compile("[a-zA-Z0-9]+|[а-яА-Я]+")
_DROPPED = re.compile(rf"[{IGNORED}{DOTS}.{APOSTROPHES}]")
_CLUSTER = re.compile(
    "(?:[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*|.)" rf"[{_ATTACHED}\uff9e\uff9f]*",
    re.DOTALL,
)
_RUN_DROPPED = re.compile(rf"[{IGNORED}{DOTS}-]")
# Accents of Latin, Greek, Cyrillic, Hebrew and Arabic. The breve of й is kept, since it makes another letter.
_ACCENTS = re.compile(
    "(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
# Letters that people type for one another and that Unicode does not decompose.
_LATIN = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_ARABIC = {"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك"}
LETTERS = _LATIN | _ARABIC
_AS_OTHERS = str.maketrans(LETTERS)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order. A word of two scripts is split where they meet (UN은 is two tokens)."""
    for found in TOKEN.finditer(text):
        group = found.lastgroup or "word"
        yield Token(SCRIPTS[group], found.start(), found.end(), found.group(), group in ("abbreviation", "alliance"))


def fold(word: str) -> str:
    """Fold a word of a spaced script; also removes apostrophes and the dots of abbreviations."""
    word = _DROPPED.sub("", word)
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    word = _ACCENTS.sub("", word.translate(_AS_OTHERS))
    return unicodedata.normalize("NFC", _DROPPED.sub("", word))  # again: "⒈" has become "1."


def fold_run(raw: str) -> Run:
    """Fold a run of Hangul or of an unspaced script character by character (NFKC). Kana keep their voicing marks."""
    if unicodedata.is_normalized("NFKC", raw) and not _RUN_DROPPED.search(raw):
        return Run(raw, range(len(raw)), range(1, len(raw) + 1))
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(raw):
        for character in unicodedata.normalize("NFKC", _RUN_DROPPED.sub("", cluster.group())).casefold():
            text.append(character)
            starts.append(cluster.start())
            ends.append(cluster.end())
    return Run("".join(text), tuple(starts), tuple(ends))


_ARTICLE = re.compile("ال(?=.{3})")


def stem(folded: str) -> str:
    """Remove the article from a folded Arabic word; return any other word unchanged."""
    return _ARTICLE.sub("", folded, count=1) if folded.startswith("ال") else folded


def without_proclitics(folded: str) -> set[str]:
    """Return the possible readings of an Arabic word without the proclitics و ف ب ل ك ال, each of at least three letters."""
    readings: set[str] = set()
    rest = {folded}
    for prefixes in (("و", "ف"), ("لل", "ب", "ك", "ل"), ("ال",)):
        rest |= {
            word[len(prefix) :]
            for word in rest
            for prefix in prefixes
            if word.startswith(prefix) and len(word) - len(prefix) >= 3
        }
        readings |= rest
    return readings
