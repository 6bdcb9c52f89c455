"""Captures: fetched responses as WARC records. This module is the interface; see the docstrings for shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hints:
    """What discovery said about an article before its page was fetched; all datetimes are aware
    or, where the feed gave no zone, naive."""

    title: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    image_url: str | None = None
    publication: str | None = None  # the outlet's name, from a news sitemap or a feed's own title


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetched response, read back from its WARC record."""

    url: str  # the URL that answered, after redirects
    fetched_at: datetime
    status: int
    content_type: str | None  # the whole header, charset included
    body: bytes  # decoded: no transfer or content encoding left
    hints: Hints
    file: str  # absolute path of the WARC file
    offset: int  # of the response record, in bytes
