"""Know time zones by offset, abbreviation, name in words and IANA name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from newslake.dates.model import Ways

__all__ = ["ABBREVIATIONS", "AMBIGUOUS", "LOCAL", "iana", "in_zone", "offset_zone"]

# Hours ahead of UTC, of abbreviations with one meaning. EST means UTC-5 in July too.
ABBREVIATIONS: dict[str, float] = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "WAT": 1, "CEST": 2, "MESZ": 2,
    "HAEC": 2, "SAST": 2, "CAT": 2, "EET": 2, "EEST": 3, "IDT": 3, "MSK": 3, "TRT": 3, "EAT": 3, "SAMT": 4, "MSD": 4,
    "IRST": 3.5, "IRDT": 4.5, "AFT": 4.5, "PKT": 5, "YEKT": 5, "UZT": 5, "NPT": 5.75, "OMST": 6, "ICT": 7, "WIB": 7,
    "KRAT": 7, "NOVT": 7, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "WITA": 8, "IRKT": 8, "ULAT": 8, "JST": 9,
    "KST": 9, "WIT": 9, "YAKT": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "VLAT": 10, "AEDT": 11, "MAGT": 11, "SAKT": 11,
    "PETT": 12, "NZST": 12, "NZDT": 13, "ART": -3, "BRT": -3, "UYT": -3, "BOT": -4, "VET": -4, "EDT": -4, "COT": -5,
    "PET": -5, "EST": -5, "CDT": -5, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
# Abbreviations of several zones, with the one that news pages in English mean. In feeds, which machines anywhere write, they only
# name the zone of the source.
AMBIGUOUS: dict[str, float] = {"IST": 5.5, "CST": -6}
# The zone of the source is meant, whichever it is.
LOCAL = "local"
# The offsets that some zone had since 1990, in minutes.
_REAL = frozenset(
    [60 * hours for hours in range(-12, 15)]
    + [-570, -270, -210, -150, 210, 270, 330, 345, 390, 450, 510, 525, 570, 630, 690, 765, 825]
)


def offset_zone(sign: str, hours: str, minutes: str | None = None) -> tzinfo | None:
    """Return the zone of an offset such as `+`, `0900`; None if no zone has it."""
    if minutes is None and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    total = int(hours) * 60 + int(minutes or 0)
    if sign == "-":
        total = -total
    if total not in _REAL:
        return None
    return timezone(timedelta(minutes=total)) if total else UTC


@lru_cache(maxsize=256)
def iana(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name; None if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def in_zone(wall: datetime, name: str, ways: Ways) -> datetime | None:
    """Return a local time with the offset of a named zone: naive if it is the source's own; None if nobody knows the zone.

    Args:
        name: `LOCAL`, an abbreviation in capitals, or an IANA name.
    """
    if name == LOCAL:
        return wall
    if ways.zone is not None and name not in ("UTC", "GMT", "Z", "UT") and name.isalpha():
        own = wall.replace(tzinfo=ways.zone)
        if own.tzname() == name:
            return _fixed(own)
    if name in AMBIGUOUS:
        return wall.replace(tzinfo=timezone(timedelta(hours=AMBIGUOUS[name]))) if ways.american else wall
    if (hours := ABBREVIATIONS.get(name)) is not None:
        return wall.replace(tzinfo=timezone(timedelta(hours=hours)) if hours else UTC)
    zone = iana(name)
    return _fixed(wall.replace(tzinfo=zone)) if zone else None


def _fixed(when: datetime) -> datetime:
    """Return the same moment with a fixed offset, which every reader of the stored time knows."""
    offset = when.utcoffset()
    return when.replace(tzinfo=timezone(offset) if offset else UTC)
