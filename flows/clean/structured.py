"""Read the structured data of a page: JSON-LD, however broken, and microdata."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from flows.clean.drawn.article import embedded_article
from flows.clean.page import Page
from newslake.text import squeeze

__all__ = [
    "Node",
    "StructuredData",
    "article_node",
    "clean_text",
    "first_text",
    "fold",
    "microdata",
    "read_data",
    "read_json_ld",
    "texts",
    "types",
]

Node = dict[str, Any]

_NEWS = re.compile(r"(news)?article$|blogposting$|^report$|^(critic|opinion)?review$|^socialmediaposting$", re.I)
# Values nested deeper than this mean nothing.
_DEPTH = 12
_MAX_NODES = 5_000
_WORD = re.compile(r"\w+")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?://\s*-->|-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|"
    r"\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_MISSING_COMMA = re.compile(r'([}\]"])(\s*\n\s*)(["{])')
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_TYPED: Any = etree.XPath("//*[@itemtype or @typeof]")
_ITEMPROPS = (
    "headline",
    "name",
    "datePublished",
    "dateModified",
    "articleBody",
    "articleSection",
    "author",
    "creator",
    "publisher",
    "description",
)


@dataclass(frozen=True, slots=True)
class StructuredData:
    """All JSON-LD objects of a page, the one that describes its article, and its microdata; {} if there is none."""

    nodes: list[Node]
    article: Node
    micro: Node


def read_data(page: Page) -> StructuredData:
    """Read all structured data of a page."""
    nodes = read_json_ld(page)
    article = article_node(nodes, page)
    if not article.get("articleBody") and (drawn := embedded_article(page, _names(page, article))):
        nodes, article = [*nodes, drawn], drawn | {key: value for key, value in article.items() if value}
    return StructuredData(nodes, article, microdata(page))


def _names(page: Page, article: Node) -> tuple[str | None, ...]:
    """Return what a page says that it is called."""
    return first_text(article.get("headline")), page.meta("og:title"), page.title


def read_json_ld(page: Page) -> list[Node]:
    """Return every JSON-LD object of the page in order, including those inside graphs and lists."""
    nodes: list[Node] = []
    for script in page.tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            for value in _values(script.text or ""):
                nodes.extend(_nodes(value))
                if len(nodes) > _MAX_NODES:
                    return nodes[:_MAX_NODES]
    return nodes


def article_node(nodes: list[Node], page: Page) -> Node:
    """Return the object that describes this page's article, merged with others of the same headline; {} if there is none."""
    found = [node for node in nodes if any(_NEWS.search(kind) or kind == "liveblogposting" for kind in types(node))]
    if not found:
        return {}
    path = urlsplit(page.url).path.rstrip("/")
    shown = [squeeze(heading.text_content()) for heading in page.tree.iter("h1")][:5]
    titles = {fold(said) for said in (page.meta("og:title"), page.title, *shown) if said} - {""}

    def worth(node: Node) -> tuple[int, int, int, int]:
        address = " ".join(s for key in ("url", "@id", "mainEntityOfPage") for s in _addresses(node.get(key)))
        headline = fold(first_text(node.get("headline")) or first_text(node.get("name")) or "")
        is_here = len(path) > 1 and path in address
        is_named = bool(headline) and any(headline in title or title in headline for title in titles)
        return (is_here + is_named, "news" in " ".join(types(node)), "datePublished" in node, len(node))

    best = max(found, key=worth)
    if len(found) > 1 and worth(best)[0] == 0 and len({fold(first_text(n.get("headline")) or "") for n in found}) > 3:
        return {}  # a list of teasers
    merged: Node = {}
    same = fold(first_text(best.get("headline")) or first_text(best.get("name")) or "")
    for node in [best, *(n for n in found if n is not best and same and fold(first_text(n.get("headline")) or "") == same)]:
        for key, value in node.items():
            if merged.get(key) in (None, "", [], {}):
                merged[key] = value
    return merged


def microdata(page: Page) -> Node:
    """Return the main properties of the article from microdata or RDFa, shaped like JSON-LD; {} if there are none."""
    if "itemtype" not in page.source and "typeof=" not in page.source:
        return {}  # true for most pages, and much faster than walking the tree
    scopes = [
        element
        for element in _TYPED(page.tree)
        if _NEWS.search(
            (element.get("itemtype") or element.get("typeof") or "").strip().rstrip("/").rpartition("/")[2].rpartition(":")[2]
        )
    ]
    found: Node = {}
    if not scopes:
        return found
    for element in scopes[0].iter():
        if not isinstance(element.tag, str):
            continue
        names = (element.get("itemprop") or element.get("property") or "").replace("schema:", "").split()
        for name in names:
            if name not in _ITEMPROPS or name in found or _of_another(element, scopes[0]):
                continue
            value = element.get("content") or element.get("datetime")
            if not value and name in ("author", "creator", "publisher"):
                inner = next(
                    (e for e in element.iter() if isinstance(e.tag, str) and "name" in (e.get("itemprop") or "").split()), element
                )
                value = inner.get("content") or inner.text_content()
            if not value and name in ("headline", "datePublished", "dateModified", "articleSection"):
                value = element.text_content()
            if value and squeeze(value):
                found[name] = squeeze(value)
    return found


def types(node: Node) -> list[str]:
    """Return the types of an object in lower case, without the address of the vocabulary."""
    value = node.get("@type", node.get("type"))
    kinds = value if isinstance(value, list) else [value]
    return [kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds if isinstance(kind, str)]


def texts(value: Any, depth: int = 0) -> list[str]:
    """Return all texts in a value of any shape: strings, `@value`s, names of objects."""
    if depth > _DEPTH:
        return []
    if isinstance(value, str):
        said = clean_text(value)
        return [said] if said else []
    if isinstance(value, list):
        return [text for item in value[:200] for text in texts(item, depth + 1)]
    if isinstance(value, dict):
        for key in ("@value", "name", "headline", "text"):
            if value.get(key):
                return texts(value[key], depth + 1)
    return []


def first_text(value: Any) -> str | None:
    return next(iter(texts(value)), None)


def clean_text(value: str) -> str:
    """Return a value on one line, without entities and markup."""
    if "&" in value:
        value = entities.unescape(entities.unescape(value))
    if "<" in value:
        value = re.sub(r"<(?:/?[a-zA-Z][^<>]{0,300}|!--[^<>]*--)>", " ", value)
    return squeeze(value)


def fold(text: str) -> str:
    """Return only the words of a text, in lower case, so that two spellings of a title compare equal."""
    return " ".join(_WORD.findall(text.lower()))


def _values(raw: str) -> Iterator[Any]:
    """Yield the JSON values of a script, repaired as far as necessary."""
    text = _WRAPPING.sub("", _WRAPPING.sub("", raw)).strip().rstrip(";")
    if not text or text[0] not in "[{&":
        return
    for attempt in (_as_is, _repaired, _unescaped):
        value = _loads(attempt(text))
        if value is not None:
            yield value
            return
    # several values in a row, or something after the first one
    decoder, at, text = json.JSONDecoder(strict=False), 0, _repaired(text)
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value
        following = re.compile(r"[\s,;]*").match(text, at)
        at = following.end() if following else len(text)


def _as_is(text: str) -> str:
    return text


def _repaired(text: str) -> str:
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    return _MISSING_COMMA.sub(r"\1,\2\3", _TRAILING_COMMA.sub(r"\1", _TRAILING_COMMA.sub(r"\1", text)))


def _unescaped(text: str) -> str:
    return _repaired(entities.unescape(text))


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value[:1000]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value or "type" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item"):
            if isinstance(value.get(key), (dict, list)):
                yield from _nodes(value[key], depth + 1)


def _addresses(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [s for item in value[:20] for s in (_addresses(item) if not isinstance(item, list) else [])]
    if isinstance(value, dict):
        return [s for key in ("@id", "url") if isinstance(s := value.get(key), str)]
    return []


def _of_another(element: Any, scope: Any) -> bool:
    """Return whether `element` belongs to an item inside `scope`: an image's name is not the article's."""
    parent = element.getparent()
    while parent is not None and parent is not scope:
        if parent.get("itemscope") is not None or parent.get("typeof"):
            return True
        parent = parent.getparent()
    return False
