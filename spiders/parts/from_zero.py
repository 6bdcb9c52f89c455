"""Find the other pages of an article whose addresses count from zero, as Drupal's do: `?page=1` is the second page. Pure.

The pager says so: the number that readers see is one more than the number in the address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders.parts.model import Link, Other, Paging
from spiders.urls.canonical import identity
from spiders.urls.pagination import MAX_PAGES, from_zero

__all__ = ["read_from_zero"]

# "2", "Page 2", "Go to page 2"
_LABEL = re.compile(r"\D{0,20}?([1-9]\d?)\D{0,3}")


def read_from_zero(own: str, links: Sequence[Link]) -> Paging | None:
    """Return the pages of the article that a page at the address `own` names; None if nothing says that they count from zero."""
    own_number, first = from_zero(own) or (0, own)
    key = identity(first)
    named: dict[int, str] = {}
    agree: set[bool] = set()
    leads_back = False
    for link in links:
        number, base = from_zero(link.url) or (0, link.url)
        if identity(base) != key:
            continue
        leads_back |= number == 0 and bool(link.rel & {"prev", "previous"})
        label = _LABEL.fullmatch(link.label)
        if label is None:
            continue
        if base != link.url:
            agree.add(int(label[1]) == number + 1)
        named[number + 1] = link.url
    # the second of two pages links to the first one only, whose address may have no number
    if agree != {True} and (agree or own_number != 1 or 1 not in named or not leads_back):
        return None
    if own_number:
        named[1] = first
    others = tuple(Other(number, named[number], True) for number in sorted(named) if number != own_number + 1)
    return Paging(first, own_number + 1, tuple(one for one in others if one.number <= MAX_PAGES), True) if others else None
