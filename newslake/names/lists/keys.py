"""Make the keys by which names are found: what all spellings of a name share. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newslake.names.lists.forms import Form
from newslake.names.lists.han import hangul, pinyin
from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import Kind
from newslake.names.lists.sounds import skeletons, sounds
from newslake.names.lists.syllables import Syllables, initial_law, korean_keys
from newslake.words.folding import PLAIN, fold
from newslake.words.terms import terms_of, tokens_of

__all__ = [
    "class_of_hangul",
    "classes_of_han",
    "deletions",
    "first_pinyin",
    "halves",
    "keys_of_form",
    "keys_of_words",
    "longer",
    "opening",
    "terms_of_word",
]

_VOWEL = re.compile("([aeiouOx])(?![aeiouOx])")
MOST = 16  # keys of a form or of a window


def longer(ways: list[Syllables], more: list[Syllables]) -> list[Syllables]:
    return [before + each for before in ways for each in more if len(before) + len(each) <= 6][:4]


@lru_cache(maxsize=100_000)
def halves(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = skeletons(word)
    half = len(found) // 2
    return tuple(dict.fromkeys(found[:half])), tuple(dict.fromkeys(found[half:]))


def keys_of_words(pieces: Sequence[str]) -> dict[str, None]:
    """Return the keys of the words of a text: all with l and r at the ends of syllables, and all without."""
    keys: dict[str, None] = {}
    for half in (0, 1):
        ways = [""]
        for piece in pieces:
            ways = [before + each for before in ways for each in halves(piece)[half]][:MOST]
        keys |= dict.fromkeys(ways)
    keys.pop("", None)
    return keys


def keys_of_form(form: Form) -> dict[str, None]:
    keys: dict[str, None] = {}
    for half in (0, 1):
        ways = [""]
        for place, word in enumerate(form.words):
            written = [word[0]] if place in form.initials else [word]
            group = (
                lexicon().given.get(fold(word)) if form.kind in (Kind.PERSON, Kind.ANY) and place not in form.initials else None
            )
            if group is not None:
                written += lexicon().forms_of_given[group]
            some = dict.fromkeys(each for one in written for each in halves(one)[half])
            ways = [before + each for before in ways for each in some][: 3 * MOST]
        keys |= dict.fromkeys(ways)
    keys.pop("", None)
    return keys


def opening(word: str) -> str:
    """Return the class of the first vowel of a word, which Korean keeps where it spells the sound of a Chinese name."""
    found = _VOWEL.search(sounds(word)[0])
    return "o" if found is None or found[1] not in "ai" else found[1]


@lru_cache(maxsize=200_000)
def terms_of_word(raw: str) -> tuple[str, ...]:
    """Return the terms of an index that a word of a text has."""
    if PLAIN.fullmatch(raw):
        return (raw.lower(),)
    return tuple(term for token in tokens_of()(raw) for term in terms_of(token, clitics=True)[1])


def deletions(key: str) -> set[str]:
    return {key[:place] + key[place + 1 :] for place in range(len(key))}


@lru_cache(maxsize=20_000)
def class_of_hangul(syllable: str) -> str:
    return korean_keys((frozenset((initial_law(syllable),)),))[0] if "가" <= syllable <= "힣" else syllable


@lru_cache(maxsize=20_000)
def first_pinyin(character: str, family: bool) -> str:
    readings = pinyin(character)
    return readings[-1 if family else 0] if readings else "\0"


@lru_cache(maxsize=20_000)
def classes_of_han(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for each in hangul(character) for key in korean_keys((frozenset((initial_law(each),)),))))
