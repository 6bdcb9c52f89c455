"""Read the article of a page that a script draws: its headline, date, byline and text from the data in the page's scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree, html

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
# What a script assigns that holds data, and how an attribute with data begins.
_ASSIGNS = re.compile(r"__\w{2,40}__\s*[=\"'\]]|(?:State|STATE|Content|Cache|Data|DATA|Props|rticle|push)\b\s*[=(]")
_ATTRIBUTES = ('="{&quot;', "='{\"", '="{&#34;')
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
    "contenttext",
    "sprinkledbody",
    "components",
    "bodycomponents",
    "bodycomponentsjson",
    "sections",
    "segments",
    "elements",
    "podcontent",
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
_NO_LINES = ("script", "style", "noscript", "template", "figure", "figcaption", "iframe", "aside", "svg", "button", etree.Comment)
_BREAKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "section", "article", "ul", "ol")
_CODE = re.compile(r"(?:https?:|//)\S+|[\w./:#-]{1,80}")
_WORD = re.compile(r"\w+")
# A text under another headline or none is the page's if it says this share of the longer words of the title, which has some.
_SHORT_WORD, _FEW_WORDS, _MOST = 3, 3, 0.6
_ADDRESS_END = re.compile(r"[?#].*$")


def embedded_article(page: Page, said: tuple[str | None, ...]) -> Record:
    """Return the article in the data of a page that shows no text itself, shaped like JSON-LD; {} if it holds none.

    Args:
        said: what the page says that it is called; an object under another name is another article.
    """
    if _has_paragraphs(page) or not _has_data(page) or _shown(page) > _SHOWN:
        return {}
    known = {_folded(one) for one in said if one} - {""}
    candidates = [(record, text) for record in _records(page) if (text := _text(record))]
    named = [(record, text) for record, text in candidates if text_of(field(record, HEADLINE))]
    meant = [one for one in named if _is_meant(one[0], page, known)]
    if not meant:
        meant = _speaking_of(known, candidates)
    if not meant and not any(len(_words(name)) >= _FEW_WORDS for name in known):  # the page is called after its outlet
        meant = named if len({_folded(text_of(field(one, HEADLINE))) for one, _ in named}) == 1 else []
    if not meant:  # none of several articles is known to be this page's
        return {}
    return _node(*max(meant, key=lambda one: len(one[1])))


def _speaking_of(known: set[str], candidates: list[tuple[Record, str]]) -> list[tuple[Record, str]]:
    """Return the longest text, if it says most of the words of the page's title; else nothing."""
    if not known or not candidates:
        return []
    record, text = max(candidates, key=lambda one: len(one[1]))
    others = [len(other) for _, other in candidates if other not in text]
    said = set(_folded(text).split())
    for name in known:
        words = _words(name)
        if len(words) >= _FEW_WORDS and len(words & said) > _MOST * len(words) and 2 * max(others, default=0) < len(text):
            return [(record, text)]
    return []


def _words(name: str) -> set[str]:
    """Return the longer words of a title."""
    return {word for word in name.split() if len(word) > _SHORT_WORD}


def _has_paragraphs(page: Page) -> bool:
    """Return whether the page shows some paragraphs: true for most pages, and quickly told."""
    return (
        next(islice((one for one in page.tree.iter("p") if one.text and len(one.text) > _PARAGRAPH), _FEW, None), None)
        is not None
    )


def _has_data(page: Page) -> bool:
    """Return whether a script or an attribute of the page may hold an article."""
    for script in page.tree.iter("script"):
        text, kind = script.text or "", (script.get("type") or "").lower()
        if len(text) >= _TEXT and "ld+json" not in kind and ("json" in kind or _ASSIGNS.search(text)):
            return True
    return any(mark in page.source for mark in _ATTRIBUTES)


def _shown(page: Page) -> int:
    """Return the bytes of running text that the page itself shows."""
    return sum(len(squeeze(text).encode("utf-8", "replace")) for text in _PROSE(page.tree))


def _records(page: Page) -> Iterator[Record]:
    """Yield the objects in the data of a page that have something that may be a text."""
    scripts = [
        Script((node.get("type") or "").lower(), node.get("id") or "", node.text)
        for node in page.tree.iter("script")
        if node.text and "ld+json" not in (node.get("type") or "").lower()
    ]
    scripts += [Script("application/json", "", str(value)) for value in _WITH_DATA(page.tree)]
    for value in states(scripts):
        for record in dicts(value):
            if field(record, _BODY):
                yield record


def _text(record: Record) -> str:
    """Return the text of an object, a line for each block; "" if it has none that is long enough."""
    for name in _BODY:
        written = field(record, (name,))
        text = "\n".join(line for piece in blocks(written) for line in _lines(piece)) if written else ""
        if (len(text.encode("utf-8", "replace")) >= _TEXT and " " in text.strip()) or _is_long(text):
            return text
    return ""


def _lines(piece: str) -> list[str]:
    """Return the lines of a piece of HTML or of plain text; an address or a code is no line."""
    if "<" in piece:
        try:
            tree = html.fragment_fromstring(piece.replace("\0", ""), create_parent="div")
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return []
        etree.strip_elements(tree, *_NO_LINES, with_tail=False)
        for element in tree.iter(*_BREAKS):
            element.tail = f"\n{element.tail or ''}"
        piece = tree.text_content()
    return [line for line in map(squeeze, piece.splitlines()) if line and not _CODE.fullmatch(line)]


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
