"""Choose where an axis begins and ends, and which values it names. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

HOUR = 3600
DAY = 24 * HOUR
# Steps of an axis of time that begin at midnight, in seconds; longer ones are in months.
STEPS = (60, 300, 900, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY)
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
MONDAY = datetime(1900, 1, 1, tzinfo=UTC)


def number_ticks(least: float, most: float, about: int = 5, *, whole: bool = False) -> list[float]:
    """Return round numbers, evenly spaced, the first at or below `least` and the last at or above `most`.

    Args:
        about: so many steps.
        whole: whole numbers only.
    """
    if most <= least:
        most = least + (1 if least == 0 else abs(least) * 0.1)
    raw = (most - least) / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.999999)
    if whole:
        step = max(1.0, step)
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    return [place * step for place in range(first, last + 1)]


def number_words(ticks: Sequence[float]) -> list[str]:
    """Return the numbers of an axis with as many decimals as their step needs."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    if max(map(abs, ticks)) >= 1e15 or step < 1e-6:
        return [f"{tick:g}" for tick in ticks]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [f"{tick + 0.0:,.{decimals}f}".replace("-0", "0") if tick == 0 else f"{tick:,.{decimals}f}" for tick in ticks]


def time_ticks(first: datetime, last: datetime, most: int = 8) -> list[tuple[datetime, str]]:
    """Return at most so many round times between two, with their words: years, months, days or hours."""
    if first == last:
        return [(first, f"{first:%Y-%m-%d}" if not (first.hour or first.minute) else f"{first:%Y-%m-%d %H:%M}")]
    span = (last - first).total_seconds()
    for step in STEPS:
        if span / step <= most - 1:
            form = "%Y-%m-%d" if step >= DAY else "%m-%d %H:%M"
            return [(tick, tick.strftime(form)) for tick in _every(first, last, step)]
    months = (last.year - first.year) * 12 + last.month - first.month
    apart = next((one for one in MONTHS if months / one <= most - 1), MONTHS[-1])
    return [(tick, f"{tick:%Y}" if apart >= 12 else f"{tick:%Y-%m}") for tick in _every_month(first, last, apart)]


def _every(first: datetime, last: datetime, step: int) -> list[datetime]:
    start = MONDAY if step >= 7 * DAY else datetime(first.year, first.month, first.day, tzinfo=UTC)
    passed = math.ceil((first - start).total_seconds() / step)
    ticks = list[datetime]()
    while (tick := start + timedelta(seconds=passed * step)) <= last:
        ticks.append(tick)
        passed += 1
    return ticks


def _every_month(first: datetime, last: datetime, apart: int) -> list[datetime]:
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    months = range(math.ceil(begin / apart) * apart, end + 1, apart)
    return [tick for month in months if first <= (tick := datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)) <= last]
