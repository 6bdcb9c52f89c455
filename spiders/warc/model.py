"""The values that the WARC reader and writer exchange with their callers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


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

    def as_json(self) -> dict[str, Any]:
        """The fields that say something, datetimes in ISO 8601."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Hints:
        """The reverse of `as_json`; ValueError, TypeError where it is not."""
        fields = dict(said)
        for name in ("published", "modified"):
            if name in fields:
                fields[name] = datetime.fromisoformat(fields[name])
        for name in ("authors", "tags"):
            if name in fields:
                fields[name] = tuple(fields[name])
        return cls(**fields)


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


@dataclass(frozen=True, slots=True)
class Damaged:
    """A part of a WARC file that cannot be read; reading went on behind it."""

    file: str
    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response. Headers are as sent and received, in their order."""

    url: str  # that answered
    method: str
    request_headers: Sequence[tuple[str, str]]
    status: int
    response_headers: Sequence[tuple[str, str]]
    body: bytes
    fetched_at: datetime
    ip_address: str | None
    hints: Hints
    about: dict[str, Any]  # for the metadata record: source, kind, found_by, the URL as found, redirects, …


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group of records stands: `offset` is that of its response record."""

    file: str
    offset: int
    length: int
