"""Draw questions that a made corpus answers: words that occur together in one of its articles, of all frequencies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from benchmarks.corpora.made import texts

# Shares of the articles of the corpus that have a word: a word of a question is from any of these bands as likely.
BANDS = {"frequent": (0.05, 1.0), "common": (0.005, 0.05), "rare": (0.0, 0.005)}
SAMPLE = 3_000  # articles in which words are counted
WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = {"and", "or", "not"}
SPACED = {"en", "ru"}  # languages whose words every peer finds


@dataclass(frozen=True)
class Question:
    """Words that an article is to have, all of them, or a phrase."""

    language: str
    words: tuple[str, ...]
    bands: tuple[str, ...] = ()
    is_phrase: bool = False

    @property
    def query(self) -> str:
        """The question in the syntax of topics."""
        return f'"{" ".join(self.words)}"' if self.is_phrase else " AND ".join(self.words)

    @property
    def said(self) -> list[str]:
        """What an article must contain, letter by letter."""
        return [(" " if self.language in SPACED else "").join(self.words)] if self.is_phrase else list(self.words)

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Article:
    language: str
    text: str
    words: list[str]

    def by_band(self, often: Counter[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {name: [] for name in BANDS}
        for word in sorted(set(self.words)):
            share = often[word] / SAMPLE
            found[next(name for name, (low, high) in BANDS.items() if low <= share <= high)].append(word)
        return found


def words_of(text: str, language: str, random: Random) -> list[str]:
    """Return words of a text: in Korean their first two syllables, in Chinese and Japanese two characters of each run."""
    found = WORD.findall(text.lower())
    if language in SPACED:
        return [word for word in found if word not in NO_WORDS]
    if language == "ko":
        return [word[:2] for word in found]
    starts = (random.randrange(len(run) - 1) for run in found)
    return [run[start : start + 2] for run, start in zip(found, starts, strict=True)]


def questions(count: int, each: int, seed: int = 5) -> dict[str, list[Question]]:
    """Draw questions of "1", "2" and "3" words and phrases ("phrase"), `each` of a kind, for the corpus of so many articles."""
    random = Random(seed)
    drawn = random.sample(list(_sample(count)), min(count, SAMPLE))
    articles = [_Article(language, text, words_of(text, language, random)) for text, language in drawn]
    often = Counter(word for article in articles for word in set(article.words))
    found: dict[str, list[Question]] = {}
    for length in (1, 2, 3):
        asked = (_of_words(random.choice(articles), often, length, random) for _ in iter(int, 1))
        found[str(length)] = _first(asked, each)
    found["phrase"] = _first((_phrase(random.choice(articles), random) for _ in iter(int, 1)), each)
    return found


def _first(asked: Iterator[Question | None], each: int) -> list[Question]:
    return [question for question, _ in zip((one for one in asked if one), range(each), strict=False)]


def _sample(count: int) -> Iterator[tuple[str, str]]:
    for _, text, language, *_ in next(texts(count)):
        yield text, language


def _of_words(article: _Article, often: Counter[str], length: int, random: Random) -> Question | None:
    """Choose words of an article from any band; none if it has too few."""
    bands = [random.choice(list(BANDS)) for _ in range(length)]
    there = article.by_band(often)
    words = [random.choice(there[band]) if there[band] else "" for band in bands]
    return Question(article.language, tuple(words), tuple(bands)) if all(words) and len(set(words)) == length else None


def _phrase(article: _Article, random: Random) -> Question | None:
    """Choose two neighbouring words, or four characters in Chinese and Japanese."""
    if article.language in ("ja", "zh"):
        runs = [run for run in WORD.findall(article.text) if len(run) >= 4]
        return Question(article.language, (random.choice(runs)[:4],), is_phrase=True) if runs else None
    pairs = re.findall(r"(?<!\w)([^\W\d_]{2,}) ([^\W\d_]{2,})(?!\w)", article.text)
    return Question(article.language, random.choice(pairs), is_phrase=True) if pairs else None


def names(count: int, seed: int = 9) -> list[str]:
    """Make the names of people: one half occurs in the corpora, as two capitalised words beside each other."""
    random = Random(seed)
    pairs: list[str] = []
    for text, language in _sample(10_000):
        if language in SPACED:
            pairs += re.findall(r"(?<=[a-zа-я] )([A-ZА-Я][a-zа-я]{2,} [A-ZА-Я][a-zа-я]{2,})(?= [a-zа-я])", text)
    there = random.sample(sorted(set(pairs)), count // 2)
    others = [name.split() for name in random.sample(sorted(set(pairs)), count - len(there))]
    return there + [f"{first} {last[::-1].capitalize()}" for first, last in others]
