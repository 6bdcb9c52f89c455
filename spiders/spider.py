"""The only spider: requests pages and listings, captures every response and gives every URL its end in the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from newslake.errors import CaptureError, ListingError
from newslake.http.media_type import declared_type
from newslake.outcomes import End, Origin, Outcome, Reason
from spiders.accounts import Accounts
from spiders.cookies.subscriptions import Subscriptions
from spiders.discovery import Discovery
from spiders.fetches import Fetch, ListingFetch, content_type, exchange, facts, joined, may_be_page, page_end, status_end, wall_of
from spiders.listings.processes import Readers
from spiders.listings.rediscovery import is_lost, moved_to
from spiders.middlewares.cookies import BadCookies
from spiders.middlewares.politeness import Politeness
from spiders.middlewares.redirects import GUEST_PRIORITY, Elsewhere
from spiders.middlewares.robots import HostClosed
from spiders.middlewares.time_limit import OutOfTime
from spiders.network.failures import explain
from spiders.network.request_meta import DONT_OBEY_ROBOTSTXT, FETCH, KIND, REDIRECT_REASONS
from spiders.parts.further import FurtherPages
from spiders.warc.model import Exchange
from spiders.warc.write import CaptureWriter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import CrawlJob

LISTING_PRIORITY = 10
SLOW_PRIORITY = -20
# Bytes. A response without a type that is larger is a film or a program, and not downloaded to see what it is.
LARGEST_UNKNOWN = 5_000_000
_NOTHING_THERE = {Reason.GONE, Reason.HTTP_STATUS, Reason.NOT_A_LISTING, Reason.NOT_TEXT}


def _priority(fetch: Fetch) -> int:
    if fetch.is_guest and not fetch.is_slow:
        return GUEST_PRIORITY
    if fetch.kind != "page":
        return LISTING_PRIORITY
    return SLOW_PRIORITY if fetch.is_slow else 0


class NewsSpider(Spider):
    """Fetches what `Discovery` finds, and keeps the accounts and captures of the crawl."""

    name = "newslake"

    def __init__(
        self, job: CrawlJob, accounts: Accounts, writer: CaptureWriter, subscriptions: Subscriptions, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.accounts = accounts
        self.writer = writer
        self.subscriptions = subscriptions
        self.readers = Readers()
        self.discovery = Discovery(job, accounts, self.request, self.robots_text, self.readers)
        self.further = FurtherPages(job, accounts, self.request, self.discovery.pages.waiting)
        self.fatal: str | None = None  # why nothing more can be kept

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.look_at_headers, signal=signals.headers_received)
        crawler.signals.connect(spider.dropped, signal=signals.request_dropped)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield the requests for the listings of each source. Its pages follow when they have ended, see `Discovery`."""
        for source in self.job.sources:
            self.discovery.pages.open(source)
        for source in self.job.sources:
            for request in await self.discovery.start(source):
                yield request

    def request(self, fetch: Fetch) -> list[Request]:
        """Make the request of a fetch. If Scrapy does not take its URL, end it."""
        try:
            request = Request(
                fetch.url,
                callback=self.answered,
                errback=self.failed,
                dont_filter=True,
                priority=_priority(fetch),
                meta={FETCH: fetch, KIND: fetch.kind},
            )
        except ValueError as error:
            self.accounts.end(fetch.key, Outcome.REFUSED, Reason.BAD_ADDRESS, f"not a web address: {error}")
            if isinstance(fetch, ListingFetch):
                fetch.reading.under_way -= 1  # never the last one: whatever names it is still under way
            return []
        return [request]

    async def robots_text(self, url: str) -> str:
        """Return the robots.txt of a site; empty if it has none or does not answer."""
        polite = self._polite()
        netloc = urlsplit(url).netloc
        if netloc not in polite.robots and netloc not in polite.robots_down and not self.job.settings.obey_robots:
            robots = Request(urljoin(url, "/robots.txt"), callback=NO_CALLBACK, meta={DONT_OBEY_ROBOTSTXT: True})
            try:
                await self.crawler.engine.download_async(robots)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, there are no sitemaps from there
                self.logger.info("no robots.txt at %s: %s", robots.url, error)
        return polite.robots.get(netloc, "")

    async def answered(self, response: Response) -> list[Request]:
        """Capture a response, then end its URL. The callback of every request."""
        assert response.request
        fetch: Fetch = response.request.meta[FETCH]
        cached = "cached" in response.flags
        requests: list[Request] = []
        measured = facts(response.request) | {"status": 304 if cached else response.status, "bytes": len(response.body)}
        end = status_end(response.status)
        if response.status >= 400:
            measured |= self._polite().wait_of(response.url)
        try:
            if not cached:
                place = self.writer.write(self._exchange(fetch, response))
                measured |= {"file": place.file, "offset": place.offset}
            blocked = wall_of(response, asked=fetch.url, wanted=fetch.kind)
            if blocked:
                end = End(Outcome.HTTP_ERROR, *blocked)
            elif response.status == 200 and isinstance(fetch, ListingFetch):
                end, requests = await self._listing_end(fetch, response)
            elif response.status == 200:
                end = page_end(response)
                requests = self.further.named_by(fetch, response) if end.outcome is None else []
        except CaptureError as error:
            self.abort(str(error))
            return []
        except ListingError as error:
            end = End(Outcome.FAILED, error.reason, error.happened)
        except Exception as error:
            self.logger.exception("%s cannot be read", fetch.url)
            end = End(Outcome.FAILED, Reason.ERROR, f"{type(error).__name__}: {error}")
        return await self.ended(fetch, end, measured, requests)

    def _exchange(self, fetch: Fetch, response: Response) -> Exchange:
        return self.subscriptions.discreet(exchange(fetch, response), fetch.source)

    async def _listing_end(self, fetch: ListingFetch, response: Response) -> tuple[End, list[Request]]:
        """Read a listing. Returns how it ended, and the requests for the listings that it names. Raises ListingError."""
        assert response.request
        (reason, detail), requests = await self.discovery.read(fetch, response)
        cached = "cached" in response.flags
        if cached and reason is Reason.LISTING:
            reason = Reason.NOT_MODIFIED
        if fetch.origin is Origin.WATCHLIST:
            place_now = moved_to(fetch.url, response.url, response.request.meta.get(REDIRECT_REASONS, ()))
            if place_now:
                reason, detail = Reason.MOVED, f"{detail}; moved for good to {place_now}: name it in the watchlist"
        return End(Outcome.UNCHANGED if cached else Outcome.NOT_ARTICLE, reason, detail), requests

    async def failed(self, failure: Failure) -> list[Request]:
        """End a URL without a usable response. The errback of every request."""
        request: Request = failure.request  # type: ignore[attr-defined]
        fetch: Fetch = request.meta[FETCH]
        error = failure.value
        assert error
        measured = facts(request) | self._polite().wait_of(request.url)
        requests: list[Request] = []
        match error:
            case HostClosed():
                end = error.end
                measured["status"] = error.status
            case BadCookies():
                end = error.end
            case OutOfTime():
                end = error.end
                measured = {"time_of": error.source}  # what was sent before brought nothing
            case Elsewhere():
                end = End(Outcome.UNCHANGED, *error.why)
                if error.target:
                    requests = self.discovery.pages.elsewhere(fetch, error.target)
            case StopDownload(response=Response() as response):
                end = End(Outcome.REFUSED, Reason.WRONG_TYPE, f"wrong type: {content_type(response)}")
                measured["status"] = response.status
                if response.status != 200:
                    end = status_end(response.status)
            case _:
                end = explain(error, request.url)
                down = self._polite().robots_down.get(urlsplit(request.url).netloc)
                if end.outcome is Outcome.ROBOTS and down:
                    end = End(Outcome.ROBOTS, *down)
        if end.outcome is Outcome.FAILED and not isinstance(error, IgnoreRequest):
            self.logger.error("%s failed", fetch.url, exc_info=error)
        return await self.ended(fetch, end, measured, requests)

    async def ended(self, fetch: Fetch, end: End, measured: dict[str, Any], requests: list[Request]) -> list[Request]:
        """Write the end of a URL to the journal.

        Args:
            measured: the other fields of `journal.Ended`.
            requests: those that follow from the response.

        Returns:
            `requests` and those that follow from the end of a listing.
        """
        try:
            if fetch.is_respelled:
                measured["url"] = fetch.url
            if fetch.origin is Origin.GUESS and end.reason in _NOTHING_THERE:
                end = end._replace(reason=Reason.GUESS)
            self.accounts.end(fetch.key, *end, **measured)
            if isinstance(fetch, ListingFetch):
                worked = end.outcome in (Outcome.NOT_ARTICLE, Outcome.UNCHANGED)
                follows = bool(requests)
                state = self.job.states.get(fetch.source, "")
                is_named = fetch.origin is Origin.WATCHLIST and fetch.kind != "home"
                if is_named and is_lost(end.outcome, end.reason, measured.get("status"), fetch.new, state):
                    requests = requests + self.discovery.rediscover(fetch, end.outcome)
                is_closed = end.reason in (Reason.HOST_CLOSED, Reason.TIME_BUDGET)
                requests = requests + await self.discovery.after_listing(fetch, worked, follows, is_closed)
        except OSError as error:
            self.abort(f"the journal cannot be written: {error.strerror or error}")
            return []
        return requests

    def _polite(self) -> Politeness:
        polite = self.crawler.get_downloader_middleware(Politeness)
        assert polite
        return polite

    def abort(self, why: str) -> None:
        """Stop the crawl, as nothing more can be kept."""
        self.fatal = self.fatal or why
        self.stop()

    stop: Callable[[], None]  # set by `spiders.process`, which owns the process

    def look_at_headers(self, headers: Headers, request: Request, body_length: int = 0, **_: Any) -> None:
        """Stop the download of a response that cannot be a page, by its type, or by its size if the type says nothing."""
        fetch = request.meta.get(FETCH)
        if fetch is None or fetch.kind != "page" or "Location" in headers or "Retry-After" in headers:
            return
        declared = joined(headers, "Content-Type")
        is_large = declared is not None and declared_type(declared) is None and body_length > LARGEST_UNKNOWN
        if is_large or not may_be_page(declared):
            raise StopDownload(fail=True)

    def dropped(self, request: Request, **_: Any) -> None:
        """End a URL whose request the scheduler did not take."""
        fetch: Fetch = request.meta[FETCH]
        self.accounts.end(fetch.key, Outcome.FAILED, Reason.ERROR, "the scheduler dropped the request")
