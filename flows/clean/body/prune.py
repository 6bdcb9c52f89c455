"""Prepare a page's tree before its text is read: remove what is never text, and repair misused elements."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lxml import etree

from flows.clean.body.boilerplate import is_prose
from flows.clean.body.region import Region, narrow, within
from flows.clean.body.tables import unpack_layout_tables
from flows.clean.outlet.apply import without_asides
from flows.clean.outlet.layout import Layout
from flows.clean.page import SUBHEADINGS, class_and_id
from newslake.text import squeeze

__all__ = ["prepare"]

_NEVER_TEXT = ("script", "style", "template", "svg", "embed", "canvas")
# Rarely text: only if a page forgot to close the element, so that its text is inside.
_RARELY_TEXT = ("noscript", "iframe", "object", "button", "select", "dialog")
_SHORT_RARELY = 1_000
# Characters of a text node that may be a sentence.
_SENTENCE = 50
_SENTENCES: Any = etree.XPath(
    f"descendant::text()[string-length(normalize-space()) > {_SENTENCE}][not(ancestor::a)]", smart_strings=False
)
# Text for screen readers only: "Image source", "Swipe left". A headline may be marked like this too.
_UNSEEN = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader(?:-text)?|a11y-hidden)(?:$|\s)", re.I)
_PRUNE = re.compile(
    r"(?:^|[\s_-])(?:cookie(?:s|-?banner|-?consent)?|consent|gdpr|onetrust|didomi|usercentrics|newsletter(?:s|"
    r"-?signup|-?box)?|share-?(?:bar|buttons?|tools?|links?)|social-?(?:bar|share|links?|buttons?)|"
    r"read-?(?:also|more|next)|related(?:-?(?:articles?|posts?|stories|news|content|links?))?|recommend(?:ed|"
    r"ations?)|most-?read|outbrain|taboola|paywall-?(?:overlay|message)|copyright)(?:$|[\s_-])",
    re.I,
)
# A part of each of these words in lower case: most classes have none, and without regard to case that is told much faster.
_MAY_MARK = re.compile(
    r"cookie|consent|gdpr|onetrust|didomi|usercentrics|newsletter|share|social|read|related|recommend|outbrain|taboola|paywall|"
    r"copyright|hidden|sr-only"
)
# Elements with this share of a page's prose are its text, whatever their class.
_NEARLY_ALL = 0.85


def prepare(tree: Any, layout: Layout | None = None) -> Region:
    """Remove what is never text, turn paragraphs that are all bold into headings, and return where the article is.

    Args:
        layout: of the page's outlet; what it knows to be no part of the article is removed too.
    """
    rooms = without_asides(tree, layout)
    _take_in_streamed(tree)
    etree.strip_elements(tree, *_NEVER_TEXT, with_tail=False)
    _drop_rarely_text(tree)
    for caption in tree.iter("caption"):
        if next(caption.iterancestors("table"), None) is None:
            caption.tag = "p"  # of a picture in a slide show
    region = within(narrow(tree), rooms)
    _drop_marked(tree, region)
    unpack_layout_tables(tree)
    for paragraph in list(tree.iter("p")):
        if paragraph.get("hidden") is not None or "display:none" in (paragraph.get("style") or "").replace(" ", ""):
            paragraph.drop_tree()
        elif (
            len(paragraph) == 1
            and paragraph[0].tag in ("b", "strong")
            and not squeeze(paragraph.text)
            and not squeeze(paragraph[0].tail)
        ):
            said = squeeze(paragraph.text_content())
            if 3 < len(said) < 100 and said[-1] not in '.,;:。…"”' and paragraph.find(".//a") is None:
                paragraph.tag = "h3"
    return region


def _drop_marked(tree: Any, region: Region) -> None:
    """Remove elements by their class and id, unless that is nearly all the page says.

    A paragraph of running text without a link loses its class instead, because trafilatura would drop it for that.
    """
    marked: dict[Any, int] = {}  # elements to remove, and the characters in them
    for element in tree.iter("div", "section", "aside", "ul", "p", "span", *SUBHEADINGS):
        found = _marking(class_and_id(element))
        if found and len(said := element.text_content()) < 1500 and not _is_of_heading(element):
            is_text = element.tag == "p" and found is _PRUNE and element.find(".//a") is None and is_prose(squeeze(said))
            if is_text:
                element.attrib.clear()
            else:
                marked[element] = len(said)
    # prose is counted only where there is enough text for it to matter
    long = [element for element, size in marked.items() if size > _SENTENCE]
    if long and sum(map(marked.__getitem__, long)) > (most := _NEARLY_ALL * _prose_in(region.place)):
        prose = {element: size for element in long if (size := _prose_in(element))}
        if prose and sum(prose.values()) > most:
            marked = {element: size for element, size in marked.items() if element not in prose}
    for element in marked:
        element.drop_tree()


@lru_cache(maxsize=4096)  # the pages of an outlet have the same classes
def _marking(mark: str) -> re.Pattern[str] | None:
    """Return which pattern marks a class and id as those of what is no text; None if none does."""
    if not _MAY_MARK.search(mark.lower()):
        return None
    return next((pattern for pattern in (_UNSEEN, _PRUNE) if pattern.search(mark)), None)


def _take_in_streamed(tree: Any) -> None:
    """Put the parts that React streams behind a page where its script would put them, in the places of their templates."""
    templates = [template for template in tree.iter("template") if template.get("id", "")[:2] in ("B:", "P:")]
    rooms = tree.iter("div") if templates else ()
    parts = {name[2:]: room for room in rooms if (name := room.get("id", ""))[:2] == "S:" and room.get("hidden") is not None}
    for template in templates:
        part = parts.get(number := template.get("id")[2:])
        if part is not None and part not in template.iterancestors():
            part.tail = None
            del part.attrib["hidden"]
            template.addprevious(part)
            del parts[number]


def _drop_rarely_text(tree: Any) -> None:
    """Remove elements that are rarely text, unless they hold most of the remaining prose.

    The prose of the page is counted only once, because some pages have a thousand long lists.
    """
    left: int | None = None
    for element in list(tree.iter(*_RARELY_TEXT)):
        if element.getroottree().getroot() is not tree:
            continue  # gone with one around it
        is_long = len(element.text_content()) >= _SHORT_RARELY
        if is_long and left is None:
            left = _prose_in(tree)
        if left is not None:
            prose = _prose_in(element)
            if is_long and prose * 2 >= left:
                continue
            left -= prose
        element.drop_tree()


def _is_of_heading(element: Any) -> bool:
    return element.find(".//h1") is not None or next(element.iterancestors("h1"), None) is not None


def _prose_in(element: Any) -> int:
    return sum(map(len, _SENTENCES(element)))
