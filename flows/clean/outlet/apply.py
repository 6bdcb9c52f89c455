"""Read a page by the known layout of its outlet: the date, the byline, and what is not of the article. Pure."""

from __future__ import annotations

from typing import Any

from flows.clean.dates.parse import Moment
from flows.clean.dates.timezones import Clock
from flows.clean.outlet.layout import Layout
from flows.clean.outlet.places import find
from flows.clean.outlet.values import moment_at, names_at
from flows.clean.page import Page

__all__ = ["known_date", "known_names", "without_asides"]

# Elements that an aside may be on one page; more are not what was seen.
_MOST = 60


def known_date(page: Page, layout: Layout | None, clock: Clock) -> list[Moment]:
    """Return the time at the place where the outlet shows when an article was published; [] if there is none."""
    body = page.tree.find("body") if layout and layout.dates else None
    moment = moment_at(body, layout.dates, clock) if layout and body is not None else None
    return [moment] if moment else []


def known_names(page: Page, layout: Layout | None, house: list[str]) -> list[str]:
    """Return who is named at the place where the outlet names its authors; [] if nobody is."""
    body = page.tree.find("body") if layout and layout.bylines else None
    return names_at(body, layout.bylines, house) if layout and body is not None else []


def without_asides(tree: Any, layout: Layout | None) -> list[Any]:
    """Remove what is known not to be of the article, and return the elements that hold the article.

    On a page without any container of the layout nothing is removed, and [] returned: it has another layout.
    """
    body = tree.find("body") if layout else None
    if layout is None or body is None:
        return []
    rooms = next((found for place in layout.containers if (found := find(body, place))), [])
    if not rooms:
        return []
    around = {above for room in rooms for above in (room, *room.iterancestors())}
    # all are found before one is removed, because places count elements
    found = [found for place in layout.asides if len(found := find(body, place)) <= _MOST]
    for element in {element for elements in found for element in elements} - around:
        if element.find(".//h1") is None:
            element.drop_tree()
    return rooms
