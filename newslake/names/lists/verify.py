"""Verify that words of a text are a form of a name, and say in what they differ from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newslake.names.lists.around import is_capital
from newslake.names.lists.compare import Likeness, compare
from newslake.names.lists.forms import Form
from newslake.names.lists.han import simplified
from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import LEVELS, Match
from newslake.names.lists.sounds import script_of, sounds
from newslake.names.lists.syllables import chinese, initial_law, korean
from newslake.words.folding import fold

__all__ = ["cased", "said", "same_father", "score", "verified"]

_NUMBERS = re.compile(r"(\d+)")


def verified(form: Form, pieces: tuple[str, ...]) -> tuple[Match, float, str] | None:
    """Return how the words of a text are like a form of a name."""
    if form.initials:
        return _by_initials(form, pieces)
    pieces = tuple(part for piece in pieces for part in _NUMBERS.split(piece) if part)
    if [word for word in form.words if word.isdigit()] != [piece for piece in pieces if piece.isdigit()]:
        return None
    words = tuple(word for word in form.words if not word.isdigit())
    pieces = tuple(piece for piece in pieces if not piece.isdigit())
    if not words or not pieces:
        return (form.match, 0.0, "") if not words and not pieces else None
    if len(words) == len(pieces):
        found = [compare(word, piece) for word, piece in zip(words, pieces, strict=True)]
        if all(found) and not (form.syllabic and any(each and each.match is Match.SOUND for each in found)):
            return _together(form, [each for each in found if each])
    if form.korean or form.chinese:
        by_syllables = _by_syllables(form, words, pieces)
        if by_syllables:
            return by_syllables
        if form.syllabic and not (form.chinese and script_of(pieces[0]) == "hangul"):
            return None
    if len(words) != len(pieces) or form.syllabic:
        return _joined_words(form, words, pieces)
    return None


def _joined_words(form: Form, words: tuple[str, ...], pieces: tuple[str, ...]) -> tuple[Match, float, str] | None:
    """Return how words are alike that are divided in another way: Tri-Star, TriStar, Tri Star."""
    mine, theirs = ("".join(some).replace("-", "") for some in (words, pieces))
    if fold(mine) == fold(theirs):
        return max(form.match, Match.SPELLING, key=LEVELS.index), 0.02, "spaces"
    if any(len(piece) == 1 and piece.isascii() for piece in pieces) or len({script_of(word) for word in (*words, *pieces)}) > 2:
        return None
    if script_of(mine) == script_of(theirs) == "arabic" or len({script_of(word) for word in words}) > 1:
        return None
    like = compare(mine, theirs)
    if like is None or (like.match is Match.SOUND and like.cost > 0.4):
        return None
    return max(form.match, like.match, Match.SPELLING, key=LEVELS.index), like.cost + 0.02, like.reason


def _by_initials(form: Form, pieces: tuple[str, ...]) -> tuple[Match, float, str] | None:
    if len(pieces) != len(form.words):
        return None
    found = []
    for place, (word, piece) in enumerate(zip(form.words, pieces, strict=True)):
        if place in form.initials:
            if len(piece) > 2 or not piece[0].isupper() or not _same_initial(word, piece):
                return None
        else:
            like = compare(word, piece)
            if like is None or len(piece) < 3:
                return None
            found.append(like)
    return _together(form, found)


@lru_cache(maxsize=20_000)
def same_father(patronymic: str, middle: str) -> bool:
    """Return whether a patronymic or its initial can be that of a list, also in another language."""
    a, b = fold(patronymic), fold(middle)
    if len(b) < 3 or script_of(a) != script_of(b):
        return _same_initial(patronymic, middle) or bool(len(b) > 2 and compare(patronymic, middle))
    if a[:4] == b[:4] or compare(patronymic, middle):
        return True
    fathers = [
        {number for stem, number in lexicon().given.items() if len(stem) > 4 and each.startswith(stem[:5])} for each in (a, b)
    ]
    return bool(fathers[0] & fathers[1])


@lru_cache(maxsize=20_000)
def _same_initial(word: str, letter: str) -> bool:
    if script_of(word) == script_of(letter):
        return fold(word)[: len(letter)] == fold(letter)
    return sounds(word)[0][:1] == sounds(letter)[0][:1]


def _together(form: Form, found: Sequence[Likeness]) -> tuple[Match, float, str]:
    match = max((form.match, *(each.match for each in found)), key=LEVELS.index)
    reasons = dict.fromkeys(each.reason for each in found if each.reason)
    return match, sum(each.cost for each in found) / len(found), ", ".join(reasons)


def _by_syllables(form: Form, words: tuple[str, ...], pieces: tuple[str, ...]) -> tuple[Match, float, str] | None:
    scripts = {script_of(piece) for piece in pieces}
    mine = {script_of(word) for word in words}
    same = len(scripts) == 1 and scripts == mine
    if same and scripts <= {"hangul", "han"}:
        whole, other = "".join(words), "".join(pieces)
        if simplified(whole) == simplified(other):
            return form.match, 0.0, ""
        if "hangul" in scripts and list(map(initial_law, whole)) == list(map(initial_law, other)):
            return max(form.match, Match.SPELLING, key=LEVELS.index), 0.05, f"{other} for {whole}"
        return None
    for listed, read in ((form.korean, korean), (form.chinese, chinese)):
        theirs = read(pieces)
        for one in listed:
            for other_read in theirs:
                if len(one) == len(other_read) and all(a & b for a, b in zip(one, other_read, strict=True)):
                    exact = sum(1 / max(len(b), 1) for b in other_read) / len(other_read)
                    reason = f"{' '.join(pieces)} for {' '.join(words)}" if same else ""
                    if same and fold("".join(words)) == fold("".join(pieces)):
                        return max(form.match, Match.SPELLING, key=LEVELS.index), 0.02, "spaces"
                    return Match.SOUND, 0.3 * (1 - exact), reason
    return None


def cased(form: Form, pieces: Sequence[str]) -> bool:
    """Return whether words that the list writes with a capital have one in the text.

    A word that replaces another one (oil, банк) is in small letters, and needs none in its own script.
    """
    if len(form.words) != len(pieces):
        return all(is_capital(piece) for piece in pieces)
    return all(
        is_capital(piece) or (word[:1].islower() and script_of(word) == script_of(piece))
        for word, piece in zip(form.words, pieces, strict=True)
    )


def score(match: Match, cost: float, form: Form) -> float:
    base = {Match.EXACT: 1.0, Match.SPELLING: 0.92, Match.SOUND: 0.85}[match]
    if form.initials:
        base -= 0.15
    elif form.reason.startswith("without"):
        base -= 0.05
    return max(0.3, base - 0.4 * cost)


def said(form: Form, match: Match, reason: str, pieces: Sequence[str]) -> str:
    parts = [form.reason, reason]
    listed, written = script_of(form.listed.strip("«\"'(")), script_of(pieces[-1])
    if match is Match.SOUND and listed != written and "digits" not in (listed, written):
        parts.insert(0, f"transliterated from {form.listed}")
    elif match is Match.SOUND and not any(parts):
        parts.append("spelled otherwise")
    if not any(parts):
        parts = ["as written"] if match is Match.EXACT else ["spelled otherwise"]
    return ", ".join(dict.fromkeys(part for part in parts if part))
