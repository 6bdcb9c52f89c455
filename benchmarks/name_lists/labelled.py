"""Read the labelled set of names: what is on the list, and the sentences that mention a name or a look-alike of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("people.txt", "companies.txt", "ships.txt")


@dataclass(frozen=True, slots=True)
class Listed:
    """A name of the list. Every second one is held out: rules are made without a look at it."""

    number: int
    kind: str
    name: str
    aliases: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        """Return whether no rule was made by this name."""
        return self.number % 2 == 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence made for a name: it mentions it (`right`), or something that only looks like it.

    Attributes:
        means: the names that it mentions. A look-alike of one name may be another one, and a form two.
    """

    of: Listed
    right: bool
    language: str
    form: str
    text: str
    means: frozenset[Listed] = frozenset()


def read() -> tuple[list[Listed], list[Sentence]]:
    """Return the names and the sentences of the labelled set."""
    sentences = tomllib.loads((HERE / "sentences.toml").read_text("utf-8"))
    names: list[Listed] = []
    made: list[Sentence] = []
    for file in FILES:
        for line in (HERE / file).read_text("utf-8").splitlines():
            if line.startswith(("+ ", "- ")):
                made += _sentences(line, names[-1], sentences, len(made))
            elif line and not line.startswith("#"):
                kind, name, *aliases = (cell.strip() for cell in line.split("|"))
                others = tuple(alias.strip() for cell in aliases for alias in cell.split(";"))
                names.append(Listed(len(names), kind, name, others))
    meant: dict[str, set[Listed]] = {}
    for one in made:
        if one.right:
            meant.setdefault(one.form, set()).add(one.of)
    return names, [replace(one, means=frozenset(meant.get(one.form, ()))) for one in made]


def _sentences(line: str, of: Listed, sentences: dict[str, dict[str, list[str]]], before: int) -> Iterator[Sentence]:
    right = line.startswith("+")
    places = sentences["other" if of.kind == "vessel" and not right else of.kind]
    for number, cell in enumerate(line[2:].split(" | ")):
        language, form = cell.strip().split(" ", 1)
        templates = places[language]
        text = templates[(before + number) % len(templates)].replace("{}", form)
        yield Sentence(of, right, language[:2] if language[:2] == "ru" else language, form, text[0].upper() + text[1:])
