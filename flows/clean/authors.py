"""Find who wrote an article: people by name, an agency only where nobody else is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flows.clean.names import AUTHORS, EMAIL, is_full_name, looks_like_names, reporter_in, role_only, sort_out
from flows.clean.outlet.apply import known_names
from flows.clean.page import Page, class_and_id
from flows.clean.reading import Reading
from flows.clean.screen import Line
from flows.clean.structured import Node, first_text, texts, types
from newslake.text import squeeze

__all__ = ["find_authors"]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AUTHOR_PATH = AUTHORS.compile(rf"/{AUTHORS.pattern('folders')}/[^/?#]{{3,}}")
_WRITTEN_BY = AUTHORS.compile(AUTHORS.pattern("labels"))
_VISIBLE = AUTHORS.compile(rf"^\W{{0,3}}{AUTHORS.pattern('line_begins')}(?:\s*[:：]\s*|\s+)(?P<names>\S.{{1,120}})$")
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|auteur|autor|journalist|contributor)s?(?:[\s_-]?(?:name|"
    r"names|link|list|info))?(?:$|[\s_-])",
    re.I,
)
_NOT_CLASS = re.compile(
    r"comment|bio|related|image|photo|avatar|caption|credit|date|time|social|follow|job|role|position|descr|"
    r"footer|sidebar|recommend",
    re.I,
)


def find_authors(reading: Reading) -> tuple[tuple[str, ...], str | None]:
    """Return names in their order on the page, and where they came from."""
    page, data = reading.page, reading.data
    left_over: tuple[tuple[str, ...], str] | None = None
    sources: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("json-ld", lambda: _of_node(data.article)),
        ("meta", lambda: _of_metas(page)),
        ("microdata", lambda: texts(data.micro.get("author"))),
        ("layout", lambda: known_names(page, reading.layout, reading.names)),
        ("rel-author", lambda: _of_links(page)),
        ("visible", lambda: _of_lines(reading.screen.around)),
        ("byline", lambda: _of_classes(page)),
        ("author-link", lambda: _of_author_pages(page)),
        ("feed", lambda: list(reading.hints.authors)),
    )
    for source, read in sources:
        people, agencies = sort_out(read(), reading.names)
        if people:
            return tuple(people), source
        if agencies and left_over is None:
            left_over = tuple(agencies), source
    return left_over or ((), None)


def _of_node(article: Node) -> list[str]:
    for key in ("author", "creator", "byline"):
        value = article.get(key)
        if value:
            said = [name for one in (value if isinstance(value, list) else [value]) for name in _names(one)]
            if said:
                return said
    return []


def _names(value: Any) -> list[str]:
    if isinstance(value, dict) and not value.get("name"):
        whole = " ".join(filter(None, (first_text(value.get(k)) for k in ("givenName", "familyName"))))
        return [whole] if whole else []
    if isinstance(value, dict) and "person" in types(value):
        # a person's name is never a list, but a comma may separate it from a role
        return texts(value.get("name"))
    return texts(value)


def _of_metas(page: Page) -> list[str]:
    for key in (
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "authors",
        "article:author_name",
        "articleauthor",
        "cxenseparse:author",
        "twitter:data1",
    ):
        said = [v for v in page.metas.get(key, ()) if "://" not in v and not v.startswith("/")]
        if key == "twitter:data1" and not _WRITTEN_BY.search(page.meta("twitter:label1") or ""):
            continue
        if said and any(sort_out(said, [])[0]):
            return said
    return []


def _of_links(page: Page) -> list[str]:
    found = [
        squeeze(a.text_content()) for a in page.tree.iter("a") if "author" in (a.get("rel") or "").split() and not _in_comments(a)
    ]
    return list(dict.fromkeys(name for name in found if name))[:5]


def _of_classes(page: Page) -> list[str]:
    house = ""
    known: dict[str, bool] = {"  ": False}
    for n, element in enumerate(page.tree.iter("span", "div", "p", "a", "address", "li", "em", "strong")):
        mark = f"{class_and_id(element)} {element.get('itemprop') or ''}"
        if n > 20_000:
            break
        is_marked = known.get(mark)
        if is_marked is None:
            is_marked = known[mark] = _is_byline(mark)
        if is_marked and not _in_comments(element):
            text = squeeze(" ".join(element.itertext()))
            if 2 < len(text) < 160:
                people, agencies = sort_out([text], [])
                if people and (all(map(is_full_name, people)) or (len(people) == 1 and len(people[0]) > 3)):
                    return [text]
                house = house or (text if agencies else "")
    return [house] if house else []


def _is_byline(mark: str) -> bool:
    """Return whether the class, id and property of an element say that it names an author."""
    if "uthor" in mark or "riter" in mark:
        mark = _CAMEL.sub("-", mark)
    return bool(_CLASS.search(mark)) and not _NOT_CLASS.search(mark)


def _of_author_pages(page: Page) -> list[str]:
    """Return names that link to an author page: the first on the page and those next to it."""
    found: list[str] = []
    first: Any = None
    for a in page.tree.iter("a"):
        if _AUTHOR_PATH.search(a.get("href") or "") and not _in_comments(a) and 3 < len(name := squeeze(a.text_content())) < 60:
            rooms = list(a.iterancestors())[:2]
            first = first if first is not None else rooms[-1] if rooms else None
            if first not in rooms or not is_full_name(name):
                break
            found.append(name)
    return found[:5]


def _of_lines(around: list[Line]) -> list[str]:
    for line in around:
        if line.distance > 15 or len(line.text) > 140:
            continue
        match = _VISIBLE.match(line.text)
        if match:
            names = re.split(r"\s*(?:[|•·]|\d|\bPublished\b|\bUpdated\b|\bPosted\b)", match["names"])[0]
            # "Jane Doe, staff writer (jane@…)": names begin with a capital, roles do not
            named = [part for part in re.split(r"\s*,\s*(?:and\s+)?", EMAIL.sub(" ", names)) if not role_only(part)]
            if looks_like_names(" ".join(named)):
                return [names]
        if len(line.text) < 60 and (reporters := reporter_in(line.text)):
            return reporters
    return []


def _in_comments(element: Any) -> bool:
    return any(
        re.search(r"comment|related|recommend|sidebar|footer|teaser", class_and_id(r), re.I)
        for r in [element, *element.iterancestors()][:12]
    )
