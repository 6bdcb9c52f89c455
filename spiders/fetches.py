"""Fetches: what each request is for, and what its response says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Headers, Response

from newslake.http import is_text, page_type
from newslake.http.media_type import UNKNOWN_BYTES, declared_type
from newslake.outcomes import End, Origin, Outcome, Reason, Why
from spiders.accounts import Named
from spiders.journal import Kind
from spiders.listings.model import Follow, Link
from spiders.network.request_meta import REDIRECT_URLS, REQUESTED_AT, SECONDS
from spiders.sources import Source
from spiders.urls.places import Places
from spiders.walls import wall
from spiders.warc.files import phrase
from spiders.warc.model import Exchange, Hints

GONE = frozenset((404, 410))
PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
# Content types that are never pages: the download stops when the headers arrive.
NEVER_PAGES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip")


@dataclass(slots=True)
class Listed:
    """A page that waits for the listings of its source to end.

    Attributes:
        links: the page as its own source names it, in every spelling; else as the first who named it does, without hints.
        kind: the kind of the listing; "page" for a retry or revisit.
        source: the source that it belongs to.
        listed_by: the source whose listing names it; None if none does.
        is_guest: only another source lists it.
        verdict: how it ends if its own source does not list it; None to fetch it.
    """

    key: str
    links: list[Link]
    found_by: str
    kind: Kind
    origin: Origin
    source: str
    listed_by: str | None
    is_guest: bool
    verdict: End | None = None
    is_slow: bool = False  # a look at an older article
    lister: str | None = None  # of a retry or revisit: the other source that listed it in an earlier run

    @property
    def is_again(self) -> bool:
        """Whether an earlier run has it planned: a retry or a revisit."""
        return self.origin is not Origin.LISTING


@dataclass(slots=True)
class Reading:
    """How far the listings of a source have been read. Pages are chosen when the last one has ended, newest first."""

    source: Source
    budget: int  # pages that may be fetched
    places: Places[Named]  # for the addresses that it names
    hints: int  # characters that its listings may still say about the pages
    under_way: int = 0  # listings requested that have not ended
    listings: int = 0  # listings requested
    unread: int = 0  # listings named beyond those that a run reads
    declared: bool = False  # some listing named another one
    lost: Kind | None = None  # the kind of a lost listing of the watchlist, for which a replacement is looked for
    section_ids: set[str] = field(default_factory=set)  # ids of the pages that the sections have named so far
    pages: list[Listed] = field(default_factory=list)  # to choose from
    guests: list[Listed] = field(default_factory=list)  # pages of this source that others list, and have chosen


@dataclass(slots=True)
class Fetch:
    """What a request is for. It stays with the request through retries and redirects."""

    key: str  # the id of the URL, `url_id(url).hex`
    url: str
    kind: Kind
    found_by: str
    origin: Origin
    source: str
    hints: Hints = field(default_factory=Hints)
    is_slow: bool = False  # comes after all other pages
    is_guest: bool = False  # on the site of another source than the one that lists it
    is_respelled: bool = False  # `url` is not the spelling in which it was found
    lister: str | None = None  # the other source that lists it, if its own does not
    article: str | None = None  # the first page of the article of which it is a further page, as the pages before it name it

    @property
    def charged(self) -> str:
        """The source whose time and places it takes."""
        return self.lister or self.source


@dataclass(slots=True, kw_only=True)
class ListingFetch(Fetch):
    """The fetch of a listing: of any kind but "page"."""

    reading: Reading
    page: int = 1  # the number of a section's page
    guesses: tuple[Follow, ...] = ()  # listings to try next if this one cannot be read
    in_place_of: str | None = None  # the id of the lost listing that this one may replace
    idle: int = 0  # pages of the section in a row, before this one, that named no new address
    new: int = 0  # links of the listing that are new or due
    also: list[Reading] = field(default_factory=list)  # other sources that read this listing too


def page_end(response: Response) -> End:
    """Return how a page ended that answered with status 200: captured, refused for its type, or failed as it is no text."""
    declared = content_type(response)
    found = page_type(declared, response.body)
    is_guess = found.is_sniffed and found.essence in UNKNOWN_BYTES and "octet-stream" not in (declared or "").lower()
    if found.essence not in PAGE_TYPES and not is_guess:
        return End(Outcome.REFUSED, Reason.WRONG_TYPE, f"wrong type: {found.essence}")
    if not is_text(response.body):
        return End(
            Outcome.FAILED, Reason.NOT_TEXT, "the response is no text: data that cannot be unpacked, or another kind of file"
        )
    return End(None, None, None)


def may_be_page(declared: str | None) -> bool:
    """Whether a response can be a page by its Content-Type. It can if the header says nothing of the type."""
    essence = declared_type(declared)
    return essence is None or not essence.startswith(NEVER_PAGES)


def status_end(status: int) -> End:
    """Return how a URL ended whose HTTP status is an error."""
    return End(Outcome.HTTP_ERROR, Reason.GONE if status in GONE else Reason.HTTP_STATUS, f"{status} {phrase(status)}".strip())


def facts(request: Request) -> dict[str, Any]:
    """Return when the request was sent and how many seconds it took, as fields of `journal.Ended`; empty if it was never sent."""
    if REQUESTED_AT not in request.meta:
        return {}
    return {
        "requested_at": datetime.fromtimestamp(request.meta[REQUESTED_AT], UTC),
        "seconds": round(request.meta[SECONDS], 3),
    }


def wall_of(response: Response, *, asked: str, wanted: str) -> Why | None:
    """Return the wall that a site showed instead of what was requested; None if it showed none."""
    headers = {name.lower(): value for name, value in pairs(response.headers)}
    return wall(response.status, headers, response.body, response.url, asked=asked, wanted=wanted)


def content_type(response: Response) -> str | None:
    """Return all values of Content-Type, joined by commas; None if there is none."""
    return joined(response.headers, "Content-Type")


def joined(headers: Headers, name: str) -> str | None:
    """Return all values of a header, joined by commas; None if there is none."""
    values = headers.getlist(name)
    return b", ".join(values).decode("latin-1") if values else None


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """Return headers as (name, value), one pair for each value."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name in headers for value in headers.getlist(name)]


def exchange(fetch: Fetch, response: Response) -> Exchange:
    """Describe a request and its response for the WARC file."""
    request = response.request
    assert request
    at = request.meta.get(REQUESTED_AT)
    about: dict[str, Any] = {"url": fetch.url, "source": fetch.source, "kind": fetch.kind, "found_by": fetch.found_by}
    if REDIRECT_URLS in request.meta:
        about["redirects"] = request.meta[REDIRECT_URLS]
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
