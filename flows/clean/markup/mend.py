"""Repair markup that would cost more than itself: tags with stray quotes, a title without an end, a page without a body."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["READING", "mended", "with_body"]

# What a page must hold to have readings or such tags, in the bytes as they came. Most names have no quotation mark behind them,
# so nothing is tried twice.
_MAY_NEED_MENDING = re.compile(rb"""<(?:/?+[a-zA-Z][a-zA-Z0-9]*+["'`]++(?=\s*/?>|\s+[^\s=]+=)|[rR][tT][\s>])""")
# A tag whose name ends in a stray quotation mark, which would be a name of its own: `<p">`.
_QUOTED_NAME = re.compile(r"""<(/?[a-zA-Z][a-zA-Z0-9]*)["'`]+(?=\s*/?>|\s+[\w-]+=)""")
# A reading beside characters, up to the next tag of ruby or of a block because its end tag may be left out, and tags of ruby.
_OF_RUBY = "[rR](?:[bB][cC]?|[tT][cC]?|[pP]|[uU][bB][yY])"
READING = (
    r"<[rR](?:[tT][cC]?|[pP])\b[^>]*>[^<]*(?:</?(?:[aAbBiIuU]|[sS][pP][aA][nN]|[sS][mM][aA][lL][lL]|[fF][oO][nN][tT]|[eE][mM])\b[^>]*>[^<]*)*"
    rf"|</?{_OF_RUBY}\b[^>]*>"
)
_READING = re.compile(READING)
_TITLE = re.compile(r"<title\b[^>]*>([^<\n]*)", re.I)
_TITLE_ENDS = re.compile(r"</title\s*>", re.I)
# An element of the whole page that is closed at once.
_EMPTY_ROOT = re.compile(r"(<(?:html|body)\b[^<>]*)/>", re.I)
# Bytes in which a page in UTF-16 shows that it is.
_WIDE = 64
# Characters of a page in which it begins, and within which its title ends.
_BEGIN, _HEAD = 5_000, 100_000
_OF_HEAD = {"title", "meta", "link", "base", "script", "style", "noscript"}


def mended(text: str, body: bytes) -> str:
    """Return the source of a page, decoded from `body`, with tags that a parser understands and without readings."""
    if b"\0" in body[:_WIDE] or _MAY_NEED_MENDING.search(body):
        text = _READING.sub("", _QUOTED_NAME.sub(r"<\1", text))
    if (root := _EMPTY_ROOT.search(text, 0, _BEGIN)) is not None:
        text = f"{text[: root.end(1)]}>{text[root.end() :]}"
    title = _TITLE.search(text, 0, _HEAD)
    if title and not _TITLE_ENDS.search(text, title.end(), title.end() + _HEAD):
        # a title swallows everything up to its end tag
        text = f"{text[: title.end()]}</title>{text[title.end() :]}"
    return text


def with_body(tree: Any) -> Any:
    """Return the tree of a page; what stands in its head and belongs to the body is put there if the page has no body."""
    head = tree.find("head")
    if head is None or tree.find("body") is not None:
        return tree
    own = [one for one in head if one.tag in _OF_HEAD]
    head.tag = "body"
    first = tree.makeelement("head")
    head.addprevious(first)
    for one in own:
        one.tail = None
        first.append(one)
    return tree
