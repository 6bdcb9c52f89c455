"""Describe the health of sources for the command line, logs, Prefect's artifact and notifications. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.reading.times import minute
from newslake.text import markdown, one_line
from warehouse.records import StateChange

if TYPE_CHECKING:
    from warehouse.read import SourceHealth

BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
MOST = 200  # rows of a table that people read


def change_line(change: StateChange) -> str:
    """Return a change of state as one line, such as “chosun is blocked (was ok): 12 of 12 requests met a wall…”."""
    if change.state == "ok" and change.state_before not in (None, "ok"):
        line = f"{change.source} is ok again (was {change.state_before})"
    else:
        before = f" (was {change.state_before})" if change.state_before else ""
        line = f"{change.source} is {change.state}{before}"
    return one_line(f"{line}: {change.reason}" if change.reason else line)


def sparkline(days: Sequence[int]) -> str:
    """Return a bar for each number, scaled to the largest; a dot stands for 0."""
    top = max(days, default=0)
    return "".join(BARS[min(len(BARS) - 1, (day * len(BARS) - 1) // top)] if day > 0 else NOTHING for day in days)


def health_markdown(sources: Sequence[SourceHealth], changes: Sequence[StateChange], zone: ZoneInfo) -> str:
    """Return the health of sources as a Markdown table for Prefect's artifact, those in trouble first, times in a zone.

    A watchlist may have thousands, which nobody reads there: the first of them are shown, and how many more there are.
    """
    lines = [f"- {markdown(change_line(change))}" for change in changes[:MOST]]
    if lines:
        lines = ["Changed in this run:", "", *lines, ""]
    head = ("source", "state", "why", "new articles by day of first fetch (UTC), 28 days", f"last new article ({zone.key})")
    lines += [f"| {' | '.join(head)} |", "| --- | --- | --- | --- | --- |"]
    for source in sorted(sources, key=lambda source: (source.state == "ok", source.source))[:MOST]:
        last = minute(source.last_new_article, zone) if source.last_new_article else "never"
        cells = (source.source, source.state, one_line(source.reason or ""), sparkline(source.days), last)
        lines.append(f"| {' | '.join(markdown(cell) for cell in cells)} |")
    if len(sources) > MOST:
        lines += ["", f"and {len(sources) - MOST:,} more: `newslake sources`"]
    return "\n".join(lines)
