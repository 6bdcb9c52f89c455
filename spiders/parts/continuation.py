"""Find the other pages of an article in one of its pages: what its links name by number. Pure.

Pages of comments, galleries and lists have numbers too, and `rel=next` often leads to the next story. So only a numbered address
of the same article counts (spiders.urls.pagination), and only from a place that is not about something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from spiders.listings.markup import too_complex
from spiders.parts.candidates import may_name_pages
from spiders.parts.from_zero import read_from_zero
from spiders.parts.model import Link, Other, Paging
from spiders.parts.pagers import read_pager
from spiders.urls.article_shape import Shape, is_front_page, shape
from spiders.urls.canonical import absolute, canonicalise, identity, same_page_canonical
from spiders.urls.pagination import MAX_PAGES, Numbered, page_of, readings, without_one

_MOST_BYTES = 3_000_000
_MOST_LINKS = 3_000  # of a page that are looked at
_ELSEWHERE = re.compile(
    r"comment|repl(?:y|ies)|respond|disqus|discussion|forum|galler|slide|carousel|swiper|lightbox|related|recommend|popular|trending"
    r"|most-?read|latest|sidebar|widget|teaser|archive|댓글|コメント|评论",
    re.I,
)
# What an article in the page's data or head is called.
_MARKS = re.compile(
    rb"article:published_time|\"@type\"\s*:\s*\[?\s*\"(?:\w*NewsArticle|Article|BlogPosting|Report)|itemprop=.articleBody", re.I
)
_LONGEST_LABEL = 30  # characters; a longer one is the headline of another story
_ENOUGH_PROSE = 300  # characters of paragraphs, without their links


def find_paging(url: str, body: bytes, own: str | None = None) -> Paging | None:
    """Return what a page says about the other pages of its article; None if that has one page, or it is no article.

    Args:
        url: the address that answered.
        own: the canonical address under which the page is stored, if that is known; else as it declares.
    """
    if len(body) > _MOST_BYTES or is_front_page(url) or not may_name_pages(url, body, own) or too_complex(body):
        return None
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    base = _base(tree, url)
    declared = tree.xpath("string(//link[translate(@rel,'CANOIL','canoil')='canonical']/@href)")
    canonical = absolute(base, str(declared))
    own = own or same_page_canonical(url, canonical)
    links = list(_links(tree, base, urlsplit(url).hostname))
    counted_from_zero = read_from_zero(canonicalise(url), links)
    found = counted_from_zero or _as_first(without_one(own), links)
    for address in () if counted_from_zero else dict.fromkeys((canonicalise(url), own)):
        for reading in readings(address):
            numbered = _as_numbered(reading, canonical or own, links)
            if numbered and (found is None or len(numbered.others) >= len(found.others)):
                found = numbered
    found = found or read_pager(own, links)
    if found is None or is_front_page(found.first) or not _is_prose(tree, body, found.first):
        return None
    return found


def _as_first(own: str, links: list[Link]) -> Paging | None:
    """Read the page as the first one."""
    others = _others(own, 1, links)
    return Paging(own, 1, others, any(other.is_sure for other in others)) if others else None


def _as_numbered(reading: Numbered, canonical: str, links: list[Link]) -> Paging | None:
    """Read the page as one behind the first: it links to that or to others, or declares the first as its canonical address."""
    number, firsts = reading.number, reading.firsts
    if number < 2:
        return None
    there = {link.key for link in links}
    declared = next((first for first in firsts if identity(first) == identity(canonical)), None)
    first = declared or next((first for first in firsts if identity(first) in there), firsts[0])
    others = _others(first, number, links)
    is_near = any(abs(other.number - number) == 1 for other in others)
    if not (declared or identity(first) in there or (others if reading.is_named else is_near)):
        return None
    is_sure = reading.is_named or declared is not None or any(other.is_sure for other in others)
    behind = tuple(other for other in others if other.number > 1)
    return Paging(canonicalise(first), number, (Other(1, first, is_sure), *behind), is_sure)


def _others(first: str, own: int, links: list[Link]) -> tuple[Other, ...]:
    """Return the pages of the article at `first` that the links name, without the page `own` itself, by number."""
    found: dict[int, Other] = {}
    for link in links:
        page = page_of(link.url, first)
        if page is None:
            continue
        number, is_named = page
        is_labelled = link.bare == str(number)
        is_short = 0 < len(link.label) <= _LONGEST_LABEL and link.url.count("?") == first.count("?")
        is_pager = is_named or is_labelled or bool(link.rel) or is_short
        if number == own or number > MAX_PAGES or not is_pager:
            continue
        is_sure = is_named or is_labelled
        if number not in found or (is_sure and not found[number].is_sure):
            found[number] = Other(number, link.url, is_sure)
    return tuple(found[number] for number in sorted(found))


def _base(tree: Any, url: str) -> str:
    declared = tree.xpath("string(//base/@href)")
    return absolute(url, str(declared)) or url


def _links(tree: Any, base: str, host: str | None) -> Iterator[Link]:
    """Yield the links that may lead to other pages: to the same host, and not from comments, galleries or lists of stories."""
    for element in islice(tree.iter("a", "link"), _MOST_LINKS):
        rel = frozenset((element.get("rel") or "").lower().split()) & {"next", "prev", "previous"}
        if element.tag == "link" and not rel:
            continue
        address = absolute(base, element.get("href"))
        if address is None or urlsplit(address).hostname != host or _ELSEWHERE.search(urlsplit(address).fragment):
            continue
        if any(_ELSEWHERE.search(f"{each.get('class') or ''} {each.get('id') or ''}") for each in _around(element)):
            continue
        label = " ".join(element.text_content().split()) if element.tag == "a" else ""
        yield Link(linked := canonicalise(address), identity(linked), label, rel)


def _around(element: Any) -> Iterator[Any]:
    """Yield the element and the blocks around it, up to the article: what a body or main is called says nothing of a link."""
    for each in (element, *element.iterancestors()):
        if each.tag in ("article", "main", "body", "html"):
            return
        yield each


def _is_prose(tree: Any, body: bytes, first: str) -> bool:
    """Whether the page may be an article rather than a list with pages of its own."""
    if _MARKS.search(body):
        return True
    if shape(first) is Shape.NEVER:
        return False
    said = 0
    for paragraph in tree.iter("p"):
        linked = sum(len(link.text_content()) for link in paragraph.iter("a"))
        said += max(0, len(paragraph.text_content().strip()) - 2 * linked)
        if said >= _ENOUGH_PROSE:
            return True
    return shape(first) is Shape.STRONG
