"""Load the words around and inside names (words.toml). Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from newslake.words.folding import fold

__all__ = ["Lexicon", "lexicon", "stems"]

_ENDING = re.compile(
    "(?<=..)(?:ыми|ими|ами|ями|ого|его|ому|ему|ою|ею|ой|ей|ом|ем|ым|им|ам|ям|ах|ях|ых|их|ую|юю|ая|яя|ое|ее|ые|ие|ый|ий|ій"
    "|ии|ию|ия|ия|ья|ьи|ью|ье|а|я|у|ю|о|е|ы|и|і|й|ь)$"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of words.toml, folded; see there. `same` and `given` tell which words may stand for one another."""

    legal: frozenset[str]
    attached: tuple[str, ...]
    spare: frozenset[str]
    before_company: frozenset[str]
    offices: frozenset[str]
    organs: frozenset[str]
    states: frozenset[str]
    days: frozenset[str]
    small: frozenset[str]
    same: dict[str, tuple[str, ...]]
    given: dict[str, int]
    forms_of_given: tuple[tuple[str, ...], ...]
    ship_marks: frozenset[str]
    ship_words: tuple[str, ...]
    ship_ends: tuple[str, ...]
    places: frozenset[str]
    place_ends: tuple[str, ...]
    relatives: frozenset[str]
    titles: frozenset[str]
    honorifics: tuple[str, ...]
    particles: frozenset[str]


def stems(word: str) -> frozenset[str]:
    """Return what a folded word may be without the ending of a Russian or Ukrainian case: Петра and Пётр share петр."""
    found = {word}
    if "а" <= word[:1] <= "ґ":
        bare = _ENDING.sub("", word)
        found |= {bare}
        for whole in (word, bare):
            if len(whole) > 3 and whole[-2] in "еоі":  # a vowel that the cases drop: Павел, Павла
                found.add(whole[:-2] + whole[-1])
    return frozenset(found)


@cache
def lexicon() -> Lexicon:
    """Return the words, read once."""
    raw = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))

    def words(name: str) -> frozenset[str]:
        given = raw[name]
        return frozenset(fold(word) for word in (given.split() if isinstance(given, str) else given))

    same: dict[str, tuple[str, ...]] = {}
    for line in raw["same"]:
        group = tuple(fold(word) for word in line.split("|"))
        for word in group:
            same[word] = tuple(dict.fromkeys((*same.get(word, ()), *group)))
    rows = tuple(tuple(line.split()) for line in raw["given"].strip().splitlines())
    given = {stem: number for number, row in enumerate(rows) for word in row for stem in stems(fold(word))}
    return Lexicon(
        legal=words("legal"),
        attached=tuple(sorted(raw["attached"], key=len, reverse=True)),
        spare=words("spare"),
        before_company=words("before_company"),
        offices=words("offices"),
        organs=words("organs"),
        states=words("states"),
        days=words("days"),
        small=words("small"),
        same=same,
        given=given,
        forms_of_given=rows,
        ship_marks=words("ship_marks"),
        ship_words=tuple(raw["ship_words"]),
        ship_ends=tuple(raw["ship_ends"]),
        places=words("places"),
        place_ends=tuple(raw["place_ends"]),
        relatives=words("relatives"),
        titles=words("titles"),
        honorifics=tuple(raw["honorifics"]),
        particles=frozenset(raw["particles"].split()),
    )
