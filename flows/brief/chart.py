"""Draw the days of a topic beside what is usual on each weekday. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flows.brief.model import Part
from newslake.charts.draw import svg
from newslake.charts.model import Chart, Kind, Series


def chart_of(part: Part) -> Chart:
    """Return the chart of a topic: a bar for each day, and a line for what is usual."""
    past = part.past
    series = [Series("articles", tuple(map(float, past.articles)))]
    notes = ["the last day is not over"]
    if any(value is not None for value in past.usual):
        series.append(Series("usual on that weekday", past.usual, Kind.LINE))
    else:
        notes.append("too little of the past is known to say what is usual")
    days = tuple(datetime.combine(day, time(), UTC) for day in past.days)
    return Chart(Kind.BAR, f"{part.name}: articles a day", "day of publication (UTC)", days, tuple(series), tuple(notes))


def drawn(part: Part, *, with_style: bool = True) -> str:
    """Return the chart of a topic as SVG. `with_style`: False for a page that has the style of charts already."""
    return svg(chart_of(part), with_style=with_style)
