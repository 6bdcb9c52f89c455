"""Read the article of a page that a script draws: its headline, date, byline and text from the data in the page's scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.drawn.blocks import blocks
from flows.clean.drawn.by_form import found_by_form, published_in
from flows.clean.drawn.lines import SHORTEST, is_text, lines
from flows.clean.page import Page
from flows.clean.words import fold
from newslake.embedded import ADDRESS, HEADLINE, PUBLISHED, Record, Script, dicts, field, fields, moment_of, states, text_of
from newslake.text import squeeze

__all__ = ["embedded_article"]

# A page that shows more bytes of running text than this is read as it is shown.
_SHOWN = 600
# More paragraphs than this, of so many characters, are an article that the page shows.
_FEW, _PARAGRAPH = 4, 60
_PROSE: Any = etree.XPath(
    "//body/descendant::text()[string-length() > 20 and not(parent::script or parent::style or parent::a) and"
    " string-length(normalize-space()) > 20 and not(ancestor::noscript or ancestor::template"
    " or ancestor::textarea or ancestor::a or ancestor::nav or ancestor::footer)]"
)
_WITH_DATA: Any = etree.XPath("//@*[starts-with(name(), 'data-') and string-length() > 300 and starts-with(., '{')]")
# How a script assigns data, and how an attribute that holds data begins.
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
_AUTHORS = (
    *("authors", "author", "byline", "bylines", "writers", "writer", "reporters", "reporter", "journalists", "credits"),
    *("autor", "autores", "autora", "autori", "autore", "auteur", "auteurs", "autoren", "yazar", "avtor", "penulis", "skribent"),
)
_NAME = (
    *("name", "fullname", "displayname", "byline", "title"),
    *("nombre", "nome", "nom", "naam", "namn", "navn", "nazwa", "nama", "isim"),
)
_SECTION = ("articlesection", "section", "primarysection", "sectionname", "category", "categoryname")
_SUMMARY = ("description", "summary", "dek", "subheadline", "subheadlines", "lead", "excerpt", "abstract")
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
    known = {fold(one) for one in said if one} - {""}
    values = _values(page)
    candidates = [(record, text) for record in _records(values) if (text := _text(record))]
    named = [(record, text) for record, text in candidates if text_of(field(record, HEADLINE))]
    meant = [one for one in named if _is_meant(one[0], page, known)]
    if not meant and (found := found_by_form(values, known)):
        return _node(found.record, found.text, found.headline, published_in(found.record))
    if not meant:
        meant = _speaking_of(known, candidates)
    if not meant and not any(len(_words(name)) >= _FEW_WORDS for name in known):  # the page is called after its outlet
        meant = named if len({fold(text_of(field(one, HEADLINE))) for one, _ in named}) == 1 else []
    if not meant:  # none of several articles is known to be this page's
        return {}
    return _node(*max(meant, key=lambda one: len(one[1])))


def _speaking_of(known: set[str], candidates: list[tuple[Record, str]]) -> list[tuple[Record, str]]:
    """Return the longest text, if it says most of the words of the page's title; else nothing."""
    if not known or not candidates:
        return []
    record, text = max(candidates, key=lambda one: len(one[1]))
    others = [len(other) for _, other in candidates if other not in text]
    said = set(fold(text).split())
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
        if len(text) >= SHORTEST and "ld+json" not in kind and ("json" in kind or _ASSIGNS.search(text)):
            return True
    return any(mark in page.source for mark in _ATTRIBUTES)


def _shown(page: Page) -> int:
    """Return the bytes of running text that the page itself shows."""
    return sum(len(squeeze(text).encode("utf-8", "replace")) for text in _PROSE(page.tree))


def _values(page: Page) -> list[Any]:
    """Return the data in the scripts of a page, except JSON-LD, and in its attributes."""
    scripts = [
        Script((node.get("type") or "").lower(), node.get("id") or "", node.text)
        for node in page.tree.iter("script")
        if node.text and "ld+json" not in (node.get("type") or "").lower()
    ]
    scripts += [Script("application/json", "", str(value)) for value in _WITH_DATA(page.tree)]
    return list(states(scripts))


def _records(values: list[Any]) -> Iterator[Record]:
    """Yield the objects in the data of a page that have something that may be a text."""
    for value in values:
        for record in dicts(value):
            if field(record, _BODY):
                yield record


def _text(record: Record) -> str:
    """Return the text of an object, a line for each block; "" if it has none that is long enough."""
    for written in fields(record, _BODY):
        text = "\n".join(line for piece in blocks(written) for line in lines(piece))
        if is_text(text):
            return text
    return ""


def _is_meant(record: Record, page: Page, known: set[str]) -> bool:
    """Return whether an object is this page's article, by its headline or its address."""
    headline = fold(text_of(field(record, HEADLINE)))
    if headline and any(headline in name or (len(name) > 20 and name in headline) for name in known):
        return True
    own = _ADDRESS_END.sub("", page.url).rstrip("/")
    path = own.partition("://")[2].partition("/")[2]
    written = field(record, ADDRESS)
    return isinstance(written, str) and len(path) > 5 and _ADDRESS_END.sub("", written).rstrip("/").endswith(path)


def _node(record: Record, text: str, headline: str = "", published: str | None = None) -> Record:
    headline = headline or text_of(field(record, HEADLINE))
    found: Record = {"@type": "NewsArticle", "headline": headline, "articleBody": text}
    moments: tuple[tuple[str, tuple[str, ...]], ...] = (("datePublished", PUBLISHED), ("dateModified", _MODIFIED))
    for key, names in moments:
        when = moment_of(field(record, names))
        if when:
            found[key] = when if isinstance(when, str) else when.isoformat()
    if published:
        found.setdefault("datePublished", published)
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
        name = text_of(field(value, _NAME))
        if name:
            yield squeeze(name)
        else:
            yield from _people(field(value, ("by", "authors", "author", "items", "nodes", "people")), depth + 1)
