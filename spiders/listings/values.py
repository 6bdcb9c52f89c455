"""Read the values in listings: dates, with their zone if given, and plain text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newslake.dates import read, ways_of
from newslake.text import plain

# Characters. A longer headline is a mistake; a description serves the prefilter and readers, and is not a second text.
MAX_TITLE = 500
MAX_DESCRIPTION = 2000
MAX_TAGS = 30


def date_of(raw: str | None, language: str | None = None) -> datetime | None:
    """Read a date of a feed or sitemap to its end: aware if it names its zone, else naive.

    A date without a time is midnight, naive. Returns None if the text is not a date with a day, or not a plausible one.

    Args:
        language: that of the feed, such as "en-US", which says what comes first in `3/4/2026`.
    """
    found = read(raw, ways_of(language)) if raw else None
    # systems write 1970-01-01 or the year 1 for a missing date
    return found.when if found and 1800 < found.when.year < 2100 and found.when.date().isoformat() != "1970-01-01" else None


def words(values: Iterable[str | None], limit: int = MAX_TAGS) -> tuple[str, ...]:
    """Return names or tags as plain text, in order and each once, at most `limit`."""
    kept: dict[str, None] = {}
    for value in values:
        if len(kept) == limit:
            break
        if text := plain(value, 200):
            kept[text] = None
    return tuple(kept)
