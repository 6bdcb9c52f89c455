"""Define what is looked up in the search index: trees of terms, made from queries by `flows.search.plan`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
