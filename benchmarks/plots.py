"""Draw how a cost grows, as a small SVG for the documents.

Both axes are logarithmic: what grows in proportion is a line as steep as the dotted one, and what stays the same is level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from newslake.charts.draw import style

WIDTH, HEIGHT = 480, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 64, 44
STYLE = ".newslake-chart .even{stroke-dasharray:2 5;opacity:.6}.newslake-chart .head{font-size:14px}"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values lie along an axis; both ends are beside the outermost values."""

    least: float
    most: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.least) / (self.most - self.least)
        return self.begin + share * (self.end - self.begin)

    def ticks(self, apart: float) -> list[float]:
        """Return the powers of ten on the axis, and 2 and 5 between them where there is room for words so far apart."""
        tens = range(math.floor(self.least), math.ceil(self.most) + 1)
        is_roomy = abs(self.end - self.begin) / (self.most - self.least) > 3.5 * apart
        found = [factor * 10.0**ten for ten in tens for factor in ((1, 2, 5) if is_roomy else (1,))]
        return [tick for tick in found if self.least <= math.log10(tick) <= self.most]


def growth_svg(title: str, x_name: str, y_name: str, curves: Mapping[str, Sequence[Point]]) -> str:
    """Return a picture of what something costs (y) at each size (x), both above zero; it is dark where its reader's screen is.

    Args:
        curves: what was measured, by what it is called.
    """
    points = [point for curve in curves.values() for point in curve]
    x = _scale([size for size, _ in points], LEFT, WIDTH - RIGHT, 0.08)
    y = _scale([cost for _, cost in points], HEIGHT - BOTTOM, TOP, 0.15)
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" class="newslake-chart">',
        f"<title>{escape(title)}</title>",
        f"<style>{style()}{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="head" x="12" y="22">{escape(title)}</text>',
        *_legend(list(curves)),
        *_axes(x, y),
        f'<text class="note" x="{middle:g}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_name)}</text>',
        f'<text class="note" x="12" y="{TOP - 8}">{escape(y_name)}</text>',
        *_in_proportion(x, y),
    ]
    for place, (name, curve) in enumerate(curves.items()):
        where = [(x.at(size), y.at(cost)) for size, cost in sorted(curve)]
        parts.append(f'<polyline class="line s{place}" points="{" ".join(f"{left:.1f},{top:.1f}" for left, top in where)}"/>')
        for (size, cost), (left, top) in zip(sorted(curve), where, strict=True):
            hint = f"<title>{escape(name)}, {size:,g}: {cost:,g}</title>"
            parts.append(f'<circle class="s{place}" cx="{left:.1f}" cy="{top:.1f}" r="3">{hint}</circle>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _scale(values: Sequence[float], begin: float, end: float, margin: float) -> _Scale:
    least, most = math.log10(min(values)), math.log10(max(values))
    beside = max(margin * (most - least), (1 - (most - least)) / 2, 0.05)  # at least a power of ten, or noise looks like growth
    return _Scale(least - beside, most + beside, begin, end)


def _legend(names: Sequence[str]) -> Iterator[str]:
    left = 12.0
    for place, name in enumerate(names):
        yield f'<rect class="s{place}" x="{left:g}" y="32" width="10" height="10"/>'
        yield f'<text x="{left + 14:g}" y="41">{escape(name)}</text>'
        left += 34 + 6.4 * len(name)


def _axes(x: _Scale, y: _Scale) -> Iterator[str]:
    for tick in y.ticks(14):
        top = y.at(tick)
        yield f'<line class="grid" x1="{x.begin:g}" x2="{x.end:g}" y1="{top:.1f}" y2="{top:.1f}"/>'
        yield f'<text x="{x.begin - 6:g}" y="{top + 4:.1f}" text-anchor="end">{tick:,g}</text>'
    yield f'<line class="axis" x1="{x.begin:g}" x2="{x.end:g}" y1="{y.begin:g}" y2="{y.begin:g}"/>'
    for tick in x.ticks(50):
        yield f'<text x="{x.at(tick):.1f}" y="{y.begin + 16:g}" text-anchor="middle">{tick:,.10g}</text>'


def _in_proportion(x: _Scale, y: _Scale) -> Iterator[str]:
    """Draw, from the lower left corner on, how a cost would grow in proportion to the size."""
    rise = min(x.most - x.least, y.most - y.least)
    right, top = x.at(10 ** (x.least + rise)), y.at(10 ** (y.least + rise))
    yield f'<line class="axis even" x1="{x.begin:g}" y1="{y.begin:g}" x2="{right:.1f}" y2="{top:.1f}"/>'
