"""Decide whether two articles of one source are one article at two URLs: print, mobile and section twins. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from warehouse.similarity.compare import Likeness
from warehouse.similarity.shingles import folded

# Shorter texts ("Video", "Read more on our site") can be equal by chance.
ENOUGH_WORDS = 25
# Twins differ by a caption or a line of the page. A rewritten article differs by more and is a copy in its story.
TWINS_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Twin:
    """The facts by which an article is recognised as another one of its source."""

    url: str
    article_id: UUID
    source: str
    title: str
    word_count: int
    published_at: datetime | None


def repeats(article: Twin, other: Twin, like: Likeness | None) -> bool:
    """Return whether two articles are the same article of one source at two URLs.

    Args:
        like: the likeness of their texts; None if the texts are equal.
    """
    if article.source != other.source:
        return False
    titled_alike = folded(article.title) == folded(other.title)
    if like is None:
        return titled_alike or min(article.word_count, other.word_count) >= ENOUGH_WORDS
    days = {found.published_at.astimezone(UTC).date() for found in (article, other) if found.published_at}
    return titled_alike and like.is_copy and like.resemblance >= TWINS_SHARE and len(days) < 2
