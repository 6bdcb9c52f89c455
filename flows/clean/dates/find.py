"""Find when an article was published and last modified, from the most reliable source to the least."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flows.clean.dates.fallback import guesses
from flows.clean.dates.parse import FINENESS, Moment
from flows.clean.dates.signs import Signs, times_shown, times_witnessed, when_modified, when_published
from flows.clean.dates.timezones import Clock, day_in, filed_under, on_its_clock
from flows.clean.reading import Reading

__all__ = ["Dates", "find_dates"]

# What is further apart than this is not two spellings of one day: an article about an anniversary has that day in its address.
_FAR = timedelta(days=180)
_SAME_DAY = timedelta(hours=24)
_OF_ANY_PAGE = ("feed", "url", "htmldate", "page", "json-ld-page")
_WEAK = ("time", "class", "visible")
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

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of JSON-LD from which `published_from` is, if it is from JSON-LD."""
        return (
            ("dateModified",) if "(modified)" in (self.published_from or "") else ("datePublished", "dateCreated", "uploadDate")
        )


def find_dates(reading: Reading, clock: Clock) -> Dates:
    """Return publication and modification of the page's article."""
    page, signs = reading.page, Signs(reading, clock)
    changes = [m for m in when_modified(signs) if clock.allows(m)]
    changed = _best(changes) if changes else None
    said = list(_settled(when_published(signs), signs))
    candidates = [m for m in said if clock.allows(m) and _is_possible(m, changed, page.url)]
    if candidates and candidates[0].source == "meta" and changed and _is_before(changed, candidates[0]):
        # a page changed before its publication gives the time at which it was last generated
        shown = (m for m in times_shown(signs) if m.when.date() != changed.when.date())
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
        published = published.astimezone(zone) if zone else on_its_clock(published, times_witnessed(said, signs), page.url)
    zone_from = clock.zone_from if clock.zone else "no zone"
    source = best.source if best.has_zone or best.precision == "day" or not zone_from else f"{best.source} ({zone_from})"
    modified_at = clock.aware(changed) if changed else None
    if modified_at is not None and modified_at <= published:
        modified_at = None
    return Dates(published, best.precision, source, modified_at)


def _settled(said: Iterable[Moment], signs: Signs) -> Iterator[Moment]:
    """Yield times with day and month in the order that the rest of the page confirms, where only a habit said it."""
    confirming: set[date] | None = None
    for moment in said:
        if moment.other is not None:
            if confirming is None:
                shown = [m.when.date() for m in times_shown(signs) if m.other is None or m.when.date() != moment.when.date()]
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
    in_url = None if moment.is_declared else day_in(url)
    if in_url and not filed_under(url) and abs(moment.when.date() - in_url) > _FAR:
        in_url = None  # the day that the article is about
    if changed and moment.when.date() > changed.when.date() + timedelta(days=1):
        return False
    return not in_url or abs(moment.when.date() - in_url) <= timedelta(days=1)


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
