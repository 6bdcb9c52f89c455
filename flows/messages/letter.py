"""Define a message as a value, which is written for each service in the form that it shows best."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

# Whoever gets a message may never have heard of newslake.
WHO = (
    "From newslake, which watches news sites for topics. Commands are for those who run it."
    " A message that comes twice has the same id."
)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that a message tells: a headline with its address, lines about it, and the command that shows more of it."""

    text: str
    url: str = ""
    lines: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a message. `more` is said of items that are not in it."""

    heading: str
    text: str = ""
    items: tuple[Item, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message. `foot` are lines at its end: commands, and the id of the message."""

    title: str
    summary: str
    sections: tuple[Section, ...] = ()
    foot: tuple[str, ...] = ()


def plain_letter(title: str, body: str) -> Letter:
    """Return a message of paragraphs that are separated by empty lines. The lines of the last one are its foot."""
    first, *others = body.split("\n\n")
    foot = tuple(others.pop().splitlines()) if others else ()
    return Letter(title, first, tuple(Section("", text) for text in others), foot)


def digest(letters: Sequence[Letter], ids: Sequence[str], names: Sequence[str]) -> Letter:
    """Return one message for several that wait for the same address; of one, that one. Each keeps its id."""
    if len(letters) == 1:
        return replace(letters[0], foot=(*letters[0].foot, WHO, id_line(ids[0])))
    shown = ", ".join(dict.fromkeys(names))
    sections = list[Section]()
    for letter, key in zip(letters, ids, strict=True):
        sections.append(Section(letter.title, letter.summary))
        sections += letter.sections
        sections.append(Section("", " · ".join((*letter.foot, id_line(key)))))
    return Letter(f"{len(letters)} alerts ({shown})", f"{len(letters)} alerts, the oldest first. {WHO}", tuple(sections))


def id_line(key: str) -> str:
    """Return how a message says its id. One that comes twice, because newslake was killed while it sent it, says the same."""
    return f"Message {key}"


def as_json(letter: Letter) -> str:
    return json.dumps(asdict(letter), ensure_ascii=False)


def from_json(text: str) -> Letter:
    read: dict[str, Any] = json.loads(text)
    sections = (
        Section(
            each["heading"],
            each["text"],
            tuple(Item(one["text"], one["url"], tuple(one["lines"]), one["code"]) for one in each["items"]),
            each["more"],
        )
        for each in read["sections"]
    )
    return Letter(read["title"], read["summary"], tuple(sections), tuple(read["foot"]))
