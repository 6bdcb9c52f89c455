"""Discovery: reads the listings of the sources, follows what they name, and chooses the pages to fetch."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from newslake.outcomes import Origin, Outcome, Reason, Why
from spiders.accounts import Accounts
from spiders.fetches import Fetch, ListingFetch, Reading, content_type
from spiders.journal import Kind
from spiders.listings.autodiscovery import common_places, read_home, robots_sitemaps
from spiders.listings.feeds import read_feed
from spiders.listings.model import Follow, Link, Listing
from spiders.listings.rediscovery import home_of, is_another_host, usable
from spiders.listings.sections import read_section
from spiders.listings.sitemaps import read_sitemap
from spiders.sources import Source
from spiders.urls.canonical import url_id
from spiders.urls.traps import braked, far_ahead, nested

if TYPE_CHECKING:
    from spiders.crawl import CrawlJob

# For each source and run: a sitemap index of decades, or a home page that declares a feed for every section, must not use up
# the run.
MAX_LISTINGS = 100
# Pages of a section in a row without a new address, after which the next one is not read. More than one, as the first pages of
# a section may repeat each other's teasers.
IDLE_PAGES = 3
NAMED = "watchlist", Origin.WATCHLIST


class Discovery:
    """The listings of a crawl.

    Args:
        request: makes the requests of a fetch; none if its URL cannot be requested.
        robots_text: returns the robots.txt of the site of a URL, empty if it has none.
    """

    def __init__(
        self,
        job: CrawlJob,
        accounts: Accounts,
        request: Callable[[Fetch], list[Request]],
        robots_text: Callable[[str], Awaitable[str]],
    ) -> None:
        self.job = job
        self.accounts = accounts
        self.request = request
        self.robots_text = robots_text

    def start(self, source: Source) -> list[Request]:
        """Request the listings that the watchlist names for a source, or its home page if it names none."""
        again = sum(pending.source == source.name for pending in self.job.pending)
        reading = Reading(source, max(0, (source.max_articles or self.job.settings.max_articles) - again))
        named: list[Follow] = [Follow(url, "feed", *NAMED) for url in source.feeds]
        named += [Follow(url, "sitemap", *NAMED) for url in source.sitemaps]
        named += [Follow(url, "section", *NAMED) for url in source.sections]
        if not named and source.url:
            named = [Follow(source.url, "home", *NAMED)]
        reading.under_way += 1  # no page is chosen before every listing has been requested
        requests: list[Request] = []
        for follow in named:
            requests += self.listing(reading, follow)
        return requests + self.listing_ended(reading)

    def listing(
        self,
        reading: Reading,
        follow: Follow,
        page: int = 1,
        guesses: tuple[Follow, ...] = (),
        in_place_of: str | None = None,
        idle: int = 0,
    ) -> list[Request]:
        """Request a listing, unless this crawl already did or there is a reason not to; the arguments are ListingFetch's."""
        key = self.accounts.find(follow.url, reading.source.name, follow.kind, follow.found_by, follow.origin, in_place_of)
        if key is None:
            return []
        refusal = self._refusal(reading, follow, page, idle)
        if refusal:
            self.accounts.end(key, Outcome.REFUSED, *refusal)
            return []
        reading.listings += 1
        reading.under_way += 1
        return self.request(
            ListingFetch(
                key,
                follow.url,
                follow.kind,
                follow.found_by,
                follow.origin,
                reading.source.name,
                reading=reading,
                page=page,
                guesses=guesses,
                in_place_of=in_place_of,
                idle=idle,
            )
        )

    def _refusal(self, reading: Reading, follow: Follow, page: int, idle: int) -> Why | None:
        """Return why a listing is not read, or None."""
        if page > 1 and idle >= IDLE_PAGES:
            words = f"endless addresses: {idle} pages of this section in a row named nothing that pages before them did not"
            return Why(Reason.ENDLESS, words)
        if follow.origin is not Origin.WATCHLIST:
            if far_ahead(follow.url, datetime.now(UTC).date()):
                return Why(Reason.ENDLESS, "endless addresses: a calendar page of a future month")
            if why := nested(follow.url):
                return Why(Reason.ENDLESS, why)
        if reading.listings >= MAX_LISTINGS:
            return Why(Reason.LISTING_BUDGET, f"over {MAX_LISTINGS} listings of this source in a run")
        return None

    def listing_ended(self, reading: Reading) -> list[Request]:
        """Choose the pages of a source, newest first, when its last listing has ended."""
        reading.under_way -= 1
        if reading.under_way:
            return []
        requests: list[Request] = []
        taken = 0
        endless = _endless(reading)
        for key, link, found_by, _ in sorted(reading.links, key=_newest_first):
            if link.url in endless:
                self.accounts.end(key, Outcome.REFUSED, Reason.ENDLESS, endless[link.url])
                continue
            skip = self.accounts.reason_to_skip(key)
            if self.job.listings_only:
                skip = Why(Reason.LISTINGS_ONLY, "only listings were asked for")
            if skip:
                self.accounts.end(key, Outcome.UNCHANGED, *skip)
            elif taken >= reading.budget:
                limit = reading.source.max_articles or self.job.settings.max_articles
                detail = f"over max_articles = {limit} for this run; the next run fetches it"
                self.accounts.end(key, Outcome.REFUSED, Reason.BUDGET, detail)
            else:
                taken += 1
                requests += self.request(Fetch(key, link.url, "page", found_by, Origin.LISTING, reading.source.name, link.hints))
        reading.links.clear()
        return requests

    def read(self, fetch: ListingFetch, response: Response) -> tuple[Why, list[Request]]:
        """Take up what a listing names.

        Returns:
            LISTING or EMPTY with a summary in words, and the requests for the listings that it names.

        Raises:
            ListingError: the response is not a listing of the fetch's kind.
        """
        reading = fetch.reading
        listing = _parse(fetch.kind, response, reading.source)
        for follow in listing.follow:
            if fetch.kind == "home" and url_id(follow.url).hex == fetch.key:  # what is named as a home page is a feed or sitemap
                listing = _parse(follow.kind, response, reading.source)
                reading.declared = True
                break
        links = usable(listing, reading.source) if fetch.in_place_of and fetch.kind == "home" else listing.links
        named_before = len(reading.section_ids)
        for link in links:
            self._find(fetch, link)
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
        if listing.note:
            words += f"; {listing.note}"
        return Why(Reason.LISTING if links else Reason.EMPTY, words), requests

    def _find(self, fetch: ListingFetch, link: Link) -> None:
        """Keep a link of a listing, to choose from when all listings of the source have ended."""
        found_by = f"{fetch.kind} {fetch.url}"
        key = self.accounts.find(link.url, fetch.source, "page", found_by, Origin.LISTING)
        if fetch.kind == "section":
            fetch.reading.section_ids.add(url_id(link.url).hex)
        if key:
            fetch.new += self.accounts.reason_to_skip(key) is None
            fetch.reading.links.append((key, link, found_by, fetch.kind))

    async def after_listing(self, fetch: ListingFetch, worked: bool, follows: bool) -> list[Request]:
        """Go on after a listing has ended, read or not: the rest of autodiscovery, then the pages of the source.

        Args:
            worked: the listing was read.
            follows: it named other listings, which have been requested.
        """
        reading = fetch.reading
        requests: list[Request] = []
        guesses = () if worked else fetch.guesses
        if fetch.kind == "home" and (fetch.origin is Origin.WATCHLIST or fetch.in_place_of):
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

    def rediscover(self, lost: ListingFetch, outcome: Outcome | None) -> list[Request]:
        """Read the home page to replace a lost listing, once for each source and run."""
        reading = lost.reading
        home = home_of(reading.source, lost.url)
        if reading.lost or (outcome is Outcome.NETWORK_ERROR and not is_another_host(home, lost.url)):
            return []
        reading.lost = lost.kind
        follow = Follow(home, "home", f"in place of {lost.kind} {lost.url}", Origin.REPLACEMENT)
        return self.listing(reading, follow, in_place_of=lost.key)


def _parse(kind: Kind, response: Response, source: Source) -> Listing:
    declared = content_type(response)
    match kind:
        case "feed":
            return read_feed(response.body, response.url, declared)
        case "sitemap":
            return read_sitemap(response.body, response.url, declared)
        case "section":
            return read_section(response.body, response.url, declared, article_pattern=source.article_pattern)
        case _:
            return read_home(response.body, response.url, declared)


def _endless(reading: Reading) -> dict[str, str]:
    """Return the pages of a source that belong to an endless series of addresses, each with the reason.

    Addresses that match the source's `article_pattern` are never among them.
    """
    wanted = re.compile(reading.source.article_pattern) if reading.source.article_pattern else None
    named = [(link.url, kind) for _, link, _, kind in reading.links if not (wanted and wanted.search(link.url))]
    declared = {url for url, kind in named if kind in ("feed", "sitemap")}
    return braked((url for url, _ in named), datetime.now(UTC).date(), declared)


def _newest_first(found: tuple[str, Link, str, Kind]) -> tuple[int, float]:
    """Sort undated links of feeds and sections first, as if of today, and undated links of sitemaps last."""
    _, link, _, kind = found
    when = link.hints.published or link.hints.modified
    if when is None:
        return (2 if kind == "sitemap" else 0), 0.0
    return 1, -(when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
