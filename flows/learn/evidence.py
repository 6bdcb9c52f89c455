"""Define how much evidence makes a place of a layout sure, and choose the places to read pages by. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flows.clean.outlet.layout import Part

__all__ = ["ASIDE", "ENOUGH", "Evidence", "Key", "chosen"]

Key = tuple[Part, str]
# Pages that must confirm a place; different authors that a byline must have named, because a name in a footer agrees with all
# articles of one author.
ENOUGH, AUTHORS = 5, 2
# The share of pages that must have a container, because an outlet may have several templates; that must confirm a byline and an
# aside; that may speak against a date.
CONTAINER, BYLINE, ASIDE, OTHER_DATE = 0.2, 0.8, 0.75, 0.05
# The most places of each kind that are used.
_MOST = {Part.CONTAINER: 3, Part.DATE: 3, Part.BYLINE: 3, Part.ASIDE: 20}
# What a place that is in use may fall to before it is dropped, as a share of the above.
_SLACK = 0.85


@dataclass(slots=True)
class Evidence:
    """What a set of pages says of one place: pages that confirm it, that speak against it, and that could have done either.

    `values` has keys of the different authors that a byline named.
    """

    confirmed: int = 0
    against: int = 0
    pages: int = 0
    values: set[int] = field(default_factory=set)


def chosen(found: Mapping[Key, Evidence], used: Collection[Key] = (), enough: int = ENOUGH) -> list[Key]:
    """Return the places to read pages by: those in `used` that are sure enough still, then the surest of the others.

    A date and a byline have few good places, and one is enough: others are added only while there is none.
    """
    places: list[Key] = []
    for part, most in _MOST.items():
        still = [key for key in used if key[0] is part and key in found and _is_sure(part, found[key], _SLACK, enough)]
        sure = [key for key, one in found.items() if key[0] is part and key not in still and _is_sure(part, one, 1.0, enough)]
        if still and part in (Part.DATE, Part.BYLINE):
            sure = []
        # of equally sure places the longest, which is the most exact
        sure.sort(key=lambda key: (found[key].against - found[key].confirmed, -len(key[1]), key[1]))
        places += [*still, *sure][:most]
    return places


def _is_sure(part: Part, found: Evidence, slack: float, enough: int) -> bool:
    if found.confirmed < enough:
        return False
    if part is Part.DATE:
        return slack * found.against <= OTHER_DATE * found.confirmed
    share = {Part.CONTAINER: CONTAINER, Part.BYLINE: BYLINE, Part.ASIDE: ASIDE}[part]
    return found.confirmed >= slack * share * found.pages and (part is not Part.BYLINE or len(found.values) >= AUTHORS)
