"""Draw a chart as SVG that needs nothing else, and follows whether its reader likes light or dark. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import pairwise

from newslake.charts.model import Chart, Kind, Series
from newslake.charts.scales import number_ticks, number_words, time_ticks
from newslake.text import cut, terminal

WIDTH, HEIGHT = 860, 460  # pixels
TOP, RIGHT, BOTTOM = 64, 24, 56
CHARACTER = 6.6  # pixels of a narrow character of 12 pixels height
LONGEST_LABEL = 28  # narrow characters
LONGEST_TILTED = 20
MARKED = 60  # points that get a dot each
LIGHT = ("#0b62a8", "#c2410c", "#15803d", "#a21caf", "#a16207", "#0f766e", "#be123c", "#57534e")
DARK = ("#6db3f2", "#fb923c", "#4ade80", "#e879f9", "#facc15", "#2dd4bf", "#fb7185", "#d6d3d1")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values lie on the picture."""

    left: float
    right: float
    top: float
    bottom: float
    least: float
    most: float

    def y(self, value: float) -> float:
        return self.bottom - (value - self.least) / (self.most - self.least) * (self.bottom - self.top)


def svg(chart: Chart, *, with_style: bool = True) -> str:
    """Return the picture as a whole file of SVG, which can also stand in a page of HTML.

    Args:
        with_style: False for a page that has `style` already.
    """
    values = [value for one in chart.series for value in one.values if value is not None] or [0.0]
    least, most = min(values), max(values)
    if chart.kind is Kind.BAR or least == most or least < most / 2:
        least, most = min(0.0, least), max(0.0, most)
    ticks = number_ticks(least, most, whole=all(value.is_integer() for value in values))
    words = number_words(ticks)
    legend = list(_legend(chart)) if len(chart.series) > 1 else []
    rows = max((row for row, _ in legend), default=-1) + 1
    left = 18 + max(_wide(word) for word in words) + (16 if len(chart.series) == 1 else 0)
    top = TOP + 18.0 * rows + (16 if chart.notes else 0)
    tilted = _is_tilted(chart, WIDTH - RIGHT - left)
    left = max(left, 84.0) if tilted else left  # or the first name would begin outside
    frame = _Frame(left, WIDTH - RIGHT, top, HEIGHT - BOTTOM - (96 if tilted else 0), ticks[0], ticks[-1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="newslake-chart">',
        f"<title>{_text(chart.title)}</title>",
        *([f"<style>{style()}</style>"] if with_style else []),
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="head" x="18" y="30">{_text(cut(chart.title, 100))}</text>',
        *([f'<text class="note" x="18" y="48">{_text("; ".join(chart.notes))}</text>'] if chart.notes else []),
        *(line.replace("Y0", f"{top - 18.0 * rows - 6 + 18 * row:g}") for row, line in legend),
        *_y_axis(chart, frame, ticks, words),
        *_x_axis(chart, frame, tilted=tilted),
        *_bars(chart, frame),
        *_lines(chart, frame),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def style() -> str:
    """Return the style of all charts."""

    def rules(colours: tuple[str, ...], ground: str, ink: str) -> str:
        scope = ".newslake-chart"
        made = [f"{scope} .ground{{fill:{ground}}}{scope} text{{fill:{ink}}}{scope} .axis,{scope} .grid{{stroke:{ink}}}"]
        for place, colour in enumerate(colours):
            made.append(f"{scope} .s{place}{{stroke:{colour};fill:{colour}}}")
        return "".join(made)

    return (
        ".newslake-chart text{font:12px system-ui,'Noto Sans CJK KR','Noto Sans',sans-serif}"
        ".newslake-chart .head{font-size:16px;font-weight:600}.newslake-chart .note{opacity:.75}"
        ".newslake-chart .grid{opacity:.15}.newslake-chart polyline.line{fill:none;stroke-width:2}"
        f"{rules(LIGHT, '#ffffff', '#1c1917')}@media (prefers-color-scheme:dark){{{rules(DARK, '#1c1917', '#f5f5f4')}}}"
    )


def _legend(chart: Chart) -> Iterator[tuple[int, str]]:
    """Yield the row and the drawing of each entry; `Y0` stands for the height of its text."""
    row, x = 0, 18.0
    for place, one in enumerate(chart.series):
        name = _short(one.name)
        width = 34 + _wide(name)
        if x + width > WIDTH - RIGHT and x > 18:
            row, x = row + 1, 18.0
        square = f'<rect class="s{place}" x="{x:g}" y="Y0" width="11" height="11" transform="translate(0 -10)"/>'
        yield row, f'{square}<text x="{x + 16:g}" y="Y0">{_text(name)}</text>'
        x += width


def _y_axis(chart: Chart, frame: _Frame, ticks: list[float], words: list[str]) -> Iterator[str]:
    for tick, word in zip(ticks, words, strict=True):
        y = frame.y(tick)
        kind = "axis" if tick == 0 else "grid"
        yield f'<line class="{kind}" x1="{frame.left:g}" x2="{frame.right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{frame.left - 6:g}" y="{y + 4:.1f}" text-anchor="end">{word}</text>'
    if len(chart.series) == 1:
        middle = (frame.top + frame.bottom) / 2
        name = _text(_short(chart.series[0].name))
        yield f'<text x="14" y="{middle:g}" text-anchor="middle" transform="rotate(-90 14 {middle:g})">{name}</text>'


def _x_axis(chart: Chart, frame: _Frame, *, tilted: bool) -> Iterator[str]:
    yield f'<line class="axis" x1="{frame.left:g}" x2="{frame.right:g}" y1="{frame.bottom:g}" y2="{frame.bottom:g}"/>'
    y = frame.bottom + 18
    for x, word in _x_words(chart, frame):
        if tilted:
            place = f'x="{x:.1f}" y="{y - 4:g}" text-anchor="end" transform="rotate(-40 {x:.1f} {y - 4:g})"'
        else:
            place = f'x="{x:.1f}" y="{y:g}" text-anchor="middle"'
        yield f"<text {place}>{_text(_short(word, LONGEST_TILTED if tilted else LONGEST_LABEL))}</text>"
    middle = (frame.left + frame.right) / 2
    yield f'<text class="note" x="{middle:g}" y="{HEIGHT - 12}" text-anchor="middle">{_text(_short(chart.x_name))}</text>'


def _x_words(chart: Chart, frame: _Frame) -> Iterator[tuple[float, str]]:
    places = _places(chart, frame)
    times = [value for value in chart.x if isinstance(value, datetime)]
    numbers = [value for value in chart.x if isinstance(value, float)]
    if times:
        span = (times[-1] - times[0]).total_seconds()
        for tick, word in time_ticks(times[0], times[-1]):
            share = (tick - times[0]).total_seconds() / span if span else 0.0
            yield places[0] + share * (places[-1] - places[0]), word
    elif numbers:
        span = numbers[-1] - numbers[0]
        ticks = number_ticks(numbers[0], numbers[-1], 7, whole=all(value.is_integer() for value in numbers))
        for value, word in zip(ticks, number_words(ticks), strict=True):
            if numbers[0] <= value <= numbers[-1]:
                share = (value - numbers[0]) / span if span else 0.0
                yield places[0] + share * (places[-1] - places[0]), word.replace(",", "") if max(numbers) < 10_000 else word
    else:
        yield from ((x, str(word)) for x, word in zip(places, chart.x, strict=True))


def _is_tilted(chart: Chart, room: float) -> bool:
    """Return whether names at the axis would touch each other if they were level."""
    names = [_short(value) for value in chart.x if isinstance(value, str)]
    return bool(names) and max(map(_wide, names)) + 8 > room / len(names)


def _places(chart: Chart, frame: _Frame) -> list[float]:
    """Return where each x lies: times and numbers by their distance, names evenly."""
    half = _bar_room(chart, frame) / 2
    left, right = frame.left + half, frame.right - half
    shares = _shares(chart)
    return [(left + right) / 2 if len(shares) == 1 else left + share * (right - left) for share in shares]


def _shares(chart: Chart) -> list[float]:
    """Return how far along the axis each x is, from 0 to 1."""
    values = [
        value.timestamp() if isinstance(value, datetime) else value if isinstance(value, float) else float(place)
        for place, value in enumerate(chart.x)
    ]
    span = values[-1] - values[0]
    return [(value - values[0]) / span if span else 0.0 for value in values]


def _bar_room(chart: Chart, frame: _Frame) -> float:
    """Return the room of the bars of one x, or of the margin beside the first point of a line."""
    if chart.kind is Kind.LINE and not isinstance(chart.x[0], str):
        return 24.0
    shares = _shares(chart)
    closest = min((after - before for before, after in pairwise(shares) if after > before), default=1.0)
    room = frame.right - frame.left
    return max(1.0, min(room * closest / (1 + closest), 120.0 * len(_drawn_as(Kind.BAR, chart) or chart.series)))


def _drawn_as(kind: Kind, chart: Chart) -> list[tuple[int, Series]]:
    """Return the series that are drawn so, with their places in the chart, which their colours follow."""
    return [(place, one) for place, one in enumerate(chart.series) if (one.kind or chart.kind) is kind]


def _bars(chart: Chart, frame: _Frame) -> Iterator[str]:
    drawn = _drawn_as(Kind.BAR, chart)
    room = _bar_room(chart, frame) * 0.8
    for order, (series, one) in enumerate(drawn):
        width = room / len(drawn)
        for place, (x, value) in enumerate(zip(_places(chart, frame), one.values, strict=True)):
            if value is None:
                continue
            left = x - room / 2 + order * width
            top, bottom = sorted((frame.y(value), frame.y(0.0)))
            yield (
                f'<rect class="s{series}" x="{left:.1f}" y="{top:.1f}" width="{max(width - 1, 0.5):.1f}" '
                f'height="{max(bottom - top, 0.0):.1f}" stroke="none">{_hint(chart.x[place], one.name, value)}</rect>'
            )


def _lines(chart: Chart, frame: _Frame) -> Iterator[str]:
    places = _places(chart, frame)
    for series, one in _drawn_as(Kind.LINE, chart):
        points = [None if value is None else (x, frame.y(value)) for x, value in zip(places, one.values, strict=True)]
        for stretch in _stretches(points):
            if len(stretch) > 1:
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in stretch)
                yield f'<polyline class="line s{series}" points="{path}"/>'
        for place, point in enumerate(points):
            alone = not any(points[one] for one in (place - 1, place + 1) if 0 <= one < len(points))
            if point is not None and (alone or len(points) <= MARKED):
                value = one.values[place]
                assert value is not None
                hint = _hint(chart.x[place], one.name, value)
                yield f'<circle class="s{series}" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3">{hint}</circle>'


def _stretches(points: list[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    stretch = list[tuple[float, float]]()
    for point in [*points, None]:
        if point is not None:
            stretch.append(point)
        elif stretch:
            yield stretch
            stretch = []


def _hint(x: datetime | float | str, name: str, value: float) -> str:
    """Return what a pointer at a value is shown."""
    at = x if isinstance(x, str) else f"{x:%Y-%m-%d %H:%M}".removesuffix(" 00:00") if isinstance(x, datetime) else f"{x:g}"
    return f"<title>{_text(at)}, {_text(name)}: {f'{value:,.0f}' if value.is_integer() else f'{value:,g}'}</title>"


def _text(text: str) -> str:
    return escape(terminal(text))


def _short(text: str, most: int = LONGEST_LABEL) -> str:
    """Cut a text to the width of so many narrow characters."""
    if _wide(text) <= most * CHARACTER:
        return text
    kept = text[: 2 * most]
    while kept and _wide(kept) > (most - 1) * CHARACTER:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _wide(text: str) -> float:
    """Return about how many pixels a text takes; Chinese, Japanese and Korean characters take two narrow ones."""
    return CHARACTER * sum(
        0 if unicodedata.combining(char) else 1.9 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
