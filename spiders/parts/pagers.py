"""Find the other pages of an article whose addresses have no numbers: by `rel=next` or `rel=prev` and a pager. Pure.

`rel=next` alone often leads to the next story. So the pager must give the page behind it the number that follows, or its address
must be that of the article with a number in words. Whether it has the same headline and date is compared when it is read, so
nothing that is found here is sure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders.parts.model import Link, Other, Paging
from spiders.urls.canonical import absolute, identity
from spiders.urls.pagination import MAX_PAGES, page_in_words, readings_in_words

__all__ = ["may_have_pager", "read_pager"]

# In the usual spelling only: ignoring case, this would take longer than all else that is looked for in a page.
_REL = re.compile(rb"""rel=["']?(?:\s?[a-z]{1,20}\s)?\s?(?:next|prev)""")
_HREF = re.compile(rb"""\bhref\s{0,3}=\s{0,3}["']?([^"'<>\s]{1,500})""", re.I)
_LABELLED = re.compile(rb">\s{0,20}[(\[]?[12][)\].]?\s{0,20}</a>", re.I)
_LONGEST_TAG = 600
_MOST_RELATED = 20
_PREVIOUS = frozenset({"prev", "previous"})


def may_have_pager(url: str, body: bytes) -> bool:
    """Whether `read_pager` may find anything. Takes time that is linear in the size of the page."""
    related = [found.start() for found, _ in zip(_REL.finditer(body), range(_MOST_RELATED), strict=False)]
    if not related:
        return False
    if _LABELLED.search(body):
        return True
    for at in related:
        begin, end = body.rfind(b"<", 0, at), body.find(b">", at)
        tag = body[begin : end if 0 < end - begin < _LONGEST_TAG else at]
        if (match := _HREF.search(tag)) and (there := absolute(url, match[1].decode("utf-8", "replace"))):
            if page_in_words(there, url) or any(identity(first) == identity(there) for _, first in readings_in_words(url)):
                return True
            # the pages in the middle name each other
            if any(page_in_words(there, first) for _, first in readings_in_words(url)):
                return True
    return False


def read_pager(own: str, links: Sequence[Link]) -> Paging | None:
    """Return the pages of the article that a page at the address `own` names; None without a pager of that kind."""
    links = [link for link in links if identity(link.url) != identity(own)]
    behind = {identity(link.url) for link in links if "next" in link.rel}
    before = {identity(link.url) for link in links if link.rel & _PREVIOUS}
    if len(behind) > 1 or len(before) > 1 or not behind | before:
        return None
    return _by_labels(own, links, behind, before) or _by_words(own, links, behind, before)


def _by_labels(own: str, links: Sequence[Link], behind: set[str], before: set[str]) -> Paging | None:
    """Read the numbers of a pager. They must agree with `rel`, and lead to a page each."""
    labelled: dict[int, dict[str, str]] = {}
    for link in links:
        number = _number(link.label)
        if number:
            labelled.setdefault(number, {}).setdefault(identity(link.url), link.url)
    if any(len(urls) > 1 for urls in labelled.values()):
        return None  # two pagers, or numbers that are none of pages
    pages = {number: next(iter(urls.items())) for number, urls in labelled.items()}
    if len({there for there, _ in pages.values()}) < len(pages):
        return None
    said = {number - 1 for number, (there, _) in pages.items() if there in behind}
    said |= {number + 1 for number, (there, _) in pages.items() if there in before}
    own_number = next(iter(said), 0)
    if len(said) != 1 or own_number in pages or (own_number == 1) == (1 in pages) or (own_number == 1 and before):
        return None
    first = own if own_number == 1 else pages[1][1]
    return Paging(first, own_number, tuple(Other(number, pages[number][1], False) for number in sorted(pages)), False)


def _by_words(own: str, links: Sequence[Link], behind: set[str], before: set[str]) -> Paging | None:
    """Read addresses with numbers in words. The pages before and behind must have the numbers before and behind."""
    for number, first in ((1, own), *readings_in_words(own)):
        found: dict[int, str] = {}
        for link in links:
            there = 1 if identity(link.url) == identity(first) else page_in_words(link.url, first)
            if there and there not in (number, *found) and (link.rel or _number(link.label) == there):
                found[there] = link.url
        near = {identity(url) for there, url in found.items() if there == number + 1} == behind if behind else True
        near = near and ({identity(url) for there, url in found.items() if there == number - 1} == before if before else True)
        if found and near and number in (1, *(there + 1 for there in found), *(there - 1 for there in found)):
            others = {1: first, **found} if number > 1 else found
            return Paging(first, number, tuple(Other(each, others[each], False) for each in sorted(others)), False)
    return None


def _number(label: str) -> int | None:
    bare = label.strip(" []()·.")
    return int(bare) if bare.isascii() and bare.isdigit() and 1 <= int(bare[:3]) <= MAX_PAGES else None
