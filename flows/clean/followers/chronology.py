"""Tell the dated parts of one article, as a live blog or a chronology has, from other articles on its page.

Both have headlines with dates below. But other articles appeared shortly before, each with its own day. The parts of a
chronology go back for years or go forwards; the entries of a live blog name hours of one day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from flows.clean.dates.parse import Moment, find_moment
from newslake.text import squeeze

__all__ = ["BOXES", "are_entries", "is_chronology", "lines_below"]

# Elements below a headline where its byline and its day may stand; characters of a line that shows them.
_BELOW, _LONGEST = 3, 100
# Tags of a box around a headline, below which its byline may stand.
BOXES = ("header", "hgroup", "div", "a")
_CLOCK = re.compile(r"(?<![\d.:/])(?:[01]?\d|2[0-3])\s?(?:[:.hH時시点點]|ч\.?)\s?[0-5]\d(?![\d.:/])")
# Other articles on a page appeared at most so long before the article.
_RECENT = timedelta(days=62)


def lines_below(head: Any, *rooms: str) -> Iterator[tuple[Any, str]]:
    """Yield the elements right below a headline, or below a room with one of these tags that ends with it, and their texts."""
    while head.getnext() is None and (above := head.getparent()) is not None and above.tag in rooms:
        head = above
    for one in islice(head.itersiblings(), _BELOW):
        yield one, squeeze(one.text_content())


def are_entries(main: Any, heads: Sequence[Any]) -> bool:
    """Return whether most of these headlines have an hour without a day, or hours of one day, as entries of a live blog do."""
    entries = [_lines(head) for head in heads]
    moments = [_moment(lines) for lines in entries]
    hours = sum(moment is None and any(map(_CLOCK.search, lines)) for moment, lines in zip(moments, entries, strict=True))
    dated = [moment for moment in moments if moment is not None]
    return 2 * hours > len(heads) or _are_hours_of_a_day(_moment(_lines(main)), dated)


def is_chronology(main: Any, heads: Sequence[Any]) -> bool:
    """Return whether the days of these headlines are far from that of the article or from one another, or go forwards."""
    own = _moment(_lines(main))
    days = [_plain(moment) for head in heads if (moment := _moment(_lines(head)))]
    near = [*([_plain(own)] if own else []), *days]
    if any(abs(one - other) > _RECENT for one, other in pairwise(near)):
        return True
    return len(days) > 1 and all(one < other for one, other in pairwise(days))


def _are_hours_of_a_day(own: Moment | None, dated: Sequence[Moment]) -> bool:
    """Return whether most entries name hours of one day: that of the article, or of one another."""
    timed = [moment for moment in dated if moment.precision != "day"]
    days = {moment.when.date() for moment in timed}
    if not timed or len(days) > 1 or 2 * len(timed) <= len(dated):
        return False
    return len(timed) > 1 or (own is not None and own.when.date() in days)


def _lines(head: Any) -> list[str]:
    """Return the short lines that may date a headline: itself, those below it, and the one above."""
    before = head.getprevious()
    above = [squeeze(before.text_content())] if before is not None and before.tag not in ("script", "style") else []
    return [
        line
        for line in (
            squeeze(head.text_content()),
            *(said for _, said in lines_below(head, *BOXES)),
            *above,
        )
        if line and len(line) <= _LONGEST
    ]


def _moment(lines: Sequence[str]) -> Moment | None:
    return next((moment for line in lines if (moment := find_moment(line, "visible"))), None)


def _plain(moment: Moment) -> datetime:
    return moment.when.replace(tzinfo=None)
