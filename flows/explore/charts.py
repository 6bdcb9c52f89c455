"""Make the charts of the explorer, each with the rows that it draws. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from markupsafe import Markup

from newslake.charts.draw import svg
from newslake.charts.model import Chart, Kind, Series
from newslake.text import cut, one_line

MOST_BARS = 20
# The longest stretch of days that is drawn by day, week, month.
_DAYS, _WEEKS, _MONTHS = 120, 800, 4_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as SVG, and what it draws: names of columns, and rows."""

    svg: Markup
    headers: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day, week, month or year: its first day, the first day after it, and how many articles it has."""

    first: date
    after: date
    articles: int


def drawn(chart: Chart, headers: Sequence[str] = (), rows: Sequence[Sequence[object]] = ()) -> Drawn:
    """Return a chart with its rows. Its style stands in the style of all pages."""
    return Drawn(Markup(svg(chart, with_style=False)), tuple(headers), tuple(map(tuple, rows)))


def stretches(days: Sequence[tuple[date, int]]) -> tuple[str, list[Stretch]]:
    """Return days in stretches so long that they can be drawn, without gaps, and what a stretch is."""
    if not days:
        return "day", []
    span = (days[-1][0] - days[0][0]).days
    unit = "day" if span <= _DAYS else "week" if span <= _WEEKS else "month" if span <= _MONTHS else "year"
    found: dict[date, int] = {}
    for day, articles in days:
        first = _first_of(day, unit)
        found[first] = found.get(first, 0) + articles
    made, at = [], _first_of(days[0][0], unit)
    while at <= days[-1][0]:
        after = _after(at, unit)
        made.append(Stretch(at, after, found.get(at, 0)))
        if after <= at:
            break
        at = after
    return unit, made


def timeline(days: Sequence[tuple[date, int]]) -> tuple[str, list[Stretch], Markup | None]:
    """Return what a stretch is, the stretches, and their chart; None where there is nothing to draw."""
    unit, made = stretches(days)
    if not made:
        return unit, made, None
    x = tuple(datetime.combine(one.first, time(), UTC) for one in made)
    chart = Chart(
        Kind.BAR,
        f"Articles a {unit}",
        f"{unit} of publication (UTC)",
        x,
        (Series("articles", tuple(float(one.articles) for one in made)),),
    )
    return unit, made, Markup(svg(chart, with_style=False))


def by_name(title: str, what: str, counts: Sequence[tuple[str, int]]) -> Drawn | None:
    """Return bars of the largest counts; None where there are none."""
    if not counts:
        return None
    first = counts[:MOST_BARS]
    notes = (f"the first {MOST_BARS} of {len(counts)}",) if len(counts) > MOST_BARS else ()
    names = tuple(cut(one_line(name), 60) for name, _ in first)
    chart = Chart(Kind.BAR, title, what, names, (Series("articles", tuple(float(count) for _, count in first)),), notes)
    return drawn(chart, (what, "articles"), counts)


def by_day(title: str, until: date, counts: Sequence[int]) -> Drawn:
    """Return bars of days up to one, oldest first."""
    days = [until - timedelta(days=back) for back in range(len(counts) - 1, -1, -1)]
    x = tuple(datetime.combine(day, time(), UTC) for day in days)
    chart = Chart(Kind.BAR, title, "day (UTC)", x, (Series("articles", tuple(map(float, counts))),))
    return drawn(chart, ("day", "articles"), list(zip(days, counts, strict=True)))


def _first_of(day: date, unit: str) -> date:
    if unit == "week":
        return date.fromordinal(max(day.toordinal() - day.weekday(), 1))
    return day if unit == "day" else day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _after(day: date, unit: str) -> date:
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=1 if unit == "day" else 7)
        if unit == "month":
            return (day + timedelta(days=32)).replace(day=1)
        return day.replace(year=day.year + 1)
    except (OverflowError, ValueError):  # the end of the calendar
        return day
