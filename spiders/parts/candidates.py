"""Pass over pages that name no other pages of their article, by their bytes: most pages are never parsed for that. Pure."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from spiders.urls.canonical import absolute, identity
from spiders.urls.pagination import from_zero, page_in_words, page_of, readings, readings_in_words, without_one

__all__ = ["may_name_pages"]

# What follows `href` in a page; longer addresses are data.
_VALUE = rb"""\s{0,9}=\s{0,9}["']?([^"'<>\s]{1,500})"""
_ADDRESS, _HREF = re.compile(_VALUE), re.compile(rb"\bhref" + _VALUE, re.I)
_SMALL_NUMBER = re.compile(rb"(?:^|[^0-9])[0-9]{1,2}(?:/|\.[A-Za-z]{3,5})?(?:[?#&]|$)")
_INDEX = re.compile(rb"/index\.\w{3,5}$")
_WORD = re.compile(rb"(?:%[0-9A-Fa-f]{2})|([A-Za-z0-9]+)")
_SHORT = 12  # characters of an address that leaves out the name of the article: "2.html"
_MOST_CANDIDATES = 200
# In the usual spelling only: ignoring case, this would take longer than all else that is looked for in a page.
_REL = re.compile(rb"""rel=["']?(?:\s?[a-z]{1,20}\s)?\s?(?:next|prev)""")
_LABELLED = re.compile(rb">\s{0,20}[(\[]?[12][)\].]?\s{0,20}</a>", re.I)
_MOST_RELATED = 20
_LONGEST_TAG = 600


def may_name_pages(url: str, body: bytes, own: str | None = None) -> bool:
    """Whether a page may link to another page of the same article. Takes time that is linear in the size of the page.

    Args:
        own: the address under which the page is stored, if that is known.
    """
    if b"<base" in body or _may_have_pager(url, body):
        return True
    canonical = _canonical(url, body)
    if {identity(first) for first in (canonical, own) if first} & set(map(identity, _behind(url))):
        return True  # it says that it is a further page of that one
    addresses = {url, canonical or url, own or url}
    return _has_link_to_page(url, body, set(map(without_one, addresses)), set[str]().union(*map(_behind, addresses)))


def _behind(url: str) -> set[str]:
    """Return the addresses that the first page may have if an address is that of a further page."""
    counted = from_zero(url)
    firsts = {first for reading in readings(url) if reading.number > 1 for first in reading.firsts}
    return firsts | ({counted[1]} if counted else set())


def _may_have_pager(url: str, body: bytes) -> bool:
    """Whether `spiders.parts.pagers.read_pager` may find anything."""
    related = [found.start() for found in islice(_REL.finditer(body), _MOST_RELATED)]
    if not related or _LABELLED.search(body):
        return bool(related)
    firsts = [first for _, first in readings_in_words(url)]
    for there in filter(None, (_linked_at(body, at, url) for at in related)):
        # the pages in the middle name each other
        if identity(there) in map(identity, firsts) or any(page_in_words(there, first) for first in (url, *firsts)):
            return True
    return False


def _canonical(url: str, body: bytes) -> str | None:
    """Return the canonical address that the head of a page declares."""
    at = body.find(b"canonical")
    return _linked_at(body, at, url) if at >= 0 else None


def _linked_at(body: bytes, at: int, url: str) -> str | None:
    """Return where the tag around a place of a page leads, as far as a quick look tells."""
    begin, end = body.rfind(b"<", 0, at), body.find(b">", at)
    tag = body[begin : end if 0 < end - begin < _LONGEST_TAG else at]
    match = _HREF.search(tag)
    return absolute(url, match[1].decode("utf-8", "replace")) if match else None


def _has_link_to_page(url: str, body: bytes, own: set[str], behind: set[str]) -> bool:
    """Whether a page links to one of the addresses with a number, or to one of those that a further page would be behind."""
    firsts = own | behind
    names, same = {_name(first) for first in firsts}, {identity(first) for first in firsts}
    leads_back = set(map(identity, behind)) - {identity(url), identity(without_one(url))}
    tried = set()
    for piece in (*body.split(b"href")[1:], *body.split(b"HREF")[1:]):
        match = _ADDRESS.match(piece)
        if match is None or match[1] in tried or not (leads_back or _SMALL_NUMBER.search(match[1])):
            continue
        address = match[1]
        if address[:1] not in b"?;." and len(address) > _SHORT and not any(name in address for name in names):
            continue
        tried.add(address)
        linked = absolute(url, address.decode("utf-8", "replace"))
        if len(tried) >= _MOST_CANDIDATES or (linked and any(page_of(linked, first) for first in firsts)):
            return True
        if linked and (identity(linked) in leads_back or ((counted := from_zero(linked)) and identity(counted[1]) in same)):
            return True
    return False


def _name(first: str) -> bytes:
    """Return the longest word at the end of an address, which stands in the addresses of its other pages too."""
    path = _INDEX.sub(b"", urlsplit(first).path.encode("utf-8", "replace"))  # the others are in the same folder
    leaf = b"/".join(path.rstrip(b"/").rsplit(b"/", 2)[-2:])
    return max((found[1] for found in _WORD.finditer(leaf) if found[1]), key=len, default=b"")
