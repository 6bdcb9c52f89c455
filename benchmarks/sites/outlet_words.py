"""Make invented news in five languages out of outlets.toml: headlines, paragraphs and dates."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language; see outlets.toml."""

    code: str
    headlines: list[str]
    sentences: list[str]
    places: list[str]
    things: list[str]
    people: list[str]
    months: list[str]
    date: str
    numbers: str
    about: str  # what an outlet says of itself
    appeal: str  # what it asks of its readers
    read_also: str
    photo: str
    by: str

    def headline(self, chance: random.Random) -> str:
        said = self._filled(chance.choice(self.headlines), chance)
        return said[:1].upper() + said[1:]

    def paragraphs(self, count: int, chance: random.Random) -> list[str]:
        """Return paragraphs of one to three sentences; the numbers in them make each one new."""
        patterns = chance.sample(self.sentences * 3, min(3 * len(self.sentences), 3 * count))
        made = []
        for _ in range(count):
            few = [self._filled(patterns.pop(), chance) for _ in range(chance.choice((1, 2, 2, 3))) if patterns]
            made.append(" ".join(few or [self._filled(chance.choice(self.sentences), chance)]))
        return made

    def long_date(self, when: datetime) -> str:
        return self.date.format(day=when.day, month=self.months[when.month - 1], year=when.year)

    def _filled(self, pattern: str, chance: random.Random) -> str:
        return pattern.format(
            place=chance.choice(self.places),
            thing=chance.choice(self.things),
            who=chance.choice(self.people),
            n=chance.randrange(2, 99),
            m=chance.randrange(100, 9_999),
        )


_WORDS = tomllib.loads(Path(__file__).with_name("outlets.toml").read_text("utf-8"))
ENGLISH, GERMAN, FRENCH, RUSSIAN, KOREAN = (Tongue(code, **_WORDS[code]) for code in ("en", "de", "fr", "ru", "ko"))
