"""Define what is found: a name of some kind, once for an article."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a name is of."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    VESSEL = "vessel"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in an article, once however often it stands there.

    Attributes:
        name: as the article writes it most fully, without titles.
        in_title: whether the title has it in any form.
        times: how often title and text have it, in any form.
        position: offset of its first appearance in the text, from 1, as `substr` of SQL counts; None if only the title has it.
        forms: the other ways in which the article writes it, sorted.
    """

    kind: Kind
    name: str
    in_title: bool
    times: int
    position: int | None
    forms: tuple[str, ...] = ()


@dataclass(slots=True)
class Found:
    """A name as one pass over a text finds it: how it is to be called, and all strings that stand for it."""

    kind: Kind
    name: str
    forms: set[str] = field(default_factory=set)
