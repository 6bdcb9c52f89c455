"""Split a text into the tokens of dates: numbers, words and phrases of all languages, marks."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from newslake.dates.vocabulary import Vocabulary, Word, fold, is_unspaced, vocabulary

__all__ = ["Token", "plain_digits", "tokens"]

Kinds = dict[frozenset[str], str]
# A number, or the text of a word or mark, with its place.
_Piece = tuple[str | int, int, int]
# Letters with their vowel signs, which are no letters to `re`: Hebrew, Arabic, Indian scripts, Thai and its neighbours.
_SIGNS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0970-\u0dff"
    "\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3\u200b-\u200d"
)
_TOKEN = re.compile(
    rf"[A-Z][a-z]+/[A-Z]\w+(?:/[A-Z]\w+)?|\d+|[^\W\d_](?:[^\W\d_]|[{_SIGNS}])*|\S",
)
_HAN_DIGITS = "〇一二三四五六七八九"
_HAN_NUMBER = re.compile(rf"[零十{_HAN_DIGITS}]+(?=[年月日号號時时點点分秒])|元(?=年)")
# Runs of letters that are longer belong to no date.
_MAX_RUN = 40
# Marks of all scripts by the one of ours that they stand for. Those that only set the direction of writing are spaces.
_MARKS = {
    "-": "‐‑‒–—−－", ",": "，、،﹐︐；;", "/": "／⁄∕", ":": "：∶",
    "(": "（［【", ")": "）］】", ".": "．。", "º": "°", "+": "＋", "'": "ʼ’‘`´＇׳",
    " ": "".join(map(chr, (0x200E, 0x200F, 0x61C, *range(0x202A, 0x2030), *range(0x2066, 0x206A), 0xFEFF, 0xA0, 0x2009, 0x3000))),
}  # fmt: skip
_NUMBERS = {1: "d", 2: "d", 3: "t", 4: "y"}
_LOOSE = frozenset("|·•@~‧∙*►»›")


class Token(NamedTuple):
    """A token of a text.

    Attributes:
        kind: the character that stands for it in the patterns of `newslake.dates.grammar`.
        value: the number, or the text of a mark.
        word: what a known word means.
    """

    kind: str
    start: int
    end: int
    value: int | str
    word: Word | None = None


@cache
def _plain() -> dict[int, str]:
    table = {ord(mark): plain for plain, marks in _MARKS.items() for mark in marks}
    for code in range(0x80, 0x10000):
        if (digit := unicodedata.decimal(chr(code), None)) is not None:
            table[code] = str(digit)
    return table


def plain_digits(text: str) -> str:
    """Return a text of the same length with ASCII digits and marks, whatever script they were in."""
    return text if text.isascii() else text.translate(_plain())


def tokens(text: str, kinds: Kinds) -> list[Token]:
    """Return the tokens of a text that `plain_digits` returned.

    Args:
        kinds: the character for each set of meanings that a word can have.
    """
    known, found = vocabulary(), []
    pieces = _pieces(text, known)
    at = 0
    while at < len(pieces):
        said, start, end = pieces[at]
        if isinstance(said, int):
            found.append(
                Token(_NUMBERS.get(end - start, "n") if text[start:end].isdecimal() else _of_han(said), start, end, said)
            )
        elif (named := _zone(said, text, start, known)) is not None:
            found.append(Token(kinds[frozenset(named.senses)], start, end, said, named))
        elif said[:1].isalpha() or is_unspaced(said):
            at, token = _word(pieces, at, text, found, known, kinds)
            found.append(token)
        else:
            found.append(_mark(said, text, start, end))
        at += 1
    return found


def _of_han(value: int) -> str:
    return "d" if value < 100 else "t" if value < 1000 else "y"


def _mark(said: str, text: str, start: int, end: int) -> Token:
    if said in "-+" and not text[end : end + 1].isdigit():
        # a dash between spaces separates; one before a letter joins: "20-Nov"
        tight = end < len(text) and not text[end].isspace()
        return Token(said if tight else "~", start, end, said)
    return Token("~" if said in _LOOSE else said if said in ".,:/-+()'" else "?", start, end, said)


def _pieces(text: str, known: Vocabulary) -> list[_Piece]:
    found: list[_Piece] = []
    for match in _TOKEN.finditer(text):
        said, start = match[0], match.start()
        if said.isdecimal():
            found.append((int(said) if len(said) < 20 else -1, start, match.end()))
        elif is_unspaced(said) and len(said) <= _MAX_RUN:
            found += _segments(said, start, known)
        else:
            found.append(("(" if said == "[" else ")" if said == "]" else said, start, match.end()))
    return found


def _segments(run: str, offset: int, known: Vocabulary) -> list[_Piece]:
    """Split a run of letters without spaces into the longest words that are known, numbers, and what is between."""
    found: list[_Piece] = []
    at = unknown = 0
    while at < len(run):
        number = _HAN_NUMBER.match(run, at)
        if number:
            step = len(number[0])
        else:
            step = next((n for n in range(min(known.longest, len(run) - at), 0, -1) if run[at : at + n] in known.unspaced), 0)
        if not step:
            at += 1
            continue
        if unknown < at:
            found.append((run[unknown:at], offset + unknown, offset + at))
        found.append((_han(number[0]) if number else run[at : at + step], offset + at, offset + at + step))
        at = unknown = at + step
    if unknown < len(run):
        found.append((run[unknown:], offset + unknown, offset + len(run)))
    return found


def _han(digits: str) -> int:
    """Return the number that Chinese digits write: one by one, or with ten."""
    if digits == "元":
        return 1
    if "十" not in digits:
        return int("".join(str(max(0, _HAN_DIGITS.find(digit))) for digit in digits))
    tens, _, ones = digits.partition("十")
    return 10 * (max(1, _HAN_DIGITS.find(tens)) if tens else 1) + (max(0, _HAN_DIGITS.find(ones)) if ones else 0)


def _zone(said: str, text: str, start: int, known: Vocabulary) -> Word | None:
    """Return the zone that an abbreviation in capitals or an IANA name means."""
    if "/" in said and len(said) > 1:
        named = Word()
        named.add("Z", said, "any")
        return named
    if (said in ("Z", "z") and text[start - 1 : start].isdigit()) or (said == "Z" and text[start - 2 : start - 1].isdigit()):
        return known.abbreviations["Z"]
    return known.abbreviations.get(said) if said.isupper() and len(said) > 1 else None


def _word(
    pieces: list[_Piece],
    at: int,
    text: str,
    before: list[Token],
    known: Vocabulary,
    kinds: Kinds,
) -> tuple[int, Token]:
    """Return the longest word or phrase that begins at a piece, and the index of its last piece."""
    said, start, _ = pieces[at]
    first = fold(str(said))
    last, word = at, known.words.get((first,))
    for phrase in known.phrases.get(first, ()):
        if (behind := _follows(pieces, at, phrase)) is not None:
            last, word = behind, known.words[phrase]
            break
    end = pieces[last][2]
    if said in ("T", "t") and text[start - 1 : start].isdigit() and text[end : end + 1].isdigit():
        return at, Token("Q", start, end, said)
    if word is None or not word.senses:
        return at, Token("x", start, end, str(said))
    meant = frozenset(word.senses)
    if "s" in meant and not _is_behind_number(before, start):
        meant -= {"s"}
    return last, Token(kinds[meant] if meant else "x", start, end, str(said), word)


def _follows(pieces: list[_Piece], at: int, phrase: tuple[str, ...]) -> int | None:
    """Return the index of the last piece of a phrase that begins at a piece; None if another follows."""
    for wanted in phrase[1:]:
        at += 1
        while at < len(pieces) and pieces[at][0] in (".", "-", "'", ","):
            at += 1
        if at == len(pieces) or isinstance(said := pieces[at][0], int) or fold(said) != wanted:
            return None
    return at


def _is_behind_number(before: list[Token], start: int) -> bool:
    """Return whether a word is joined to the number before it: "1st", "1-го"."""
    if before and before[-1].kind in "-(" and before[-1].end == start:
        return len(before) > 1 and before[-2].kind == "d" and before[-2].end == before[-1].start
    return bool(before) and before[-1].kind == "d" and before[-1].end == start
