"""Tell whether a run of words with capitals is the name of a person, by what speaks for it and against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from newslake.names.runs import Run
from newslake.names.words import known_places, listed

ENOUGH = 3
LONGEST = 5  # words
_AGE = re.compile(r"^,? ?(?:,|\()\s?\d{1,3}(?:,|\)|\s)")
_APPOSITION = re.compile(
    r"^, (?:a|an|the|who|whose|chief|head|director|der|die|un|une|el|la|le|vice|professor|president|senior|executive|deputy)\b"
)
_SURNAME = re.compile(
    r"(?:enko|chuk|ov|ev|ova|eva|sky|ski|skaya|skii|skiy|vich|shvili|dze|yan|ian|sson|sen|ström|berg|stein|mann|meier|meyer|ez|es|oğlu|ević|ić|ович)$"
)
_TWO_SYLLABLES = re.compile(r"^[A-Z][a-z]+-[a-zA-Z][a-z]+$")
_BYLINE = re.compile(r"^(?:\s*\W?\s*[Bb]y|Von|Por|Par|Text:|Foto:)\s$")
_ARTICLE = re.compile(r"\b(?:the|a|an|der|die|das|den|dem|des|ein|eine|einen|einem|einer|la|le|les|el|los|un|une|una)\s$", re.I)


@dataclass(frozen=True, slots=True)
class Person:
    """The name of a person, in words, without titles."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A run without titles, and whether one stood before it."""

    run: Run
    words: tuple[str, ...]
    has_title: bool


def trimmed(run: Run) -> Trimmed:
    """Return a run without the titles that it begins with."""
    titles = listed("capitals", "titles")
    words = run.words
    has_title = False
    last = -1
    for place, word in enumerate(words[:-1]):
        if word.lower().rstrip(".") in titles:
            last = place
    if last >= 0 and (last == 0 or words[0].lower().rstrip(".") in titles or last <= 3):
        words, has_title = words[last + 1 :], True
    if not has_title:
        has_title = _title_before().search(run.before) is not None
    return Trimmed(run, words, has_title)


@cache
def _title_before() -> re.Pattern[str]:
    titles = "|".join(sorted(listed("capitals", "titles"), key=len, reverse=True))
    roles = "|".join(sorted(listed("capitals", "roles"), key=len, reverse=True))
    return re.compile(rf"\b(?:(?i:{roles})|(?:{titles})|(?:{titles.title()})\.?),? $")


@cache
def _role_behind() -> re.Pattern[str]:
    roles = "|".join([*listed("capitals", "roles"), "officer", "head", "member", "resident", "adviser", "advisor"])
    return re.compile(rf"^, (?:[\w’'-]+ ){{0,5}}(?:{roles})\b")


def is_person(one: Trimmed, lower: AbstractSet[str], singles: Counter[str], language: str) -> Person | None:
    """Return the person that a run names; None if too little speaks for it."""
    words = one.words
    particles = listed("capitals", "particles")
    while words and words[-1] in particles:
        words = words[:-1]
    if (
        not words
        or len(words) > LONGEST
        or any(not re.match(r"[^\W\d_]", word) or word in {"of", "for", "the", "&"} for word in words)
    ):
        return None
    capital = [word for word in words if word[0].isupper()]
    if any(len(word) > 3 and word.isupper() for word in capital) and not (
        all(word.isupper() for word in capital) and len(capital) > 1
    ):
        return None
    if len(words) == 1:
        return _by_one_name(one, words[0], lower)
    if _score(one, words, lower, singles, language) >= ENOUGH:
        return Person(words if not " ".join(words).isupper() else tuple(_spelled(word) for word in words))
    return None


def _spelled(word: str) -> str:
    return word.title()


def _by_one_name(one: Trimmed, word: str, lower: AbstractSet[str]) -> Person | None:
    if word in listed("capitals", "known"):
        return Person((word,))
    if "." in word:
        return None
    if word.lower() in lower or word.isupper() or not one.has_title or len(word) < 3 or one.run.opens:
        return None
    address = re.search(r"\b(?:Mr|Mrs|Ms|Dr|Herr|Frau|Sir|M|Mme|Prof)\.? $", one.run.line[: one.run.end - len(word)])
    titled = address or one.run.words[0] != word
    return Person((word,)) if titled and word.lower() not in listed("capitals", "peoples") else None


def _score(one: Trimmed, words: tuple[str, ...], lower: AbstractSet[str], singles: Counter[str], language: str) -> int:
    run = one.run
    capital = [word for word in words if word[0].isupper()]
    given = listed("capitals", "given")
    score = 3 if one.has_title else 0
    first = words[0].split("-")[0]
    if (words[0] in given or first in given) and len(words) <= 4:
        score += 3
    if words[0] in listed("capitals", "family_first") and (
        (len(words) == 2 and _TWO_SYLLABLES.match(words[1])) or (len(words) == 3 and all(len(word) < 8 for word in words))
    ):
        score += 4
    if any(re.fullmatch(r"[^\W\d_]\.", word) for word in words[1:-1] or words[:1]):
        score += 2
    if _AGE.match(run.after) or _BYLINE.match(run.line[: run.start]):
        score += 2
    if _APPOSITION.match(run.after):
        score += 4 if _role_behind().match(run.after) else 1
    said = re.match(r"^,? (?P<verb>[^\W\d_]+)", run.after)
    if said and said["verb"] in listed("capitals", "says"):
        score += 2 if said["verb"] not in {"has", "was", "is", "had"} else 1
    told = re.search(r"(?P<verb>[^\W\d_]+) $", run.before)
    if told and told["verb"] in {"said", "says", "sagte", "dijo", "declared", "déclare"}:
        score += 2
    if singles[words[-1]] and language != "de":
        score += 2
    if _SURNAME.search(words[-1]):
        score += 1
    return score - _against(one, capital, lower, given)


def _against(one: Trimmed, capital: list[str], lower: AbstractSet[str], given: AbstractSet[str]) -> int:
    against = 2 * sum(word.lower() in lower and word not in given for word in capital)
    if _ARTICLE.search(one.run.before) and not one.has_title:
        against += 3
    if capital[0] not in given and known_places() & {capital[0], capital[-1]} and not one.has_title:
        against += 3
    if one.run.opens and capital[0] not in given and not one.has_title:
        against += 1
    if any(
        word.lower() in listed("capitals", "peoples") or word.lower() in listed("capitals", "organisation_ends")
        for word in capital
    ):
        against += 3
    if any(
        any(sign.isdigit() for sign in word)
        or (
            len(word) > 1
            and word[1:] != word[1:].lower()
            and "-" not in word
            and not word.startswith(("Mc", "Mac", "De", "O'", "O’", "La", "Di"))
            and not word.isupper()
        )
        for word in capital
    ):
        against += 2
    return against
