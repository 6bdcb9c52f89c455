"""Lists that belong to a text, and that its reading left out for the links in them."""

from __future__ import annotations

from typing import Any

from flows.clean.page import SUBHEADINGS, squeeze

# The share of a list's text in links from which it is one of other pages.
_LINKED = 0.5


def with_lists(lines: list[str], node: Any) -> list[str]:
    """`lines` with the lists of `node` that stand right between two of them, one after the other, and are missing there."""
    at = {line.lstrip("- "): n for n, line in enumerate(lines)}
    behind: dict[int, list[str]] = {}
    for one in node.iter("ul", "ol"):
        before, after = one.getprevious(), one.getnext()
        if after is not None and after.tag in SUBHEADINGS and squeeze(after.text_content()) not in at:
            after = after.getnext()  # a heading with nothing to head goes with its list
        if before is None or after is None:
            continue
        place = at.get(squeeze(before.text_content()))
        if place is not None and at.get(squeeze(after.text_content())) == place + 1 and (items := _items(one)):
            behind[place] = items
    return [each for n, line in enumerate(lines) for each in (line, *behind.get(n, ()))] if behind else lines


def _items(one: Any) -> list[str]:
    """The items of a list, unless it is one of links or of pictures."""
    items = [squeeze(item.text_content()) for item in one.iterchildren("li")]
    linked = sum(len(squeeze(link.text_content())) for link in one.iter("a"))
    if linked >= _LINKED * sum(map(len, items)) or next(one.iter("img", "figure"), None) is not None:
        return []
    return [f"- {item}" for item in items if item]
