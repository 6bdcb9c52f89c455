"""Read the dates of a page, and remember where each was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newslake.dates import Read, Ways, find, read

__all__ = ["FINENESS", "ON_PAGES", "Moment", "find_moment", "find_short_moment", "read_moment"]

FINENESS = {"day": 0, "minute": 1, "second": 2}
# What most pages mean, for lines of which nothing else is known.
ON_PAGES = Ways(first="day", american=True)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written: `when` is naive without a zone; `precision` is "second", "minute" or "day"."""

    when: datetime
    precision: str
    source: str
    start: int = 0  # offset in the text it was found in
    end: int = 0
    is_declared: bool = False  # for machines, by an element of the article
    other: datetime | None = None  # with day and month in the other order, if only a habit says which comes first

    @property
    def has_zone(self) -> bool:
        return self.when.tzinfo is not None

    @property
    def is_midnight(self) -> bool:
        return (self.when.hour, self.when.minute, self.when.second) == (0, 0, 0)


def read_moment(value: object, source: str, ways: Ways = ON_PAGES) -> Moment | None:
    """Read a value meant for machines to its end. None if it is no date, or anything else as well."""
    return _from(read(value, ways), source)


def find_moment(text: str, source: str, ways: Ways = ON_PAGES) -> Moment | None:
    """Return the first date in a line meant for readers, with the time beside it; see `newslake.dates.find`."""
    return _from(find(text, ways), source)


def find_short_moment(text: str, source: str, ways: Ways = ON_PAGES) -> Moment | None:
    """Return the first date with a two-digit year; only for lines that are nothing but dates."""
    return _from(find(text, ways, short=True), source)


def _from(found: Read | None, source: str) -> Moment | None:
    if found is None:
        return None
    other = found.other and found.other.replace(microsecond=0)
    return Moment(found.when.replace(microsecond=0), found.precision, source, found.start, found.end, other=other)
