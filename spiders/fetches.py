"""What a crawl's requests are for, and what their answers say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Headers, Response

from spiders.journal import End, Kind
from spiders.listings.model import Follow, Link
from spiders.sources import Source
from spiders.walls import wall
from spiders.warc.model import Exchange, Hints

PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")


@dataclass(slots=True)
class Reading:
    """How far a source is read. Its pages are chosen when its last listing has ended, so that the newest come first."""

    source: Source
    budget: int
    under_way: int = 0
    listings: int = 0
    declared: bool = False  # some listing named another one
    lost: Kind | None = None  # the kind of a listing that the watchlist names and that is gone: another is looked for
    section_ids: set[str] = field(default_factory=set)  # of the pages that its sections named so far
    links: list[tuple[str, Link, str, Kind]] = field(default_factory=list)  # id, link, found_by, kind of the listing


@dataclass(slots=True)
class Fetch:
    """What a request is for; travels with it through retries and redirects."""

    key: str
    url: str
    kind: Kind
    found_by: str
    source: str
    hints: Hints = field(default_factory=Hints)
    reading: Reading | None = None  # of a listing
    page: int = 1  # of a section
    guesses: tuple[Follow, ...] = ()  # to try where this one holds nothing
    in_place_of: str | None = None  # the id of the lost listing that this one may replace
    idle: int = 0  # pages of a section in a row, up to this one, that named nothing that pages before them did not
    new: int = 0  # links of a listing that are new or due


def page_end(response: Response) -> tuple[End, str | None]:
    content_type = header(response, "Content-Type") or ""
    bare = content_type.partition(";")[0].strip().lower()
    if bare and bare not in PAGE_TYPES:
        return "refused", f"wrong type: {bare}"
    return "captured", None


def facts(request: Request) -> dict[str, Any]:
    """When the request went out and how long it took, where it did."""
    if "requested_at" not in request.meta:
        return {}
    return {
        "requested_at": datetime.fromtimestamp(request.meta["requested_at"], UTC),
        "seconds": round(request.meta["seconds"], 3),
    }


def wall_of(response: Response, *, asked: str, wanted: str) -> str | None:
    """The wall that answered in place of what was asked for, in words; None where there is none."""
    headers = {name.lower(): value for name, value in pairs(response.headers)}
    return wall(response.status, headers, response.body, response.url, asked=asked, wanted=wanted)


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name in headers for value in headers.getlist(name)]


def exchange(fetch: Fetch, response: Response) -> Exchange:
    request = response.request
    assert request
    at = request.meta.get("requested_at")
    about: dict[str, Any] = {"url": fetch.url, "source": fetch.source, "kind": fetch.kind, "found_by": fetch.found_by}
    if "redirect_urls" in request.meta:
        about["redirects"] = request.meta["redirect_urls"]
    return Exchange(
        url=response.url,
        method=request.method,
        request_headers=pairs(request.headers),
        status=response.status,
        response_headers=pairs(response.headers),
        body=response.body,
        fetched_at=datetime.fromtimestamp(at, UTC) if at else datetime.now(UTC),
        ip_address=str(response.ip_address) if response.ip_address else None,
        hints=fetch.hints,
        about=about,
    )
