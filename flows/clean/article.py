"""What cleaning takes and gives: pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """A page as a clean record. Datetimes are aware; `…_from` says where a field came from
    (e.g. "json-ld", "meta", "time", "visible", "trafilatura", "htmldate", "feed", "sitemap")."""

    url: str  # canonical: rel=canonical or og:url where on the same site, else the capture's own, canonicalised
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
    """A page that is no article, and why, in words.

    `read` is what was read from the page until then, for whoever asks whether it was rightly refused: title, byline, times and
    text as an article would have them, where the page gives them; the lesser facts (language, tags, …) are not looked for.
    """

    reason: str
    read: CleanArticle | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that was left before its text was read, because nothing that could be its text is worth it to the caller."""
