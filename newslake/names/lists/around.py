"""Judge what stands around a name in a text: a longer name, a street, a son of the same name, a ship of another number. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from newslake.names.lists.forms import PATRONYMIC, WORD, Form
from newslake.names.lists.lexicon import lexicon, stems
from newslake.names.lists.model import Kind
from newslake.names.words import gazetteer, listed
from newslake.words.folding import fold

__all__ = ["Token", "ends_of_hangul", "fits", "is_capital"]

_NEAR = 12  # tokens around the name of a ship that may say that it is one
_IMO = re.compile(r"\bIMO\W{0,3}(?:No\W{0,2}|number\W{0,2})?(\d{7})\b", re.IGNORECASE)
_OPENING, _CLOSING = "«\"“„‘'《「『", "»\"”“’'》」』"
_JOINED = re.compile(r"[ \u00a0]")
_ROMAN = re.compile("[IVX]{1,4}")
_ADJECTIVE = re.compile("(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ую|юю|ых|их)$")
_LEAST = 4  # letters of a word such as "based" or "owned" that makes an adjective of what is before its hyphen


class Token(NamedTuple):
    """A word, number or run of a text. `kind` is the name of its group in `forms.WORD`."""

    kind: str
    raw: str
    start: int
    end: int


def is_capital(raw: str) -> bool:
    """Return whether a word begins with a capital, or is of a script that has none."""
    return not raw[:1].islower() or raw[1:2].isupper() or any(part[:1].isupper() for part in raw.split("-")[1:])


@lru_cache(maxsize=50_000)
def ends_of_hangul(rest: str, following: str) -> frozenset[Kind]:
    """Return of what kinds a name may be behind which this is left of a Korean word: particles, a title, the mark of a ship.

    Args:
        following: the letters that follow the name, in its word or the next one.
    """
    words = lexicon()
    kinds = set()
    if following.startswith("호") and (following[1:] in words.particles or len(following) == 1):
        kinds.add(Kind.VESSEL)
    if _only_particles(re.sub("^(?:회사|그룹|기업|공사|社)", "", rest)):
        kinds.add(Kind.ORGANISATION)
    title = next((each for each in words.honorifics if rest.startswith(each)), "")
    if _only_particles(rest[len(title) :]):
        kinds |= {Kind.PERSON, Kind.ANY}
    return frozenset(kinds)


def _only_particles(rest: str) -> bool:
    return not rest or rest in lexicon().particles


def fits(form: Form, text: str, tokens: Sequence[Token], first: int, last: int, end: int) -> bool:
    """Return whether a form of a name, found from one token to another, is the whole of what the text names there.

    Args:
        end: where the name ends, which may be inside the last token.
    """
    before = tokens[first - 1] if first and tokens[first].start - tokens[first - 1].end <= 2 else None
    after = tokens[last + 1] if last + 1 < len(tokens) and tokens[last + 1].start - tokens[last].end <= 2 else None
    start = tokens[first].start
    between = text[before.end : start] if before else ""
    beyond = text[tokens[last].end : after.start] if after else ""
    quoted = text[start - 1 : start] in _OPENING and text[end : end + 1] in _CLOSING and start > 0 and end < len(text)
    if tokens[first].kind == "word" and after and beyond and _JOINED.fullmatch(beyond) and after.kind in ("word", "number"):
        follows = fold(after.raw)
        if form.kind is not Kind.ORGANISATION and is_capital(after.raw) and after.kind == "word" and follows in lexicon().places:
            return False
        if follows in lexicon().relatives and follows not in map(fold, form.words):
            return False
        if form.kind is Kind.ORGANISATION and not _ends_company(form, after, follows):
            return False
        if form.kind is Kind.VESSEL and not quoted and not _ends_ship(after, follows):
            return False
        if form.kind is Kind.PERSON and after.kind == "word" and len(form.words) > 1 and _goes_on(after, form):
            return False
    if tokens[first].kind == "word" and before and _JOINED.fullmatch(between) and before.kind == "word":
        precedes = fold(before.raw)
        if form.kind is Kind.PERSON and _cyrillic(before.raw) and precedes in lexicon().places:  # улица Петра Иванова
            return False
        if form.kind in (Kind.ORGANISATION, Kind.VESSEL) and not quoted and _belongs(form, text, before, precedes):
            return False
    if form.kind is Kind.VESSEL and form.imo != form.words[0]:
        return _is_ship(form, text, tokens, first, last, end, quoted)
    if form.kind is Kind.PERSON and tokens[last].kind == "han" and end <= tokens[last].end:
        rest = text[end : end + 4]
        return not any(0 < rest.find(title) <= 1 and not rest[0].isspace() for title in ("氏", "さん", "様", "容疑者"))
    return True


def _cyrillic(raw: str) -> bool:
    return "а" <= raw[:1].casefold() <= "ґ"


def _ends_company(form: Form, after: Token, follows: str) -> bool:
    """Return whether the name of a company ends before a word: VTB Capital is not VTB, but VTB President Kostin is of VTB."""
    if after.kind == "number":
        return False
    words = lexicon()
    return (
        follows in words.legal | words.offices | words.days | words.small
        or not after.raw[:1].isupper()
        or after.raw in ("Co", "Corp", "Inc", "Ltd", "General", "Gen", "Holding")
        or (_abbreviation(form) and follows in words.organs)
        or (_cyrillic(after.raw) and (follows in words.given or _whose(after.raw)))
    )


def _ends_ship(after: Token, follows: str) -> bool:
    words = lexicon()
    return after.kind != "number" and (not after.raw[:1].isupper() or follows in words.offices | words.days | words.small)


def _abbreviation(form: Form) -> bool:
    return len(form.words) == 1 and len(form.words[0]) > 1 and form.words[0].isupper()


@lru_cache(maxsize=20_000)
def _whose(raw: str) -> bool:
    """Return whether a Russian word says of what state or body the organisation before it is: (Центробанк) России, (МИД) РФ."""
    places = _places()
    if raw in listed("russian", "places") | listed("russian", "organisations"):
        return len(raw) > 1 and raw.isupper()
    return fold(raw) not in places and bool(stems(fold(raw)) & places)


@cache
def _places() -> frozenset[str]:
    names = [fold(name) for name in gazetteer("russian") | listed("russian", "places") if not name.isupper()]
    return frozenset(names) | {stem for name in names for stem in stems(name) if len(stem) > 3}


def _goes_on(after: Token, form: Form) -> bool:
    """Return whether a capitalised word behind the name of a person makes it the name of another."""
    folded = fold(after.raw)
    if PATRONYMIC.search(folded):
        return form.patronymic is not None and fold(form.patronymic)[:4] != folded[:4]
    return bool(_ROMAN.fullmatch(after.raw) and len(after.raw) > 1)


def _belongs(form: Form, text: str, before: Token, precedes: str) -> bool:
    """Return whether the capitalised word before a name is a part of it: New Haesong Trading is not Haesong Trading."""
    words = lexicon()
    if not before.raw[:1].isupper() or precedes in words.legal | words.before_company | words.ship_marks | words.titles:
        return False
    if before.raw.endswith(("'s", "’s")) or precedes in words.days or _only_describes(form, before, precedes):
        return False
    head = text[: before.start].rstrip(" \u00a0\"'«“„(")
    return bool(head) and head[-1] not in ".!?:;\n"  # the first word of a sentence is written with a capital in any case


def _only_describes(form: Form, before: Token, precedes: str) -> bool:
    """Return whether the word before a name says whose or where it is: the Moscow-based Rosneft, Генассамблея ООН."""
    words = lexicon()
    _, hyphen, last = before.raw.rpartition("-")
    if hyphen and last.islower() and len(last) >= _LEAST:
        return True
    if form.kind is not Kind.ORGANISATION:
        return False
    if len(form.words) > 1:
        return before.raw.isupper() and precedes in words.states
    if _cyrillic(before.raw):
        return _abbreviation(form) and not _ADJECTIVE.search(precedes)
    # Of a plain word it makes another name: Korean Steel.
    return precedes in listed("capitals", "peoples") and fold(form.words[0]) not in words.spare | set(words.same)


def _is_ship(form: Form, text: str, tokens: Sequence[Token], first: int, last: int, end: int, quoted: bool) -> bool:
    around = text[max(0, tokens[first].start - 40) : end + 40]
    if form.imo and any(found[1] != form.imo for found in _IMO.finditer(text[tokens[first].start : end + 30])):
        return False
    kind, words = tokens[last].kind, lexicon()
    if tokens[first].kind in ("hangul", "han", "kana"):
        rest = text[end : end + 2].lstrip()
        return rest.startswith(words.ship_ends) or (
            any(each in around for each in words.ship_words if len(each) > 1) and kind != "hangul"
        )
    near = {fold(token.raw) for token in tokens[max(0, first - _NEAR) : last + _NEAR]}
    if near & words.ship_marks or _IMO.search(around):
        return (
            len(form.words) > 1
            or quoted
            or bool({fold(token.raw) for token in tokens[max(0, first - 3) : first]} & words.ship_marks)
        )
    return len(form.words) > 1 and _tells_of_ships(text)


@lru_cache(maxsize=1)  # asked for each ship of a text
def _tells_of_ships(text: str) -> bool:
    marks = lexicon().ship_marks | {"ships", "vessels", "tankers", "суда", "судов"}
    return any(fold(found.group()) in marks for found in WORD.finditer(text))
