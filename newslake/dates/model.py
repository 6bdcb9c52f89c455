"""Define what a date reader returns, and what it may know of the source before it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

__all__ = ["UNKNOWN", "First", "Precision", "Read", "Ways", "first_in", "ways_of"]

First = Literal["day", "month", "year"]
Precision = Literal["day", "minute", "second"]


@dataclass(frozen=True, slots=True)
class Read:
    """A date as it was written.

    Attributes:
        when: naive where no zone is named, else with a fixed offset; midnight if only the day is written.
        start: offset of its first character in the text, whose blanks count as one where several stand together.
        end: offset behind its last character.
        other: the same with day and month in the other order, if only a habit says which comes first.
    """

    when: datetime
    precision: Precision
    start: int = 0
    end: int = 0
    other: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How the source writes: evidence for what several countries or languages write in different ways.

    Attributes:
        first: what comes first in a numeric date; None if nothing says it: then `3/4/2026` is not read.
        language: ISO 639 code, for names that mean different months in two languages and for years of other calendars.
        zone: the source's time zone, for abbreviations of several zones.
        american: whether an abbreviation of several zones means the one of news pages in English, if `zone` does not decide.
    """

    first: First | None = None
    language: str | None = None
    zone: tzinfo | None = None
    american: bool = False


UNKNOWN = Ways()
_YEAR_FIRST = frozenset({"eu", "hu", "ja", "ko", "lt", "mn", "ne", "zh"})


def first_in(language: str | None) -> First | None:
    """Return what comes first in a numeric date of a language such as "en-US"; None where countries differ, as in English."""
    code, dash, region = _parts_of(language)
    if code == "en":
        return "month" if region.startswith("us") else "day" if dash else None
    if code == "fil":
        return "month"
    return None if not code.isalpha() or len(code) > 3 else "year" if code in _YEAR_FIRST else "day"


def ways_of(language: str | None) -> Ways:
    """Return how a source writes dates of which nothing but the language is known, such as "en-US"."""
    return Ways(first_in(language), _parts_of(language)[0] or None)


def _parts_of(language: str | None) -> tuple[str, str, str]:
    """Return the code of a language, a dash if something follows it, and what follows it, all in small letters."""
    return (language or "").strip().lower().replace("_", "-").partition("-")
