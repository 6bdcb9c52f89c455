"""Find when an article was published and last modified, from the most reliable source to the least."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from lxml import etree

from flows.clean.dates.datelines import IS_MODIFIED, SHORT_LINE, date_lines
from flows.clean.dates.fallback import guesses
from flows.clean.dates.parse import FINENESS, Moment, find_moment, read_moment
from flows.clean.dates.timezones import Clock, day_in, filed_under, on_its_clock
from flows.clean.outlet.apply import known_date
from flows.clean.page import class_and_id
from flows.clean.reading import Reading
from flows.clean.structured import Node, types
from newslake.text import squeeze

__all__ = ["Dates", "find_dates"]

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time",
    "rnews:datepublished", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "publish-date", "publish_date",
    "publishdate", "published-date", "publication_date", "pubdate",
    "article_date_original", "original-publish-date",
    "originalpublicationdate", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dcterms.date", "dc.date", "dcsext.articlefirstpublished",
    "article:published", "published", "published_at", "published_time", "publication-date",
    "vr:published_time", "nrbi:date", "analytics-published-date",
    "date.release", "pub_date", "ptime", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:modified_time", "og:updated_time",
    "article:updated_time", "article:modified", "datemodified", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "dateupdate", "revised",
    "article.updated", "parsely-updated", "utime",
)  # fmt: skip
_TIME_ROOM = re.compile(
    r"relat|recommend|teaser|sidebar|footer|comment|popular|trending|more-|latest|ticker|card-list|promo|most-read", re.I
)
# What is further apart than this is not two spellings of one day: an article about an anniversary has that day in its address.
_FAR = timedelta(days=180)
_SAME_DAY = timedelta(hours=24)
_OF_DATE_CLASS: Any = etree.XPath("descendant::*/@class[contains(., 'date') or contains(., 'time')]/..")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|meta|publish(?:ed)?|pub|story|news|byline)[\w-]*?(?:date|time)|(?:date|time)-?(?:published|"
    r"posted|stamp|line)|pubdate|date|datum|fecha)(?:$|[\s_-])",
    re.I,
)
_MAX_TIMES, _MAX_TIME_TEXT = 200, 200
_OF_ANY_PAGE = ("feed", "url", "htmldate", "page", "json-ld-page")
_WEAK = ("time", "class", "visible")
# Ranks of time elements, and lines below a title that may hold its date.
_ANYWHERE, _BESIDE, _NEAR = 2, 3, 8
_MAX_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article was published and modified.

    `published_from` ends with "(zone of .jp)" if only the outlet's country or language gives the zone of a local time, and with
    "(no zone)" if nothing does: the local time is then stored as UTC.
    """

    published_at: datetime | None = None
    precision: str | None = None
    published_from: str | None = None
    modified_at: datetime | None = None

    @property
    def of_article(self) -> bool:
        """Return whether the page itself dates its article; front pages and lists of links have dates of other kinds too."""
        origin = self.published_from or "page"
        return not origin.startswith(_OF_ANY_PAGE) and "(modified)" not in origin


@dataclass(frozen=True)
class _Signs:
    """Everything that may show when the article was published."""

    reading: Reading
    clock: Clock

    @cached_property
    def dated(self) -> list[Any]:
        """Return the elements made for dates: `<time>`, then those with the class of a date."""
        marked = (
            e
            for e in _OF_DATE_CLASS(self.reading.page.tree)
            if e.tag != "time" and len(e) < 4 and _DATE_CLASS.search(e.get("class"))
        )
        return [*islice(self.reading.page.tree.iter("time"), _MAX_TIMES), *islice(marked, _MAX_TIMES)]


def find_dates(reading: Reading, clock: Clock) -> Dates:
    """Return publication and modification of the page's article."""
    page, signs = reading.page, _Signs(reading, clock)
    modified = [m for m in _modified(signs) if clock.allows(m)]
    changed = _best(modified) if modified else None
    said = list(_settled(_published(signs), signs))
    candidates = [m for m in said if clock.allows(m) and _is_possible(m, changed, page.url)]
    if candidates and candidates[0].source == "meta" and changed and _is_before(changed, candidates[0]):
        # a page changed before its publication gives the time at which it was last generated
        shown = (m for m in _shown(signs) if m.when.date() != changed.when.date())
        candidates = [m for m in shown if clock.allows(m) and _is_possible(m, changed, page.url)] + candidates
    if not candidates:
        # from a page with an impossible date, htmldate would only derive a possible one near it
        candidates = guesses(page, reading.screen, clock, search=not said)
    if not candidates and changed:
        # published no later than this: better than no date for a query about a month
        candidates, changed = [replace(changed, source=f"{changed.source} (modified)")], None
    if not candidates:
        return Dates()
    best = _best(candidates)
    published = clock.aware(best)
    if best.precision == "day":
        published = published.replace(hour=0, minute=0, second=0, microsecond=0)
    elif best.has_zone and not published.utcoffset():
        zone = clock.zone
        published = published.astimezone(zone) if zone else on_its_clock(published, _witnesses(said, signs), page.url)
    zone_from = clock.zone_from if clock.zone else "no zone"
    source = best.source if best.has_zone or best.precision == "day" or not zone_from else f"{best.source} ({zone_from})"
    modified_at = clock.aware(changed) if changed else None
    if modified_at is not None and modified_at <= published:
        modified_at = None
    return Dates(published, best.precision, source, modified_at)


def _settled(said: Iterable[Moment], signs: _Signs) -> Iterator[Moment]:
    """Yield times with day and month in the order that the rest of the page confirms, where only a habit said it."""
    confirming: set[date] | None = None
    for moment in said:
        if moment.other is not None:
            if confirming is None:
                shown = [m.when.date() for m in _shown(signs) if m.other is None or m.when.date() != moment.when.date()]
                confirming = {*shown, *filter(None, (day_in(signs.reading.page.url),))}
            swapped = replace(moment, when=moment.other, other=None)
            is_confirmed = moment.when.date() not in confirming and swapped.when.date() in confirming
            if is_confirmed or (not signs.clock.allows(moment) and signs.clock.allows(swapped)):
                yield swapped
                continue
        yield moment


def _is_before(moment: Moment, other: Moment) -> bool:
    """Return whether `moment` is certainly before `other`."""
    if "day" in (moment.precision, other.precision):
        return moment.when.date() < other.when.date()
    return moment.has_zone and other.has_zone and moment.when < other.when


def _is_possible(moment: Moment, changed: Moment | None, url: str) -> bool:
    """Return whether a time that nothing declares agrees with the page's address and with its modification."""
    if moment.source not in _WEAK:
        return True
    in_url = day_in(url)
    if in_url and not filed_under(url) and abs(moment.when.date() - in_url) > _FAR:
        in_url = None  # the day that the article is about
    if changed and moment.when.date() > changed.when.date() + timedelta(days=1):
        return False
    return not in_url or abs(moment.when.date() - in_url) <= timedelta(days=1)


def _witnesses(said: list[Moment], signs: _Signs) -> Iterator[Moment]:
    """Yield times that may show the same instant in the outlet's local time."""
    yield from said
    for element in islice(signs.reading.page.tree.iter("time"), _MAX_TIMES):
        moment = read_moment(element.get("datetime"), "time", signs.clock.ways)
        if moment and (moment.has_zone or moment.precision == "second"):
            yield moment
    if not day_in(signs.reading.page.url):
        yield from date_lines(
            [line for line in signs.reading.screen.around if 0 < line.distance <= _NEAR], signs.clock, modified=False
        )


def _shown(signs: _Signs) -> Iterator[Moment]:
    """Yield the times that readers see, the most reliable first."""
    elements = _time_elements(signs, modified=False)
    lines = signs.reading.screen.around
    yield from (moment for rank, moment in elements if rank < _ANYWHERE)
    yield from date_lines([line for line in lines if 0 < line.distance <= _BESIDE], signs.clock, modified=False)
    yield from (moment for rank, moment in elements if rank >= _ANYWHERE)
    yield from date_lines(lines, signs.clock, modified=False)


def _best(candidates: list[Moment]) -> Moment:
    """Return the first candidate, or a later one that gives the same time more precisely."""
    best = candidates[0]
    for other in candidates[1:]:
        if best.precision == "day" or (best.is_midnight and not other.is_midnight):
            same = best.when.date() == other.when.date() or (
                other.has_zone and best.has_zone and abs(other.when - best.when) < _SAME_DAY
            )
            if same and other.precision != "day" and not other.is_midnight:
                best = other
        elif not best.has_zone and other.has_zone:
            apart = best.when - other.when.replace(tzinfo=None)
            # the same local time with its zone, or the same instant in another zone
            seconds = abs(apart.total_seconds())
            if abs(apart) <= _MAX_OFFSET and min(seconds % 900, 900 - seconds % 900) < 60 and other.precision != "day":
                best = (
                    other if FINENESS[other.precision] >= FINENESS[best.precision] else replace(other, precision=best.precision)
                )
    return best


def _published(signs: _Signs) -> Iterator[Moment]:
    article, clock = signs.reading.data.article, signs.clock
    declared = [
        *_read((article.get(key) for key in ("datePublished", "dateCreated", "uploadDate")), "json-ld", clock),
        *_read((value for name in _PUBLISHED for value in signs.reading.page.metas.get(name, ())[:1]), "meta", clock),
        *_read((signs.reading.data.micro.get("datePublished"),), "microdata", clock),
        *_read((_of_page(signs).get("datePublished"),), "json-ld-page", clock),
    ]
    yield from declared
    if any(m.has_zone and m.precision != "day" and not m.is_midnight for m in declared):
        return  # visible dates add nothing
    yield from known_date(signs.reading.page, signs.reading.layout, clock)
    yield from _shown(signs)
    if signs.reading.hints.published:
        yield Moment(signs.reading.hints.published, "day" if _is_bare_day(signs.reading.hints.published) else "second", "feed")


def _modified(signs: _Signs) -> Iterator[Moment]:
    clock = signs.clock
    declared = [
        *_read((signs.reading.data.article.get("dateModified"),), "json-ld", clock),
        *_read((value for name in _MODIFIED for value in signs.reading.page.metas.get(name, ())[:1]), "meta", clock),
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


def _read(values: Iterable[object], source: str, clock: Clock) -> Iterator[Moment]:
    for value in values:
        for one in value[:3] if isinstance(value, list) else [value]:
            said = one.get("@value") if isinstance(one, dict) else one
            moment = read_moment(said, source, clock.ways)
            if moment:
                yield moment


def _of_page(signs: _Signs) -> Node:
    """Return the object of the page itself if there is none for the article: many sites describe only the page."""
    return {} if signs.reading.data.article else next((node for node in signs.reading.data.nodes if "webpage" in types(node)), {})


def _time_elements(signs: _Signs, *, modified: bool) -> list[tuple[int, Moment]]:
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
        rooms = list(element.iterancestors())
        if any(
            r.tag in ("aside", "footer", "nav", "li", "blockquote") or _TIME_ROOM.search(class_and_id(r))
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
            ranked.append((rank, n, moment))
    return [(rank, moment) for rank, _, moment in sorted(ranked, key=lambda item: item[:2])]


def _is_bare_day(when: datetime) -> bool:
    return (when.hour, when.minute, when.second) == (0, 0, 0)
