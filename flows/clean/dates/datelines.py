"""Find dates in lines that readers recognise as datelines, near the title or anywhere on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flows.clean.dates.parse import Moment, find_moment, find_short_moment
from flows.clean.dates.timezones import Clock
from flows.clean.dates.words import DATES
from flows.clean.screen import Line

__all__ = ["BESIDE", "ELSEWHERE", "IS_MODIFIED", "SHORT_LINE", "date_lines"]

IS_MODIFIED = DATES.compile(DATES.pattern("modified"))
_SMALL_PRINT = DATES.compile(DATES.pattern("small_print"))
# The day of an event, a picture, a deadline.
ELSEWHERE = DATES.compile(rf"(?<!\w){DATES.pattern('elsewhere')}")
# When a commenter joined.
_JOINED = DATES.compile(DATES.pattern("joined"))
_NUMBER = re.compile(r"\d")
# Lines below a title that may hold its date; characters of a line that holds little else than a date.
BESIDE, SHORT_LINE = 3, 60


def date_lines(lines: Iterable[Line], clock: Clock, *, modified: bool) -> Iterator[Moment]:
    """Yield dates from short lines that consist mostly of the date: those of publication, or those of the last change."""
    for line in lines:
        if len(line.text) > 220 or not _NUMBER.search(line.text) or _SMALL_PRINT.search(line.text) or _JOINED.search(line.text):
            continue
        if line.is_link and not (0 < line.distance <= BESIDE and len(line.text) < SHORT_LINE):
            continue  # blogs link the date of a post to its day; further away it belongs to another post
        at = 0
        for _ in range(3):
            rest = line.text[at:]
            moment = find_moment(rest, "visible", clock.ways)
            if not moment and line.distance and len(rest) < SHORT_LINE:
                # "8.5.12" is a date near a title, and could be anything elsewhere
                moment = find_short_moment(rest, "visible", clock.ways)
            if not moment:
                break
            if ELSEWHERE.search(rest[: moment.start]):
                at += max(moment.end, 1)
                continue
            is_modified = bool(IS_MODIFIED.search(rest[: moment.start]))
            is_dateline = len(rest) < 90 or (moment.start < 40 and moment.precision != "day") or not (at or moment.start)
            if is_modified == modified and is_dateline:
                yield moment
            at += max(moment.end, 1)
