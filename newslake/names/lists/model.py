"""Define a list of names, how strictly it is compared with texts, and what is found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a name on a list is of. ANY: the list does not say; the name alone shows what rules it follows."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    ANY = "any"


class Match(StrEnum):
    """How much the way in which a name is written may differ from the list. Each has what those before it have."""

    EXACT = "exact"  # as written, in any case, with or without accents and the form of a company
    SPELLING = "spelling"  # also word order, initials, missing patronymics, endings, one wrong letter
    SOUND = "sound"  # also other scripts and other systems of transliteration


LEVELS = tuple(Match)


@dataclass(frozen=True, slots=True)
class Entry:
    """A name on a list, with its other names."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.ANY


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a text has a name.

    Attributes:
        entry: number of the entry of the list.
        start, end: offsets in the text.
        written: the part of the text.
        score: 1 as written, less the more it differs.
        reason: in what the text differs from the list.
    """

    entry: int
    start: int
    end: int
    written: str
    match: Match
    score: float
    reason: str
