"""Find the headings of a page that can be its headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from flows.clean.headline.tails import is_date
from flows.clean.page import SUBHEADINGS, Page
from flows.clean.structured import fold
from newslake.text import squeeze
from spiders.urls.canonical import domain

__all__ = ["heading_in_address", "is_in_address", "main_headings", "shown_large"]

_KICKER_CLASS = re.compile(
    r"kicker|overline|over-?title|roof-?line|dachzeile|topline|top-?title|super-?title|sup-?title|eyebrow|surtitle|antetitulo|occhiello|"
    r"visually-?hidden|sr-only|a11y|screen-?reader|sub-?line|sub-?title|badge|label|topic|categor|rubri",
    re.I,
)
_MAX_MAIN, _MAX_SHOWN, _MAX_HEADINGS = 12, 2_000, 50
# An address with this many words can identify a headline, which must hold this share of them.
_FEW_WORDS, _MOST = 3, 0.6
# Characters of an h1, of a lesser heading, and of the name of a folder that holds a whole site.
_LONGEST_MAIN, _LONGEST, _FOLDER = 400, 500, 12


def main_headings(page: Page, data: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the page's main headings with their sources ("h1", "heading").

    Of a heading with a kicker or a subline, the part that is in `data` (folded titles of the structured data) is taken.
    """
    if marked := _marked(page, data):
        yield marked, "heading"
        return
    for n, heading in enumerate(page.tree.iter("h1")):
        if n == _MAX_MAIN:
            return
        text = squeeze(heading.text_content())
        if (
            2 < len(text) < _LONGEST_MAIN
            and heading.get("itemprop") != "alternativeHeadline"
            and not _names_site(heading, page.url)
        ):
            yield _headline_of(heading, text, data), "h1"


def _marked(page: Page, data: set[str]) -> str | None:
    """Return the one lesser heading marked as the headline, if the structured data confirm it.

    The h1 of such a page is a label of breadcrumbs or of the site, or a text for search engines.
    """
    marked = [
        heading
        for heading in islice(page.tree.iter("h1", *SUBHEADINGS), _MAX_SHOWN)
        if "headline" in (heading.get("itemprop") or "").split()
    ]
    if len(marked) != 1 or marked[0].tag == "h1":
        return None
    text = _headline_of(marked[0], squeeze(marked[0].text_content()), data)
    mains = (fold(heading.text_content()) for heading in islice(page.tree.iter("h1"), _MAX_MAIN))
    # a heading that begins with the h1 also holds a standfirst
    return text if fold(text) in data and not any(main and fold(text).startswith(main) for main in mains) else None


def _headline_of(heading: Any, text: str, data: set[str]) -> str:
    """Return the text of a heading, or the part of it that is the headline if the structured data lack the whole text."""
    return text if fold(text) in data or not len(heading) else _core(heading, data) or text


def _core(heading: Any, data: set[str]) -> str | None:
    """Return the headline inside a heading: one of its elements, or its text without kicker and screen-reader labels."""
    for element in islice(heading.iter(), 1, 12):
        said = squeeze(element.text_content())
        if fold(said) in data and len(fold(said)) > 5:
            return said
    rest = [heading.text or ""]
    for child in heading:
        mark = f"{child.get('class') or ''} {child.get('itemprop') or ''}"
        is_label = _KICKER_CLASS.search(mark) or (child.tag in ("small", "time") and len(heading) > 1)
        is_stamp = not "".join(rest).strip() and is_date(squeeze(child.text_content()))
        if not is_label and not is_stamp:
            rest.append(child.text_content())
        rest.append(child.tail or "")
    said = squeeze(" ".join(rest)).strip(" :|–—-")
    own = squeeze(" ".join([heading.text or "", *(child.tail or "" for child in heading)])).strip(" :|–—-")
    if fold(own) in data and len(fold(own)) > 5:
        return own
    return said if len(fold(said)) > 5 else None


def _names_site(heading: Any, url: str) -> bool:
    """Return whether an h1 is only a link to the home page: old templates name their site that way on each page."""
    link = heading.find(".//a[@href]")
    if link is None:
        link = next((a for a in heading.iterancestors("a") if a.get("href")), None)
    if link is None or squeeze(link.text_content()) != squeeze(heading.text_content()):
        return False
    try:
        there = urlsplit(urljoin(url, link.get("href")))
    except ValueError:
        return False
    home, path = unquote(there.path).strip("/"), unquote(urlsplit(url).path).strip("/")
    is_folder = "/" not in home and len(home) <= _FOLDER and path.startswith(f"{home}/")
    return home != path and (not home or is_folder) and domain(there.geturl()) == domain(url)


def heading_in_address(page: Page) -> str | None:
    """Return the lesser heading whose words are in the page's address."""
    words = {word for word in re.split(r"[^a-z]+", urlsplit(page.url).path.lower()) if len(word) > 2}
    if len(words) < _FEW_WORDS:
        return None
    said = [squeeze(heading.text_content()) for heading in islice(page.tree.iter(*SUBHEADINGS), _MAX_HEADINGS)]
    return next(
        (text for text in said if len(text) < _LONGEST and len(words & set(fold(text).split())) >= _MOST * len(words)), None
    )


def is_in_address(headline: str, url: str) -> bool:
    """Return whether the name of the page in its address is made of the words of a headline."""
    name = unquote(urlsplit(url).path).strip("/").rpartition("/")[2].lower()
    there = {word for word in re.split(r"[\W\d_]+", name) if len(word) > 2}
    words = {word for word in re.split(r"[\W\d_]+", headline.lower()) if len(word) > 2}
    return len(there) >= _FEW_WORDS and len(words & there) >= _MOST * max(len(words), len(there))


def shown_large(page: Page) -> set[str]:
    """Return folded lines that old layouts set in bold or large type instead of a heading."""
    shown: set[str] = set()
    for element in islice(page.tree.iter(*SUBHEADINGS, "b", "strong", "font", "td"), _MAX_SHOWN):
        if len(element) < 3:
            text = squeeze(element.text_content())
            if 12 < len(text) < 300:
                shown.add(fold(text))
    return shown
