"""Keep the rows of an answer, so that a shell can show them again."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flows.answers.formats import Answer

MOST_ROWS = 10_000
MOST_CHARACTERS = 50_000_000


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer that was read before."""

    headers: list[str]
    made: Iterable[tuple[Any, ...]]

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        return islice(self.made, most)


class Kept:
    """The first rows of an answer, read once. It is an answer itself.

    Attributes:
        is_whole: whether these are all rows.
    """

    def __init__(self, answer: Answer, most: int = MOST_ROWS) -> None:
        self.headers = answer.headers
        self.kept: list[tuple[Any, ...]] = []
        self.is_whole = True
        characters = 0
        rows = answer.rows(most + 1)
        for row in rows:
            if len(self.kept) == most or characters > MOST_CHARACTERS:
                self.is_whole = False
                break
            self.kept.append(row)
            characters += sum(len(value) for value in row if isinstance(value, str))
        if isinstance(rows, Generator):
            rows.close()  # which ends the query, and its transaction

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        return islice(self.kept, most)

    def first(self, most: int | None) -> Rows:
        """Return the answer with so many rows at most."""
        return Rows(self.headers, self.kept[:most])
