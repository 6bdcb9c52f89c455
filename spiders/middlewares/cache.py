"""Conditional requests for feeds and sitemaps, and the cache files that they need."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.extensions.httpcache import FilesystemCacheStorage, RFC2616Policy
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newslake import http, lossless
from newslake.disk import write_whole
from newslake.http import codings_of
from spiders.fetches import joined
from spiders.listings.decoding import MAX_BYTES
from spiders.middlewares.compression import is_whole
from spiders.network.request_meta import CACHED_RESPONSE, COOKIE_JAR, KIND
from spiders.scrapy_private import cache_path, make_conditional

if TYPE_CHECKING:
    from spiders.cookies.subscriptions import Subscriptions

_COOKIES = (b"set-cookie", b"set-cookie2")
_DIGEST = hashlib.sha256().digest_size


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
    """Cache policy: keep only listings that can be revalidated, and revalidate on every request, as a max-age would hide news."""

    def should_cache_request(self, request: Request) -> bool:
        return request.meta.get(KIND) in ("feed", "sitemap") and super().should_cache_request(request)

    def should_cache_response(self, response: Response, request: Request) -> bool:
        return (
            response.status == 200
            and ("ETag" in response.headers or "Last-Modified" in response.headers)
            and is_whole(response, MAX_BYTES)  # later 304 responses would confirm a truncated one for ever
            and super().should_cache_response(response, request)
        )

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        make_conditional(self, request, cachedresponse)
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        return response.status == 304


class ListingStorage(FilesystemCacheStorage):
    """Cache storage with one file for each response, written atomically.

    Scrapy's storage writes headers and body to separate files. Killed between the two, a crawl would later send a feed's new
    ETag, get 304 and read the old body: the entries in between would never be seen.
    """

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """Return the cached response to a request, or None if there is none or its file is damaged."""
        file = self._file(spider, request)
        try:
            data = file.read_bytes()
            if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
                return None
            os.utime(file)  # maintenance deletes files that no run has read for a long time
        except OSError:
            return None
        try:
            kept = lossless.load(_Answer, data[_DIGEST:])
        except ValueError:  # of another version
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
        data = lossless.dump(_Answer, _Answer(response.url, response.status, headers, response.body))
        with suppress(OSError):  # without the cache the next request is unconditional, which only costs some bytes
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, hashlib.sha256(data).digest() + data, durable=False)

    def _file(self, spider: Spider, request: Request) -> Path:
        path = cache_path(self, spider, request)
        return path.with_name(path.name + ".entry")
