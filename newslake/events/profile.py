"""Make the profile of a text by which events are found: what it names and counts, its words, and its vectors. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from newslake.events import encoder
from newslake.events.encoder import Vector
from newslake.events.lexicon import lexicon
from newslake.events.names import keys_of, names_of, weight_of
from newslake.events.numbers import numbers
from newslake.events.sounds import Sound

__all__ = ["READ", "Given", "Profile", "Sketch", "profiles"]

# Characters of a text that are read. What an article is about stands at its beginning; what follows is often background.
NAMED_IN, COUNTED_IN, ENCODED, WORDS_IN = 1_000, 800, 250, 500
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


@dataclass(frozen=True)
class Sketch:
    """What of an article tells whether another one is worth comparing with it: little, because all of some days are asked.

    Attributes:
        places: two letters for a country, a name for others.
        vector: of the title with the beginning of the text; None without the encoder.
    """

    at: datetime | None
    places: frozenset[str]
    numbers: frozenset[str]
    title_words: frozenset[str]
    vector: bytes | None


@dataclass(frozen=True)
class Profile(Sketch):
    """What of an article is compared.

    Attributes:
        sounds: what may be names, each with the ways to read it.
        title_vector: of the title; None without the encoder.
    """

    language: str
    sounds: tuple[tuple[Sound, ...], ...]
    words: frozenset[str]
    title_vector: bytes | None

    @cached_property
    def keys(self) -> dict[str, list[tuple[int, Sound, float]]]:
        """The sounds and how much each says, by what makes them alike."""
        keys: dict[str, list[tuple[int, Sound, float]]] = defaultdict(list)
        for number, readings in enumerate(self.sounds):
            for one in readings:
                said = (number, one, weight_of(len(one.consonants)))
                for key in keys_of(one.consonants):
                    keys[key].append(said)
        return keys

    @cached_property
    def directions(self) -> tuple[Vector, Vector] | None:
        """The vectors of the title and of the title with the text, of length 1."""
        if self.title_vector is None or self.vector is None:
            return None
        return encoder.direction(self.title_vector), encoder.direction(self.vector)


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
        at=article.at,
        places=names.places,
        numbers=numbers(f"{article.title}\n{article.text[:COUNTED_IN]}"),
        title_words=title_words,
        vector=vector,
        language=(article.language or "").lower().partition("-")[0],
        sounds=names.sounds,
        words=title_words | _words(article.text[:WORDS_IN]),
        title_vector=title_vector,
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
