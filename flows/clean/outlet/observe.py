"""Observe what a page shows of its outlet's layout: where the declared date and authors stand, and what holds the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from lxml import etree

from flows.clean.body.article_body import declared_lines
from flows.clean.dates.find import Dates
from flows.clean.dates.parse import Moment
from flows.clean.dates.timezones import Clock
from flows.clean.outlet.layout import Block, Seen
from flows.clean.outlet.places import Places, find, key_of, variants
from flows.clean.outlet.values import LONGEST, moment_in, names_at, names_in, short_text
from flows.clean.reading import Reading
from flows.clean.screen import INLINE
from flows.clean.structured import fold

__all__ = ["Survey", "survey"]

# What an outlet says in a form that is made to be read by programs.
DECLARED = ("json-ld", "meta", "microdata", "json-ld-page", "feed")
# A year, a date with a short one, or other digits than European ones: quicker than reading the date.
_MAY_DATE = re.compile(r"(?:19|20)\d\d|\d[./-]\d{1,2}[./-]\d|(?![0-9])\d")
_SILENT = frozenset(("script", "style", "noscript", "template", "svg", "nav", "button", "select", "textarea", "iframe"))
# Limits of one observation: elements with a date and with a name, places of each, blocks, characters of a block.
_MOST_DATED, _MOST_NAMED, _MOST_PLACES, _MOST_BLOCKS, _SHORTEST = 40, 12, 12, 120, 15
_CLIMB = 3
# The first folded characters by which a line is found in a text.
_BEGIN = 60
# A declared body of this many characters, which has this share of the text read, tells what is the article's.
_ENOUGH, _MOST_OF = 300, 0.6
_OLD = timedelta(days=2)
_MINUTE, _QUARTER, _FAR = 60, 900, timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Survey:
    """A page before its text is read. `blocks` are places with folded words and sizes."""

    seen: Seen
    blocks: list[tuple[str, str, int]]
    body: str  # the declared text, folded; "" if there is none

    def with_text(self, text: str) -> Seen:
        """Return the observation, now that the page's text is known."""
        lines = {fold(line)[:_BEGIN] for line in text.splitlines()}
        lines.discard("")
        covered = sum(size for _, words, size in self.blocks if words[:_BEGIN] in lines and words[:_BEGIN] in self.body)
        tells = len(self.body) >= _ENOUGH and covered >= _MOST_OF * sum(s for _, w, s in self.blocks if w[:_BEGIN] in lines)
        blocks = [
            Block(place, key_of(words), size, words[:_BEGIN] in lines, (words[:_BEGIN] in self.body) if tells else None)
            for place, words, size in self.blocks
        ]
        # what is read first, so that the limit costs what stands elsewhere
        first = sorted(blocks, key=lambda block: not block.is_read)[:_MOST_BLOCKS]
        return replace(self.seen, blocks=tuple(first))


def survey(reading: Reading, clock: Clock, dates: Dates, authors: tuple[tuple[str, ...], str | None]) -> Survey:
    """Observe a page whose tree is as it came."""
    body = reading.page.tree.find("body")
    if body is None:
        return Survey(Seen(), [], "")
    places, layout = Places(body), reading.layout
    names, by = authors
    known = names if by in DECLARED else ()
    walk = _Walk(max(known[0].split(), key=len) if known else "")
    walk.over(body, places)
    at, others = _dates(walk, body, places, clock, dates)
    seen = Seen(
        dates=at,
        other_dates=others,
        bylines=_bylines(walk, body, places, known, reading.names) or (None if by == "feed" else ()) if known else None,
        authors=key_of("|".join(sorted(map(fold, known)))) if known else 0,
        fits=any(find(body, place) for place in layout.containers) if layout and layout.containers else None,
    )
    declared = fold(" ".join(declared_lines(reading.data.article)[0]))
    return Survey(seen, walk.lines, declared)


def _dates(walk: _Walk, body: Any, places: Places, clock: Clock, dates: Dates) -> tuple[tuple[str, ...] | None, tuple[int, ...]]:
    """Return the places of the declared date, and the keys of places of other dates; (None, …) if none is declared."""
    declared = _declared(dates)
    if declared is None:
        return None, ()
    first: dict[str, bool | None] = {}
    for element, moment in _dated(walk, body, clock):
        agrees = _agrees(moment, declared, dates.precision or "day", clock)
        if place := places.of(element):
            for name in variants(place, element):
                first.setdefault(name, agrees)
    same = tuple(islice((name for name, agrees in first.items() if agrees), _MOST_PLACES))
    if (dates.published_from or "").startswith("feed"):
        return same or None, ()  # a feed may give another time: that of a change, or of the feed
    others = tuple(key_of(name) for name, agrees in first.items() if agrees is False)
    proves = dates.precision != "day" or clock.now - declared > _OLD
    return (same if same or proves else None), others


def _declared(dates: Dates) -> datetime | None:
    origin = (dates.published_from or "").partition(" (")
    return dates.published_at if origin[0] in DECLARED and "modified" not in origin[2] else None


def _dated(walk: _Walk, body: Any, clock: Clock) -> Iterator[tuple[Any, Moment]]:
    """Yield the elements that show a date, those at one place in page order: the innermost, and those around that add little."""
    looked: set[Any] = set()
    found = 0
    for element in chain(islice(body.iter("time"), _MOST_DATED), walk.dated):
        for one in _around(element, body):
            if one in looked:
                break
            looked.add(one)
            if moment := moment_in(one, clock):
                found += 1
                yield one, moment
            elif not short_text(one):
                break
        if found >= _MOST_DATED:
            return


def _around(element: Any, body: Any) -> Iterator[Any]:
    for _ in range(_CLIMB):
        if element is None or element is body:
            return
        yield element
        element = element.getparent()


def _agrees(moment: Moment, declared: datetime, precision: str, clock: Clock) -> bool | None:
    """Return whether a time on the page is the declared one; None if that proves nothing.

    On the day of publication any date of today agrees, so that a bare day counts only on later days.
    """
    days = {declared.date(), declared.astimezone(clock.zone).date() if clock.zone else declared.date()}
    if moment.precision == "day" or precision == "day":
        if moment.when.date() not in days:
            return False
        return True if clock.now - declared > _OLD else None
    if moment.has_zone:
        return abs(moment.when - declared).total_seconds() < _MINUTE or (None if moment.when.date() in days else False)
    apart = abs(moment.when - declared.replace(tzinfo=None))
    seconds = apart.total_seconds() % _QUARTER
    if apart <= _FAR and min(seconds, _QUARTER - seconds) < _MINUTE:
        return True
    return None if moment.when.date() in days else False


def _bylines(walk: _Walk, body: Any, places: Places, authors: tuple[str, ...], house: list[str]) -> tuple[str, ...]:
    """Return the places that name exactly these authors."""
    wanted = {fold(name) for name in authors}
    nominated: dict[str, None] = {}
    looked: set[Any] = set()
    for element in walk.named[:_MOST_NAMED]:
        for one in _around(element, body):
            if one in looked or not short_text(one):
                break
            looked.add(one)
            if {fold(name) for name in names_in(one, house)} == wanted and (place := places.of(one)):
                nominated.update(dict.fromkeys(variants(place, one)))
    # as it will be read: a place may have others before it
    sure = (place for place in nominated if {fold(name) for name in names_at(body, [place], house)} == wanted)
    return tuple(islice(sure, _MOST_PLACES))


@dataclass(slots=True)
class _Walk:
    """What one walk over a page collects: its lines, and the elements with a text that may hold a date or the `word`."""

    word: str
    lines: list[tuple[str, str, int]] = field(default_factory=list)
    dated: list[Any] = field(default_factory=list)
    named: list[Any] = field(default_factory=list)

    def over(self, body: Any, places: Places) -> None:
        """Walk over the page, and break its lines as a browser does."""
        parts: list[str] = []
        owner: Any = None
        walk = etree.iterwalk(body, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            said = element.text if event == "start" else element.tail
            if event == "start" and tag in _SILENT:
                walk.skip_subtree()
                said = None
            if tag not in INLINE and parts:
                self._line(parts, owner, body, places)
                parts, owner = [], None
            if said and not said.isspace():
                around = element if event == "start" else element.getparent()
                owner = around if owner is None else owner
                parts.append(said)
                if len(said) <= LONGEST:
                    if _MAY_DATE.search(said):
                        self.dated.append(around)
                    if self.word and self.word in said:
                        self.named.append(around)
            elif said and parts:
                parts.append(" ")
        if parts:
            self._line(parts, owner, body, places)

    def _line(self, parts: list[str], owner: Any, body: Any, places: Places) -> None:
        if len(self.lines) >= 4 * _MOST_BLOCKS:
            return
        words = fold("".join(parts))
        if len(words) >= _SHORTEST:
            while owner.tag in INLINE and (above := owner.getparent()) is not None and above is not body:
                owner = above
            if place := places.of(owner):
                self.lines.append((place, words, len(words)))
