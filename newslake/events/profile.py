"""Make the profile of a text by which events are found: what it names and counts, its words, and its vectors. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newslake.events import encoder
from newslake.events.lexicon import lexicon
from newslake.events.names import keys_of, names_of
from newslake.events.numbers import numbers
from newslake.events.sounds import Sound

__all__ = ["READ", "Given", "Profile", "profiles"]

# Characters of a text that are read. What an article is about stands at its beginning; what follows is often background.
NAMED_IN, COUNTED_IN, ENCODED, WORDS_IN = 1_000, 800, 400, 500
READ = max(NAMED_IN, COUNTED_IN, ENCODED, WORDS_IN)
_TOKEN = re.compile(r"[a-z\u00df-\u024f0-9]+|[\u0400-\u04ff]+|[가-힣]+|[\u3400-\u9fff]+|[\u30a0-\u30ff]{2,}|[\u0600-\u06ff]+")
_IN_PAIRS = re.compile(r"[가-힣\u3400-\u9fff]")
STEM, CYRILLIC_STEM = 6, 5  # letters of a word that are compared, so that its endings do not matter


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of an article."""

    title: str
    text: str
    language: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What of an article is compared.

    Attributes:
        sounds: what may be names, each with the ways to read it. places: two letters for a country, a name for others.
        title_vector, vector: of the title, and of the title with the beginning of the text; None without the encoder.
    """

    language: str
    at: datetime | None
    sounds: tuple[tuple[Sound, ...], ...]
    places: frozenset[str]
    numbers: frozenset[str]
    title_words: frozenset[str]
    words: frozenset[str]
    title_vector: bytes | None = None
    vector: bytes | None = None
    keys: dict[str, list[tuple[int, Sound]]] = field(
        init=False, compare=False, repr=False
    )  # the sounds, by what makes them alike

    def __post_init__(self) -> None:
        keys: dict[str, list[tuple[int, Sound]]] = {}
        for number, readings in enumerate(self.sounds):
            for one in readings:
                for key in keys_of(one):
                    keys.setdefault(key, []).append((number, one))
        object.__setattr__(self, "keys", keys)


def profiles(articles: Sequence[Given], *, encode: bool) -> list[Profile]:
    """Return the profile of each article. `encode`: with vectors, which takes the extra `events`."""
    rows: list[tuple[bytes | None, bytes | None]] = [(None, None)] * len(articles)
    if encode:
        languages = [article.language for article in articles]
        titles = encoder.vectors([article.title for article in articles], languages)
        whole = encoder.vectors([f"{article.title}. {article.text[:ENCODED]}" for article in articles], languages)
        rows = [(encoder.quantised(title), encoder.quantised(both)) for title, both in zip(titles, whole, strict=True)]
    return [_profile(article, *row) for article, row in zip(articles, rows, strict=True)]


def _profile(article: Given, title_vector: bytes | None, vector: bytes | None) -> Profile:
    names = names_of(f"{article.title}\n{article.text[:NAMED_IN]}")
    title_words = _words(article.title)
    return Profile(
        language=(article.language or "").lower().partition("-")[0],
        at=article.at,
        sounds=names.sounds,
        places=names.places,
        numbers=numbers(f"{article.title}\n{article.text[:COUNTED_IN]}"),
        title_words=title_words,
        words=title_words | _words(article.text[:WORDS_IN]),
        title_vector=title_vector,
        vector=vector,
    )


def _words(text: str) -> frozenset[str]:
    """Return the words of a text, cut to their stems; pairs of neighbouring characters in Korean, Chinese and Japanese."""
    found: set[str] = set()
    common = lexicon().common
    for token in _TOKEN.findall(text.lower().replace("ё", "е")):
        if _IN_PAIRS.match(token):
            found |= {token[i : i + 2] for i in range(len(token) - 1)}
        elif len(token) > 1 and token not in common:
            found.add(token[:CYRILLIC_STEM] if "\u0400" <= token[0] <= "\u04ff" else token[:STEM])
    return frozenset(found)
