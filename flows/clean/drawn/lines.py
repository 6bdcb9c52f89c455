"""Turn pieces of the text in a page's data into lines, and tell how long a text must be. Pure."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from newslake.text import squeeze

__all__ = ["SHORTEST", "is_text", "lines"]

# Bytes of a text that is an article's.
SHORTEST = 300
_NO_LINES: tuple[Any, ...] = (
    "script",
    "style",
    "noscript",
    "template",
    "figure",
    "figcaption",
    "iframe",
    "aside",
    "svg",
    "button",
    etree.Comment,
)
_BREAKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "section", "article", "ul", "ol")
_CODE = re.compile(r"(?:https?:|//)\S+|[\w./:#-]{1,80}")


def lines(piece: str) -> list[str]:
    """Return the lines of a piece of HTML or of plain text; an address or a code is no line."""
    if "<" in piece:
        try:
            tree = html.fragment_fromstring(piece.replace("\0", ""), create_parent="div")
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return []
        etree.strip_elements(tree, *_NO_LINES, with_tail=False)
        for element in tree.iter(*_BREAKS):
            element.tail = f"\n{element.tail or ''}"
        piece = tree.text_content()
    return [line for line in map(squeeze, piece.splitlines()) if line and not _CODE.fullmatch(line)]


def is_text(text: str) -> bool:
    """Return whether a text is long enough to be an article's, also in Chinese and Japanese, which have no spaces."""
    is_long = len(text.encode("utf-8", "replace")) >= SHORTEST and " " in text.strip()
    return is_long or (len(text) >= SHORTEST // 3 and text.count("。") > 1)
