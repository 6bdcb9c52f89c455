"""Politeness: Crawl-delay and Retry-After are obeyed, and a host that keeps failing is left alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from newslake.http import retry_after
from newslake.outcomes import End, Outcome, Reason, Why
from spiders.fetches import joined, wall_of
from spiders.middlewares.robots import HostClosed, is_robots
from spiders.middlewares.robots_rules import MAX_BYTES
from spiders.network.failures import NETWORK_ERRORS, explain, is_of_page
from spiders.network.request_meta import DOWNLOAD_SLOT, REDIRECT_URLS, ROBOTS_BYTES, ROBOTS_SINCE
from spiders.scrapy_private import FlooredThrottle, all_slots, fail_waiting, pause_slot, set_slot, slot_delay, slot_of
from spiders.urls.parts import server_of
from spiders.warc.files import phrase

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

# Seconds. With a longer Crawl-delay the crawl of a site would never end, so this much is kept.
MAX_CRAWL_DELAY = 60.0
# Seconds. What a server asks for beyond this, at once or in all, is not waited for, or one site would hold up the news of all
# others; a run after that time fetches the pages.
MAX_RETRY_AFTER = 300.0
# A host is down after this many failed attempts in a row, plus one for each request to it that may be under way at the same
# time. At 30 s each a dead host then costs minutes, not hours.
MAX_FAILURES = 5
# Timeouts in which the redirects and retries of a robots.txt must have come to an end: all that is fetched there waits for it.
ROBOTS_TIMEOUTS = 3


class Throttle(FlooredThrottle):
    """Scrapy's AutoThrottle, never below a host's Crawl-delay."""

    def lowest_delay(self, response: Response) -> float:
        return slot_delay(self.crawler, _host(response.url)) or 0.0


class Politeness:
    """Downloader middleware that sees every attempt, retries included."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.robots: dict[str, str] = {}  # netloc → text of its robots.txt, if it has one
        self.robots_down: dict[str, Why] = {}  # netloc → what came instead of its robots.txt: an error or a wall
        self._closed = {server: _left_alone(server, until) for server, until in crawler.settings.getdict("LEFT_ALONE").items()}
        self._waits: dict[str, datetime] = {}  # server → until when it asked this crawl to be left alone
        self._waited: dict[str, float] = {}  # server → seconds that this crawl has waited for it, because it asked for that
        self._failures: dict[str, int] = {}
        self._patience = MAX_FAILURES + crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._robots_seconds = ROBOTS_TIMEOUTS * crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._stopped = False
        self._waits_for_no_one = bool(crawler.settings.get("REPLAY"))  # the answers are there

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        self = cls(crawler)
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(self._receiving, signal=signals.bytes_received)
        return self

    def process_request(self, request: Request) -> None:
        """Raise HostClosed if nothing more is sent, to this server or at all."""
        if self._stopped:
            raise _stopped()
        if is_robots(request):
            self._check_time(request)
        server = server_of(request.url)
        if server in self._closed:
            raise self._closed[server]

    def _check_time(self, request: Request) -> None:
        """Raise HostClosed if the retries and redirects of a robots.txt have taken too long."""
        now = time.monotonic()
        if now - request.meta.setdefault(ROBOTS_SINCE, now) > self._robots_seconds:
            words = f"{server_of(request.url)} did not give its robots.txt in time, and without it nothing may be fetched"
            raise HostClosed(End(Outcome.NETWORK_ERROR, Reason.TIMEOUT, words))

    def process_response(self, request: Request, response: Response) -> Response:
        self._failures.pop(server_of(request.url), None)
        if is_robots(request):
            return self._robots(request, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count the failures of a server, and close it after too many in a row."""
        if not isinstance(exception, NETWORK_ERRORS):
            return
        if is_of_page(exception):
            self._failures.pop(server_of(request.url), None)
            return
        server = server_of(request.url)
        self._failures[server] = self._failures.get(server, 0) + 1
        if self._failures[server] >= self._patience:
            last = explain(exception, request.url).detail
            words = f"{server} failed {self._patience} times in a row, last: {last}"
            self._close(request.url, HostClosed(End(Outcome.NETWORK_ERROR, Reason.HOST_CLOSED, words)))

    def wait_of(self, url: str) -> dict[str, Any]:
        """Return until when the server of a URL asked this crawl to be left alone, as fields of `journal.Ended`; empty if not."""
        server = server_of(url)
        until = self._waits.get(server)
        return {"retry_at": until, "retry_host": server} if until and until > datetime.now(UTC) else {}

    def stop(self) -> None:
        """Send nothing more; requests that wait for their turn fail at once."""
        self._stopped = True
        for slot in all_slots(self.crawler):
            fail_waiting(slot, _stopped())

    def _robots(self, request: Request, response: Response) -> Response:
        """Apply RFC 9309: a refused robots.txt (4xx) allows everything, one out of order (5xx, 429) forbids everything."""
        first = request.meta.get(REDIRECT_URLS, [request.url])[0]
        netloc = urlsplit(first).netloc
        self.robots_down.pop(netloc, None)
        blocked = wall_of(response, asked=first, wanted="robots.txt")
        if response.status >= 500 or response.status == 429:
            down = blocked or Why(Reason.ROBOTS_UNAVAILABLE, f"{response.status} {phrase(response.status)}")
            words = f"robots.txt answered {down.detail}; until it answers, nothing may be fetched"
            self.robots_down[netloc] = Why(down.reason, words)
            return response.replace(body=b"User-agent: *\nDisallow: /\n")
        if response.status != 200 or blocked:
            return response.replace(body=b"")
        body = response.body[:MAX_BYTES]
        self.robots[netloc] = body.decode("utf-8-sig", "replace")
        return response.replace(body=body)

    def _receiving(self, data: bytes, request: Request, **_: Any) -> None:
        """Stop the download of an endless robots.txt once there is more than the parser reads."""
        if not is_robots(request):
            return
        request.meta[ROBOTS_BYTES] = request.meta.get(ROBOTS_BYTES, 0) + len(data)
        if request.meta[ROBOTS_BYTES] > MAX_BYTES:
            raise StopDownload(fail=False)

    def _robots_parsed(self, robotparser: RobotParser, request: Request, **_: Any) -> None:
        """Slow down to the Crawl-delay of a host, if it asks for more than the crawl's own delay."""
        asked = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        host = _host(request.url)
        known = slot_delay(self.crawler, host)
        if self._waits_for_no_one:
            return
        if asked is not None and asked > (self.crawler.settings.getfloat("DOWNLOAD_DELAY") if known is None else known):
            set_slot(self.crawler, host, min(asked, MAX_CRAWL_DELAY))

    def _downloaded(self, response: Response, request: Request, **_: Any) -> None:
        """Obey Retry-After. Scrapy sends this signal before it takes the next request of the host."""
        if response.status < 400:
            return
        slot = None if self._waits_for_no_one else slot_of(self.crawler, request.meta.get(DOWNLOAD_SLOT, ""))
        now = datetime.now(UTC)
        wait = retry_after(joined(response.headers, "Retry-After"), now)
        if wait:
            server, until = server_of(request.url), now + wait
            longer = until - max(now, self._waits.get(server, now))
            self._waited[server] = self._waited.get(server, 0.0) + max(0.0, longer.total_seconds())
            self._waits[server] = max(until, self._waits.get(server, until))
            most = min(MAX_RETRY_AFTER, self._robots_seconds) if is_robots(request) else MAX_RETRY_AFTER
            if self._waited[server] > most:
                words = (
                    f"{response.status} {phrase(response.status)}: the site asks to come back after {until:%Y-%m-%d %H:%M} UTC"
                )
                self._close(request.url, HostClosed(End(Outcome.HTTP_ERROR, Reason.HOST_CLOSED, words), response.status))
            elif slot:
                pause_slot(slot, wait.total_seconds())
        elif wait is None and response.status == 429 and slot:
            # Too many requests, and the host does not say until when: wait for ten of its delays.
            pause_slot(slot, 10 * slot.delay)

    def _close(self, url: str, closed: HostClosed) -> None:
        """Send nothing more to the server of `url`. Servers on other ports of its host share the slot, and stay open."""
        server = server_of(url)
        self._closed.setdefault(server, closed)
        slot = slot_of(self.crawler, _host(url))
        if slot:
            fail_waiting(slot, closed, lambda request: server_of(request.url) == server)


def _left_alone(server: str, until: datetime) -> HostClosed:
    """Close a server that asked an earlier run to be left alone. Its URLs are refused, as nothing was asked or failed."""
    words = (
        f"not asked: {server} asked an earlier run to come back after {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC (Retry-After)"
    )
    return HostClosed(End(Outcome.REFUSED, Reason.HOST_CLOSED, words))


def _stopped() -> HostClosed:
    return HostClosed(End(Outcome.FAILED, Reason.INTERRUPTED, "not fetched: the crawl was stopped"))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
