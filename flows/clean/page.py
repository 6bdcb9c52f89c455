"""One decode and one parse of a page, shared by everything that reads it."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from lxml import etree, html

from flows.clean.decode import decode
from newslake.errors import PageError

# Characters that take part in no sentence: control characters other than tab and line ends, what only says where a line may
# break (soft hyphen, zero width space, word joiner), and unpaired surrogates.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"
_INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|small|big|center|a|nobr|abbr|label)\b[^<>]*>", re.I)
_BLOCK = re.compile(r"</?(?!(?:html|head|body|title|meta|link|script|style|h[1-6]|p|br|time)\b)[a-z][^<>]*>", re.I)


# Elements that head the parts of an article.
SUBHEADINGS = ("h2", "h3", "h4")


@dataclass(frozen=True)
class Page:
    """A parsed page: `tree` belongs to the one `clean` that made it."""

    url: str
    tree: html.HtmlElement
    source: str  # the page as it was decoded

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of all meta elements by lower-cased property, name or itemprop, in their order."""
        found: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            content = squeeze(meta.get("content") or meta.get("value"))
            if not content:
                continue
            for key in {(meta.get(a) or "").strip().lower() for a in ("property", "name", "itemprop")} - {""}:
                found.setdefault(key, []).append(content)
        return found

    @cached_property
    def title(self) -> str:
        """Text of the title element."""
        element = self.tree.find(".//title")
        return squeeze(element.text_content()) if element is not None else ""

    @cached_property
    def languages(self) -> tuple[str | None, ...]:
        """What the outermost elements say of the language."""
        root, body = self.tree, self.tree.find("body")
        whole = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
        return whole, body.get("lang") if body is not None else None

    def meta(self, *names: str) -> str | None:
        """The first content of the first of these metas that is there."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def to_take_apart(self) -> Page:
        """The same page with a tree of its own; what the head says is known to it, head or not."""
        other = replace(self, tree=deepcopy(self.tree))
        vars(other).update(self.head())
        return other

    def head(self) -> dict[str, Any]:
        """All that can be asked of the page when its tree has been taken apart; it is remembered."""
        return {"metas": self.metas, "title": self.title, "languages": self.languages}


def class_and_id(element: Any) -> str:
    """What an element's class and id say of it; " " where it has neither."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def squeeze(text: str | None) -> str:
    """`text` in one line, without control characters and with single spaces."""
    if not text:
        return ""
    line = " ".join(text.split())
    if line.isprintable():  # nearly always, and much quicker to ask than to look for what is not
        return line
    return " ".join(_CONTROL.sub("", text).split())


def read_page(url: str, body: bytes, content_type: str | None) -> Page:
    """Decode and parse. Raises PageError where there is nothing that could be HTML."""
    text = decode(body, content_type)
    if not text or text.isspace():
        raise PageError(f"the page is empty: {url}", left="its capture is kept", next="open the address in a browser")
    tree, too_deep = _parse(text)
    for tags in (_INLINE, _BLOCK):
        if too_deep:
            text = tags.sub(" ", text)
            tree, too_deep = _parse(text)
    if tree is None:
        raise PageError(f"the page is no HTML: {url}", left="its capture is kept", next="open the address in a browser")
    return Page(url, tree, text)


def _parse(text: str) -> tuple[html.HtmlElement | None, bool]:
    """The tree, and whether it nests deeper than libxml2 takes, in which case it is cut off there."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=False)
    # lxml's own look-up of an element's class is a Python call for each element that is touched
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace").translate(None, _CONTROL_BYTES), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, False
    return tree, any("depth" in entry.message for entry in parser.error_log)
