"""Parses the values in listings: dates, with their zone if given, and plain text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from newslake.text import plain
from newslake.timezones import ABBREVIATIONS

# Characters. A longer headline is a mistake; a description serves the prefilter and readers, and is not a second text.
MAX_TITLE = 500
MAX_DESCRIPTION = 2000
MAX_TAGS = 30

_ISO = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})\.?"
    r"(?:(?:\s*T\s*|\s+)(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(?:\(?([A-Za-z]{1,5}|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?)\)?)?"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", re.I)
_RFC_ZONE = re.compile(r"\(?\b(?:(?:UTC|GMT)\s*([+-]\d{1,2}(?::?\d{2})?)|([A-Z]{2,5}))\)?\s*$")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(\D.*)?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일](?:\s*[(（].[)）])?")
_CJK_TIME = re.compile(r"(\d{1,2})\s*[時时시点]\s*(\d{1,2})\s*[分분](?:\s*\d{1,2}\s*[秒초])?")
_ZONES = {"UT": 0.0, **ABBREVIATIONS}
_SPACE = re.compile(r"\s+")


def date_of(raw: str | None) -> datetime | None:
    """Parse a date of a feed or sitemap: aware if it names its zone, else naive.

    A date without a time is midnight, naive. Returns None if the text is not a date with a day, or not a plausible one.
    """
    text = _SPACE.sub(" ", raw).strip() if raw else ""
    if not 8 <= len(text) <= 80:
        return None
    try:
        found = _iso(text) or _rfc(text) or _european(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    # systems write 1970-01-01 or the year 1 for a missing date
    return found if found is not None and 1800 < found.year < 2100 and found.date().isoformat() != "1970-01-01" else None


def words(values: Iterable[str | None], limit: int = MAX_TAGS) -> tuple[str, ...]:
    """Return names or tags as plain text, in order and each once, at most `limit`."""
    kept: dict[str, None] = {}
    for value in values:
        if len(kept) == limit:
            break
        if text := plain(value, 200):
            kept[text] = None
    return tuple(kept)


def _iso(text: str) -> datetime | None:
    text = _CJK_TIME.sub(r"\1:\2", _CJK.sub(r"\1-\2-\3 ", text)).strip() if text[4:6].strip()[:1] in ("年", "년") else text
    match = _ISO.fullmatch(text)
    if match is None or (not match[2] and len(match[3] + match[4]) != 4):
        return None
    hour, minute, second = (int(part or 0) for part in match.group(5, 6, 7))
    zone = _zone(match[9]) if match[5] else None
    return datetime(
        int(match[1]),
        int(match[3]),
        int(match[4]),
        hour % 24,
        minute,
        min(second, 59),
        int((match[8] or "0")[:6].ljust(6, "0")),
        zone,
    ) + timedelta(days=hour // 24)


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes)) if minutes <= 14 * 60 else None
    hours = _ZONES.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def _rfc(text: str) -> datetime | None:
    """Parse RFC 822 dates and their common variants, asctime included."""
    zone = None
    if match := _RFC_ZONE.search(text):
        zone = _zone(match[1] or match[2])
        if zone is not None:
            text = text[: match.start()].rstrip(" ,")
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if text.endswith("-0000"):
        zone = UTC
    return found if found.tzinfo or zone is None else found.replace(tzinfo=zone)


def _european(text: str) -> datetime | None:
    """Parse dates like `25.07.2017 11:52`; with slashes only if the day cannot be mistaken for the month."""
    match = _DAY_FIRST.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if match[2] == "/":
        if first < 13 and second < 13 and first != second:
            return None
        if second > 12:
            first, second = second, first
    return _iso(f"{match[4]}-{second:02}-{first:02}{match[5] or ''}")
