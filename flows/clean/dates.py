"""When an article was published and last modified, from the surest source to the least."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from htmldate import find_date

from flows.clean.moments import FINENESS, Moment, find_moment, read_moment
from flows.clean.page import Page, squeeze
from flows.clean.structured import Node
from flows.clean.surroundings import Around, Line
from spiders.captures import Hints

_EARLIEST = date(1990, 1, 1)
_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time",
    "rnews:datepublished", "datepublished", "parsely-pub-date",
    "sailthru.date", "article.published", "publish-date", "publish_date",
    "publishdate", "published-date", "publication_date", "pubdate",
    "article_date_original", "original-publish-date",
    "originalpublicationdate", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dcterms.date", "dc.date", "dcsext.articlefirstpublished",
    "article:published", "vr:published_time", "nrbi:date", "analytics-published-date",
    "date.release", "pub_date", "ptime", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:modified_time", "og:updated_time",
    "article:updated_time", "article:modified", "datemodified", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "revised", "article.updated", "parsely-updated", "utime",
)  # fmt: skip
_IS_MODIFIED = re.compile(
    r"updat|modif|edited|aktualis|geändert|actualis|actualiz|aggiornat|atualiz|mise? à jour|обновл|изменен|"
    r"수정|更新|تحديث|bijgewerkt|güncel|zmodyf|oppdat|uppdat",
    re.I,
)
_FOOTER = re.compile(r"copyright|©|\(c\)|all rights reserved|저작권|版权|無断|ⓒ", re.I)
_TIME_ROOM = re.compile(
    r"relat|recommend|teaser|sidebar|footer|comment|popular|trending|more-|latest|ticker|card-list|promo|most-read", re.I
)
_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_SAME_DAY = timedelta(hours=24)
_MAX_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Dates:
    """`published_from` ends with "(no zone)" where neither page nor source says a zone: the wall time stands as UTC."""

    published_at: datetime | None = None
    precision: str | None = None
    published_from: str | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known before the page is read: the zone of its outlet, the present, and which of 4/5 is the month."""

    now: datetime
    zone: tzinfo | None = None
    month_first: bool = False

    def allows(self, moment: Moment) -> bool:
        """Whether a page could have been published then: not before 1990, not more than a day from now."""
        if moment.when.year < _EARLIEST.year:
            return False
        try:
            return self.aware(moment) <= self.now + timedelta(days=1)
        except OverflowError:
            return False

    def aware(self, moment: Moment) -> datetime:
        return moment.when if moment.has_zone else moment.when.replace(tzinfo=self.zone or UTC)


def zone_of(name: str | None) -> tzinfo | None:
    """The zone of that IANA name; None where there is none, so that a source's mistake costs a zone, not its pages."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def find_dates(page: Page, article: Node, micro: Node, around: Around, hints: Hints, clock: Clock) -> Dates:
    """Publication and modification of the page's article."""
    said = list(_published(page, article, micro, around, hints, clock))
    candidates = [m for m in said if clock.allows(m)]
    if not candidates:
        # of a page that names an impossible date, htmldate would only make a possible one near it
        candidates = [m for m in _guesses(page, clock, search=not said) if clock.allows(m)]
    modified = [m for m in _modified(page, article, micro, around, hints, clock) if clock.allows(m)]
    if not candidates:
        return Dates()
    best = _best(candidates)
    published = clock.aware(best)
    source = best.source if best.has_zone or clock.zone or best.precision == "day" else f"{best.source} (no zone)"
    if best.precision == "day":
        published = published.replace(hour=0, minute=0, second=0, microsecond=0)
    changed = _best(modified) if modified else None
    modified_at = clock.aware(changed) if changed else None
    if modified_at is not None and modified_at <= published:
        modified_at = None
    return Dates(published, best.precision, source, modified_at)


def _best(candidates: list[Moment]) -> Moment:
    """The first candidate, or a later one that says the same more precisely."""
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
            # the same wall time with its zone, or the same instant seen from another zone
            seconds = abs(apart.total_seconds())
            if abs(apart) <= _MAX_OFFSET and min(seconds % 900, 900 - seconds % 900) < 60 and other.precision != "day":
                best = (
                    other if FINENESS[other.precision] >= FINENESS[best.precision] else replace(other, precision=best.precision)
                )
    return best


def _published(page: Page, article: Node, micro: Node, around: Around, hints: Hints, clock: Clock) -> Iterator[Moment]:
    declared = [
        *_read((article.get(key) for key in ("datePublished", "dateCreated", "uploadDate")), "json-ld", clock),
        *_read((value for name in _PUBLISHED for value in page.metas.get(name, ())[:1]), "meta", clock),
        *_read((micro.get("datePublished"),), "microdata", clock),
    ]
    yield from declared
    if any(m.has_zone and m.precision != "day" and not m.is_midnight for m in declared):
        return  # nothing that readers see says more
    yield from _time_elements(page, clock, modified=False)
    yield from _visible(around(), clock, modified=False)
    if hints.published:
        yield Moment(hints.published, "day" if _is_bare_day(hints.published) else "second", "feed")


def _modified(page: Page, article: Node, micro: Node, around: Around, hints: Hints, clock: Clock) -> Iterator[Moment]:
    declared = [
        *_read((article.get("dateModified"),), "json-ld", clock),
        *_read((value for name in _MODIFIED for value in page.metas.get(name, ())[:1]), "meta", clock),
        *_read((micro.get("dateModified"),), "microdata", clock),
    ]
    yield from declared
    if declared:
        return
    yield from _time_elements(page, clock, modified=True)
    if hints.modified:
        yield Moment(hints.modified, "second", "feed")
    else:
        yield from _visible(around(), clock, modified=True)


def _read(values: Iterable[object], source: str, clock: Clock) -> Iterator[Moment]:
    for value in values:
        for one in value[:3] if isinstance(value, list) else [value]:
            said = one.get("@value") if isinstance(one, dict) else one
            moment = read_moment(said, source, month_first=clock.month_first)
            if moment:
                yield moment


def _time_elements(page: Page, clock: Clock, *, modified: bool) -> Iterator[Moment]:
    """`<time>` of the article: those that say they are its date first, never those of teasers and comments."""
    ranked: list[tuple[int, int, Moment]] = []
    for n, element in enumerate(page.tree.iter("time")):
        if n > 200:
            break
        marks = " ".join(filter(None, (element.get(a) for a in ("class", "itemprop", "id", "data-testid"))))
        parent = element.getparent()
        near = f"{marks} {(parent.get('class') or '') if parent is not None else ''}"
        words = f"{near} {squeeze(parent.text) if parent is not None else ''} {squeeze(element.text)}"
        if bool(_IS_MODIFIED.search(words)) != modified and not (not modified and "publi" in words.lower()):
            continue
        rooms = list(element.iterancestors())
        if any(
            r.tag in ("aside", "footer", "nav", "li") or _TIME_ROOM.search(f"{r.get('class') or ''} {r.get('id') or ''}")
            for r in rooms
            if r.tag not in ("article", "main", "body", "html")  # whose marks tell of the whole page, its sidebars included
        ):
            continue
        moment = read_moment(element.get("datetime") or element.text_content(), "time", month_first=clock.month_first)
        if moment:
            said = element.get("pubdate") is not None or "publi" in near.lower() or "datepublished" in near.lower()
            rank = 0 if said else 1 if any(r.tag in ("article", "main", "header") for r in rooms) else 2
            ranked.append((rank, n, moment))
    yield from (moment for _, _, moment in sorted(ranked, key=lambda item: item[:2]))


def _visible(around: list[Line], clock: Clock, *, modified: bool) -> Iterator[Moment]:
    """Date lines near the title: short, and made of the date for a good part."""
    for line in around:
        if len(line.text) > 220 or line.is_link or _FOOTER.search(line.text):
            continue
        at = 0
        for _ in range(3):
            rest = line.text[at:]
            moment = find_moment(rest, "visible", month_first=clock.month_first)
            if not moment:
                break
            is_modified = bool(_IS_MODIFIED.search(rest[: moment.start]))
            if is_modified == modified and (len(rest) < 90 or (moment.start < 40 and moment.precision != "day")):
                yield moment
            at += max(moment.end, 1)


def _guesses(page: Page, clock: Clock, *, search: bool) -> Iterator[Moment]:
    """What is left where nothing on the page says it is the date: the address, then htmldate."""
    in_url = _URL_DATE.search(page.url.partition("?")[0])
    if in_url:
        moment = read_moment("-".join(in_url.groups()), "url")
        if moment:
            yield moment
    if not search:
        return
    found = find_date(
        page.tree, original_date=True, url=page.url, max_date=clock.now.date().isoformat(), min_date=_EARLIEST.isoformat()
    )
    moment = read_moment(found, "htmldate")
    # a year without a day, of a copyright line for one, comes back as its first of January
    if moment and (moment.when.month, moment.when.day) != (1, 1):
        yield moment


def _is_bare_day(when: datetime) -> bool:
    return (when.hour, when.minute, when.second) == (0, 0, 0)
