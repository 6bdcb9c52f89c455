"""Manners of a crawl: robots.txt and its Crawl-delay, Retry-After, and leaving a host alone that does not answer."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.extensions.httpcache import RFC2616Policy
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.fetches import wall_of
from spiders.journal import End
from spiders.listings.decoding import MAX_BYTES
from spiders.middlewares.compression import is_whole
from spiders.middlewares.robots import MAX_BYTES as MAX_ROBOTS
from spiders.network.failures import NETWORK_ERRORS, explain, is_of_host
from spiders.warc.files import phrase

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

# A site that asks for more is asked less often than its crawl would ever end.
MAX_CRAWL_DELAY = 60.0
# Longer than this is not worth waiting for inside a run; the next run takes the pages up.
MAX_RETRY_AFTER = 300.0
# Attempts in a row, beside those under way together, that fail before a host counts as down: at 30 s each a dead host costs
# minutes, not hours.
MAX_FAILURES = 5


class HostClosed(IgnoreRequest):
    """A host that is left alone for the rest of the run: what its URLs end with, and why."""

    def __init__(self, end: End, detail: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.end = end
        self.detail = detail
        self.status = status


class Robots(RobotsTxtMiddleware):
    """Scrapy's, one request of a host at a time until its robots.txt is there.

    In Scrapy 2.19 of several requests that wait for it only the first gets to see it; the others pass unchecked. And one that
    cannot be had allows all there, where RFC 9309 says that an unreachable one forbids all.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unreachable: dict[str, HostClosed] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        if request.meta.get("dont_obey_robotstxt"):
            return
        netloc = urlsplit(request.url).netloc
        async with self._turns[netloc]:
            await super().process_request(request)
        if netloc in self._unreachable:
            raise self._unreachable[netloc]

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        end, detail = explain(exc, f"http://{netloc}/robots.txt")
        if isinstance(exc, HostClosed):
            self._unreachable[netloc] = exc
        elif end != "http-error":  # redirects without an end are as good as none
            words = detail if is_of_host(exc) else f"{detail}; that was robots.txt, without which nothing may be fetched"
            self._unreachable[netloc] = HostClosed(end, words)
        super()._robots_error(exc, netloc)


class Throttle(AutoThrottle):
    """Scrapy's AutoThrottle, never below a host's Crawl-delay."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        own = self.crawler.engine.downloader.per_slot_settings.get(urlsplit(response.url).hostname or "", {})
        slot.delay = max(slot.delay, own.get("delay", 0.0))


class Politeness:
    """Downloader middleware, inside the retries: it sees every attempt."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.robots: dict[str, str] = {}  # netloc → text of its robots.txt, where it has one
        self.robots_down: dict[str, str] = {}  # netloc → what its robots.txt answered instead
        self._closed: dict[str, HostClosed] = {}
        self._failures: dict[str, int] = {}
        self._patience = MAX_FAILURES + crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._stopped = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        self = cls(crawler)
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(self._receiving, signal=signals.bytes_received)
        return self

    def process_request(self, request: Request) -> None:
        if self._stopped:
            raise _stopped()
        server = _server(request.url)
        if server in self._closed:
            raise self._closed[server]

    def process_response(self, request: Request, response: Response) -> Response:
        self._failures.pop(_server(request.url), None)
        if _is_robots(request):
            return self._robots(request, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, NETWORK_ERRORS):
            return
        server = _server(request.url)
        self._failures[server] = self._failures.get(server, 0) + 1
        if self._failures[server] >= self._patience:
            _, detail = explain(exception, request.url)
            words = f"{server} failed {self._patience} times in a row, last: {detail}"
            self._close(request.url, HostClosed("network-error", words))

    def stop(self) -> None:
        """Send nothing more; requests that wait for their turn fail at once."""
        self._stopped = True
        for slot in self.crawler.engine.downloader.slots.values():
            _flush(slot, _stopped())

    def _robots(self, request: Request, response: Response) -> Response:
        """What robots.txt means by RFC 9309: refused (4xx) allows everything, out of order (5xx, 429) forbids everything."""
        first = request.meta.get("redirect_urls", [request.url])[0]
        netloc = urlsplit(first).netloc
        self.robots_down.pop(netloc, None)
        blocked = wall_of(response, asked=first, wanted="robots.txt")
        if response.status >= 500 or response.status == 429:
            self.robots_down[netloc] = blocked or f"{response.status} {phrase(response.status)}"
            return response.replace(body=b"User-agent: *\nDisallow: /\n")
        if response.status != 200 or blocked:
            return response.replace(body=b"")
        body = response.body[:MAX_ROBOTS]
        self.robots[netloc] = body.decode("utf-8-sig", "replace")
        return response.replace(body=body)

    def _receiving(self, data: bytes, request: Request, **_: Any) -> None:
        """Take no more of a robots.txt than is read, where it has no end."""
        if not _is_robots(request):
            return
        request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if request.meta["robots_bytes"] > MAX_ROBOTS:
            raise StopDownload(fail=False)

    def _robots_parsed(self, robotparser: RobotParser, request: Request, **_: Any) -> None:
        asked = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        host = _host(request.url)
        downloader = self.crawler.engine.downloader
        floor = downloader.per_slot_settings.get(host, {}).get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        if asked is None or asked <= floor:
            return
        delay = min(asked, MAX_CRAWL_DELAY)
        downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0.0, "concurrency": 1}
        slot = downloader.slots.get(host)
        if slot:
            slot.delay, slot.jitter, slot.concurrency = max(slot.delay, delay), 0.0, 1

    def _downloaded(self, response: Response, request: Request, **_: Any) -> None:
        """Heed Retry-After before the host's next request goes out; this signal comes just in front of it."""
        if response.status not in (429, 503):
            return
        slot = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is None:
            return
        said = response.headers.get("Retry-After")
        wait = retry_after(said.decode("latin-1"), datetime.now(UTC)) if said else None
        if wait is None:
            # Too many requests, and no word on when: ten of the host's own delays.
            wait = 10 * slot.delay if response.status == 429 else 0.0
        if wait > MAX_RETRY_AFTER:
            until = datetime.now(UTC) + timedelta(seconds=wait)
            words = f"{response.status} {phrase(response.status)}: the site asks to come back after {until:%Y-%m-%d %H:%M} UTC"
            self._close(request.url, HostClosed("http-error", words, response.status))
        elif wait > 0:
            slot.lastseen = max(slot.lastseen, time.monotonic() + wait - slot.delay)

    def _close(self, url: str, closed: HostClosed) -> None:
        self._closed.setdefault(_server(url), closed)
        slot = self.crawler.engine.downloader.slots.get(_host(url))
        if slot:
            _flush(slot, closed, _server(url))


class ListingCache(HttpCacheMiddleware):
    """Conditional requests for feeds and sitemaps; a failed one stays a failure instead of yesterday's answer."""

    def process_exception(self, request: Request, exception: Exception) -> None:  # type: ignore[override]
        request.meta.pop("cached_response", None)


class Revalidate(RFC2616Policy):
    """Only what can be revalidated is kept, and it always is: a max-age must not hide news."""

    def should_cache_request(self, request: Request) -> bool:
        return request.meta.get("kind") in ("feed", "sitemap") and super().should_cache_request(request)

    def should_cache_response(self, response: Response, request: Request) -> bool:
        return (
            response.status == 200
            and ("ETag" in response.headers or "Last-Modified" in response.headers)
            and is_whole(response, MAX_BYTES)  # a cut one would be confirmed by every 304 to come
            and super().should_cache_response(response, request)
        )

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        self._set_conditional_validators(request, cachedresponse)
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        return response.status == 304


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date; None where it says nothing."""
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())


def _flush(slot: Slot, why: IgnoreRequest, server: str | None = None) -> None:
    """Fail what waits in a slot, all of it or what is for one server: servers on other ports of a host share its slot."""
    flushed = [(request, waiting) for request, waiting in slot.queue if server in (None, _server(request.url))]
    for entry in flushed:
        slot.queue.remove(entry)
        entry[1].errback(Failure(why))  # type: ignore[no-untyped-call]


def _stopped() -> HostClosed:
    return HostClosed("failed", "not fetched: the crawl was stopped")


def _is_robots(request: Request) -> bool:
    return "fetch" not in request.meta and bool(request.meta.get("dont_obey_robotstxt"))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _server(url: str) -> str:
    """Host and port: what is down or asks to be left alone is one server, while manners are owed to the whole host."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()
