"""Tell which neighbouring words of a text may be one name. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from newslake.names.lists.around import Token
from newslake.names.lists.forms import PATRONYMIC
from newslake.words.folding import fold

__all__ = ["joined", "with_articles", "without_middle"]

_GAPS = frozenset(" \u00a0.,-'’\"«»“”„()&·・=/")


def joined(text: str, before: Token, after: Token) -> bool:
    gap = text[before.end : after.start]
    return len(gap) <= 3 and all(each in _GAPS for each in gap) and (". " not in gap or len(before.raw) <= 2)


def with_articles(pieces: list[str]) -> Iterator[list[str]]:
    """Yield the words of a text, and again with an Arabic article joined to the next one."""
    yield list(pieces)
    for place, piece in enumerate(pieces[:-1]):
        if piece.casefold() in ("al", "el", "аль", "эль"):
            yield [*pieces[:place], f"{piece}-{pieces[place + 1]}", *pieces[place + 2 :]]


def without_middle(pieces: list[str]) -> list[str] | None:
    """Return two of three words where the one between them is a patronymic or an initial."""
    middle = pieces[1]
    if middle[:1].isupper() and (len(middle) == 1 or PATRONYMIC.search(fold(middle))):
        return [pieces[0], pieces[2]]
    return None
