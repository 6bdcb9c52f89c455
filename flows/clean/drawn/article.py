"""Read the article of a page that a script draws: its headline, date, byline and text from the data in the page's scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.drawn.blocks import blocks
from flows.clean.page import Page
from newslake.embedded import ADDRESS, HEADLINE, PUBLISHED, Record, Script, dicts, field, moment_of, states, text_of
from newslake.text import squeeze

__all__ = ["embedded_article"]

# Bytes of running text on the page from which on it is read from the page itself; bytes of a text that is an article's.
_SHOWN, _TEXT = 600, 300
# More paragraphs than this, of so many characters, are an article that the page shows.
_FEW, _PARAGRAPH = 4, 60
_PROSE: Any = etree.XPath(
    "//body//text()[string-length(normalize-space(.)) > 20 and not(ancestor::script or ancestor::style or ancestor::noscript or"
    " ancestor::template or ancestor::textarea or ancestor::a or ancestor::nav or ancestor::footer)]"
)
_WITH_DATA: Any = etree.XPath("//@*[starts-with(name(), 'data-') and string-length() > 300 and starts-with(., '{')]")
_DATA = re.compile(
    r"<script\b[^>]*\bjson\b|__\w{2,40}__\s*[=\"'\]]|\sdata-[\w-]+=[\"']\{"
    r"|(?:State|STATE|Content|Cache|Data|DATA|Props|rticle|push)\b\s*[=(]"
)
_BODY = (
    "articlebody",
    "bodyhtml",
    "bodytext",
    "contentelements",
    "body",
    "contenthtml",
    "fulltext",
    "articlecontent",
    "newscontent",
    "articletext",
    "maintext",
    "storybody",
    "content",
    "contents",
    "text",
    "html",
    "blocks",
    "paragraphs",
    "detail",
    "story",
    "document",
)
_MODIFIED = (
    "datemodified",
    "modifiedat",
    "lastmodified",
    "lastupdated",
    "updatedat",
    "updated",
    "lastupdateddate",
    "modified",
    "modifiedgmt",
)
_AUTHORS = ("authors", "author", "byline", "bylines", "writers", "writer", "reporters", "reporter", "journalists", "credits")
_SECTION = ("articlesection", "section", "primarysection", "sectionname", "category", "categoryname")
_SUMMARY = ("description", "summary", "dek", "subheadline", "subheadlines", "lead", "excerpt", "abstract")
_WORD = re.compile(r"\w+")
_ADDRESS_END = re.compile(r"[?#].*$")


def embedded_article(page: Page, said: tuple[str | None, ...]) -> Record:
    """Return the article in the data of a page that shows no text itself, shaped like JSON-LD; {} if it holds none.

    Args:
        said: what the page says that it is called; an object under another name is another article.
    """
    if _has_paragraphs(page) or not _DATA.search(page.source) or _shown(page) > _SHOWN:
        return {}
    known = {_folded(one) for one in said if one} - {""}
    candidates = [(record, text) for record in _records(page) if (text := _text(record))]
    if not candidates:
        return {}
    sizes = {id(record): (_is_meant(record, page, known), len(text.encode("utf-8", "replace"))) for record, text in candidates}
    record, text = max(candidates, key=lambda one: sizes[id(one[0])])
    if not sizes[id(record)][0]:
        names = {_folded(text_of(field(one, HEADLINE))) for one, _ in candidates}
        if len(names) > 1:  # none of several articles is known to be this page's
            return {}
    return _node(record, text)


def _has_paragraphs(page: Page) -> bool:
    """Return whether the page shows some paragraphs: true for most pages, and quickly told."""
    return (
        next(islice((one for one in page.tree.iter("p") if one.text and len(one.text) > _PARAGRAPH), _FEW, None), None)
        is not None
    )


def _shown(page: Page) -> int:
    """Return the bytes of running text that the page itself shows."""
    return sum(len(squeeze(text).encode("utf-8", "replace")) for text in _PROSE(page.tree))


def _records(page: Page) -> Iterator[Record]:
    """Yield the objects in the data of a page that have a headline and something that may be a text."""
    scripts = [
        Script((node.get("type") or "").lower(), node.get("id") or "", node.text)
        for node in page.tree.iter("script")
        if node.text and "ld+json" not in (node.get("type") or "").lower()
    ]
    scripts += [Script("application/json", "", str(value)) for value in _WITH_DATA(page.tree)]
    for value in states(scripts):
        for record in dicts(value):
            if text_of(field(record, HEADLINE)) and field(record, _BODY):
                yield record


def _text(record: Record) -> str:
    """Return the text of an object, a line for each block; "" if it has none that is long enough."""
    for name in _BODY:
        written = field(record, (name,))
        text = "\n".join(blocks(written)) if written else ""
        if (len(text.encode("utf-8", "replace")) >= _TEXT and " " in text.strip()) or _is_long(text):
            return text
    return ""


def _is_long(text: str) -> bool:
    """Return whether a text without spaces, as in Chinese and Japanese, is long enough."""
    return len(text) >= _TEXT // 3 and text.count("。") > 1


def _is_meant(record: Record, page: Page, known: set[str]) -> bool:
    """Return whether an object is this page's article, by its headline or its address."""
    headline = _folded(text_of(field(record, HEADLINE)))
    if headline and any(headline in name or (len(name) > 20 and name in headline) for name in known):
        return True
    own = _ADDRESS_END.sub("", page.url).rstrip("/")
    path = own.partition("://")[2].partition("/")[2]
    written = field(record, ADDRESS)
    return isinstance(written, str) and len(path) > 5 and _ADDRESS_END.sub("", written).rstrip("/").endswith(path)


def _node(record: Record, text: str) -> Record:
    found: Record = {"@type": "NewsArticle", "headline": text_of(field(record, HEADLINE)), "articleBody": text}
    moments: tuple[tuple[str, tuple[str, ...]], ...] = (("datePublished", PUBLISHED), ("dateModified", _MODIFIED))
    for key, names in moments:
        when = moment_of(field(record, names))
        if when:
            found[key] = when if isinstance(when, str) else when.isoformat()
    words_of: tuple[tuple[str, tuple[str, ...]], ...] = (("articleSection", _SECTION), ("description", _SUMMARY))
    for key, names in words_of:
        if words := text_of(field(record, names)):
            found[key] = words
    if people := list(dict.fromkeys(_people(field(record, _AUTHORS)))):
        found["author"] = [{"@type": "Person", "name": name} for name in people[:20]]
    return found


def _people(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str) and 1 < len(value.strip()) < 100 and not value.startswith(("http", "/")):
        yield squeeze(value)
    elif isinstance(value, list) and depth < 4:
        for one in value[:20]:
            yield from _people(one, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        name = text_of(field(value, ("name", "fullname", "displayname", "byline", "title")))
        if name:
            yield squeeze(name)
        else:
            yield from _people(field(value, ("by", "authors", "author", "items", "nodes", "people")), depth + 1)


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
