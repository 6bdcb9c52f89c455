"""Find the names in an article: those that its words show, and then every place where each of them stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from newslake.names.capitals import found_by_capitals
from newslake.names.chinese import found_in_chinese
from newslake.names.japanese import found_in_japanese
from newslake.names.korean import found_in_korean
from newslake.names.model import Found, Name
from newslake.names.russian import found_in_russian

RULES = 3  # version of the rules: with a higher one, newslake maintain searches all articles again
LONGEST = 20_000  # characters of a text that are read: who is named only after that is hardly what it is about
_BY_LANGUAGE = {
    "ko": found_in_korean,
    "ja": found_in_japanese,
    "zh": found_in_chinese,
    "ru": found_in_russian,
    "uk": found_in_russian,
    "be": found_in_russian,
}
_HANGUL, _KANA, _HAN = re.compile("[가-힣]"), re.compile("[ぁ-んァ-ヶ]"), re.compile("[一-龥]")
_LETTER = r"[0-9A-Za-zÀ-ɏΑ-ωЀ-ӿ]"  # of scripts with spaces between words
_CYRILLIC_PART = re.compile("[а-яё]")


def names(title: str, text: str, language: str | None = None) -> list[Name]:
    """Return whom and what an article names, most mentioned first.

    Args:
        text: paragraphs, one per line.
        language: ISO 639 code; None if it is unknown.
    """
    text = text[:LONGEST]
    language = language or _script(text)
    find = _BY_LANGUAGE.get(language)
    found = find(title, text) if find else found_by_capitals(title, text, language)
    return _placed(title, text, found)


def _script(text: str) -> str:
    """Return the language that the script of a text stands for, or nothing."""
    some = text[:2_000]
    for language, script in (("ko", _HANGUL), ("ja", _KANA), ("zh", _HAN)):
        if len(script.findall(some)) * 5 > len(some):
            return language
    return "ru" if len(_CYRILLIC_PART.findall(some)) * 2 > len(some) else ""


def _placed(title: str, text: str, found: Iterable[Found]) -> list[Name]:
    """Return where each name stands. A form that could be of several names counts for none of them."""
    owners: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        for form in {one.name, *one.forms}:
            owners[form].append(one)
    if not owners:
        return []
    whole = f"{title}\n{text}"
    shift = len(title) + 1
    at: dict[int, list[int]] = defaultdict(list)
    written: dict[int, set[str]] = defaultdict(set)
    for match in _any_of(owners).finditer(whole):
        holders = owners[match.group()]
        exact = [one for one in holders if one.name == match.group()]
        if len(holders) == 1 or exact:
            one = (exact or holders)[0]
            at[id(one)].append(match.start() - shift)
            written[id(one)].add(match.group())
    placed = []
    for one in {id(one): one for listed in owners.values() for one in listed}.values():
        places = at.get(id(one))
        if places:
            first = next((place + 1 for place in places if place >= 0), None)
            forms = tuple(sorted(written[id(one)] - {one.name}))
            placed.append(Name(one.kind, one.name, places[0] < 0, len(places), first, forms))
    return sorted(placed, key=lambda name: (-name.times, name.kind, name.name))


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the forms, the longest first. Where words have spaces between them, only whole words count."""
    spaced = sorted((form for form in forms if form[0].isalpha() and ord(form[-1]) < 0x1100), key=len, reverse=True)
    dense = sorted((form for form in forms if not (form[0].isalpha() and ord(form[-1]) < 0x1100)), key=len, reverse=True)
    parts = []
    if dense:
        parts.append("|".join(map(re.escape, dense)))
    if spaced:
        parts.append(rf"(?<!{_LETTER})(?:{'|'.join(map(re.escape, spaced))})(?!{_LETTER})")
    return re.compile("|".join(parts))
