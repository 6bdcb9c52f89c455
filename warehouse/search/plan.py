"""Define what is looked up in the search index: trees of terms, made from queries by `flows.search.plan`, and restrictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Field(StrEnum):
    """Where a word must stand."""

    BOTH = "both"  # in the title or the text
    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of the index: one, or all from `low` up to, but without, `high`, of which a regular expression may choose some.

    Attributes:
        high: None if only `low` is meant.
        pattern: in RE2's syntax; a term belongs to these if the whole of it matches.
    """

    low: str
    high: str | None = None
    pattern: str | None = None


Part = tuple[Terms, ...]  # of a word: an article has it if it has one of these


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase: an article that has it has all of these parts.

    Attributes:
        exact: an article that has all parts has the word. Otherwise only its text can tell, as for a phrase.
    """

    parts: tuple[Part, ...]
    field: Field = Field.BOTH
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag, folded: of the outlet, or in a note."""

    folded: str


@dataclass(frozen=True, slots=True)
class FromSource:
    """What the source of an article must be: `field` is "source" or "sourcetag", `pattern` as in `newslake.words.named`."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class AllOf:
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    plan: Plan


Plan = Word | Tagged | FromSource | AllOf | AnyOf | Absent


def parts_of(plan: Plan) -> set[Part]:
    """Return the distinct parts of all words of a plan."""
    match plan:
        case Word(parts):
            return set(parts)
        case Tagged() | FromSource():
            return set()
        case Absent(inner):
            return parts_of(inner)
        case AllOf(plans) | AnyOf(plans):
            return set().union(*map(parts_of, plans))


def conditions_of(plan: Plan) -> set[Tagged | FromSource]:
    """Return whatever a plan asks that is no word, each once."""
    match plan:
        case Tagged() | FromSource():
            return {plan}
        case Word():
            return set()
        case Absent(inner):
            return conditions_of(inner)
        case AllOf(plans) | AnyOf(plans):
            return set().union(*map(conditions_of, plans))


@dataclass(frozen=True, slots=True)
class Only:
    """What a search is restricted to; None and empty: no restriction.

    Attributes:
        topics: an article has at least one of them, currently.
        since, until: times of publication, or of the first fetch if that is unknown; `until` itself is excluded.
        tags: an article has at least one of them, by its outlet or by a note; as the corpus writes them (see known_tags).
        names: an article names one of them, in full or as short as it does, in any case; or has it as an entry of a list.
        entities: an article names one of these entries of lists, in whichever way it writes them; as the lists write them.
        events: an article reports one of these events.
    """

    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    names: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    events: tuple[UUID, ...] = ()

    @property
    def nothing(self) -> bool:
        return self == EVERYTHING


EVERYTHING = Only()
