"""Find the agencies that a byline names beside people whose names alone are marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from flows.clean.byline.names import AUTHORS, LINKED, is_agency, looks_like_names, split_names
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["with_agencies"]

# Characters of a line that is a byline, and words of the name of an agency; elements around a name that may be its line.
_LONGEST, _MOST_WORDS, _MOST_ROOMS = 140, 5, 4
_PICTURE = AUTHORS.compile(rf"(?<!\w){AUTHORS.pattern('pictures')}\s*[:：=©/]")


def with_agencies(elements: Sequence[Any], names: Sequence[str]) -> list[str]:
    """Return names and the agencies beside them, in the order of the page. The lines of these elements tell the agencies.

    "By <a>Jane Doe</a> and Reuters" gives both. A line counts if it names every one of `names` that its element has.
    """
    wanted = {fold(name) for name in names}
    found: list[str] = []
    for element in elements:
        own, line = (
            [name for name in said if fold(name) in wanted or _is_only_agency(name)]
            for said in (split_names(" ".join(element.itertext())), _line(element))
        )
        found += line if set(map(fold, own)) <= set(map(fold, line)) else own
    known = {fold(name) for name in found}
    return list({fold(name): name for name in [*found, *(name for name in names if fold(name) not in known)]}.values())


def _line(element: Any) -> list[str]:
    """Return the names in the line that an element stands in; [] if there is none but its own."""
    own = squeeze(" ".join(element.itertext()))
    for room in islice(element.iterancestors(), _MOST_ROOMS):
        pieces: list[str] = []
        size = 0
        for text in room.itertext():
            size += len(text.strip())
            if size > _LONGEST:
                return []
            pieces.append(text)
        if squeeze(" ".join(pieces)) != own:
            # elements side by side are parted, whether or not a mark or a word stands between them
            said = " | ".join(squeeze(piece) for piece in pieces if piece.strip())
            return [] if _PICTURE.search(said) else [LINKED.sub("", name) for name in split_names(said)]
    return []


def _is_only_agency(name: str) -> bool:
    """Return whether this is the name of an agency, and not a sentence or a role that has one in it."""
    words = name.split()
    return is_agency(name) and len(words) <= _MOST_WORDS and (len(words) == 1 or looks_like_names(name))
