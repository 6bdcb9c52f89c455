"""Collect the headlines that a page shows or declares, to judge titles where annotators chose different ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from flows.clean.page import Page, read_page
from flows.clean.structured import first_text, read_data
from newslake.errors import PageError
from newslake.text import squeeze

__all__ = ["own_headlines"]

_SEPARATOR = re.compile(r"\s+[-–—―|·•:»«›‹/~]+\s+|\s*[|｜»«]\s*")
_WORD = re.compile(r"\w+")


def own_headlines(body: bytes) -> set[str]:
    """Return the words of each of a page's headlines: h1 elements, og:title, the headline in JSON-LD and the title element.

    Outlet and section are cut off the title element. What only names the outlet is no headline.
    """
    try:
        page = read_page("http://example.org/", body, "text/html")
    except (PageError, ValueError):
        return set()
    outlet = {_words(name) for name in (page.meta("og:site_name"), page.meta("application-name")) if name}
    return {words for said in _said(page) if (words := _words(said)) and words not in outlet}


def _said(page: Page) -> Iterator[str]:
    for heading in page.tree.iter("h1"):
        yield squeeze(heading.text_content())
    yield page.meta("og:title") or ""
    yield first_text(read_data(page).article.get("headline")) or ""
    yield from _title_parts(page.title)


def _title_parts(title: str) -> Iterator[str]:
    """Yield the runs of a title's parts that hold the longest part: the whole title only if it has no other parts."""
    cuts = [(0, 0), *((cut.start(), cut.end()) for cut in _SEPARATOR.finditer(title)), (len(title), len(title))]
    parts = [(before[1], after[0]) for before, after in pairwise(cuts) if after[0] > before[1]]
    if not parts:
        return
    longest = max(range(len(parts)), key=lambda at: len(_WORD.findall(title[slice(*parts[at])])))
    for first in range(longest + 1):
        for last in range(longest, len(parts)):
            if last - first + 1 < len(parts) or len(parts) == 1:
                yield title[parts[first][0] : parts[last][1]]


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
