"""Lines that belong to the page and not to the article: copyright, share bars, read-also lists, newsletter prompts."""

from __future__ import annotations

import re

from flows.clean.lexicon import load_lexicon

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
# The whole line, bullets aside.
_WHOLE = BOILERPLATE.compile(rf"(?:{_LISTS['buttons']}(?:[\s|/·•,&]+{_LISTS['buttons_behind']})*|{_LISTS['lines']})[\s.:!…»›→>]*")
# How such a line begins.
_BEGINS = BOILERPLATE.compile(
    rf"{_LISTS['owners']}(?!\w)|{_LISTS['read_also']}\s*[:：\-–—…!>»→|]|{_LISTS['labels']}\s*[:：]|"
    rf"{_LISTS['pictures']}s?(?: (?:credit|by|courtesy))?\s*[:：]\s*\S.{{0,60}}$|{_LISTS['contacts']}\b|{_LISTS['begins']}"
)
_RIGHTS = BOILERPLATE.words("rights")
_CLAIM = BOILERPLATE.compile(_LISTS["claims"])
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(rf"^(?:{_MAIL.pattern}|https?://\S+)$")


def is_debris(line: str) -> bool:
    """Whether a line of text belongs to the page around the article."""
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
    """Whether a line says at which address one of the article's authors reads mail."""
    return len(line) < _MAX_LENGTH and _MAIL.search(line) is not None and any(name in line for name in authors)


def is_prose(line: str) -> bool:
    """Whether a line reads as a sentence, as no menu and no list of links does."""
    return len(line) > 60 and line.rstrip("\"'”’»)]」』").endswith((".", "!", "?", "。", "…", "！", "？", "다", "؟", "।", ":"))
