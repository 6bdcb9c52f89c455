"""Find names in Korean: surnames and given names by their syllables, titles, and particles behind them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from newslake.names.dense import known_places, ships, short_organisations
from newslake.names.model import Found, Kind
from newslake.names.words import listed, lists

_PARTICLES = (
    "은|는|이|가|을|를|의|에|에서|에게|에는|에서는|에도|으로|로|와|과|도|만|까지|부터|보다|처럼|이나|나|이라는|라는|이라고|라고|이며|며|이고|고|"
    "에서도|으로는|로는|으로서|로서|께서|께서는|한테|이란|란|들|측|측은|측이|으로부터|로부터|만의|와의|과의|에게는|에게서|에선|엔|이라|이다|인|였다"
)
_TOKEN = re.compile(r"[가-힣]+")
_PARTICLE = re.compile(rf"(?:{_PARTICLES})?$")
_DIRECT = r"(?![가-힣])"
_NEXT = re.compile(r"[ ]([가-힣A-Za-z]+)")
_IN_BRACKETS = re.compile(r"\((?P<name>[가-힣]{3})\)")
_LIST = re.compile(r"^[·,] ?(?P<name>[가-힣]{2,4})")
FEWEST_PARTICLES = 2  # different ones behind a word that no title follows, for it to be a name


def found_in_korean(title: str, text: str) -> list[Found]:
    """Return the names that a text shows."""
    whole = f"{title}\n{text}"
    found = {(Kind.PERSON, name): Found(Kind.PERSON, name) for name in _persons(whole)}
    for one in (*ships(whole, "korean"), *short_organisations(whole)):
        found.setdefault((one.kind, one.name), one)
    for kind, name in _listed_names(whole):
        if (Kind.PERSON, name) not in found:
            found.setdefault((kind, name), Found(kind, name))
    return list(found.values())


@cache
def _shape() -> re.Pattern[str]:
    """Return a pattern of a name of three syllables, or four with a surname of two."""
    surnames = "".join(listed("korean", "surnames"))
    given = "".join(lists("korean")["given"])
    return re.compile(rf"^(?:[{surnames}]|{'|'.join(listed('korean', 'doubled'))})[{given}]{{2}}$")


def _is_shaped(word: str) -> bool:
    return _shape().match(word) is not None and word not in listed("korean", "no_names") and word not in known_places("korean")


@cache
def _titles() -> tuple[frozenset[str], re.Pattern[str]]:
    titles = listed("korean", "titles")
    longest = "|".join(sorted(titles, key=len, reverse=True))
    return titles, re.compile(rf"^(?:{longest})(?:{_PARTICLES})?$")


def _persons(whole: str) -> set[str]:
    persons: set[str] = set()
    particles: dict[str, set[str]] = defaultdict(set)
    surnames = listed("korean", "surnames")
    for match in _TOKEN.finditer(whole):
        word = match.group()
        if word[0] not in surnames or len(word) > 9 or len(word) < 3:
            continue
        head = word[:3]
        rest = word[3:]
        if not _is_shaped(head):
            head, rest = word[:4], word[4:]
            if not (word[:2] in listed("korean", "doubled") and _is_shaped(head)) and not _has_address(word):
                continue
        if _has_address(word):
            persons.add(_without_address(word))
        elif (not rest and _title_follows(whole, match.end())) or (
            not rest and _role_before(whole, match.start()) and _is_shaped(head)
        ):
            persons.add(head)
        elif rest == "" or _PARTICLE.fullmatch(rest):
            particles[head].add(rest)
    for match in _IN_BRACKETS.finditer(whole):
        if _is_shaped(match["name"]):
            persons.add(match["name"])
    persons |= {
        name
        for name, behind in particles.items()
        if len(behind - {""}) >= FEWEST_PARTICLES and behind & {"은", "는", "이", "가", "의"}
    }
    for name in [*persons]:  # "이정호·박규환 의원": those beside one whose title follows
        for match in re.finditer(rf"(?P<beside>[가-힣]{{3}})[·,] ?{re.escape(name)}", whole):
            if _is_shaped(match["beside"]):
                persons.add(match["beside"])
    return persons


def _has_address(word: str) -> bool:
    bare = re.sub(rf"(?:{_PARTICLES})$", "", word)
    return bare.endswith("씨") and 3 <= len(bare) - 1 <= 4 and bare[0] in listed("korean", "surnames")


def _without_address(word: str) -> str:
    return re.sub(rf"씨(?:{_PARTICLES})?$", "", word)


def _title_follows(whole: str, end: int) -> bool:
    """Return whether a title follows, behind at most three words that may stand before one."""
    titles, with_particle = _titles()
    at = end
    if whole[at : at + 1] == "(":  # "이정호(52) 대표"
        at = whole.find(")", at, at + 12) + 1 or at
    for _ in range(4):
        following = _NEXT.match(whole, at)
        if following is None:
            beside = _LIST.match(whole[at:])
            if beside and _is_shaped(beside["name"]):
                at += beside.end()
                continue
            return False
        word = following[1]
        if with_particle.match(word):
            return True
        if word not in listed("korean", "between"):
            return word.endswith(tuple(title for title in titles if len(title) > 1)) and len(word) < 8
        at = following.end()
    return False


def _role_before(whole: str, start: int) -> bool:
    before = whole[max(0, start - 6) : start]
    return before.endswith(tuple(f"{word} " for word in listed("korean", "before")))


def _listed_names(whole: str) -> set[tuple[Kind, str]]:
    """Return places and organisations that are known, and organisations by their endings."""
    found: set[tuple[Kind, str]] = set()
    organisations, places = listed("korean", "organisations"), known_places("korean")
    ends = tuple(listed("korean", "organisation_ends"))
    for word in {match.group() for match in _TOKEN.finditer(whole)}:
        for size in range(min(len(word), 12), 1, -1):
            head, rest = word[:size], word[size:]
            if not _PARTICLE.fullmatch(rest):
                continue
            if head in organisations:
                found.add((Kind.ORGANISATION, head))
                break
            if head in places and (len(head) > 2 or rest or word in places):
                found.add((Kind.PLACE, head))
                break
            if head.endswith(ends) and len(head) > 3 and head not in listed("korean", "no_organisations"):
                found.add((Kind.ORGANISATION, head))
                break
    for name in organisations:
        if " " in name and name in whole:
            found.add((Kind.ORGANISATION, name))
    return found
