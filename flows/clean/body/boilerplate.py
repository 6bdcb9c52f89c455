"""Recognise lines that belong to the page and not to the article: copyright, share bars, links, newsletter prompts."""

from __future__ import annotations

import re

from flows.clean.lexicon import load_lexicon

__all__ = ["BOILERPLATE", "HEADING_MARK", "MARKS", "is_boilerplate", "is_contact", "is_prose"]

MARKS = "◆◇■□▲△▶▷●○◎★☆▣◈▪▼▽"
HEADING_MARK = re.compile(rf"^[{MARKS}]\s*(?=\S)")
_BULLET = re.compile(r"^[•·\-–—|*×\s]+")
_MAX_LENGTH = 400

BOILERPLATE = load_lexicon(
    "boilerplate",
    *("buttons", "buttons_behind", "lines", "owners", "read_also", "labels", "pictures", "credits", "contacts", "begins"),
    *("rights", "claims", "summary_ends"),
)
_LISTS = {name: BOILERPLATE.pattern(name) for name in BOILERPLATE.lists}
# Lines that are boilerplate as a whole, without their bullets.
_WHOLE = BOILERPLATE.compile(rf"(?:{_LISTS['buttons']}(?:[\s|/·•,&]+{_LISTS['buttons_behind']})*|{_LISTS['lines']})[\s.:!…»›→>]*")
# Beginnings of boilerplate lines.
_BEGINS = BOILERPLATE.compile(
    rf"{_LISTS['owners']}(?!\w)|{_LISTS['read_also']}\s*[:：\-–—…!>»→|]|{_LISTS['labels']}\s*[:：]|"
    rf"{_LISTS['pictures']}s?(?: (?:credit|by|courtesy))?\s*[:：]\s*\S.{{0,60}}$|{_LISTS['contacts']}\b|{_LISTS['begins']}"
)
_RIGHTS = BOILERPLATE.words("rights")
_CLAIM = BOILERPLATE.compile(_LISTS["claims"])
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(rf"^(?:{_MAIL.pattern}|https?://\S+)$")


def is_boilerplate(line: str) -> bool:
    """Return whether a line is boilerplate."""
    bare = _BULLET.sub("", line).strip()
    if not bare:
        return True
    if len(bare) > _MAX_LENGTH:
        return False
    if _WHOLE.fullmatch(bare) or _BEGINS.match(bare) or _ADDRESS.match(bare):
        return True
    if len(bare) >= 250:
        return False
    lowered = bare.lower()
    return any(words in lowered for words in _RIGHTS) and _CLAIM.search(bare) is not None


def is_contact(line: str, authors: tuple[str, ...]) -> bool:
    """Return whether a line gives the mail address of one of the authors."""
    return len(line) < _MAX_LENGTH and _MAIL.search(line) is not None and any(name in line for name in authors)


def is_prose(line: str) -> bool:
    """Return whether a line reads like a sentence, unlike menus and lists of links."""
    return len(line) > 60 and line.rstrip("\"'”’»)]」』").endswith((".", "!", "?", "。", "…", "！", "？", "다", "؟", "।", ":"))
