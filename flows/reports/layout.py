"""Describe what is known of the layout of a source, for people and for programs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flows.reading.times import minute
from warehouse.records import LayoutPlace

__all__ = ["MEANINGS", "as_records", "ended_line", "in_use"]

MEANINGS = {
    "container": "the text of the article",
    "date": "when it was published",
    "byline": "who wrote it",
    "aside": "not of the article",
}


def in_use(places: Sequence[LayoutPlace]) -> list[LayoutPlace]:
    """Return the places of the version by which pages are read, by part; [] if there is none."""
    order = list(MEANINGS)
    return sorted((place for place in places if place.valid_until is None), key=lambda place: order.index(place.part))


def ended_line(places: Sequence[LayoutPlace], zone: ZoneInfo) -> str:
    """Say which versions have ended; "" if none has."""
    ended = {place.version: place.valid_until for place in places if place.valid_until is not None}
    if not ended:
        return ""
    said = [f"{version} (until {minute(until, zone)})" for version, until in sorted(ended.items())]
    more = f"{len(said) - 5} more, " if len(said) > 5 else ""
    words = "An article that was read by one is read by it again until it is recleaned."
    return f"Earlier versions: {more}{', '.join(said[-5:])}. {words}"


def as_records(places: Sequence[LayoutPlace]) -> list[dict[str, object]]:
    """Return the versions with their places, the latest first."""
    records: list[dict[str, object]] = []
    for version, group in groupby(places, key=lambda place: place.version):
        ours = list(group)
        first = ours[0]
        moments: dict[str, datetime | None] = {
            "learned_at": first.learned_at,
            "valid_from": first.valid_from,
            "valid_until": first.valid_until,
        }
        found = [{"part": o.part, "place": o.place, "confirmed": o.confirmed, "pages": o.pages} for o in ours]
        records.append({"source": first.source, "version": version, "run_id": first.run_id, **moments, "places": found})
    return records[::-1]
