"""Collect what a page says about the dates of its article: declared in its data, marked in its body, shown to readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.dates.datelines import BESIDE, ELSEWHERE, IS_MODIFIED, SHORT_LINE, date_lines
from flows.clean.dates.parse import Moment, find_moment, read_moment
from flows.clean.dates.timezones import Clock, day_in
from flows.clean.outlet.apply import known_date
from flows.clean.page import class_and_id
from flows.clean.reading import Reading
from flows.clean.structured import Node, fold, types
from newslake.text import squeeze

__all__ = ["Signs", "times_shown", "times_witnessed", "when_modified", "when_published"]

# Names of meta elements, without case and marks: "article:published_time" and "Article.PublishedTime" are one name.
_PUBLISHED = (
    "articlepublishedtime", "ogpublishedtime", "ogarticlepublishedtime", "rnewsdatepublished", "datepublished",
    "schemadatepublished", "parselypubdate", "sailthrudate", "articlepublished", "articlepublishedat", "articlepublisheddate",
    "articlepublishdate", "articlepublishtime", "articlepublicationdate", "articlepubdate", "publishdate", "publisheddate",
    "publicationdate", "pubdate", "articledateoriginal", "originalpublishdate", "originalpublicationdate",
    "cxenseparserecspublishtime", "cxenseparsepublishtime", "dcdateissued", "dctermsissued", "dcissued", "dctermscreated",
    "dcdatecreated", "dccreated", "dctermsdate", "dcdate", "dcsextarticlefirstpublished", "articlefirstpublished",
    "firstpublished", "firstpublisheddate", "firstpublishedtime", "published", "publishedat", "publishedtime", "publishedon",
    "publishtime", "publicationtime", "pubtime", "pubdatetime", "vrpublishedtime", "nrbidate", "analyticspublisheddate",
    "mediatorpublishedtime", "btpubdate", "ogpubdate", "ogdate", "citationpublicationdate", "citationonlinedate",
    "citationdate", "prismpublicationdate", "bepresscitationdate", "weiboarticlecreateat", "daterelease", "dateofpublication",
    "dateposted", "postdate", "posteddate", "articledate", "newsdate", "storydate", "datecreated", "createdate",
    "createddate", "createdat", "creationdate", "articlecreated", "articlecreatedtime", "ptime", "date",
)  # fmt: skip
_MODIFIED = (
    "articlemodifiedtime", "ogmodifiedtime", "ogupdatedtime", "ogarticlemodifiedtime", "articleupdatedtime",
    "articlemodified", "articleupdated", "articlemodifieddate", "articleupdateddate", "datemodified", "schemadatemodified",
    "modifieddate", "modifiedtime", "modifiedat", "datemodification", "lastmod", "lastmodified", "lastmodifieddate",
    "lastupdate", "lastupdated", "lastupdateddate", "dctermsmodified", "dcdatemodified", "dcmodified", "dateupdate",
    "dateupdated", "updatedate", "updateddate", "updatedtime", "updatedat", "revised", "revisiondate", "parselyupdated",
    "moddate", "weiboarticleupdateat", "utime",
)  # fmt: skip
_MARKS = re.compile(r"[\W_]+")
_TIME_ROOM = re.compile(
    r"relat|recommend|teaser|sidebar|footer|comment|popular|trending|event-?(?:date|time|list|card)|countdown|more-|latest|ticker|card-list|promo|most-read",
    re.I,
)
# Things of schema.org that are on pages of articles and have dates of their own.
_OTHER_THING = re.compile(r"(?:Event|Comment|UserComments|Person|Product|Review|VideoObject|ImageObject)$")
_OF_DATE_CLASS: Any = etree.XPath("descendant::*/@class[contains(string(), 'date') or contains(string(), 'time')]/..")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|meta|publish(?:ed)?|pub|story|news|byline)[\w-]*?(?:date|time)|(?:date|time)-?(?:published|"
    r"posted|stamp|line)|pubdate|date|datum|fecha)(?:$|[\s_-])",
    re.I,
)
_MAX_TIMES, _MAX_TIME_TEXT = 200, 200
# The rank of time elements anywhere, and lines below a title in which a time may show the same instant as another.
_ANYWHERE, _NEAR = 2, 8


@dataclass(frozen=True)
class Signs:
    """Everything that may show when the article was published."""

    reading: Reading
    clock: Clock

    @cached_property
    def metas(self) -> dict[str, str]:
        """Return the first content of each meta element, by its name without case and marks."""
        found: dict[str, str] = {}
        for name, contents in self.reading.page.metas.items():
            found.setdefault(_MARKS.sub("", name), contents[0])
        return found

    @cached_property
    def around_title(self) -> frozenset[Any]:
        """Return the elements around the headline: what they are called says nothing of their parts."""
        title = fold(self.reading.title)
        tree = self.reading.page.tree
        shown = (e for e in islice(tree.iter("h1", "h2"), _MAX_TIMES) if title and fold(e.text_content()) == title)
        return frozenset(room for heading in shown for room in heading.iterancestors())

    @cached_property
    def dated(self) -> list[Any]:
        """Return the elements made for dates: `<time>`, then those with the class of a date."""
        marked = (
            e
            for e in _OF_DATE_CLASS(self.reading.page.tree)
            if e.tag != "time" and len(e) < 4 and _DATE_CLASS.search(e.get("class"))
        )
        return [*islice(self.reading.page.tree.iter("time"), _MAX_TIMES), *islice(marked, _MAX_TIMES)]


def when_published(signs: Signs) -> Iterator[Moment]:
    """Yield when the article was published by all that the page says, the most reliable first."""
    article, clock = signs.reading.data.article, signs.clock
    declared = [
        *_read((article.get(key) for key in ("datePublished", "dateCreated", "uploadDate")), "json-ld", clock),
        *_read((signs.metas[name] for name in _PUBLISHED if name in signs.metas), "meta", clock),
        *_read((signs.reading.data.micro.get("datePublished"),), "microdata", clock),
        *_read((_of_page(signs).get("datePublished"),), "json-ld-page", clock),
    ]
    yield from declared
    if any(m.has_zone and m.precision != "day" and not m.is_midnight for m in declared):
        return  # visible dates add nothing
    yield from known_date(signs.reading.page, signs.reading.layout, clock)
    yield from times_shown(signs)
    if signs.reading.hints.published:
        yield Moment(signs.reading.hints.published, "day" if _is_bare_day(signs.reading.hints.published) else "second", "feed")


def when_modified(signs: Signs) -> Iterator[Moment]:
    """Yield when the article was last changed; what is shown counts only if nothing declares it."""
    clock = signs.clock
    declared = [
        *_read((signs.reading.data.article.get("dateModified"),), "json-ld", clock),
        *_read((signs.metas[name] for name in _MODIFIED if name in signs.metas), "meta", clock),
        *_read((signs.reading.data.micro.get("dateModified"),), "microdata", clock),
        *_read((_of_page(signs).get("dateModified"),), "json-ld-page", clock),
    ]
    yield from declared
    if declared:
        return
    yield from (moment for _, moment in _time_elements(signs, modified=True))
    if signs.reading.hints.modified:
        yield Moment(signs.reading.hints.modified, "second", "feed")
    else:
        yield from date_lines(signs.reading.screen.around, clock, modified=True)


def times_shown(signs: Signs) -> Iterator[Moment]:
    """Yield the times that readers see, the most reliable first."""
    elements = _time_elements(signs, modified=False)
    lines = signs.reading.screen.around
    yield from (moment for rank, moment in elements if rank < _ANYWHERE)
    yield from date_lines([line for line in lines if 0 < line.distance <= BESIDE], signs.clock, modified=False)
    yield from (moment for rank, moment in elements if rank >= _ANYWHERE)
    yield from date_lines(lines, signs.clock, modified=False)


def times_witnessed(said: list[Moment], signs: Signs) -> Iterator[Moment]:
    """Yield times that may show the same instant in the outlet's local time."""
    yield from said
    for element in islice(signs.reading.page.tree.iter("time"), _MAX_TIMES):
        moment = read_moment(element.get("datetime"), "time", signs.clock.ways)
        if moment and (moment.has_zone or moment.precision == "second"):
            yield moment
    if not day_in(signs.reading.page.url):
        near = [line for line in signs.reading.screen.around if 0 < line.distance <= _NEAR]
        yield from date_lines(near, signs.clock, modified=False)


def _read(values: Iterable[object], source: str, clock: Clock) -> Iterator[Moment]:
    for value in values:
        for one in value[:3] if isinstance(value, list) else [value]:
            said = one.get("@value") if isinstance(one, dict) else one
            moment = read_moment(said, source, clock.ways)
            if moment:
                yield moment


def _of_page(signs: Signs) -> Node:
    """Return the object of the page itself if there is none for the article: many sites describe only the page."""
    return {} if signs.reading.data.article else next((node for node in signs.reading.data.nodes if "webpage" in types(node)), {})


def _time_elements(signs: Signs, *, modified: bool) -> list[tuple[int, Moment]]:
    """Return the times of date elements with their ranks: 0 if marked as the date, 1 in an article or header, else `_ANYWHERE`,
    and one more for elements that only have the class of a date.

    Elements of teasers, comments and quoted posts are left out.
    """
    ranked: list[tuple[int, int, Moment]] = []
    ways = signs.clock.ways
    for n, element in enumerate(signs.dated):
        marks = " ".join(filter(None, (element.get(a) for a in ("class", "itemprop", "id", "data-testid"))))
        parent = element.getparent()
        near = f"{marks} {(parent.get('class') or '') if parent is not None else ''}"
        words = f"{near} {squeeze(parent.text) if parent is not None else ''} {squeeze(element.text)}"
        if bool(IS_MODIFIED.search(words)) != modified and not (not modified and "publi" in words.lower()):
            continue
        if ELSEWHERE.search(words):
            continue
        rooms = list(element.iterancestors())
        if any(
            r.tag in ("aside", "footer", "nav", "li", "blockquote")
            or (_holds_others(class_and_id(r)) and r not in signs.around_title)
            or _OTHER_THING.search(r.get("itemtype") or "")
            for r in rooms
            if r.tag not in ("article", "main", "body", "html")  # their classes describe the whole page, including sidebars
        ):
            continue
        text = squeeze(element.text_content())[:_MAX_TIME_TEXT]
        source = "time" if element.tag == "time" else "class"
        if source == "class" and len(text) > SHORT_LINE:
            continue
        moment = read_moment(element.get("datetime") or text, source, ways) or find_moment(text, source, ways)
        if moment and "datetime" in element.attrib and (shown := find_moment(text, "time", ways)):
            # some templates put the last change into the attribute of a "published on" line
            moment = shown if moment.when.date() - shown.when.date() > timedelta(days=1) else moment
        if moment:
            said = element.get("pubdate") is not None or "publi" in near.lower() or "datepublished" in near.lower()
            rank = 0 if said else 1 if any(r.tag in ("article", "main", "header") for r in rooms) else _ANYWHERE
            rank = rank if source == "time" else _ANYWHERE + 1
            is_declared = rank < _ANYWHERE and "datetime" in element.attrib
            ranked.append((rank, n, replace(moment, is_declared=is_declared)))
    return [(rank, moment) for rank, _, moment in sorted(ranked, key=lambda item: item[:2])]


@lru_cache(maxsize=4096)  # the pages of an outlet have the same classes
def _holds_others(mark: str) -> bool:
    """Return whether a class and id are those of what holds the times of other things."""
    return _TIME_ROOM.search(mark) is not None


def _is_bare_day(when: datetime) -> bool:
    return (when.hour, when.minute, when.second) == (0, 0, 0)
