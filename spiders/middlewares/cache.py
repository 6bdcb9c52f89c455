"""Conditional requests for feeds and sitemaps, the cache files of these and of robots.txt, and what listings named before."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.extensions.httpcache import FilesystemCacheStorage, RFC2616Policy
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newslake import __version__, http, lossless
from newslake.disk import write_whole
from newslake.http import codings_of
from newslake.http.media_type import declared_type
from spiders.fetches import joined
from spiders.listings.decoding import MAX_BYTES
from spiders.listings.model import Listing
from spiders.listings.reader import Read
from spiders.middlewares.compression import is_whole
from spiders.middlewares.robots import is_robots
from spiders.network.request_meta import CACHED_RESPONSE, COOKIE_JAR, KIND, RENEWED
from spiders.scrapy_private import cache_path, make_conditional

if TYPE_CHECKING:
    from spiders.cookies.subscriptions import Subscriptions

Record = TypeVar("Record")
_COOKIES = (b"set-cookie", b"set-cookie2")
_DIGEST = hashlib.sha256().digest_size
ROBOTS_SECONDS = 6 * 3600  # after which a robots.txt is asked for again, whatever its headers say
RULES = 1  # version of the rules by which listings are parsed; raise it with them, and every listing is parsed again
MOST_KEPT = 2_000  # addresses of a listing that are remembered; larger ones are sitemaps of archives


def _load(kind: type[Record], file: Path) -> Record | None:
    """Return the record in a file of `_store`; None if the file is missing, damaged or of another version."""
    try:
        data = file.read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        os.utime(file)  # maintenance deletes files that no run has read for a long time
        return lossless.load(kind, data[_DIGEST:])
    except (OSError, ValueError):
        return None


def _store(kind: type[Record], file: Path, record: Record) -> None:
    """Write a record to a file of the cache; do nothing if the disk cannot take it, which costs another request."""
    data = lossless.dump(kind, record)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, hashlib.sha256(data).digest() + data, durable=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: list[tuple[bytes, list[bytes]]]
    body: bytes


class ListingCache(HttpCacheMiddleware):
    """Scrapy's cache middleware, but a failed request stays a failure: Scrapy would return the cached response instead."""

    def process_exception(self, request: Request, exception: Exception) -> None:  # type: ignore[override]
        request.meta.pop(CACHED_RESPONSE, None)


class _Spider(Protocol):
    subscriptions: Subscriptions


def _repeats(spider: Spider, response: Response, headers: list[tuple[bytes, list[bytes]]]) -> bool:
    """Whether a response says the values of a subscriber's cookies, or may do so."""
    subscriptions = cast(_Spider, spider).subscriptions
    subscriptions.met(response.headers.getlist("Set-Cookie"))
    try:
        codings = codings_of(joined(response.headers, "Content-Encoding") or "")
        said = [http.unpacked(response.body, codings, MAX_BYTES), *(value for _, values in headers for value in values)]
    except (http.CodingError, http.TooLarge):
        return True
    return any(subscriptions.hide_in(one) != one for one in (*said, response.url.encode()))


class Revalidate(RFC2616Policy):
    """Cache policy: keep only listings that can be revalidated, and revalidate on every request, as a max-age would hide news.

    A robots.txt is kept too, and not asked for again while its headers allow that (RFC 9309, 2.4), but for hours at most.
    """

    def should_cache_request(self, request: Request) -> bool:
        is_listing = request.meta.get(KIND) in ("feed", "sitemap")
        return (is_listing or is_robots(request)) and super().should_cache_request(request)

    def should_cache_response(self, response: Response, request: Request) -> bool:
        if response.status != 200:
            return False
        if is_robots(request):
            if declared_type(joined(response.headers, "Content-Type")) != "text/plain":
                return False  # perhaps a wall
            response.headers["Date"] = formatdate(usegmt=True)  # by the clock to which its age is compared
        elif "ETag" not in response.headers and "Last-Modified" not in response.headers:
            return False
        return (
            request.meta.get(RENEWED, True)
            and is_whole(response, MAX_BYTES)  # later 304 responses would confirm a truncated one for ever
            and super().should_cache_response(response, request)
        )

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        make_conditional(self, request, cachedresponse)
        return is_robots(request) and _is_recent(cachedresponse) and super().is_cached_response_fresh(cachedresponse, request)

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        if response.status != 304:
            return False
        # what has not changed is not stored again only because the time of the answer has
        request.meta[RENEWED] = is_robots(request) or any(
            name in response.headers and response.headers[name] != cachedresponse.headers.get(name)
            for name in ("ETag", "Last-Modified")
        )
        return True


def _is_recent(cached: Response) -> bool:
    """Whether a robots.txt was fetched in the last hours, and not in a future that the clock has since left."""
    since = time.time() - parsedate_to_datetime(joined(cached.headers, "Date") or "").timestamp()
    return -1 <= since < ROBOTS_SECONDS


class ListingStorage(FilesystemCacheStorage):
    """Cache storage with one file for each response, written atomically.

    Scrapy's storage writes headers and body to separate files. Killed between the two, a crawl would later send a feed's new
    ETag, get 304 and read the old body: the entries in between would never be seen.
    """

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """Return the cached response to a request, or None if there is none or its file is damaged."""
        kept = _load(_Answer, self._file(spider, request))
        if kept is None:
            return None
        headers = Headers(kept.headers)
        made = responsetypes.from_args(headers=headers, url=kept.url, body=kept.body)
        return made(url=kept.url, status=kept.status, headers=headers, body=kept.body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Store a response without its cookies; do nothing if the disk cannot take it, or if it repeats those of a subscriber."""
        file = self._file(spider, request)
        headers = [(name, list(values)) for name, values in response.headers.items() if name.lower() not in _COOKIES]
        if COOKIE_JAR in request.meta and _repeats(spider, response, headers):
            return
        _store(_Answer, file, _Answer(response.url, response.status, headers, response.body))

    def _file(self, spider: Spider, request: Request) -> Path:
        path = cache_path(self, spider, request)
        return path.with_name(path.name + ".entry")


@dataclass(frozen=True, slots=True)
class _Kept:
    digest: str
    listing: Listing


class ReadBefore:
    """What feeds and sitemaps named when they were last read. To read that again takes a fortieth of what parsing takes.

    There is one file for each address, which holds for the bytes that were read then, and for this version of newslake.

    Args:
        folder: of the cache.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "read"

    def recall(self, task: Read) -> Listing | None:
        """Return what a listing names; None if other bytes were read from there, or none."""
        kept = _load(_Kept, self._file(task))
        return kept.listing if kept and kept.digest == _digest(task) else None

    def keep(self, task: Read, listing: Listing) -> None:
        """Remember what a listing names, unless that is very much; do nothing if the disk cannot take it."""
        if len(listing.links) + len(listing.follow) <= MOST_KEPT:
            _store(_Kept, self._file(task), _Kept(_digest(task), listing))

    def _file(self, task: Read) -> Path:
        name = hashlib.sha256(f"{task.kind} {task.url}".encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / name[:2] / name


def _digest(task: Read) -> str:
    """Return a digest of all that decides what is read."""
    given = repr((__version__, RULES, task.kind, task.url, task.content_type, task.pattern, task.replaces)).encode()
    return hashlib.sha256(given + b"\0" + task.body).hexdigest()
