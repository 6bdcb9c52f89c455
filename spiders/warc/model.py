"""The values that the WARC reader and writer exchange with their callers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Hints:
    """What a listing says about an article, known before its page is fetched.

    Datetimes are aware, or naive if the listing gives no time zone.
    """

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

    @property
    def dated_at(self) -> datetime | None:
        """Return when it was published, else last changed, by the listing; in UTC if the listing gives no time zone."""
        when = self.published or self.modified
        return when.replace(tzinfo=UTC) if when and when.tzinfo is None else when

    def as_json(self) -> dict[str, Any]:
        """Return the fields that are set, datetimes in ISO 8601."""
        given = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Hints:
        """Reverse `as_json`. Raises ValueError or TypeError if `record` is something else."""
        fields = dict(record)
        for name in ("published", "modified"):
            if name in fields:
                fields[name] = datetime.fromisoformat(fields[name])
        for name in ("authors", "tags"):
            if name in fields:
                fields[name] = tuple(fields[name])
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetched response, read back from its WARC record.

    Attributes:
        is_own: whether `read_capture` finds it at `offset`. If not, its record shares a compressed member with others.
        is_too_large: it has more bytes than are held in memory; `body` is only its beginning.
        problem: what is missing of the body, or wrong with it or its record; None if nothing is.
        repeated: the fields that its record gives more than once, with different values. The first valid one counts.
    """

    url: str  # the URL that answered, after redirects
    fetched_at: datetime
    status: int
    content_type: str | None  # the whole header, charset included
    body: bytes  # decoded: no transfer or content encoding left
    hints: Hints
    file: str  # absolute path of the WARC file
    offset: int  # of the response record, in bytes
    is_own: bool = True
    is_too_large: bool = False
    problem: str | None = None
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Damaged:
    """A part of a WARC file that cannot be read. Reading continues after it.

    `inner` is its place in the unpacked bytes of the member at `offset`, if that holds several records.
    """

    file: str
    offset: int
    reason: str
    inner: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response. Headers are in the order sent and received."""

    url: str  # the URL that answered, after redirects
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
    """The place of a fetch's records in a WARC file, in bytes. `offset` is that of the response record, the first one."""

    file: str  # name, without the folder
    offset: int
    length: int  # of all records of the fetch
