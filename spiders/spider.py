"""The one spider: reads the listings of all sources, then fetches the pages that they name, newest first."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from newslake.errors import CaptureError, ListingError
from spiders.accounts import Accounts
from spiders.fetches import Fetch, Reading, exchange, facts, header, page_end, wall_of
from spiders.journal import End, Kind
from spiders.listings.autodiscovery import common_places, read_home, robots_sitemaps
from spiders.listings.feeds import read_feed
from spiders.listings.model import Follow, Link, Listing
from spiders.listings.rediscovery import home_of, is_another_host, is_lost, moved_to, usable
from spiders.listings.sections import read_section
from spiders.listings.sitemaps import read_sitemap
from spiders.middlewares.politeness import HostClosed, Politeness
from spiders.network.failures import explain
from spiders.sources import Source
from spiders.urls.canonical import url_id
from spiders.urls.traps import braked, far_ahead, nested
from spiders.warc.files import phrase
from spiders.warc.write import CaptureWriter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import CrawlJob

# A sitemap index of decades, or a home page that declares every section's feed, must not eat the run.
MAX_LISTINGS = 100
# A section that goes on without naming anything new: the first pages of one may repeat each other's teasers.
IDLE_PAGES = 3
# Not worth the bytes: refused when their headers arrive.
NEVER_PAGES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/octet-stream")
LISTING_PRIORITY = 10


class NewsSpider(Spider):
    name = "newslake"

    def __init__(self, job: CrawlJob, accounts: Accounts, writer: CaptureWriter, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.accounts = accounts
        self.writer = writer
        self.fatal: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.look_at_headers, signal=signals.headers_received)
        crawler.signals.connect(spider.dropped, signal=signals.request_dropped)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for pending in self.job.pending:
            key = self.accounts.find(pending.url, pending.source, "page", pending.found_by)
            if key:
                for request in self.request(Fetch(key, pending.url, "page", pending.found_by, pending.source)):
                    yield request
        for source in self.job.sources:
            again = sum(pending.source == source.name for pending in self.job.pending)
            reading = Reading(source, max(0, (source.max_articles or self.job.settings.max_articles) - again))
            named: list[tuple[str, Kind]] = [(url, "feed") for url in source.feeds]
            named += [(url, "sitemap") for url in source.sitemaps]
            named += [(url, "section") for url in source.sections]
            if not named and source.url:
                named = [(source.url, "home")]
            reading.under_way += 1  # holds the pages back until every listing is asked for
            for url, kind in named:
                for request in self.listing(reading, Follow(url, kind, "watchlist")):  # type: ignore[arg-type]
                    yield request
            for request in self.listing_ended(reading):
                yield request

    def request(self, fetch: Fetch) -> list[Request]:
        try:
            request = Request(
                fetch.url,
                callback=self.answered,
                errback=self.failed,
                dont_filter=True,
                priority=0 if fetch.kind == "page" else LISTING_PRIORITY,
                meta={"fetch": fetch, "kind": fetch.kind},
            )
        except ValueError as error:
            self.accounts.end(fetch.key, "refused", detail=f"not a web address: {error}")
            return self.listing_ended(fetch.reading) if fetch.reading else []
        return [request]

    # Listings

    def listing(
        self,
        reading: Reading,
        follow: Follow,
        page: int = 1,
        guesses: tuple[Follow, ...] = (),
        in_place_of: str | None = None,
        idle: int = 0,
    ) -> list[Request]:
        key = self.accounts.find(follow.url, reading.source.name, follow.kind, follow.found_by, in_place_of)
        if key is None:
            return []
        if page > 1 and idle >= IDLE_PAGES:
            detail = f"endless addresses: {idle} pages of this section in a row named nothing that pages before them did not"
        elif follow.found_by != "watchlist" and far_ahead(follow.url, datetime.now(UTC).date()):
            detail = "endless addresses: a calendar's page of a month to come"
        elif follow.found_by != "watchlist" and (why := nested(follow.url)):
            detail = why
        elif reading.listings >= MAX_LISTINGS:
            detail = f"over {MAX_LISTINGS} listings of this source in a run"
        else:
            detail = ""
        if detail:
            self.accounts.end(key, "refused", detail=detail)
            return []
        reading.listings += 1
        reading.under_way += 1
        fetch = Fetch(key, follow.url, follow.kind, follow.found_by, reading.source.name)
        fetch.reading, fetch.page, fetch.guesses, fetch.in_place_of, fetch.idle = reading, page, guesses, in_place_of, idle
        return self.request(fetch)

    def listing_ended(self, reading: Reading) -> list[Request]:
        """Choose the pages of a source when its last listing has ended."""
        reading.under_way -= 1
        if reading.under_way:
            return []
        requests: list[Request] = []
        taken = 0
        endless = self.endless(reading)
        for key, link, found_by, _ in sorted(reading.links, key=_newest_first):
            if link.url in endless:
                self.accounts.end(key, "refused", detail=endless[link.url])
                continue
            skip = "only listings were asked for" if self.job.listings_only else self.accounts.reason_to_skip(key)
            if skip:
                self.accounts.end(key, "known", detail=skip)
            elif taken >= reading.budget:
                limit = reading.source.max_articles or self.job.settings.max_articles
                detail = f"over max_articles = {limit} for this run; the next run takes it up"
                self.accounts.end(key, "refused", detail=detail)
            else:
                taken += 1
                requests += self.request(Fetch(key, link.url, "page", found_by, reading.source.name, link.hints))
        reading.links.clear()
        return requests

    def endless(self, reading: Reading) -> dict[str, str]:
        """Pages of a source that a shape without end made, with the reason; what the user calls an article is none of them."""
        wanted = re.compile(reading.source.article_pattern) if reading.source.article_pattern else None
        named = [(link.url, kind) for _, link, _, kind in reading.links if not (wanted and wanted.search(link.url))]
        declared = {url for url, kind in named if kind in ("feed", "sitemap")}
        return braked((url for url, _ in named), datetime.now(UTC).date(), declared)

    async def read(self, fetch: Fetch, response: Response, body: bytes) -> tuple[str, list[Request]]:
        """Take up what a listing names: in words, and the requests that follow. ListingError where it is none."""
        assert fetch.reading
        reading = fetch.reading
        listing = self.parse_listing(fetch.kind, body, response, reading.source)
        for follow in listing.follow:
            if fetch.kind == "home" and url_id(follow.url).hex == fetch.key:  # the address named as a home page is a feed itself
                listing = self.parse_listing(follow.kind, body, response, reading.source)
                reading.declared = True
                break
        links = usable(listing, reading.source) if fetch.in_place_of and fetch.kind == "home" else listing.links
        named_before = len(reading.section_ids)
        for link in links:
            key = self.accounts.find(link.url, fetch.source, "page", f"{fetch.kind} {fetch.url}")
            if fetch.kind == "section":
                reading.section_ids.add(url_id(link.url).hex)
            if key:
                fetch.new += self.accounts.reason_to_skip(key) is None
                reading.links.append((key, link, f"{fetch.kind} {fetch.url}", fetch.kind))
        reading.declared |= bool(listing.follow)
        requests: list[Request] = []
        for follow in listing.follow:
            if follow.kind == fetch.kind == "section":
                if fetch.page < reading.source.section_pages:
                    idle = fetch.idle + 1 if len(reading.section_ids) == named_before else 0
                    requests += self.listing(reading, follow, fetch.page + 1, in_place_of=fetch.in_place_of, idle=idle)
            else:
                requests += self.listing(reading, follow, in_place_of=fetch.in_place_of)
        words = f"{len(links)} {'entry' if len(links) == 1 else 'entries'}, {fetch.new} new"
        if listing.follow:
            words += f", {len(listing.follow)} more to read"
        return words + (f"; {listing.note}" if listing.note else ""), requests

    def parse_listing(self, kind: Kind, body: bytes, response: Response, source: Source) -> Listing:
        content_type = header(response, "Content-Type")
        match kind:
            case "feed":
                return read_feed(body, response.url, content_type)
            case "sitemap":
                return read_sitemap(body, response.url, content_type)
            case "section":
                return read_section(body, response.url, content_type, article_pattern=source.article_pattern)
            case _:
                return read_home(body, response.url, content_type)

    async def after_listing(self, fetch: Fetch, worked: bool, follows: bool) -> list[Request]:
        """What follows the end of a listing, read or not: the rest of autodiscovery, then the source's pages.

        `follows` says that it named other listings, which are asked for.
        """
        assert fetch.reading
        reading = fetch.reading
        requests: list[Request] = []
        guesses = () if worked else fetch.guesses
        if fetch.kind == "home" and (fetch.found_by == "watchlist" or fetch.in_place_of):
            has_more = follows if fetch.in_place_of else reading.declared
            sitemaps: tuple[Follow, ...] = ()
            if not (fetch.in_place_of and has_more and reading.lost != "sitemap"):
                sitemaps = robots_sitemaps(await self.robots_text(fetch.url), urljoin(fetch.url, "/robots.txt"))
            for follow in sitemaps:
                requests += self.listing(reading, follow, in_place_of=fetch.in_place_of)
            if not (has_more or sitemaps) and (worked or not fetch.in_place_of):
                guesses = tuple(common_places(fetch.url))
        while guesses:
            asked = self.listing(reading, guesses[0], guesses=guesses[1:], in_place_of=fetch.in_place_of)
            requests += asked
            if asked:
                break
            guesses = guesses[1:]
        return requests + self.listing_ended(reading)

    def rediscover(self, lost: Fetch, end: End) -> list[Request]:
        """Look on the home page for another listing in place of a lost one, once for each source."""
        assert lost.reading
        reading = lost.reading
        home = home_of(reading.source, lost.url)
        if reading.lost or (end == "network-error" and not is_another_host(home, lost.url)):
            return []
        reading.lost = lost.kind
        return self.listing(reading, Follow(home, "home", f"in place of {lost.kind} {lost.url}"), in_place_of=lost.key)

    async def robots_text(self, url: str) -> str:
        """The site's robots.txt; empty where it has none or does not answer."""
        polite = self.crawler.get_downloader_middleware(Politeness)
        assert polite
        netloc = urlsplit(url).netloc
        if netloc not in polite.robots and netloc not in polite.robots_down and not self.job.settings.obey_robots:
            robots = Request(urljoin(url, "/robots.txt"), callback=NO_CALLBACK, meta={"dont_obey_robotstxt": True})
            try:
                await self.crawler.engine.download_async(robots)
            except Exception as error:  # noqa: BLE001 - any failure of it means the same: no sitemaps from there
                self.logger.info("no robots.txt at %s: %s", robots.url, error)
        return polite.robots.get(netloc, "")

    # Answers

    async def answered(self, response: Response) -> list[Request]:
        """Callback of every request: WARC first, then the page's or listing's end."""
        assert response.request
        fetch: Fetch = response.request.meta["fetch"]
        cached = "cached" in response.flags
        requests: list[Request] = []
        told = facts(response.request) | {"status": 304 if cached else response.status, "bytes": len(response.body)}
        end: End = "http-error"
        detail: str | None = f"{response.status} {phrase(response.status)}".strip()
        try:
            if not cached:
                place = self.writer.write(exchange(fetch, response))
                told |= {"file": place.file, "offset": place.offset}
            blocked = wall_of(response, asked=fetch.url, wanted=fetch.kind)
            if blocked:
                detail = blocked
            elif response.status == 200 and fetch.kind == "page":
                end, detail = page_end(response)
            elif response.status == 200:
                detail, requests = await self.read(fetch, response, response.body)
                end = "not-modified" if cached else "read"
                if fetch.found_by == "watchlist" and (
                    place_now := moved_to(fetch.url, response.url, response.request.meta.get("redirect_reasons", ()))
                ):
                    detail += f"; moved for good to {place_now}: name it in the watchlist"
        except CaptureError as error:
            self.abort(str(error))
            return []
        except ListingError as error:
            end, detail = "failed", error.happened
        except Exception as error:
            self.logger.exception("%s cannot be read", fetch.url)
            end, detail = "failed", f"{type(error).__name__}: {error}"
        return await self.ended(fetch, end, detail, told, requests)

    async def failed(self, failure: Failure) -> list[Request]:
        """Errback of every request: no answer came, or none was wanted."""
        request: Request = failure.request  # type: ignore[attr-defined]
        fetch: Fetch = request.meta["fetch"]
        error = failure.value
        assert error
        told = facts(request)
        end: End
        match error:
            case HostClosed():
                end, detail = error.end, error.detail
                told["status"] = error.status
            case Elsewhere():
                end, detail = "known", str(error)
            case StopDownload(response=Response() as response):
                end, detail = "refused", f"wrong type: {header(response, 'Content-Type')}"
                told["status"] = response.status
                if response.status != 200:
                    end, detail = "http-error", f"{response.status} {phrase(response.status)}".strip()
            case _:
                end, detail = explain(error, request.url)
                polite = self.crawler.get_downloader_middleware(Politeness)
                down = polite.robots_down.get(urlsplit(request.url).netloc) if polite else None
                if end == "robots" and down:
                    detail = f"robots.txt answered {down}; until it answers, nothing may be fetched"
        if end == "failed" and not isinstance(error, IgnoreRequest):
            self.logger.error("%s failed", fetch.url, exc_info=error)
        return await self.ended(fetch, end, detail, told, [])

    async def ended(
        self, fetch: Fetch, end: End, detail: str | None, told: dict[str, Any], requests: list[Request]
    ) -> list[Request]:
        try:
            self.accounts.end(fetch.key, end, detail=detail, **told)
            if fetch.kind != "page":
                worked = end in ("read", "not-modified")
                follows = bool(requests)
                state = self.job.states.get(fetch.source, "")
                is_named = fetch.found_by == "watchlist" and fetch.kind != "home"
                if is_named and is_lost(end, told.get("status"), detail, fetch.new, state):
                    requests = requests + self.rediscover(fetch, end)
                requests = requests + await self.after_listing(fetch, worked, follows)
        except OSError as error:
            self.abort(f"the journal cannot be written: {error.strerror or error}")
            return []
        return requests

    def abort(self, why: str) -> None:
        """Nothing can be kept any more, so nothing more is fetched."""
        self.fatal = self.fatal or why
        self.stop()

    stop: Callable[[], None]  # set by the crawl, which owns the process

    # Signals

    def look_at_headers(self, headers: Headers, request: Request, **_: Any) -> None:
        fetch = request.meta.get("fetch")
        if fetch is None or fetch.kind != "page" or "Location" in headers or "Retry-After" in headers:
            return
        content_type = (headers.get("Content-Type") or b"").decode("latin-1").lower().strip()
        if content_type.startswith(NEVER_PAGES):
            raise StopDownload(fail=True)

    def dropped(self, request: Request, **_: Any) -> None:
        fetch: Fetch = request.meta["fetch"]
        self.accounts.end(fetch.key, "failed", detail="the scheduler dropped the request")


class Elsewhere(IgnoreRequest):
    """A redirect to a page that needs no fetch of its own."""


class Redirects:
    """Downloader middleware: a redirect never fetches what another URL of this or an earlier run answers for."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        fetch = request.meta.get("fetch")
        if fetch is None or fetch.kind != "page" or "redirect_urls" not in request.meta:
            return
        spider = self.crawler.spider
        assert isinstance(spider, NewsSpider)
        skip = spider.accounts.take(fetch.key, fetch.url, request.url)
        if skip:
            raise Elsewhere(skip)


def _newest_first(found: tuple[str, Link, str, Kind]) -> tuple[int, float]:
    """Undated links of feeds and sections are of today, undated ones of sitemaps of any day."""
    _, link, _, kind = found
    when = link.hints.published or link.hints.modified
    if when is None:
        return (2 if kind == "sitemap" else 0), 0.0
    return 1, -(when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
