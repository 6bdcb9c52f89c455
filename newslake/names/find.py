"""Find the names in an article."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import cache
from importlib.resources import files

from newslake.names.model import Kind, Name

RULES = 1  # version of the rules: with a higher one, newslake maintain searches all articles again
_WORD = r"[^\W\d_a-zа-яё][\w'’&-]*"
_RUN = rf"{_WORD}(?: {_WORD}){{0,3}}"


def names(title: str, text: str, language: str | None = None) -> list[Name]:
    """Return whom and what an article names, most mentioned first.

    Args:
        text: paragraphs, one per line.
        language: ISO 639 code; None if it is unknown.
    """
    found: dict[tuple[Kind, str], list[int]] = defaultdict(list)
    shift = len(title) + 1
    for kind, pattern in _patterns():
        for match in pattern.finditer(f"{title}\n{text}"):
            found[kind, match["name"]].append(match.start("name") - shift)
    listed = [
        Name(kind, name, places[0] < 0, len(places), next((place + 1 for place in places if place >= 0), None))
        for (kind, name), places in found.items()
    ]
    return sorted(listed, key=lambda one: (-one.times, one.kind, one.name))


@cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    words = tomllib.loads(files("newslake.names").joinpath("words.toml").read_text("utf-8"))
    titles, forms, marks = ("|".join(words[group]) for group in ("titles", "company_forms", "vessel_marks"))
    return (
        (Kind.PERSON, re.compile(rf"\b(?:{titles}) (?P<name>{_RUN})")),
        (Kind.ORGANISATION, re.compile(rf"(?P<name>{_RUN},? (?:{forms})(?!\w))")),
        (Kind.VESSEL, re.compile(rf"\b(?:{marks}) [“«\"]?(?P<name>{_RUN})")),
    )
