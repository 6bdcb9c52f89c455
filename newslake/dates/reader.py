"""Read the date that a text is, to its end, or find the first one in a line; see the package for both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newslake.dates.build import Unreadable, built
from newslake.dates.calendars import OUR_YEARS
from newslake.dates.grammar import grammar
from newslake.dates.machine import read_epoch, read_iso, read_rfc
from newslake.dates.model import UNKNOWN, Read, Ways
from newslake.dates.tokens import Token, plain_digits, tokens

__all__ = ["find", "read"]

# Characters. A longer value is no date, and what follows in a longer line is not read.
_LONGEST, _LONGEST_LINE = 200, 1_000
_HAS_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)|[〇零一二三四五六七八九]{4}|[令平昭大明民]|주체|[Jj]uche")
# A day and a year are two numbers at least.
_HAS_NUMBERS = re.compile(r"(?:\d++|[〇零一二三四五六七八九十元]).*?[\d〇零一二三四五六七八九十元]")
# Kinds of tokens: numbers, and the marks that join them.
_NUMBERS, _JOINING = "dytn", ".,:/-'"
_PERSIAN_DIGITS = re.compile("[۰-۹]")


def read(value: object, ways: Ways = UNKNOWN, *, epoch: bool = True) -> Read | None:
    """Return the date that a value is; None if it is none, or if anything in it is not understood.

    Args:
        value: a text, or a number of seconds or milliseconds since 1970.
        epoch: whether a number alone can be such a number.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value)) if epoch and abs(value) < 1e15 else ""
    if not isinstance(value, str) or not 6 <= len(value) <= _LONGEST:
        return None
    return _read(" ".join(plain_digits(value).split()), ways, epoch, bool(_PERSIAN_DIGITS.search(value)))


@lru_cache(maxsize=256)  # a page says the same time in its JSON-LD, its meta elements and its text
def _read(text: str, ways: Ways, epoch: bool, persian: bool) -> Read | None:
    try:
        if epoch and (moment := read_epoch(text)):
            return moment
        found = (read_iso(text, ways) if text[:4].isdigit() and int(text[:4]) in OUR_YEARS else None) or read_rfc(text, ways)
    except (ValueError, OverflowError):
        return None
    return found or _whole(text, ways, persian)


def find(text: str, ways: Ways = UNKNOWN, *, short: bool = False) -> Read | None:
    """Return the first date in a line meant for readers, with the time beside it if there is one.

    Offsets are those in `" ".join(text.split())`.

    Args:
        short: look for a year of two digits instead of four; only for lines that are nothing but dates.
    """
    line = " ".join(plain_digits(text[:_LONGEST_LINE]).split())
    if (not short and not _HAS_YEAR.search(line)) or not _HAS_NUMBERS.search(line):
        return None  # true for most lines, and much faster than trying all forms
    return _first(line, ways, short, bool(_PERSIAN_DIGITS.search(text)))


@lru_cache(maxsize=256)  # cleaning asks for the lines around a headline several times
def _first(line: str, ways: Ways, short: bool, persian: bool) -> Read | None:
    known = grammar()
    found = tokens(line, known.kinds)
    forms = "".join(token.kind for token in found)
    best: tuple[tuple[int, int], Read] | None = None
    for pattern in _apt(known.short if short else known.parts, found, forms):
        for match in _matches(pattern, forms):
            if best and match.start() > best[0][0]:
                break
            if not _is_apart(found, match) or _is_behind_letter(line, found, match):
                continue
            try:
                moment = built(match, found, ways, persian=persian)
            except Unreadable:
                continue
            rank = (match.start(), match.start() - match.end())
            if best is None or rank < best[0]:
                best = rank, moment
            break
    return best[1] if best else None


def _whole(text: str, ways: Ways, persian: bool) -> Read | None:
    """Read a text that must be nothing but a date. If it can be read in two ways, it is not read."""
    known = grammar()
    found = tokens(text, known.kinds)
    forms = "".join(token.kind for token in found)
    if ("n" in forms and "?" in forms) or len(found) < 3:
        return None
    readings: list[Read] = []
    for pattern in _apt(known.whole, found, forms):
        if (match := pattern.fullmatch(forms)) and not _is_behind_letter(text, found, match):
            try:
                readings.append(built(match, found, ways, persian=persian))
            except Unreadable:
                continue
    return readings[0] if len({reading.when for reading in readings}) == 1 else None


def _apt(patterns: Iterable[re.Pattern[str]], found: list[Token], forms: str) -> Iterator[re.Pattern[str]]:
    """Yield the forms for which a text has what they need: the name of a month, or marks between numbers."""
    has_month = any(token.word is not None and "M" in token.word.senses for token in found)
    has_marks = any(mark in forms for mark in "-./")
    for pattern in patterns:
        groups = pattern.groupindex
        if ("mark" in groups and has_marks) or ("mw" in groups and has_month) or ("m" in groups and "mark" not in groups):
            yield pattern


def _matches(pattern: re.Pattern[str], forms: str) -> Iterator[re.Match[str]]:
    at = 0
    while match := pattern.search(forms, at):
        yield match
        at = match.start() + 1


def _is_apart(found: list[Token], match: re.Match[str]) -> bool:
    """Return whether no number or word goes on where a match begins or ends, as in "1.20.11.2026" or "10:05:99"."""
    first, last = match.start(), match.end() - 1
    before, behind = found[max(0, first - 2) : first][::-1], found[last + 1 : last + 3]
    return not (_is_joined(found[first], before) or (found[last].kind in _NUMBERS and _is_joined(found[last], behind)))


def _is_behind_letter(line: str, found: list[Token], match: re.Match[str]) -> bool:
    """Return whether a letter stands right before three short numbers: "R7.9.3" is of the year 2025, "v2.11.24" no date."""
    if "c" not in match.re.groupindex:
        return False
    at = found[match.start("a")].start
    before = line[max(0, at - 1) : at]
    return before.isascii() and before.isalpha()


def _is_joined(edge: Token, beyond: list[Token]) -> bool:
    """Return whether a number is joined to a token, directly or by one mark; `beyond` are the next two tokens on its side."""
    for token in beyond:
        if edge.start != token.end and edge.end != token.start:
            return False
        if token.kind not in _JOINING:
            return token.kind in _NUMBERS
        edge = token
    return False
