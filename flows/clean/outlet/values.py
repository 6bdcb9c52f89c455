"""Read a date or names from the element at a place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flows.clean.byline.beside import with_agencies
from flows.clean.byline.names import is_full_name, sort_out
from flows.clean.dates.datelines import IS_MODIFIED, SHORT_LINE
from flows.clean.dates.parse import Moment, find_moment, find_short_moment, read_moment
from flows.clean.dates.timezones import Clock
from flows.clean.outlet.places import find
from newslake.text import squeeze

__all__ = ["LONGEST", "moment_at", "moment_in", "names_at", "names_in", "short_text"]

# Characters of a line that holds a date or a byline and little else.
LONGEST = 140
_MOST = 40


def short_text(element: Any) -> str:
    """Return what an element says on one line; "" if that is long."""
    parts: list[str] = []
    size = 0
    for text in element.itertext():
        size += len(text.strip())
        if size > LONGEST:
            return ""
        parts.append(text)
    said = squeeze(" ".join(parts))
    return said if len(said) <= LONGEST else ""


def moment_in(element: Any, clock: Clock) -> Moment | None:
    """Return the time that an element shows; None if it shows none, or that of a change."""
    if attribute := element.get("datetime"):
        return read_moment(attribute, "layout", clock.ways)
    said = short_text(element)
    if not said:
        return None
    moment = find_moment(said, "layout", clock.ways)
    if moment is None and len(said) < SHORT_LINE:
        moment = find_short_moment(said, "layout", clock.ways)
    if moment is None or IS_MODIFIED.search(said[: moment.start]):
        return None
    return moment


def names_in(element: Any, names: list[str]) -> list[str]:
    """Return the people whom an element names and nothing else; `names` are what the outlet calls itself, folded."""
    said = short_text(element)
    if moment := find_moment(said, "layout"):
        said = f"{said[: moment.start]}, {said[moment.end :]}"
    people = sort_out([said.strip(" ,;|/·-")], names)[0] if said else []
    return people if all(map(is_full_name, people)) else []


def moment_at(body: Any, places: Iterable[str], clock: Clock) -> Moment | None:
    """Return the time at the first of these places that shows one."""
    for place in places:
        for element in find(body, place)[:_MOST]:
            if moment := moment_in(element, clock):
                return moment
    return None


def names_at(body: Any, places: Iterable[str], names: list[str]) -> list[str]:
    """Return the people named at the first of these places that names any, with the agencies beside them."""
    for place in places:
        for element in find(body, place)[:_MOST]:
            if people := names_in(element, names):
                return with_agencies([element], people)
    return []
