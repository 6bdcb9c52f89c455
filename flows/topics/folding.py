"""How written words become comparable: tokens of a text, and one folded form for all the ways a word is written.

The same folding serves queries and articles, so what is folded on one side is found on the other: case (full case
folding: ß = ss, final sigma), accents (São = Sao, Łódź = Lodz; but й stays apart from и), full-width and half-width forms,
soft hyphens and zero-width characters, Arabic vowel signs, tatweel and alef, hamza, ya and ta-marbuta forms, Hebrew niqqud.
Not folded: traditional and simplified Chinese, katakana and hiragana, ö and oe.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from newslake.scripts import UNSPACED_LETTERS


class Script(StrEnum):
    """How words stand in a text, which decides how a term finds them."""

    SPACED = "spaced"  # words with space between them: a term is a whole word
    HANGUL = "hangul"  # words that carry particles: a term begins a word
    UNSPACED = "unspaced"  # Chinese, Japanese, Thai, …: a term stands anywhere, each character is a position


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text: `start` and `end` are offsets into the text it was read from."""

    script: Script
    start: int
    end: int
    raw: str
    dotted: bool  # an abbreviation written with dots: U.S., 북·러


@dataclass(frozen=True, slots=True)
class Run:
    """A folded stretch whose characters know where they come from: character i was written at `starts[i]:ends[i]`."""

    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range


def _marks() -> str:
    """Combining marks, which are part of a word though `\\w` leaves them out."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x11000):
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

# Possessive quantifiers: no text makes this go back, so the time is linear in the text.
TOKEN = re.compile(
    rf"""
    (?=\w)(?:  # quick over spaces and punctuation
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

_DROPPED = re.compile(rf"[{IGNORED}{DOTS}.{APOSTROPHES}]")
_CLUSTER = re.compile(
    "(?:[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*|.)" rf"[{_ATTACHED}\uff9e\uff9f]*",
    re.DOTALL,
)
_RUN_DROPPED = re.compile(rf"[{IGNORED}{DOTS}-]")
# Accents of Latin, Greek, Cyrillic, Hebrew and Arabic; the breve of й makes another letter.
_ACCENTS = re.compile(
    "(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
# Letters that one keyboard writes in the place of another's, and that no decomposition joins.
_LATIN = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_ARABIC = {"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك"}
LETTERS = _LATIN | _ARABIC
_AS_OTHERS = str.maketrans(LETTERS)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text in order; words of different scripts part where they meet (UN은 is two tokens)."""
    for found in TOKEN.finditer(text):
        group = found.lastgroup or "word"
        yield Token(SCRIPTS[group], found.start(), found.end(), found.group(), group in ("abbreviation", "alliance"))


def fold(word: str) -> str:
    """A word of a spaced script in its one form; apostrophes and the dots of abbreviations go."""
    word = _DROPPED.sub("", word)
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    word = _ACCENTS.sub("", word.translate(_AS_OTHERS))
    return unicodedata.normalize("NFC", word)


def fold_run(raw: str) -> Run:
    """A stretch of Hangul or of an unspaced script, folded character by character. Kana keep their voicing marks."""
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
    """An Arabic word without its article; any other word as it is."""
    return _ARTICLE.sub("", folded, count=1) if folded.startswith("ال") else folded


def without_proclitics(folded: str) -> set[str]:
    """What an Arabic word may be without و ف ب ل ك ال in front of it, each reading with at least three letters left."""
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
