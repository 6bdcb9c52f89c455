"""Decode and parse a page once, for everything that reads it."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from lxml import etree, html

from flows.clean.decode import text_and_utf8
from flows.clean.markup.mend import mended, with_body
from newslake.errors import PageError
from newslake.text import squeeze
from spiders.urls.canonical import absolute, declared_address, same_host

__all__ = ["SUBHEADINGS", "Page", "class_and_id", "of_another", "read_page", "scope_types"]

_CONTROL_BYTES = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"
_INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|small|big|center|a|nobr|abbr|label)\b[^<>]*>", re.I)
_BLOCK = re.compile(r"</?(?!(?:html|head|body|title|meta|link|script|style|h[1-6]|p|br|time)\b)[a-z][^<>]*>", re.I)
# Types of items that are the page or its article, and not another thing on it.
_OWN_ITEM = re.compile(r"article$|posting$|^report$|review$|page$|^website$|^creativework$", re.I)
# Meta elements that name a section of the outlet.
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "sailthru.section", "section", "cxenseparse:section")
# Elements that head the parts of an article.
SUBHEADINGS = ("h2", "h3", "h4")


@dataclass(frozen=True)
class Page:
    """A parsed page. Its `tree` is modified by the `clean` that made it, so it is not shared."""

    url: str
    tree: html.HtmlElement
    source: str  # the page as it was decoded

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Return the contents of all meta elements in page order, by lower-cased property, name or itemprop."""
        found: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            content = squeeze(meta.get("content") or meta.get("value"))
            if not content:
                continue
            said, name, item = meta.get("property") or "", meta.get("name") or "", meta.get("itemprop")
            # RDFa allows several properties: "og:title twitter:title"
            for key in {name.strip().lower(), *said.lower().split()} - {""}:
                found.setdefault(key, []).append(content)
            if item and (item := item.strip().lower()) and item not in (said, name) and not _of_other_item(meta):
                found.setdefault(item, []).append(content)
        return found

    @cached_property
    def base(self) -> str:
        """Return the address that relative addresses of the page start from: that of its first base element, else its own."""
        element = self.tree.find(".//base[@href]")
        return (absolute(self.url, element.get("href")) if element is not None else None) or self.url

    @cached_property
    def declared_address(self) -> str | None:
        """Return the address that the page declares as its own: rel=canonical, else og:url; None where neither can be believed.

        A link is resolved as browsers do, from the base of the page. og:url is no link: it must be whole, or a path on this host,
        and name the host of the page.
        """
        links = (link for link in self.tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
        for link in links:
            if address := declared_address(self.base, link.get("href"), self.url):
                return address
        address = declared_address(self.url, self.meta("og:url"), self.url)
        return address if address and same_host(address, self.url) else None

    @cached_property
    def title(self) -> str:
        """Return the text of the title element; "" without one."""
        element = self.tree.find(".//title")
        return squeeze(element.text_content()) if element is not None else ""

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """Return the language attributes of html and body."""
        root, body = self.tree, self.tree.find("body")
        whole = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
        return whole, body.get("lang") if body is not None else None

    @property
    def sections(self) -> list[str]:
        """Return the sections of the outlet that the meta elements name, the surest first."""
        return [said for name in _SECTIONS for said in self.metas.get(name, ())]

    def meta(self, *names: str) -> str | None:
        """Return the first content of the first of these meta elements that exists."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def to_take_apart(self) -> Page:
        """Return a copy with its own tree, which keeps what the head says even when the head is removed."""
        other = replace(self, tree=deepcopy(self.tree))
        vars(other).update(self.head())
        return other

    def head(self) -> dict[str, Any]:
        """Read and cache everything that must stay available once the tree has been taken apart."""
        names = ("metas", "title", "languages", "base", "declared_address")
        return {name: getattr(self, name) for name in names}


class Element(html.HtmlElement):  # type: ignore[misc]  # lxml has no types
    """An element of a page that reads its text without XPath, which takes half as long for short texts."""

    def text_content(self) -> str:
        """Return the text of the element and of all below it."""
        if not len(self):  # half of all that are asked
            return self.text or ""
        return etree.tostring(self, encoding="unicode", method="text", with_tail=False)


def class_and_id(element: Any) -> str:
    """Return an element's class and id with a space between; " " if it has neither."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def scope_types(element: Any) -> list[str]:
    """Return the types of an item of microdata or RDFa, without the address of the vocabulary."""
    said = (element.get("itemtype") or element.get("typeof") or "").split()
    return [kind.rstrip("/").rpartition("/")[2].rpartition(":")[2] for kind in said]


def of_another(element: Any, scope: Any) -> bool:
    """Return whether `element` belongs to an item inside `scope`: an image's name is not the article's."""
    parent = element.getparent()
    while parent is not None and parent is not scope:
        if parent.get("itemscope") is not None or parent.get("typeof"):
            return True
        parent = parent.getparent()
    return False


def _of_other_item(element: Any) -> bool:
    """Return whether an element belongs to an item that is neither the page nor an article: a picture, a video, a comment."""
    scope = next((room for room in element.iterancestors() if room.get("itemscope") is not None), None)
    return scope is not None and not any(map(_OWN_ITEM.search, scope_types(scope)))


def read_page(url: str, body: bytes, content_type: str | None) -> Page:
    """Decode and parse a page.

    Raises:
        PageError: the page is empty or is not HTML.
    """
    decoded, raw = text_and_utf8(body, content_type)
    text = mended(decoded, body)
    if not text or text.isspace():
        raise PageError(f"the page is empty: {url}", left="its capture is kept", next="open the address in a browser")
    tree, too_deep = _parse(raw if text is decoded else text.encode("utf-8", "replace"))
    for tags in (_INLINE, _BLOCK):
        if too_deep:
            text = tags.sub(" ", text)
            tree, too_deep = _parse(text.encode("utf-8", "replace"))
    if tree is None:
        raise PageError(f"the page is not HTML: {url}", left="its capture is kept", next="open the address in a browser")
    return Page(url, with_body(tree), text)


def _parse(raw: bytes) -> tuple[html.HtmlElement | None, bool]:
    """Return the tree, and whether it was cut off because it nests deeper than libxml2 allows."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=False)
    # lxml's default lookup of element classes costs a Python call per element
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=Element))
    try:
        if any(map(raw.__contains__, _CONTROL_BYTES)):  # few pages have one, and thirty searches are faster than a copy
            raw = raw.translate(None, _CONTROL_BYTES)
        tree = html.document_fromstring(raw, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, False
    return tree, any("depth" in entry.message for entry in parser.error_log)
