"""Find who wrote an article: people and the agencies named beside them; if it names nobody, an agency or the newsroom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flows.clean.byline.beside import with_agencies
from flows.clean.byline.house import is_only_outlet
from flows.clean.byline.names import (
    AUTHORS,
    BEGINS,
    EMAIL,
    LABELLED,
    SPLIT,
    Byline,
    Named,
    is_agency,
    is_full_name,
    looks_like_names,
    named_in,
    reporter_in,
    role_only,
    sort_out,
)
from flows.clean.byline.others import Others
from flows.clean.byline.refused import Refused
from flows.clean.dates.parse import find_moment
from flows.clean.outlet.apply import known_names
from flows.clean.page import Page
from flows.clean.reading import Reading
from flows.clean.screen import Line
from flows.clean.structured import Node, first_text, fold, texts, types
from newslake.text import squeeze

__all__ = ["find_authors"]

_MAX_AUTHORS = 50
# Fields that systems fill with the outlet's name where they know no author.
_UNSURE = ("meta", "feed")
_DATA = ("json-ld", "meta", "microdata")
# Data with room for one name only: an agency beside it is left out.
_ONE_NAME = ("meta", "microdata")
_LINKS = 5  # names that are links
# Characters of a line with a byline, and lines between it and the headline.
_LONGEST, _FAR = 140, 15
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AUTHOR_PATH = AUTHORS.compile(rf"/{AUTHORS.pattern('folders')}/[^/?#]{{3,}}")
_WRITTEN_BY = AUTHORS.compile(AUTHORS.pattern("labels"))
_VISIBLE = AUTHORS.compile(rf"^\W{{0,3}}(?:{BEGINS}|{LABELLED})(?P<names>\S.{{1,120}})$")
# A line in which the beginning of a byline stands behind a number.
_DATED_BYLINE = AUTHORS.compile(rf"\d.{{0,40}}?[\s|,;·•–—-](?:{BEGINS}|{LABELLED})\S")
_STAMP = AUTHORS.compile(rf"\W*(?:{AUTHORS.pattern('stamps', 'stamps_before_date')}\W*){{0,2}}")
# Begins the section or the tags of the article behind its authors.
_BEHIND = re.compile(r"\s+[Ii]n\b|\s+\w+:")
_BETWEEN = " |,;·•–—-"
# Characters of a linked heading that may be the outlet's name.
_NAME_OF_SITE = 20
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|auteur|autor|journalist|contributor)s?(?:[\s_-]?(?:name|"
    r"names|link|list|info))?(?:$|[\s_-])",
    re.I,
)
# A part of each of those words in lower case: most classes have none, and without regard to case that is told much faster.
_MAY_BE_CLASS = re.compile(r"by-?line|autho|auteu|autor|writer|reporter|journalist|contributor")
_NOT_CLASS = re.compile(
    r"comment|bio|related|image|photo|avatar|caption|credit|date|time|social|follow|job|role|position|descr|"
    r"footer|sidebar|recommend",
    re.I,
)


def find_authors(reading: Reading) -> tuple[tuple[str, ...], str | None]:
    """Return names in their order on the page, and where they came from."""
    page, data = reading.page, reading.data
    others = Others(page, reading.title)
    refused = Refused(reading.names, page, data)
    first: tuple[tuple[str, ...], str, bool] | None = None  # agencies or newsrooms, and whether they are agencies
    sources: tuple[tuple[str, Callable[[], Sequence[str | Byline]]], ...] = (
        ("json-ld", lambda: _of_node(data.article)),
        ("meta", lambda: _of_metas(page)),
        ("microdata", lambda: _names(data.micro.get("author"))),
        ("layout", lambda: known_names(page, reading.layout, reading.names)),
        ("rel-author", lambda: _of_links(page, others)),
        ("visible", lambda: _of_lines(reading.screen.around)),
        ("byline", lambda: _of_classes(page, others)),
        ("author-link", lambda: _of_author_pages(page, others)),
        ("visible", lambda: _of_dated_lines(reading.screen.around)),
        ("feed", lambda: list(reading.hints.authors)),
    )
    for source, read in sources:
        found = named_in(read(), refused)
        is_house = source in _UNSURE and all(is_only_outlet(name, reading) for name in found.all or found.staff)
        if found.people and not is_house:
            named = _with_shown(found, reading, refused) if source in _ONE_NAME else found.all
            return tuple(named), source
        if is_house or not (found.all or found.staff):
            continue
        first = first or (tuple(found.all or found.staff), source, bool(found.all))
        if found.all and source in _DATA and not first[2]:  # the data name an agency, and elsewhere the outlet
            first = tuple(found.all), source, True
    return first[:2] if first else ((), None)


def _with_shown(found: Named, reading: Reading, refused: Refused) -> list[str]:
    """Return the names in a page's data, with the agencies that the line below the title names beside the same people."""
    shown = named_in(_of_lines(reading.screen.around), refused)
    is_same = set(map(fold, shown.people)) == set(map(fold, found.people))
    return shown.all if is_same and len(shown.all) > len(found.all) else found.all


def _of_node(article: Node) -> list[Byline]:
    for key in ("author", "creator", "byline"):
        value = article.get(key)
        if value:
            said = _names(value)
            if said:
                return said
    return []


def _names(value: Any) -> list[Byline]:
    """Return whom a value of structured data names, and whether it is a person or an organisation."""
    if isinstance(value, list):
        return [byline for one in value[:_MAX_AUTHORS] if not isinstance(one, list) for byline in _names(one)]
    if not isinstance(value, dict):
        return [Byline(text, is_sure=True) for text in texts(value)]
    kinds = types(value)
    kind = "person" if "person" in kinds else "organization" if any(one.endswith("organization") for one in kinds) else ""
    said = texts(value.get("name"))
    if not said:
        whole = " ".join(filter(None, (first_text(value.get(k)) for k in ("givenName", "familyName"))))
        said = [whole] if whole else []
    return [Byline(text, kind, is_sure=True) for text in said]


def _of_metas(page: Page) -> list[str]:
    agencies: list[str] = []
    for key in (
        "dc.creator",
        "dc:creator",
        "dcterms.creator",
        "dcterms:creator",
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "sailthru.author",
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
        people, others = sort_out(said, []) if said else ([], [])
        if people:
            return said
        agencies = agencies or (said if any(map(is_agency, others)) else [])
    return agencies


def _of_links(page: Page, others: Others) -> list[str]:
    marked = [a for a in page.tree.iter("a") if "author" in (a.get("rel") or "").split()][:_MAX_AUTHORS]
    links = [a for a in marked if squeeze(a.text_content()) and not others.has(a)]
    found = list(dict.fromkeys(squeeze(a.text_content()) for a in links))[:_LINKS]
    return with_agencies(links[:_LINKS], found)


def _of_classes(page: Page, others: Others) -> list[str]:
    house = ""
    known: dict[tuple[str | None, ...], bool] = {(None, None, None): False}
    for n, element in enumerate(page.tree.iter("span", "div", "p", "a", "address", "li", "em", "strong")):
        if n > 20_000:
            break
        marks = element.get("class"), element.get("id"), element.get("itemprop")
        is_marked = known.get(marks)
        if is_marked is None:
            is_marked = known[marks] = _is_byline(" ".join(mark or "" for mark in marks))
        if is_marked and not others.has(element) and not others.in_item(element):
            declared = [one for one in element.iterdescendants() if one.get("itemprop") == "author"]
            text = squeeze(" ".join(said for one in declared or [element] for said in (*one.itertext(), ",")).rstrip(", "))
            if 2 < len(text) < 160:
                people, houses = sort_out([text], [])
                if people and (all(map(is_full_name, people)) or (len(people) == 1 and len(people[0].rstrip(".")) > 3)):
                    named = with_agencies([element], people)
                    return named if any(map(is_agency, named)) else [text]
                house = house or (text if houses else "")
    return [house] if house else []


def _is_byline(mark: str) -> bool:
    """Return whether the class, id and property of an element say that it names an author."""
    if not _MAY_BE_CLASS.search(mark.lower()):
        return False
    if "uthor" in mark or "riter" in mark:
        mark = _CAMEL.sub("-", mark)
    return bool(_CLASS.search(mark)) and not _NOT_CLASS.search(mark)


def _of_author_pages(page: Page, others: Others) -> list[str]:
    """Return names that link to an author page: the first on the page and those next to it."""
    found: list[str] = []
    links: list[Any] = []
    first: Any = None
    for a in page.tree.iter("a"):
        if _AUTHOR_PATH.search(a.get("href") or "") and 3 < len(name := squeeze(a.text_content())) < 60 and not others.has(a):
            rooms = list(a.iterancestors())[:2]
            first = first if first is not None else rooms[-1] if rooms else None
            if first not in rooms or not is_full_name(name):
                break
            found.append(name)
            links.append(a)
    return with_agencies(links[:_LINKS], found[:_LINKS])


def _of_lines(around: list[Line]) -> list[str]:
    stories = {line.distance for line in around if line.is_link and line.is_heading and len(line.text) > _NAME_OF_SITE}
    for line in around:
        if not _may_name(line) or line.distance - 1 in stories:
            continue
        match = _VISIBLE.match(line.text)
        if match:
            names = re.split(r"\s*(?:[|•·]|\d|\bPublished\b|\bUpdated\b|\bPosted\b)", match["names"])[0]
            # "Jane Doe, staff writer (jane@…)": names begin with a capital, roles do not
            named = [part for part in SPLIT.split(EMAIL.sub(" ", names)) if not role_only(part)]
            if looks_like_names(" ".join(named)):
                return [names]
        if len(line.text) < 60 and (reporters := reporter_in(line.text)):
            return reporters
    return []


def _may_name(line: Line) -> bool:
    return line.distance <= _FAR and len(line.text) <= _LONGEST


def _of_dated_lines(around: list[Line]) -> list[str]:
    """Return the names behind the date that a line begins with: "Published 28 November 2026 14:05 By Anna Smith in Sport"."""
    return _of_lines(
        [
            replace(line, text=_BEHIND.split(line.text[end:].lstrip(_BETWEEN))[0])
            for line in around
            if _may_name(line) and _DATED_BYLINE.search(line.text) and (end := _end_of_date(line.text))
        ]
    )


def _end_of_date(line: str) -> int:
    """Return where the date ends that a line begins with; 0 if it begins with none."""
    found = find_moment(line, "visible")
    return found.end if found and _STAMP.fullmatch(line, 0, found.start) else 0
