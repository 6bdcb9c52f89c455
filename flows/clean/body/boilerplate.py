"""Tell from the form and the words of one line whether it may belong to the page and not to its article.

Words alone decide only about lines that are no sentences. A sentence is at most a notice, and its place in the page decides:
see `flows.clean.body.tidy`.
"""

from __future__ import annotations

import re
from enum import IntEnum

from flows.clean.lexicon import load_lexicon
from newslake.scripts import UNSPACED

__all__ = ["BOILERPLATE", "HEADING_MARK", "Debris", "debris", "heads_tail", "is_contact", "is_prose", "is_sentence", "weight"]

_MARKS = "◆◇■□▲△▶▷●○◎★☆▣◈▪▼▽"
HEADING_MARK = re.compile(rf"^[{_MARKS}]\s*(?=\S)")
_BULLET = re.compile(r"^[•·\-–—|*×\s]+")
_MAX_LENGTH = 400
# What closes a sentence, what may close running text as well, and the marks of quotations and brackets behind it.
_SENTENCE_ENDS = (".", "?", "。", "…", "？", "다", "؟", "।", "۔", "።", "။", "։")
_ENDS = (*_SENTENCE_ENDS, "!", "！", ":")
_CLOSING = "\"'”’»)]」』）"
# Weight of running text, and of what can be a sentence at all.
_PROSE, _SENTENCE = 60, 12
_DENSE = re.compile(f"[{UNSPACED}\uac00-\ud7a3]")

BOILERPLATE = load_lexicon(
    "boilerplate",
    *("buttons", "buttons_behind", "lines", "owners", "read_also", "labels", "pictures", "credits", "contacts"),
    *("begins", "notices", "phrases", "rights", "claims", "tails", "summary_ends"),
)
_LISTS = {name: BOILERPLATE.pattern(name) for name in BOILERPLATE.lists}
# Lines that are boilerplate as a whole, without their bullets.
_BUTTONS = BOILERPLATE.compile(rf"{_LISTS['buttons']}(?:[\s|/·•,&]+{_LISTS['buttons_behind']})*[\s.:!…»›→>]*")
_LINES = BOILERPLATE.compile(rf"{_LISTS['lines']}[\s.:!…»›→>]*")
# Beginnings of lines that are boilerplate unless they are sentences, and of notices, which may be sentences.
_BEGINS = BOILERPLATE.compile(rf"(?:{_LISTS['owners']}(?!\w)|{_LISTS['begins']})")
_NOTICES = BOILERPLATE.compile(
    rf"{_LISTS['owners']}?\s*(?:[©ⓒ]|\(c\)|(?<=\w )(?:19|20)\d\d\b)|"
    rf"{_LISTS['read_also']}\s*[:：\-–—…!>»→|]|[\[［【〔<〈《]\s*{_LISTS['read_also']}\s*[\]］】〕>〉》]|{_LISTS['labels']}\s*[:：]|"
    rf"{_LISTS['pictures']}s?(?: (?:credit|by|courtesy))?\s*[:：]\s*\S.{{0,60}}$|{_LISTS['contacts']}\b|{_LISTS['notices']}"
)
_RIGHTS = BOILERPLATE.words("rights")
_CLAIM = BOILERPLATE.compile(_LISTS["claims"])
_PHRASES = BOILERPLATE.compile(_LISTS["phrases"])
_LONGEST_RIGHTS = 250
_TAILS = BOILERPLATE.compile(rf"{_LISTS['tails']}[\s.:!…»›→>]*")
_LONGEST_TAIL = 60
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(rf"^(?:{_MAIL.pattern}|https?://\S+)$")


class Debris(IntEnum):
    """How much a line looks like boilerplate: not at all; like a notice in a sentence; or like nothing else."""

    NONE = 0
    NOTICE = 1
    CERTAIN = 2


def debris(line: str) -> Debris:
    """Return how much a line looks like boilerplate."""
    bare = _BULLET.sub("", line).strip()
    if not bare:
        return Debris.CERTAIN
    if len(bare) > _MAX_LENGTH:
        return Debris.NONE
    if _BUTTONS.fullmatch(bare) or _ADDRESS.match(bare) or _PHRASES.match(bare):
        return Debris.CERTAIN
    is_notice = _NOTICES.match(bare) is not None or _claims_rights(bare)
    if is_sentence(bare):
        return Debris.NOTICE if is_notice else Debris.NONE
    return Debris.CERTAIN if is_notice or _LINES.fullmatch(bare) or _BEGINS.match(bare) else Debris.NONE


def _claims_rights(line: str) -> bool:
    """Return whether a line says whose the text is and what nobody may do with it."""
    if len(line) >= _LONGEST_RIGHTS:
        return False
    lowered = line.lower()
    return any(words in lowered for words in _RIGHTS) and _CLAIM.search(line) is not None


def heads_tail(line: str) -> bool:
    """Return whether a line is a heading of what follows an article: comments, other stories."""
    bare = _BULLET.sub("", line).strip()
    return len(bare) < _LONGEST_TAIL and _TAILS.fullmatch(bare) is not None


def is_contact(line: str, authors: tuple[str, ...]) -> bool:
    """Return whether a line gives the mail address of one of the authors."""
    return len(line) < _MAX_LENGTH and _MAIL.search(line) is not None and any(name in line for name in authors)


def is_sentence(line: str) -> bool:
    """Return whether a line ends as sentences do, and is long enough for one."""
    return line.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) and _weighs(line, _SENTENCE)


def is_prose(line: str) -> bool:
    """Return whether a line reads like a sentence of running text, unlike menus and lists of links."""
    return line.rstrip(_CLOSING).endswith(_ENDS) and _weighs(line, _PROSE)


def _weighs(line: str, most: int) -> bool:
    """Return whether a line weighs more than this, which its length nearly always shows."""
    return len(line) > most or (len(line) * 2 > most and weight(line) > most)


def weight(line: str) -> int:
    """Return about how many Latin letters a line is worth: a syllable of Korean or of a script without spaces counts for two."""
    return len(line) if line.isascii() else len(line) + len(_DENSE.findall(line))
