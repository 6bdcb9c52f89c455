"""Decide which of a page's objects is its article: other stories, videos, products and comments have data, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from flows.clean.page import Page
from flows.clean.structured.graph import Graph
from flows.clean.structured.values import Node, addresses, first_text, is_empty, types
from flows.clean.words import fold
from newslake.text import squeeze
from spiders.urls.canonical import absolute, identity

__all__ = ["ARTICLE", "Identity", "article_node", "page_node"]

# The types of objects that may be the article.
ARTICLE = re.compile(r"article$|blogposting$|^report$|^(critic|opinion)?review$|^socialmediaposting$", re.I)
_PAGE = ("webpage", "itempage", "aboutpage", "newspage")
_MAX_CANDIDATES = 200
# Headings that may be the headline.
_HEADINGS, _LONGEST = 5, 1_000
# Words of a headline that can be told from others, and the share of its words that another spelling of it has.
_FEW_WORDS, _NEAR = 3, 0.6
# What an article may take from the object of its page.
_OF_PAGE = ("author", "creator", "publisher", "isAccessibleForFree")


class Identity:
    """What a page says of itself: its addresses, and the folded titles that it shows or declares."""

    def __init__(self, page: Page) -> None:
        self._page, self._url = page, page.url
        self._path = urlsplit(page.url).path.rstrip("/")

    @cached_property
    def _own(self) -> set[str]:
        return {identity(address) for address in (self._url, self._page.declared_address) if address}

    @cached_property
    def titles(self) -> set[str]:
        """The folded titles that the page shows or declares."""
        page = self._page
        shown = [squeeze(heading.text_content()[:_LONGEST]) for heading in islice(page.tree.iter("h1"), _HEADINGS)]
        return {fold(said) for said in (page.meta("og:title"), page.title, *shown) if said} - {""}

    def is_here(self, said: Iterable[str]) -> bool:
        """Return whether one of these addresses is the page's, on this host or another."""
        for address in said:
            bare = address.partition("#")[0].strip()
            if len(self._path) > 1 and bare.partition("?")[0].rstrip("/").endswith(self._path):
                return True
            whole = absolute(self._url, bare) if bare else None
            if whole and len(urlsplit(whole).path) > 1 and identity(whole) in self._own:
                return True
        return False

    def is_elsewhere(self, said: Iterable[str]) -> bool:
        """Return whether one of these addresses, none of which is the page's, names another single page."""
        return any(a.startswith(("http://", "https://", "/")) and len(urlsplit(a).path.strip("/")) > 1 for a in said)

    def is_named(self, headline: str) -> bool:
        """Return whether a folded headline is one of the page's titles, or nearly so."""
        words = set(headline.split())
        for title in self.titles:
            if headline == title or (min(len(headline), len(title)) > 5 and (headline in title or title in headline)):
                return True
            common = len(words & set(title.split()))
            if common >= _FEW_WORDS and common >= _NEAR * min(len(words), len(title.split())):
                return True
        return False

    def is_like(self, headline: str) -> bool:
        """Return whether a folded headline may be one of the page's titles in other words: they share one of its longer words."""
        words = {word for word in headline.split() if len(word) > _FEW_WORDS}
        said = {word for title in self.titles for word in title.split()}
        return not words or not said or bool(words & said)


def article_node(graph: Graph, page: Identity, of_page: Node) -> Node:
    """Return the object that describes the page's article, with all that is said of it; {} if there is none.

    It has the page's address or headline, or is the page's main entity. One without any of these is taken only if nothing says
    that it is something else: it stands alone, outside of lists, and names no other page.

    Args:
        of_page: the object that describes the page itself.
    """
    found = [node for node in graph.nodes if any(map(ARTICLE.search, types(node)))][:_MAX_CANDIDATES]
    if not found:
        return {}

    def signs(node: Node) -> tuple[int, bool]:
        said = [s for key in ("url", "mainEntityOfPage") for s in addresses(graph.follow(node.get(key)))]
        is_here = page.is_here([*said, *addresses(node.get("@id"))])
        if is_here and len(found) == 1:  # one sign is enough where nothing competes
            return 1, False
        is_named = page.is_named(_headline(node)) if _headline(node) else False
        is_other = graph.is_listed(node) or (not is_here and page.is_elsewhere(said))
        return is_here + is_named + graph.is_main(node), is_other and not is_here

    def worth(node: Node) -> tuple[int, bool, bool, bool, int]:
        sure, is_other = known[id(node)]
        return sure, not is_other, "news" in " ".join(types(node)), "datePublished" in node, len(node)

    known = {id(node): signs(node) for node in found}
    best = max(found, key=worth)
    sure, is_other = known[id(best)]
    if not sure and (is_other or len({_headline(node) for node in found}) > 3):
        return {}  # other stories
    same = _headline(best)
    merged: Node = {}
    for node in [best, *(n for n in found if n is not best and same and _headline(n) == same)]:
        for key, value in graph.completed(node).items():
            if is_empty(merged.get(key)):
                merged[key] = value
    for key, value in of_page.items():
        if key in _OF_PAGE and is_empty(merged.get(key)):
            merged[key] = value
    return merged


def page_node(graph: Graph, page: Identity) -> Node:
    """Return the object that describes the page itself; {} if there is none."""
    found = [node for node in graph.nodes if any(kind in _PAGE for kind in types(node)) and not graph.is_listed(node)]
    for node in found:
        said = [*addresses(node.get("url")), *addresses(node.get("@id"))]
        if page.is_here(said) or not page.is_elsewhere(said):
            return graph.completed(node)
    return {}


def _headline(node: Node) -> str:
    return fold(first_text(node.get("headline")) or first_text(node.get("name")) or "")
