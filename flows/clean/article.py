"""Define what cleaning returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["CleanArticle", "NotArticle", "Unread"]


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """A page as a clean record.

    Datetimes are aware. `…_from` says where a field came from: "json-ld", "meta", "time", "visible", "htmldate", "feed", …
    """

    url: str  # canonical: rel=canonical or og:url if on the same site, else the address of the capture; in canonical form
    title: str
    text: str  # paragraphs separated by a newline; subheadings stay in place as their own line
    title_from: str
    authors: tuple[str, ...] = ()
    authors_from: str | None = None
    published_at: datetime | None = None
    published_precision: str | None = None  # "second", "minute" or "day"
    published_from: str | None = None
    modified_at: datetime | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    headings: tuple[str, ...] = field(default=())
    image_url: str | None = None
    free_to_read: bool | None = None
    word_count: int = 0


@dataclass(frozen=True, slots=True)
class NotArticle:
    """A page that is not an article, and the reason in words.

    `read` holds what was read before the page was refused, so that refusals can be checked: title, byline, times and text as
    far as the page gives them. Language, tags, description and image are left empty.
    """

    reason: str
    read: CleanArticle | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that was skipped before its text was read, because no text it could hold is of use to the caller."""
