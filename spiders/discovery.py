"""Discovery: reads the listings of the sources, follows what they name, and chooses the pages to fetch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from newslake.errors import ListingError
from newslake.outcomes import Origin, Outcome, Reason, Why
from spiders.accounts import Accounts, Named
from spiders.fetches import Fetch, ListingFetch, Reading, content_type
from spiders.journal import Kind
from spiders.listings.autodiscovery import common_places, robots_sitemaps
from spiders.listings.model import Follow, Link, Listing
from spiders.listings.processes import Readers
from spiders.listings.reader import Brake, Read, identity
from spiders.listings.rediscovery import home_of, is_another_host
from spiders.sources import Source
from spiders.urls.canonical import url_id
from spiders.urls.places import Age
from spiders.urls.traps import far_ahead, nested
from spiders.warc.model import Hints

if TYPE_CHECKING:
    from spiders.crawl import CrawlJob, Pending

# For each source and run: a sitemap index of decades, or a home page that declares a feed for every section, must not use up
# the run.
MAX_LISTINGS = 100
# Pages of a section in a row without a new address, after which the next one is not read. More than one, as the first pages of
# a section may repeat each other's teasers.
IDLE_PAGES = 3
# Addresses that are taken up at a time, before other outlets have their turn.
AT_ONCE = 500
# Characters of what listings say about the pages of a source, beside their addresses; what is said of further pages is dropped.
MAX_HINTS = 10_000_000
NAMED = "watchlist", Origin.WATCHLIST


class Discovery:
    """The listings of a crawl.

    Args:
        request: makes the requests of a fetch; none if its URL cannot be requested.
        robots_text: returns the robots.txt of the site of a URL, empty if it has none.
        readers: read the listings.
    """

    def __init__(
        self,
        job: CrawlJob,
        accounts: Accounts,
        request: Callable[[Fetch], list[Request]],
        robots_text: Callable[[str], Awaitable[str]],
        readers: Readers,
    ) -> None:
        self.job = job
        self.accounts = accounts
        self.request = request
        self.robots_text = robots_text
        self.readers = readers

    async def start(self, source: Source) -> list[Request]:
        """Request the listings that the watchlist names for a source, or its home page if it names none."""
        again = sum(pending.source == source.name and not pending.is_slow for pending in self.job.pending)
        budget = max(0, (source.max_articles or self.job.settings.max_articles) - again)
        places = self.accounts.places(source.name, self.job.settings.max_addresses, newest=budget)
        reading = Reading(source, budget, places, MAX_HINTS)
        named: list[Follow] = [Follow(url, "feed", *NAMED) for url in source.feeds]
        named += [Follow(url, "sitemap", *NAMED) for url in source.sitemaps]
        named += [Follow(url, "section", *NAMED) for url in source.sections]
        if not named and source.url:
            named = [Follow(source.url, "home", *NAMED)]
        reading.under_way += 1  # no page is chosen before every listing has been requested
        requests: list[Request] = []
        for follow in named:
            requests += self.listing(reading, follow)
        return requests + await self.listing_ended(reading)

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
        refusal = self._refusal(reading, follow, page, idle)
        if refusal and refusal.reason is Reason.LISTING_BUDGET and not self._takes_place(reading, follow):
            return []
        key = self.accounts.find(follow.url, reading.source.name, follow.kind, follow.found_by, follow.origin, in_place_of)
        if key is None:
            return []
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

    def _takes_place(self, reading: Reading, follow: Follow) -> bool:
        """Whether there is a place for a listing that is not read; without one it is only counted."""
        key, canonical = identity(follow.url)
        if self.accounts.has(key) or reading.places.take(len(follow.url), is_known=True):
            return True
        named = Named(Link(follow.url, Hints(), key, canonical), follow.found_by, follow.kind)
        reading.places.turn_away(key, named, (0, 0.0), is_known=True)
        return False

    async def listing_ended(self, reading: Reading) -> list[Request]:
        """Choose the pages of a source, newest first, when its last listing has ended."""
        reading.under_way -= 1
        if reading.under_way:
            return []
        requests: list[Request] = []
        taken = 0
        slow = {url_id(one.url).hex: one for one in self.job.pending if one.is_slow and one.source == reading.source.name}
        listed: dict[str, Fetch] = {}  # slow looks at pages that a listing names today
        limit = reading.source.max_articles or self.job.settings.max_articles
        for named in self.accounts.count_away(reading.source.name, self.job.settings.max_addresses):
            if self.accounts.find_named(named, reading.source.name):
                reading.links.append(named)
        endless = await self._endless(reading)
        async for named in _in_turns(sorted(reading.links, key=_newest_first)):
            link = named.link
            skip = self.accounts.reason_to_skip(link.key)
            if self.job.listings_only and link.key not in slow:
                skip = Why(Reason.LISTINGS_ONLY, "only listings were asked for")
            if isinstance(endless, Why):
                self.accounts.end(link.key, Outcome.FAILED, *endless)
            elif link.url in endless:
                self.accounts.end(link.key, Outcome.REFUSED, Reason.ENDLESS, endless[link.url])
            elif skip and link.key in slow:
                listed[link.key] = Fetch(
                    link.key, link.url, "page", named.found_by, Origin.LISTING, reading.source.name, link.hints
                )
            elif skip:
                self.accounts.end(link.key, Outcome.UNCHANGED, *skip)
            elif taken >= reading.budget:
                detail = f"over max_articles = {limit} for this run; the next run fetches it"
                self.accounts.end(link.key, Outcome.REFUSED, Reason.BUDGET, detail)
            else:
                taken += 1
                source = reading.source.name
                requests += self.request(Fetch(link.key, link.url, "page", named.found_by, Origin.LISTING, source, link.hints))
        reading.links.clear()
        return requests + self._slow_looks(slow, listed, reading.budget - taken)

    def _slow_looks(self, slow: Mapping[str, Pending], listed: Mapping[str, Fetch], left: int) -> list[Request]:
        """Request looks at older articles, with what new pages left of the budget. The others wait for a later run.

        Args:
            slow: the looks that are due, by id, the first due first.
            listed: those of pages with an open account, because a listing names them.
        """
        requests: list[Request] = []
        for key, pending in slow.items():
            fetch = listed.get(key)
            if left <= 0 or self.job.listings_only:
                if fetch:
                    self.accounts.end(key, Outcome.UNCHANGED, Reason.NOT_DUE, "an older article; looked at when fewer are new")
                continue
            if fetch is None:
                origin = pending.origin
                if self.accounts.find(pending.url, pending.source, "page", origin.value, origin) is None:
                    continue  # found under another source
                fetch = Fetch(key, pending.url, "page", origin.value, origin, pending.source)
            fetch.is_slow = True
            left -= 1
            requests += self.request(fetch)
        return requests

    async def read(self, fetch: ListingFetch, response: Response) -> tuple[Why, list[Request]]:
        """Take up what a listing names.

        Returns:
            LISTING or EMPTY with a summary in words, and the requests for the listings that it names.

        Raises:
            ListingError: the response is not a listing of the fetch's kind.
        """
        reading = fetch.reading
        listing = await self._parse(fetch.kind, fetch, response)
        for follow in listing.follow:
            if fetch.kind == "home" and url_id(follow.url).hex == fetch.key:  # what is named as a home page is a feed or sitemap
                listing = await self._parse(follow.kind, fetch, response)
                reading.declared = True
                break
        links = listing.links
        named_before = len(reading.section_ids)
        async for link in _in_turns(links):
            self._find(fetch, link)
        reading.declared |= bool(listing.follow)
        requests: list[Request] = []
        async for follow in _in_turns(listing.follow):
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
        reading = fetch.reading
        if fetch.kind == "section":
            reading.section_ids.add(link.key)
        if self.accounts.has(link.key):
            return
        is_known = self.accounts.reason_to_skip(link.key) is not None
        fetch.new += not is_known
        reading.hints -= _said(link.hints)
        if reading.hints < 0:
            hints = link.hints
            link = replace(link, hints=Hints(hints.title, hints.published, hints.modified))
        named = Named(link, f"{fetch.kind} {fetch.url}", fetch.kind)
        if not reading.places.take(len(link.url), is_known=is_known):
            reading.places.turn_away(link.key, named, _newest_first(named), is_known=is_known)
        elif self.accounts.find_named(named, fetch.source):
            reading.links.append(named)

    async def _parse(self, kind: Kind, fetch: ListingFetch, response: Response) -> Listing:
        """Read a listing of any size, in a process that is killed if it takes too long. Raises ListingError."""
        source = fetch.reading.source
        replaces = bool(fetch.in_place_of) and fetch.kind == "home" == kind
        task = Read(kind, response.body, response.url, content_type(response), source.article_pattern, replaces)
        return await self.readers.do(source.name, task)

    async def _endless(self, reading: Reading) -> dict[str, str] | Why:
        """Return the pages of a source that belong to an endless series, each with the reason; or why that cannot be told."""
        urls = {named.link.url: named.kind for named in reading.links}
        task = Brake(urls, datetime.now(UTC).date(), reading.source.article_pattern)
        try:
            return await self.readers.do(reading.source.name, task)
        except ListingError as error:
            return Why(error.reason, f"its source names addresses that take too long to compare: {error.happened}")

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
        return requests + await self.listing_ended(reading)

    def rediscover(self, lost: ListingFetch, outcome: Outcome | None) -> list[Request]:
        """Read the home page to replace a lost listing, once for each source and run."""
        reading = lost.reading
        home = home_of(reading.source, lost.url)
        if reading.lost or (outcome is Outcome.NETWORK_ERROR and not is_another_host(home, lost.url)):
            return []
        reading.lost = lost.kind
        follow = Follow(home, "home", f"in place of {lost.kind} {lost.url}", Origin.REPLACEMENT)
        return self.listing(reading, follow, in_place_of=lost.key)


Item = TypeVar("Item")


async def _in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield the items, and let other outlets have their turn in between."""
    for number, item in enumerate(items, start=1):
        yield item
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)


def _said(hints: Hints) -> int:
    """Return the size of what a listing says about a page, in characters."""
    texts = (hints.title, hints.description, hints.image_url, hints.publication, *hints.authors, *hints.tags)
    return sum(len(text) for text in texts if text)


def _newest_first(named: Named) -> Age:
    """Sort undated links of feeds and sections first, as if of today, and undated links of sitemaps last."""
    hints = named.link.hints
    when = hints.published or hints.modified
    if when is None:
        return (2 if named.kind == "sitemap" else 0), 0.0
    return 1, -(when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
