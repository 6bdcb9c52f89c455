"""Every private or undocumented name of Scrapy and Twisted that the crawl relies on.

No other module of `spiders` uses one. `tests/spiders/test_scrapy_private.py` has a test for each, so that a new version of
Scrapy that renames one or changes what it does fails there first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.extensions.httpcache import FilesystemCacheStorage, RFC2616Policy
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.pqueues import ScrapyPriorityQueue
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS
from twisted.web.http import _DataLoss

from newslake.http import ChunkedBody

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# HTTP/1.1: a parser of our own


class ChunkedTransfer:
    """Decodes chunked bodies as leniently as browsers do, in place of Twisted's decoder.

    Args:
        deliver: gets the data.
        finish: gets what follows the end.
    """

    def __init__(self, deliver: Callable[[bytes], None], finish: Callable[[bytes], None]) -> None:
        self._body = ChunkedBody()
        self._deliver = deliver
        self._finish = finish

    def dataReceived(self, data: bytes) -> None:
        """Take received bytes. Raises ValueError if they are not chunked."""
        for piece in self._body.feed(data):
            self._deliver(piece)
        if self._body.is_done:
            self._finish(self._body.rest)

    def noMoreData(self) -> None:
        """Take the end of the connection. Raises Twisted's error of lost data if the body is not at its end."""
        if not self._body.may_be_whole:
            raise _DataLoss("the connection was closed before the last chunk")


class HeadParser(_LenientHTTPClientParser):
    """Scrapy's parser of responses, to be subclassed. It skips blank lines before the status line, as browsers do."""

    _transferDecoders: dict[bytes, Any] = {b"chunked": ChunkedTransfer}  # noqa: RUF012 - Twisted declares it so

    def lineReceived(self, line: bytes) -> None:
        if self.state == STATUS and not line.strip():
            return
        super().lineReceived(line)


class HeadProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's client protocol, parsing responses with `parser`."""

    parser: type[HeadParser] = HeadParser

    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # Twisted hardcodes the parser class. Scrapy's own protocol replaces the class of the parser object in the same way.
        assert self._parser is not None
        self._parser.__class__ = self.parser
        return answer


class HeadFactory(_LenientHTTP11ClientFactory):
    """Scrapy's factory of connections, building `built` protocols."""

    built: type[HeadProtocol] = HeadProtocol

    def buildProtocol(self, addr: Any) -> HeadProtocol:
        return self.built(self._quiescentCallback)


def use_factory(handler: HTTP11DownloadHandler, factory: type[HeadFactory]) -> None:
    """Make the connection pool of a download handler build its connections with `factory`."""
    handler._pool._factory = factory


# Downloader slots: one for each host, with its delay, its concurrency and the requests that wait


def slot_of(crawler: Crawler, host: str) -> Slot | None:
    """Return the slot of a host, or None if no request to it is under way or waiting."""
    slots: dict[str, Slot] = crawler.engine.downloader.slots
    return slots.get(host)


def all_slots(crawler: Crawler) -> Iterable[Slot]:
    """Return the slots of all hosts."""
    slots: dict[str, Slot] = crawler.engine.downloader.slots
    return slots.values()


def slot_delay(crawler: Crawler, host: str) -> float | None:
    """Return the delay in seconds set for a host by `set_slot`, or None."""
    own: dict[str, Any] = crawler.engine.downloader.per_slot_settings.get(host, {})
    return own.get("delay")


def set_slot(crawler: Crawler, host: str, delay: float) -> None:
    """Send requests to a host one at a time and at least `delay` seconds apart, for the rest of the crawl.

    A slot is deleted when it has been idle for a while; the settings also apply to the one that replaces it.
    """
    crawler.engine.downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0.0, "concurrency": 1}
    slot = slot_of(crawler, host)
    if slot:
        slot.delay, slot.jitter, slot.concurrency = max(slot.delay, delay), 0.0, 1


def pause_slot(slot: Slot, seconds: float) -> None:
    """Send no request of a slot in the next `seconds`: Scrapy sends the next one `delay` after `lastseen`."""
    slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - slot.delay)


def fail_waiting(slot: Slot, error: Exception, is_meant: Callable[[Request], bool] = lambda _: True) -> None:
    """Fail the requests that wait in a slot, all of them or those for which `is_meant`."""
    meant = [entry for entry in slot.queue if is_meant(entry[0])]
    for entry in meant:
        slot.queue.remove(entry)
        entry[1].errback(Failure(error))  # type: ignore[no-untyped-call]


def head_priority(queue: ScrapyPriorityQueue) -> int:
    """Return the priority of the request that a queue, which is not empty, gives next."""
    return -(queue.curprio or 0)


def under_way(crawler: Crawler) -> Iterable[Request]:
    """Return the requests that have left the scheduler and are not done: they wait, are sent, or their callback runs."""
    slot = crawler.engine._slot if crawler.engine else None
    return slot.inprogress if slot else ()


# Middlewares and extensions


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, with a hook for a robots.txt that could not be fetched."""

    def robots_failed(self, error: Exception, netloc: str) -> None:
        """Called before the requests to `netloc` that wait for its robots.txt go on."""
        raise NotImplementedError

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.robots_failed(exc, netloc)
        super()._robots_error(exc, netloc)


class RedirectMiddleware(BaseRedirectMiddleware):
    """Scrapy's base of its redirect middlewares, for redirects that are no HTTP status."""

    def led(self, request: Request, response: Response, url: str, reason: str) -> Request:
        """Return the request that follows a redirect. Raises IgnoreRequest after too many."""
        return self._redirect(self._redirect_request_using_get(request, response, url), request, reason)


class FlooredThrottle(AutoThrottle):
    """Scrapy's AutoThrottle, with a lowest delay for each response."""

    def lowest_delay(self, response: Response) -> float:
        """Return the delay in seconds below which the host of `response` is never throttled."""
        raise NotImplementedError

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slot.delay = max(slot.delay, self.lowest_delay(response))


def max_size(middleware: HttpCompressionMiddleware) -> int:
    """Return the largest body in bytes that the middleware unpacks."""
    return middleware._max_size


def cache_path(storage: FilesystemCacheStorage, spider: Spider, request: Request) -> Path:
    """Return the path at which a cache storage keeps the response to a request."""
    return Path(storage._get_request_path(spider, request))


def make_conditional(policy: RFC2616Policy, request: Request, cached: Response) -> None:
    """Add If-Modified-Since and If-None-Match to a request, from the headers of its cached response."""
    policy._set_conditional_validators(request, cached)
