"""Guess when an article was published if nothing on its page says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from itertools import chain, islice

from htmldate import find_date

from flows.clean.dates.datelines import SHORT_LINE, date_lines
from flows.clean.dates.parse import Moment, find_moment, read_moment
from flows.clean.dates.timezones import EARLIEST, Clock, day_in
from flows.clean.dates.words import DATES
from flows.clean.page import Page
from flows.clean.screen import Line, Screen
from newslake.text import squeeze

__all__ = ["guesses"]

_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(1[0-2]|0?[1-9])/")
_HANDED_OVER = re.compile(
    r"[\"'](?:date_?published|publish(?:ed)?_?(?:date|time|at|on)|publication_?(?:date|time)|pub_?date|first_?published\w{0,6}|"
    r"create(?:d)?_?date|date_?created)[\"']\s*:\s*[\"']?([\w:.,+ -]{8,40})",
    re.I,
)
_YEAR = re.compile(r"(?:19|20)\d\d|[١۱][٩۹]|[٢۲][٠۰]|２０")
# Sentences that give the date of publication, mostly in small print below the text.
_POSTED = DATES.compile(rf"\b{DATES.pattern('posted')}\b")
_LABEL = DATES.compile(rf"{DATES.pattern('labels')}\b.{{0,20}}")
_MAX_SCRIPTED, _MAX_LABELS = 200, 200
_LONG_LINE, _PHRASE, _DATELINE = 400, 60, 100
# Characters of a page from which htmldate is not used: it reads the text of nested elements again for each of them.
_LARGE = 2_000_000


def guesses(page: Page, screen: Screen, clock: Clock, *, search: bool) -> list[Moment]:
    """Return guesses, the most reliable first: the day in the address and, with `search`, dates on the page, then htmldate."""
    in_url = day_in(page.url)
    found = [Moment(datetime.combine(in_url, time()), "day", "url")] if in_url else []
    if search:
        month = _URL_MONTH.search(page.url)

        def fits(moment: Moment) -> bool:
            return not month or (moment.when.year, moment.when.month) == (int(month[1]), int(month[2]))

        found += filter(fits, chain(_in_scripts(page, clock), _labelled(page, clock), _anywhere(screen, clock)))
        if not any(map(clock.allows, found)) and len(page.source) < _LARGE:  # htmldate takes as long as the rest of cleaning
            found += filter(fits, _of_htmldate(page, clock))
    return [moment for moment in found if clock.allows(moment)]


def _in_scripts(page: Page, clock: Clock) -> Iterator[Moment]:
    """Yield the date that a page passes to its scripts; nothing if there are several, of several articles."""
    found = [
        read_moment(match[1].strip(" ,"), "script", clock.ways)
        for match in islice(_HANDED_OVER.finditer(page.source), _MAX_SCRIPTED)
    ]
    moments = [moment for moment in found if moment]
    if len({moment.when.date() for moment in moments}) == 1:
        yield moments[0]


def _labelled(page: Page, clock: Clock) -> Iterator[Moment]:
    """Yield dates from definition lists with a label such as "Published"."""
    for label in islice(page.tree.iter("dt"), _MAX_LABELS):
        said = label.getnext()
        if said is not None and said.tag == "dd" and _LABEL.fullmatch(squeeze(label.text_content())):
            moment = find_moment(squeeze(said.text_content())[:SHORT_LINE], "page", clock.ways)
            if moment:
                yield moment


def _anywhere(screen: Screen, clock: Clock) -> Iterator[Moment]:
    """Yield dates of lines that hold little else, or that say it is the day of publication; dates of a modification come last."""
    dated = []
    for text, is_link, _ in screen.lines():
        if len(text) < _DATELINE and _YEAR.search(text):
            dated.append(Line(text, 0, is_link))
        elif _DATELINE <= len(text) < _LONG_LINE and _YEAR.search(text) and (said := _POSTED.search(text)):
            dated.append(Line(text[said.start() : said.end() + _PHRASE], 0, is_link))
    for modified in (False, True):
        yield from (replace(m, source="page") for m in date_lines(dated, clock, modified=modified))


def _of_htmldate(page: Page, clock: Clock) -> Iterator[Moment]:
    # its extensive search does what `_anywhere` does, but with dateparser it takes longer than the rest of cleaning
    found = find_date(
        page.tree,
        extensive_search=False,
        original_date=True,
        url=page.url,
        max_date=clock.now.date().isoformat(),
        min_date=EARLIEST.isoformat(),
    )
    moment = read_moment(found, "htmldate")
    # htmldate returns a bare year, such as that of a copyright line, as its first of January
    if moment and (moment.when.month, moment.when.day) != (1, 1):
        yield moment
