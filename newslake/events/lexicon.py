"""Read the words that texts of several languages write for numbers and places, from words.toml. Loaded on first use."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Lexicon", "lexicon"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words.

    Attributes:
        numbers: value of a number that is written as a word. multiples: what million and тыс make of the number before them.
        common: capitalised words that are no names. particles: what may follow a Korean name in the same word.
    """

    numbers: dict[str, float]
    multiples: dict[str, float]
    common: frozenset[str]
    particles: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """Return the words of all languages."""
    read = tomllib.loads(files("newslake.events").joinpath("words.toml").read_text("utf-8"))
    numbers = {
        word: float(value) for table in read["numbers"].values() for value, words in table.items() for word in words.split()
    }
    multiples = {word: float(value) for value, words in read["multiples"].items() for word in words.split()}
    common = frozenset(word for words in read["common"].values() for word in words.split())
    return Lexicon(numbers, multiples, common, tuple(read["particles"]["ko"].split()))
