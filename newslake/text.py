"""Make text from the web safe for whatever shows it: a terminal, CSV, Markdown, JSON, or one plain line. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

__all__ = [
    "counted",
    "cut",
    "is_printable",
    "is_utf8",
    "markdown",
    "markdown_cell",
    "one_line",
    "plain",
    "spreadsheet",
    "squeeze",
    "terminal",
    "visible",
]

# The zero-width joiners belong to Persian, to Indian scripts and to emoji. Other format characters hide or reorder what follows.
_JOINERS = "\u200c\u200d"
# Control characters that no text of an article needs. A terminal obeys them, also U+009B, which JSON does not escape.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# `~~` strikes through, `$` sets formulas, and `&lt;` is read as the character it names.
_MARKDOWN = frozenset("\\`*_[]<>#|~$&!")
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>|<!--.*?-->|<!\[CDATA\[|\]\]>", re.S)
_SPACE = re.compile(r"\s+")
# Control characters that are not white space, soft hyphens, and halves of characters, which cannot be stored.
_NO_SPACE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\ud800-\udfff\ufffe\uffff]")
# Those, and what has no width or is not a character at all.
_NOTHING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, of which the plural ends in -s if none is given: "1 article", "1,204 articles"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def more_or_fewer(number: int, noun: str) -> str:
    """Return a difference in words, such as "14 words more" or "1 word fewer"."""
    return f"{counted(abs(number), noun)} {'more' if number > 0 else 'fewer'}"


def some_of(names: Sequence[str], most: int = 5) -> str:
    """Return the first names in a list, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def encodable(text: str) -> str:
    """Return text as any database takes it: UTF-8 without NUL, which PostgreSQL rejects and SQLite truncates at."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def is_utf8(text: str) -> bool:
    """Return whether text is whole characters: a byte of the command line that is not UTF-8 is half of one in Python."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_printable(text: str) -> bool:
    """Return whether text can be shown as it is, on one line; the joiners, which Python does not count as printable, can be."""
    return text.isprintable() or all(char.isprintable() or char in _JOINERS for char in text)


def visible(text: str) -> str:
    """Escape control characters other than tab and newline as JSON does. Everything else is data and stays."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def spreadsheet(text: str) -> str:
    """Return text for a cell of CSV; a quote in front marks what would run as a formula."""
    return f"'{visible(text)}" if text.startswith(_FORMULA) else visible(text)


def terminal(text: str) -> str:
    """Escape control and format characters other than tab, newline and joiners, so that a terminal obeys none of them."""
    return "".join(char if char in "\n\t" or _is_shown(char) else f"\\u{ord(char):04x}" for char in text)


def one_line(text: str) -> str:
    """Return text as one line with single spaces, without control and format characters."""
    shown = "".join(char for char in " ".join(text.split()) if _is_shown(char))
    return " ".join(shown.split())


def markdown(text: str) -> str:
    """Return text as one line of Markdown that holds no HTML and no markup of its own."""
    return "".join(f"\\{char}" if char in _MARKDOWN else char for char in one_line(text))


def markdown_cell(text: str) -> str:
    """Return text for a cell of a Markdown table, without HTML or links of its own.

    They become entities, which no backslash in front of them undoes; other markup stays readable.
    """
    return terminal(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("](", "]&#40;")


def plain(markup: str | None, limit: int) -> str | None:
    """Return text without tags, entities and line breaks, at most `limit` characters; None where nothing is left."""
    if not markup:
        return None
    text = markup[: limit * 10]
    for _ in range(2):  # some feeds escape their HTML twice
        if "<" in text:
            text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
        if "&" not in text:
            break
        text = html.unescape(text)
    text = _SPACE.sub(" ", _NO_SPACE.sub("", text)).strip()
    return (text if len(text) <= limit else text[: limit - 1].rstrip() + "…") or None


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, cut at a word and with an ellipsis if it is longer."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    # scripts without spaces are cut anywhere, and so is a word without end
    at = max(head.rfind(" ", limit // 2), head.rfind("\n", limit // 2))
    return f"{(head[:at] if at > 0 else head).rstrip()}…"


def squeeze(text: str | None) -> str:
    """Return text in one line with single spaces, without control characters and characters of no width."""
    if not text:
        return ""
    # most texts of a page are in one line already; what is printable has no space but the plain one
    if text.isprintable() and "  " not in text and text[0] != " " and text[-1] != " ":
        return text
    line = " ".join(text.split())
    if line.isprintable():  # nearly always, and much quicker to check than to search for what is not printable
        return line
    return " ".join(_NOTHING.sub("", text).split())


def _is_shown(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf")
