"""Put back lists that trafilatura dropped from a text because of their links."""

from __future__ import annotations

from typing import Any

from flows.clean.page import SUBHEADINGS
from newslake.text import squeeze

__all__ = ["with_lists"]

# A list with at least this share of its text in links points to other pages.
_LINKED = 0.5


def with_lists(lines: list[str], node: Any) -> list[str]:
    """Return the lines with the missing lists of `node` that stand between two consecutive lines."""
    at = {line.lstrip("- "): n for n, line in enumerate(lines)}
    behind: dict[int, list[str]] = {}
    for one in node.iter("ul", "ol"):
        before, after = one.getprevious(), one.getnext()
        if after is not None and after.tag in SUBHEADINGS and squeeze(after.text_content()) not in at:
            after = after.getnext()  # a heading without text was dropped with its list
        if before is None or after is None:
            continue
        place = at.get(squeeze(before.text_content()))
        if place is not None and at.get(squeeze(after.text_content())) == place + 1 and (items := _items(one)):
            behind[place] = items
    return [each for n, line in enumerate(lines) for each in (line, *behind.get(n, ()))] if behind else lines


def _items(one: Any) -> list[str]:
    """Return the items of a list; [] for a list of links or pictures."""
    items = [squeeze(item.text_content()) for item in one.iterchildren("li")]
    linked = sum(len(squeeze(link.text_content())) for link in one.iter("a"))
    if linked >= _LINKED * sum(map(len, items)) or next(one.iter("img", "figure"), None) is not None:
        return []
    return [f"- {item}" for item in items if item]
