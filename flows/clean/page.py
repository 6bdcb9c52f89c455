"""One decode and one parse of a page, shared by everything that reads it."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from charset_normalizer import from_bytes
from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from newslake.errors import PageError
from newslake.text import squeeze as squeeze

# Enough for any detector, and for the head of any page.
_SAMPLE = 100_000
# Characters that take part in no sentence: control characters other than tab and line ends, what only says where a line may
# break (soft hyphen, zero width space, word joiner), and unpaired surrogates.
_CONTROL_BYTES = bytes(code for code in range(0x20) if code not in b"\t\n\r") + b"\x7f"
_INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|small|big|center|a|nobr|abbr|label)\b[^<>]*>", re.I)
_BLOCK = re.compile(r"</?(?!(?:html|head|body|title|meta|link|script|style|h[1-6]|p|br|time)\b)[a-z][^<>]*>", re.I)
# All bytes that begin no letter of several bytes in UTF-8.
_BELOW_LETTERS = bytes(range(0xC0))
# Encodings in which pure ASCII bytes may stand for other characters.
_SEVEN_BIT = ("iso2022", "iso-2022", "hz", "utf-7", "utf_7")


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


def decode(body: bytes, content_type: str | None) -> str:
    """Text of a page, whatever it claims: byte order mark, valid UTF-8, then header, meta and detection. Never raises.

    Bytes beyond ASCII that are valid UTF-8 are UTF-8 whatever the labels say; labels lie more often than that test.
    """
    mark, _ = read_bom(body)
    if mark:
        return body.decode(mark, "replace").lstrip("\ufeff")
    labels = _labels(body, content_type)
    if not any(label.startswith(_SEVEN_BIT) for label in labels):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            # a page in UTF-8 with a few broken bytes, mostly of a text cut in the middle of a character
            text = body.decode("utf-8", "replace")
            beyond = len(body.translate(None, _BELOW_LETTERS))
            if text.count("\ufffd") * 20 < beyond and error.start < len(body):
                return text
    for label in labels:
        name = resolve_encoding(label) or label
        try:
            text = body.decode(name, "replace")
        except LookupError:
            continue
        if text.count("\ufffd") * 200 <= len(text) and not _improbable(text, name):
            return text
    best = from_bytes(body[:_SAMPLE]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


def utf8(body: bytes, content_type: str | None) -> bytes:
    """What `decode` makes of a page, in UTF-8: nearly always the bytes as they are."""
    mark, _ = read_bom(body)
    if not mark and not any(label.startswith(_SEVEN_BIT) for label in _labels(body, content_type)):
        try:
            body.decode("utf-8")
            return body
        except UnicodeDecodeError:
            pass
    return decode(body, content_type).encode("utf-8", "replace")


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that a page is said to have, the likelier first."""
    in_header = http_content_type_encoding(content_type)
    in_meta = html_body_declared_encoding(body[:16_384])
    # a server's default of Latin-1 says less than the page's own word
    latin = {"cp1252", "iso8859-1", "ascii"}
    declared = [in_meta, in_header] if in_header in latin and in_meta else [in_header, in_meta]
    return [label for label in declared if label]


def _improbable(text: str, name: str) -> bool:
    """Whether a Western decoding yields a text that consists of accents: another alphabet under a wrong label."""
    if name not in ("cp1252", "iso8859-1", "latin-1", "iso8859-15"):
        return False
    words = re.findall(r"[^\W\d_]{3,}", re.sub(r"<[^>]*>", " ", text[:_SAMPLE]))
    strange = sum(1 for word in words if not word.isascii() and len(word.encode("ascii", "ignore")) * 2 < len(word))
    return strange > 20 and strange * 5 > len(words)
