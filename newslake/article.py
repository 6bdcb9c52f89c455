"""Define the fields of an article once, for cleaning, which fills them, and for the warehouse, which stores them. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """An article as cleaning reads it from a page; each field is a column of `articles`.

    Datetimes are aware. `…_from` names the origin of a field, such as "json-ld", "meta", "time", "visible" or "feed";
    docs/evidence.md lists them. A new field needs its rule in `flows.clean.extract` and a migration with its column.
    """

    url: str  # canonical: rel=canonical or og:url if on the same site, else the capture's own URL, canonicalised
    title: str
    text: str  # paragraphs separated by a newline; a subheading is a line of its own
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
    headings: tuple[str, ...] = ()
    image_url: str | None = None
    free_to_read: bool | None = None
    word_count: int = 0
    layout: int | None = None  # version of the outlet's layout that had a say in this reading
