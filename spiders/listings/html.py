"""Reads the links of a web page, in document order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from lxml import etree, html

from newslake.embedded import Script
from newslake.errors import ListingError
from newslake.outcomes import Reason
from newslake.text import plain
from spiders.listings.decoding import decoded, unpacked
from spiders.listings.markup import too_complex
from spiders.urls.canonical import absolute

# The busiest front pages have about 1,500 links.
MAX_ANCHORS = 10_000
# Parts of the text of one link, and elements around it. Links may nest, so that reading all of them would take quadratic time.
MAX_PARTS, MAX_AROUND = 200, 100

_XML_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)\b", re.I)
_AROUND = re.compile(r"(?:^|[\s_-])(?:nav|navbar|navigation|gnb|lnb|menu|footer|breadcrumbs?|sitemap|skip)(?:$|[\s_-])", re.I)
# Frames of a page that are read.
MAX_FRAMES = 8
# How a script opens an address: `onclick="location.href='/news/1'"`, `href="javascript:window.open('/news/1')"`.
_SCRIPTED = re.compile(
    r"(?:location(?:\.href)?\s*=\s*|location\.(?:assign|replace)\s*\(\s*|window\.open\s*\(\s*)([\"'])(?P<url>[^\"']{1,2000})\1"
)
# Attributes in which templates keep the address that a script opens, or the one from which it loads more.
_OPENED = ("data-href", "data-link", "data-url", "data-permalink")
_LOADED = (
    "data-next",
    "data-next-url",
    "data-next-page",
    "data-next-href",
    "data-load-more",
    "data-load-more-url",
    "data-more-url",
    "data-ajax-url",
    "hx-get",
)
LOADED = "newslake-loaded"  # no real relation of a link
_ADDRESS = re.compile(r"(?:https?:/)?/[^\s{}<>]*|\?[^\s{}<>]+|[\w.-]+\.(?:html?|php|aspx?|jsp|do)(?:\?[^\s{}<>]*)?")
_WITH_SCRIPTS: Any = etree.XPath(
    "//*[@onclick or starts-with(@href, 'javascript:') or " + " or ".join(f"@{name}" for name in (*_OPENED, *_LOADED)) + "]"
)
# Attributes with data: `data-page="{&quot;component&quot;: …}"`.
MAX_ATTRIBUTES_WITH_DATA = 20
_WITH_DATA: Any = etree.XPath("//@*[starts-with(name(), 'data-') and string-length() > 200 and starts-with(., '{')]")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "article"))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page. `around` is True in navigation, a menu or the footer; `rel` has LOADED if only a script loads it."""

    url: str
    text: str
    rel: frozenset[str]
    around: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A <link> element of a page."""

    url: str
    rel: frozenset[str]
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """The title and links of a web page.

    Attributes:
        scripts: those that may hold data, and attributes that do.
        frames: the addresses of its frames; those of inline frames only if it has no others.
    """

    title: str | None
    anchors: tuple[Anchor, ...]
    heads: tuple[Head, ...]
    scripts: tuple[Script, ...] = ()
    frames: tuple[str, ...] = ()


def xml_kind(body: bytes) -> Literal["feed", "sitemap"] | None:
    """Return whether the root element makes a body a feed or a sitemap; None if neither."""
    root = _XML_ROOT.search(body[:4096])
    if root is None or b"<html" in body[: root.start()].lower():
        return None
    return "sitemap" if root[1].lower() in (b"urlset", b"sitemapindex") else "feed"


def read_page(body: bytes, url: str, content_type: str | None) -> Page:
    """Return the links of an HTML page, however malformed. Raises ListingError if it is not HTML."""
    body = unpacked(body, url)
    if (kind := xml_kind(body)) is not None:
        raise ListingError(f"a {kind} where a web page should be: {url}", next=f"name this address under {kind}s, not sections")
    if why := too_complex(body):
        raise ListingError(f"a page that was not parsed: {why}: {url}", reason=Reason.TOO_COMPLEX)
    text = decoded(body, content_type).replace("\0", "")
    if not re.search(r"<[a-zA-Z!]", text[:100_000]) or text.lstrip()[:1] in ("{", "["):
        label = f" ({content_type.partition(';')[0].strip()})" if content_type else ""
        raise ListingError(f"not a web page{label}: {url}")
    # huge_tree: old pages that never close a tag exceed libxml2's nesting limit; `unpacked` has limited the size
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ListingError(f"HTML that cannot be read ({error}): {url}") from None
    base = next((found for found in (absolute(url, node.get("href")) for node in tree.iter("base")) if found), url)
    title = plain(tree.findtext(".//title"), 300)
    return Page(title, tuple(_anchors(tree, base)), tuple(_heads(tree, base)), tuple(_scripts(tree)), _frames(tree, base))


def _anchors(tree: etree._Element, base: str) -> Iterator[Anchor]:
    for count, node in enumerate(tree.iter("a", "area")):
        if count == MAX_ANCHORS:
            return
        if target := absolute(base, node.get("href")):
            yield Anchor(target, _text(node), _rel(node), _is_around(node))
    for node in islice(_WITH_SCRIPTS(tree), MAX_ANCHORS):
        for written, rel in _scripted(node):
            if target := absolute(base, written):
                yield Anchor(target, _headline(node) or _text(node), _rel(node) | rel, _is_around(node))


def _scripted(node: etree._Element) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the addresses that the scripts of an element open, and those from which they load more, marked with LOADED."""
    for name in ("onclick", "href"):
        written = node.get(name) or ""
        if (name == "onclick" or written.startswith("javascript:")) and (found := _SCRIPTED.search(written[:4_000])):
            yield found["url"], frozenset()
    for names, rel in ((_OPENED, frozenset[str]()), (_LOADED, frozenset((LOADED,)))):
        for name in names:
            if (written := (node.get(name) or "").strip()) and _ADDRESS.fullmatch(written):
                yield written, rel


def _scripts(tree: etree._Element) -> Iterator[Script]:
    for node in tree.iter("script"):
        if node.text and not node.get("src"):
            yield Script((node.get("type") or "").lower(), node.get("id") or "", node.text)
    for value in islice(_WITH_DATA(tree), MAX_ATTRIBUTES_WITH_DATA):
        yield Script("application/json", "", str(value))


def _frames(tree: etree._Element, base: str) -> tuple[str, ...]:
    for tag in ("frame", "iframe"):
        found = dict.fromkeys(target for node in tree.iter(tag) if (target := absolute(base, node.get("src"))))
        if found:
            return tuple(found)[:MAX_FRAMES]
    return ()


def _heads(tree: etree._Element, base: str) -> Iterator[Head]:
    for node in tree.iter("link"):
        if target := absolute(base, node.get("href")):
            yield Head(target, _rel(node), (node.get("type") or "").partition(";")[0].strip().lower(), node.get("title") or "")


def _rel(node: etree._Element) -> frozenset[str]:
    return frozenset((node.get("rel") or "").lower().split())


def _text(node: etree._Element) -> str:
    """Return the text of a link, or of its image, or its label."""
    texts = [
        _words(node),
        *(image.get("alt") for image in islice(node.iter("img"), MAX_PARTS)),
        node.get("aria-label"),
        node.get("title"),
    ]
    return next((" ".join(text.split())[:500] for text in texts if text and text.strip()), "")


def _words(node: etree._Element) -> str:
    return "".join(map(str, islice(node.itertext(), MAX_PARTS)))


def _headline(node: etree._Element) -> str:
    """Return the heading inside an element that is a link as a whole; "" without one."""
    heading = next(node.iter("h1", "h2", "h3", "h4", "h5", "h6", "strong"), None)
    return " ".join(_words(heading).split())[:500] if heading is not None else ""


def _is_around(node: etree._Element) -> bool:
    for parent in islice(node.iterancestors(), MAX_AROUND):
        tag = parent.tag
        if tag in _HEADINGS:
            return False
        if tag in ("nav", "footer") or parent.get("role") == "navigation":
            return True
        if tag in ("body", "html"):
            return False
        if any(_AROUND.search(parent.get(name) or "") for name in ("class", "id")):
            return True
    return False
