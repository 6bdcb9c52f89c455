"""Find the other pages of an article whose addresses have no numbers: by `rel=next` or `rel=prev` and a pager. Pure.

`rel=next` alone often leads to the next story. So the pager must give the page behind it the number that follows, or its address
must be that of the article with a number in words. Whether it has the same headline and date is compared when it is read, so
nothing that is found here is sure.
"""

from __future__ import annotations

from collections.abc import Sequence

from spiders.parts.model import Link, Other, Paging
from spiders.urls.canonical import identity
from spiders.urls.pagination import MAX_PAGES, page_in_words, readings_in_words

__all__ = ["read_pager"]

_PREVIOUS = frozenset({"prev", "previous"})


def read_pager(own: str, links: Sequence[Link]) -> Paging | None:
    """Return the pages of the article that a page at the address `own` names; None without a pager of that kind."""
    key = identity(own)
    links = [link for link in links if link.key != key]
    behind = {link.key for link in links if "next" in link.rel}
    before = {link.key for link in links if link.rel & _PREVIOUS}
    if len(behind) > 1 or len(before) > 1 or not behind | before:
        return None
    return _by_labels(own, links, behind, before) or _by_words(own, links, behind, before)


def _by_labels(own: str, links: Sequence[Link], behind: set[str], before: set[str]) -> Paging | None:
    """Read the numbers of a pager. They must agree with `rel`, and lead to a page each."""
    labelled: dict[int, dict[str, str]] = {}
    for link in links:
        if number := _number(link):
            labelled.setdefault(number, {}).setdefault(link.key, link.url)
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
        key = identity(first)
        found: dict[int, Link] = {}
        for link in links:
            there = 1 if link.key == key else page_in_words(link.url, first)
            if there and there not in (number, *found) and (link.rel or _number(link) == there):
                found[there] = link
        near = all(
            {link.key for there, link in found.items() if there == beside} == keys
            for beside, keys in ((number + 1, behind), (number - 1, before))
            if keys
        )
        if found and near and number in (1, *(there + 1 for there in found), *(there - 1 for there in found)):
            others = {1: first} if number > 1 else {}
            others |= {there: link.url for there, link in found.items()}
            return Paging(first, number, tuple(Other(each, others[each], False) for each in sorted(others)), False)
    return None


def _number(link: Link) -> int | None:
    bare = link.bare
    return int(bare) if bare.isascii() and bare.isdigit() and 1 <= int(bare[:3]) <= MAX_PAGES else None
