"""Make a chart of rows: which column is x, which are the series, and what is left out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from newslake.errors import UsageError
from newslake.text import counted, one_line, terminal

MOST_SERIES = 8  # colours that can be told apart
MOST_LABELS = 40  # names side by side
MOST_POINTS = 5_000
LARGEST = 1e300


class Kind(StrEnum):
    """How values are drawn."""

    LINE = "line"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one thing.

    Args:
        values: one for each x; None leaves a gap.
        kind: how they are drawn, if not as the chart says: a line over bars.
    """

    name: str
    values: tuple[float | None, ...]
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn.

    Args:
        x_name: what x is.
        x: numbers, or times as the clock of their zone shows them, marked as UTC, in order; or names.
        notes: what is not drawn, in words.
    """

    kind: Kind
    title: str
    x_name: str
    x: tuple[datetime, ...] | tuple[float, ...] | tuple[str, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()


def chart_of(kind: Kind, headers: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> Chart:
    """Return the chart of an answer: its first column is x, and each other column of numbers is a series.

    Where there is one column of names and one of numbers beside x, each name is a series.

    Raises:
        UsageError: there is nothing to draw; the message says why.
    """
    if len(headers) < 2:
        raise _nothing("a chart needs two columns: x, and numbers")
    if not rows:
        raise _nothing("the answer has no rows, so there is nothing to draw")
    notes = list[str]()
    if missing := sum(row[0] is None for row in rows):
        notes.append(f"{counted(missing, 'row')} without {one_line(headers[0])} {'is' if missing == 1 else 'are'} left out")
        rows = [row for row in rows if row[0] is not None]
        if not rows:
            raise _nothing(f"all rows are without {one_line(headers[0])}, so there is nothing to draw")
    places = range(1, len(headers))
    numbers = [place for place in places if _are_numbers(row[place] for row in rows)]
    if not numbers:
        raise _nothing(f"no column but the first has numbers: {', '.join(map(one_line, headers[1:]))}")
    others = [place for place in places if place not in numbers and any(row[place] is not None for row in rows)]
    if len(others) == 1 and len(numbers) == 1:
        x, series = _by_name(rows, others[0], numbers[0])
    else:
        notes += [f"{one_line(headers[place])} has no numbers and is left out" for place in others]
        x = [row[0] for row in rows]
        series = {one_line(headers[place]) or f"column {place + 1}": [_number(row[place]) for row in rows] for place in numbers}
    notes += _gaps(headers, rows, numbers)
    if len(series) > MOST_SERIES:
        notes.append(f"the first {MOST_SERIES} of {len(series)} series are drawn")
        series = dict(list(series.items())[:MOST_SERIES])
    x, series = _placed(kind, x, series, notes)
    name = one_line(headers[0])
    shown = title or f"{', '.join(list(series)[:3])}{', …' if len(series) > 3 else ''} by {name}"
    return Chart(kind, one_line(shown), name, tuple(x), tuple(Series(*one) for one in _tuples(series)), tuple(notes))


def _tuples(series: dict[str, list[float | None]]) -> list[tuple[str, tuple[float | None, ...]]]:
    return [(name, tuple(values)) for name, values in series.items()]


def _nothing(why: str) -> UsageError:
    return UsageError(
        why, left="nothing was drawn", next='newslake sql --chart line -o days.svg "SELECT day, articles FROM timeline"'
    )


def _are_numbers(values: Any) -> bool:
    known = [value for value in values if value is not None]
    is_all = all(isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) for value in known)
    return is_all and any(_number(value) is not None for value in known)


def _number(value: Any) -> float | None:
    """Return a value as it is drawn; None for one that is missing, endless, or so large that its axis would be endless."""
    if value is None:
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) <= LARGEST else None


def _gaps(headers: Sequence[str], rows: Sequence[Sequence[Any]], places: Sequence[int]) -> Iterator[str]:
    """Say which columns have values that cannot be drawn."""
    for place in places:
        if lost := sum(row[place] is not None and _number(row[place]) is None for row in rows):
            said = (
                "is no number that can be drawn, and is a gap" if lost == 1 else "are no numbers that can be drawn, and are gaps"
            )
            yield f"{counted(lost, 'value')} of {one_line(headers[place])} {said}"


def _by_name(rows: Sequence[Sequence[Any]], name: int, number: int) -> tuple[list[Any], dict[str, list[float | None]]]:
    """Return the values of x, each once, and a series for each name; the largest first."""
    x = list(dict.fromkeys(row[0] for row in rows))
    place = {value: index for index, value in enumerate(x)}
    series = dict[str, list[float | None]]()
    for row in rows:
        values = series.setdefault("NULL" if row[name] is None else one_line(str(row[name])), [None] * len(x))
        values[place[row[0]]] = _number(row[number])
    largest = sorted(series, key=lambda one: -sum(abs(value or 0) for value in series[one]))
    return x, {one: series[one] for one in largest}


def _placed(
    kind: Kind, x: list[Any], series: dict[str, list[float | None]], notes: list[str]
) -> tuple[list[Any], dict[str, list[float | None]]]:
    """Return x as times, numbers or names, in order, and no more than can be read."""
    if all(isinstance(value, date) for value in x):
        placed: list[Any] = [_wall_clock(value) for value in x]
    elif kind is Kind.LINE and _are_numbers(x) and all(_number(value) is not None for value in x):
        placed = [float(value) for value in x]
    else:
        return _first(MOST_LABELS, "names", [terminal(one_line(str(value))) for value in x], series, notes)
    order = sorted(range(len(placed)), key=placed.__getitem__)
    ordered = {name: [values[place] for place in order] for name, values in series.items()}
    return _first(MOST_POINTS, "points", [placed[place] for place in order], ordered, notes)


def _first(
    most: int, what: str, x: list[Any], series: dict[str, list[float | None]], notes: list[str]
) -> tuple[list[Any], dict[str, list[float | None]]]:
    if len(x) > most:
        notes.append(f"the first {most:,} of {len(x):,} {what} are drawn")
    return x[:most], {name: values[:most] for name, values in series.items()}


def _wall_clock(value: date) -> datetime:
    """Return what the clock of its own zone shows, marked as UTC, so that every day has 24 hours."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
