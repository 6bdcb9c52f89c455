"""Recognise what only points to other pages: menus, and lists of teasers, which have a little text below linked headlines."""

from __future__ import annotations

from itertools import islice
from typing import Any

from lxml import etree

from newslake.text import squeeze

__all__ = ["LONG_NODES", "MENU_LINKS", "PROSE", "drop", "is_empty_or_menu", "is_teasers"]

# A text node of this many bytes is prose. Bytes of UTF-8, so that Chinese sentences count as much as English ones.
PROSE = 50
LONG_NODES: Any = etree.XPath("descendant::text()[string-length(normalize-space()) > 15]", smart_strings=True)
_STRUCTURE = ("br", "td")
_NEVER_ARTICLE = {"nav", "footer", "form"}
_BLOCKS = {
    "div", "section", "ul", "ol", "aside", "nav", "footer", "header", "form", "dl", "li", "figure", "details", "main",
}  # fmt: skip
# A block with this many links that hold this share of its text is a menu or a list of teasers.
MENU_LINKS, _MENU_SHARE = 3, 0.7
# Bytes of a linked headline. A block with prose is a list of teasers if headlines hold this share of it, and no text is longer.
_TEASER_ROOMS = {*_BLOCKS, "td", "table"}
_HEADLINE, _TEASER_SHARE, _TEASER = 20, 0.3, 300
# Characters behind a headline in its line, which name its day or its source.
_SOURCE = 30


def is_teasers(element: Any) -> bool:
    """Return whether an element with prose points to other articles: headlines that are links, each before a little text."""
    if element.tag not in _TEASER_ROOMS or next(islice(element.iter("a"), MENU_LINKS - 1, None), None) is None:
        return False
    if next(element.iter("h1"), None) is not None:
        return False
    links = linked = strays = 0
    may_follow = False  # a text follows a headline, and no other text
    for text in LONG_NODES(element):
        link = _link_around(text, element)
        if link is not None:
            if len((said := squeeze(text)).encode("utf-8", "replace")) >= _HEADLINE and _is_alone(link):
                links, linked, may_follow = links + 1, linked + len(said), True
        elif len(text) >= PROSE:
            if not links or len(text) > _TEASER:
                return False
            strays += not may_follow
            may_follow = False
    return links >= max(MENU_LINKS, strays * 3) and linked > _TEASER_SHARE * len(squeeze(element.text_content()))


def _link_around(text: Any, room: Any) -> Any:
    """Return the link that a text node stands in; None if it stands in none."""
    above = text.getparent()
    if text.is_tail:
        above = above.getparent()
    while above is not room and above is not None:
        if above.tag == "a":
            return above
        above = above.getparent()
    return None


def _is_alone(link: Any) -> bool:
    """Return whether a link begins and ends a line, unlike one inside a sentence."""
    before = link.getprevious()
    said = link.getparent().text if before is None else before.tail
    behind = (link.tail or "").strip()
    return not (said or "").strip() and len(behind) < _SOURCE and not behind[:1].isalpha()


def drop(element: Any) -> None:
    """Remove an element, but keep a space that separates the words around it."""
    if element.text_content().isspace():
        element.tail = f" {element.tail or ''}"
    element.drop_tree()


def is_empty_or_menu(element: Any, links: int) -> bool:
    """Return whether an element has no text, or at least `links` links that make up most of its text."""
    text = element.text_content()
    if element.tag in _BLOCKS and element.tag not in _NEVER_ARTICLE:
        found = list(element.iter("a"))
        if len(found) >= links and (said := len(squeeze(text))):
            return _exceeds(found, _MENU_SHARE * said)
    if not text or text.isspace() or not squeeze(text):
        return next(element.iter(*_STRUCTURE), None) is None
    return element.tag in _NEVER_ARTICLE


def _exceeds(links: list[Any], most: float) -> bool:
    """Return whether the texts of links have more characters than this."""
    linked = 0
    for link in links:
        linked += len(squeeze(link.text_content()))
        if linked > most:
            return True
    return False
