"""Hours of quiet and times of the day, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.messages.quiet import last_slot, next_slot, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")  # clocks go forward on 29 March 2026, from 02:00 to 03:00, and back on 25 October


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "ends"),
    [
        ("22:00-07:00", "2026-06-01 23:00", "2026-06-02 07:00"),
        ("22:00-07:00", "2026-06-02 06:59", "2026-06-02 07:00"),
        ("22:00-07:00", "2026-06-02 07:00", None),
        ("22:00-07:00", "2026-06-02 21:59", None),
        ("12:00-14:00", "2026-06-02 12:00", "2026-06-02 14:00"),
        ("12:00-14:00", "2026-06-02 11:00", None),
        ("22:00-07:00", "2026-03-29 01:30", "2026-03-29 07:00"),
        ("22:00-07:00", "2026-10-25 01:30", "2026-10-25 07:00"),
        ("01:00-02:30", "2026-03-29 03:10", "2026-03-29 03:30"),
        (None, "2026-06-02 12:00", None),
    ],
)
def test_quiet_ends(quiet: str | None, now: str, ends: str | None) -> None:
    assert quiet_until(quiet, at(now), BERLIN) == (at(ends) if ends else None)


@pytest.mark.parametrize(
    ("time", "day", "now", "last", "following"),
    [
        ("07:00", None, "2026-06-02 06:59", "2026-06-01 07:00", "2026-06-02 07:00"),
        ("07:00", None, "2026-06-02 07:00", "2026-06-02 07:00", "2026-06-03 07:00"),
        ("02:30", None, "2026-03-29 12:00", "2026-03-29 03:30", "2026-03-30 02:30"),
        ("02:30", None, "2026-10-25 12:00", "2026-10-25 02:30", "2026-10-26 02:30"),
        ("07:00", "monday", "2026-06-02 06:59", "2026-06-01 07:00", "2026-06-08 07:00"),
    ],
)
def test_slots(time: str, day: str | None, now: str, last: str, following: str) -> None:
    assert last_slot(time, day, at(now), BERLIN) == at(last)
    assert next_slot(time, day, at(now), BERLIN) == at(following)


def test_each_day_of_a_year_has_one_slot() -> None:
    slots = [next_slot("02:30", None, at("2026-01-01 00:00"), BERLIN)]
    while len(slots) < 365:
        slots.append(next_slot("02:30", None, slots[-1], BERLIN))
    assert slots[-1] == at("2026-12-31 02:30")
    assert len({slot.astimezone(BERLIN).date() for slot in slots}) == 365
