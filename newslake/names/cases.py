"""Tell words of Russian and Ukrainian apart from their case endings, and put names back into the nominative."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from newslake.names.words import gazetteer, listed

_ENDINGS = (
    "иями", "ями", "ами", "иях", "ого", "ему", "ому", "ыми", "ими", "ией", "ах", "ях", "ам", "ям", "ой", "ей", "ою", "ею", "ом",
    "ем", "ём", "ов", "ев", "ий", "ый", "ия", "ие", "ию", "ии", "ая", "яя", "ое", "ее", "ую", "юю", "ых", "их", "ым", "им",
    "а", "я", "у", "ю", "е", "и", "ы", "о", "ь", "й", "",
)  # fmt: skip
_VOWEL_END = re.compile(r"(?:[аяоеуюыиьй]|ия|ий|ый|ая|ое|ее)$")
# How the cases of places end, by the end of the nominative; others have no cases.
_OF_PLACES = (
    ("ия", {"ия", "ии", "ию", "ией"}), ("ая", {"ая", "ой", "ую"}), ("я", {"я", "и", "е", "ю", "ей"}),
    ("а", {"а", "ы", "и", "е", "у", "ой", "ей"}), ("ь", {"ь", "и", "ью", "я", "ю", "ем", "е"}),
    ("ий", {"ий", "ия", "ию", "ием", "ии", "ого", "ом", "ому", "им"}), ("ый", {"ый", "ого", "ом", "ому", "ым"}),
    ("й", {"й", "я", "ю", "ем", "е"}), ("ово", {"о", "а", "у", "ом", "е"}), ("ево", {"о", "а", "у", "ом", "е"}),
    ("ино", {"о", "а", "у", "ом", "е"}), ("ье", {"е", "я", "ю", "ем"}), ("ы", {"ы", "", "ам", "ах", "ами"}),
)  # fmt: skip
_MALE_ENDINGS = {"", "а", "у", "ом", "ем", "е"}
_STRESSED = {"городск", "морск", "областн", "окружн", "краев", "донск"}
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_MALE = re.compile(r"^(?P<stem>.+(?:ов|ев|ёв|ин|ын))(?:а|у|ым|е)$")
_MALE_ADJECTIVE = re.compile(r"^(?P<stem>.+(?:ск|цк|н))(?:ого|ому|им|ым|ом)$")
_FEMALE = re.compile(r"^(?P<stem>.+(?:ов|ев|ёв|ин|ын))(?:ой|у)$")
_FEMALE_ADJECTIVE = re.compile(r"^(?P<stem>.+(?:ск|цк))(?:ой|ую)$")
_HARD = re.compile(r"^(?P<stem>.+[бвгджзклмнпрстфхцчшщ])(?:а|у|ом|ем|е)$")


def stem(word: str) -> str:
    """Return a word without the vowel that it ends with: what its cases have in common."""
    return _VOWEL_END.sub("", word) if len(word) > 3 and not word.isupper() else word


@lru_cache(20_000)
def stems_of(word: str) -> tuple[str, ...]:
    """Return all beginnings that a word may be a case of, the longest first."""
    found = {word[: len(word) - len(ending)] for ending in _ENDINGS if word.endswith(ending)}
    return tuple(sorted((one for one in found if len(one) > 1), key=len, reverse=True))


@cache
def known_places() -> dict[str, str]:
    """Return places by what their cases have in common: each word without its ending."""
    preferred = gazetteer("russian") | listed("russian", "places")
    known = {" ".join(map(stem, name.split())): name for name in sorted(preferred)}
    for name in sorted(gazetteer("cyrillic") - preferred):
        if not any(one in known for one in stems_of(name)):  # else another case, or another spelling
            known.setdefault(" ".join(map(stem, name.split())), name)
    return known


def place_of(words: tuple[str, ...]) -> str | None:
    """Return the place that words name in any case, in the nominative; None if it is unknown."""
    known = known_places()
    if len(words) == 1:
        for one in stems_of(words[0]):
            found = known.get(one)
            ending = words[0][len(one) :]
            if found and (found == words[0] or (len(one) > 2 and _fits(found, ending))):
                return found
        return None
    if len(words) == 2:
        for first in stems_of(words[0]):
            for second in stems_of(words[1]):
                if f"{first} {second}" in known:
                    return known[f"{first} {second}"]
    return known.get(" ".join(words))


def _fits(name: str, ending: str) -> bool:
    """Return whether the name of a place can end so in one of its cases."""
    if name[-1] in _CONSONANTS:
        return ending in _MALE_ENDINGS
    return next((ending in endings for last, endings in _OF_PLACES if name.endswith(last)), False)


def is_given(word: str) -> bool:
    """Return whether a word is a first name in any case."""
    given = listed("russian", "given")
    return any(one in given for one in stems_of(word))


def person_in_nominative(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name in the nominative, as far as its endings show the case: "Николая Александрова" is "Николай Александров"."""
    first, last = words[0], words[-1]
    if "." in first:
        return words
    if len(words) == 1:
        is_other_case = _MALE_ADJECTIVE.match(first) or (_MALE.match(first) and not first.endswith("а"))
        return (_male_family(first),) if is_other_case else words
    male = None if last.endswith(("ая", "яя")) else _male_given(first)
    middle = words[1:-1]
    if male is not None and first != male:
        return (male, *middle, _male_family(last))
    if re.search(r"(?:ии|ию|ией|ей|ой|ы|е|у|и)$", first) and re.search(r"(?:ой|ую|ову|еву|ину)$", last):
        return (_female_given(first), *middle, _female_family(last))
    return words


def _male_given(word: str) -> str | None:
    """Return the first name of a man that a word is another case of."""
    for ending in ("я", "ю", "ем", "е"):
        if word.endswith(ending) and (name := word.removesuffix(ending) + "й") in listed("russian", "soft"):
            return name
    for ending in ("а", "у", "ом", "е"):
        bare = word.removesuffix(ending)
        if bare != word and bare in listed("russian", "hard"):
            return "Павел" if bare == "Павл" else bare
    return None


def _male_family(word: str) -> str:
    if found := _MALE.match(word):
        return found["stem"]
    if found := _MALE_ADJECTIVE.match(word):
        return found["stem"] + ("ий" if found["stem"].endswith(("ск", "цк")) else "ый")
    if found := _HARD.match(word):
        return found["stem"] + ("о" if found["stem"].endswith("енк") else "")
    return word


def _female_given(word: str) -> str:
    for ending in ("ией", "ии", "ию"):
        if word.endswith(ending):
            return word.removesuffix(ending) + "ия"
    for ending in ("ой", "ы", "е", "у", "и"):
        if word.endswith(ending):
            return word.removesuffix(ending) + "а"
    return word


def _female_family(word: str) -> str:
    if found := _FEMALE_ADJECTIVE.match(word):
        return found["stem"] + "ая"
    if found := _FEMALE.match(word):
        return found["stem"] + "а"
    return word


def adjective(word: str, gender: str) -> str:
    """Return an adjective in the nominative of a gender: m, f or n."""
    base = re.sub(r"(?:ого|его|ому|ему|ыми|ими|ый|ий|ой|ая|яя|ое|ее|ую|юю|ей|ом|ем|ым|им|ых|их|ие|ые)$", "", word)
    if base == word:
        return word
    if gender == "m" and base.lower() in _STRESSED:
        return f"{base}ой"
    soft = base.endswith(("г", "к", "х", "ж", "ш", "щ", "ч"))
    return base + {"m": "ий" if soft else "ый", "f": "ая", "n": "ое"}[gender]
