"""Discovery: reads the listings of the sources, follows what they name, and chooses the pages to fetch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from newslake.outcomes import Origin, Outcome, Reason, Why
from spiders.accounts import Accounts, Named
from spiders.fetches import Fetch, ListingFetch, Reading, content_type
from spiders.journal import Kind
from spiders.listings.autodiscovery import common_places, robots_sitemaps
from spiders.listings.model import Follow, Link, Listing
from spiders.listings.processes import Readers
from spiders.listings.reader import Read
from spiders.listings.rediscovery import home_of, is_another_host
from spiders.middlewares.cache import ReadBefore
from spiders.pages import Pages, in_turns
from spiders.sources import Source
from spiders.urls.canonical import id_and_form, url_id
from spiders.urls.traps import far_ahead, nested
from spiders.warc.model import Hints

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
        self.before = ReadBefore(job.cache)
        self.pages = Pages(job, accounts, request, readers)
        self.listings: dict[str, ListingFetch] = {}  # by id
        self.read_listings: dict[str, int] = {}  # id of a listing that has ended → pages that it names
        self.unread = frozenset(job.unread)
        self.vain = frozenset(job.vain)

    async def start(self, source: Source) -> list[Request]:
        """Request the listings that the watchlist names for a source, or its home page if it names none."""
        reading = self.pages.readings[source.name]
        if self.job.pages_only:
            return await self.pages.listing_ended(reading)
        named: list[Follow] = [Follow(url, "feed", *NAMED) for url in source.feeds]
        named += [Follow(url, "sitemap", *NAMED) for url in source.sitemaps]
        named += [Follow(url, "section", *NAMED) for url in source.sections]
        if not named and source.url:
            named = [Follow(source.url, "home", *NAMED)]
        requests: list[Request] = []
        for follow in self._unread_first(named):
            requests += self.listing(reading, follow)
        return requests + await self.pages.listing_ended(reading)

    def _unread_first(self, follows: Sequence[Follow]) -> Sequence[Follow]:
        """Begin with the listings that the last run did not get to."""
        if not self.unread:
            return follows
        return sorted(follows, key=lambda follow: url_id(follow.url).hex not in self.unread)

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
            self._share(reading, url_id(follow.url).hex)
            return []
        if refusal:
            self.accounts.end(key, Outcome.REFUSED, *refusal)
            return []
        reading.listings += 1
        reading.under_way += 1
        fetch = ListingFetch(
            key,
            self.accounts.found_as(key),
            follow.kind,
            follow.found_by,
            follow.origin,
            reading.source.name,
            reading=reading,
            page=page,
            guesses=guesses,
            in_place_of=in_place_of,
            idle=idle,
            is_guest=self.pages.owners.owner(follow.url, reading.source.name) != reading.source.name,
        )
        self.listings[key] = fetch
        requests = self.request(fetch)
        if not requests:
            self.read_listings[key] = 0
        return requests

    def _share(self, reading: Reading, key: str) -> None:
        """Let a source read a listing that another one has asked for: it names pages for both."""
        fetch = self.listings.get(key)
        if fetch is None or reading is fetch.reading or reading in fetch.also:
            return
        if key in self.read_listings:
            self.accounts.name(key, reading.source.name, pages=self.read_listings[key])
            return
        self.accounts.name(key, reading.source.name)
        fetch.also.append(reading)
        reading.under_way += 1

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
        key, canonical = id_and_form(follow.url)
        if self.accounts.has(key):
            return True
        if reading.unread < MAX_LISTINGS and reading.places.take(len(follow.url), is_known=True):
            reading.unread += 1
            return True
        named = Named(Link(follow.url, Hints(), key, canonical), follow.found_by, follow.kind, reading.source.name)
        reading.places.turn_away(key, named, (0, 0.0), is_known=True)
        return False

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
        self.read_listings[fetch.key] = len(links)
        for each in (reading, *fetch.also):
            async for link in in_turns(links):
                self.pages.find(fetch, each, link)
            each.declared |= bool(listing.follow)
        requests: list[Request] = []
        async for follow in in_turns(self._unread_first(listing.follow)):
            if follow.kind == fetch.kind == "section" and not follow.is_part:
                if fetch.page < reading.source.section_pages:
                    idle = fetch.idle + 1 if len(reading.section_ids) == named_before else 0
                    requests += self.listing(reading, follow, fetch.page + 1, in_place_of=fetch.in_place_of, idle=idle)
            else:
                for each in (reading, *fetch.also):
                    requests += self.listing(each, follow, in_place_of=fetch.in_place_of)
        words = f"{len(links)} {'entry' if len(links) == 1 else 'entries'}, {fetch.new} new"
        if listing.follow:
            words += f", {len(listing.follow)} more to read"
        if listing.note:
            words += f"; {listing.note}"
        return Why(Reason.LISTING if links else Reason.EMPTY, words), requests

    async def _parse(self, kind: Kind, fetch: ListingFetch, response: Response) -> Listing:
        """Read a listing of any size, in a process that is killed if it takes too long; one that is as before is recalled.

        Raises ListingError.
        """
        source = fetch.reading.source
        replaces = bool(fetch.in_place_of) and fetch.kind == "home" == kind
        task = Read(kind, response.body, response.url, content_type(response), source.article_pattern, replaces)
        if kind not in ("feed", "sitemap") or source.cookies:  # what a subscriber is shown may repeat the cookies
            return await self.readers.do(source.name, task)
        listing = self.before.recall(task)
        if listing is None:
            listing = await self.readers.do(source.name, task)
            self.before.keep(task, listing)
        return listing

    async def after_listing(self, fetch: ListingFetch, worked: bool, follows: bool, is_closed: bool = False) -> list[Request]:
        """Go on after a listing has ended, read or not: the rest of autodiscovery, then the pages of the source.

        Args:
            worked: the listing was read.
            follows: it named other listings, which have been requested.
            is_closed: its host is left alone, and so are the places there where other listings might be.
        """
        reading = fetch.reading
        requests: list[Request] = []
        guesses = () if worked or is_closed else fetch.guesses
        if fetch.kind == "home" and not is_closed and (fetch.origin is Origin.WATCHLIST or fetch.in_place_of):
            has_more = follows if fetch.in_place_of else reading.declared
            sitemaps: tuple[Follow, ...] = ()
            if not (fetch.in_place_of and has_more and reading.lost != "sitemap"):
                sitemaps = robots_sitemaps(await self.robots_text(fetch.url), urljoin(fetch.url, "/robots.txt"))
            for follow in sitemaps:
                requests += self.listing(reading, follow, in_place_of=fetch.in_place_of)
            if not (has_more or sitemaps) and (worked or not fetch.in_place_of):
                guesses = tuple(guess for guess in common_places(fetch.url) if url_id(guess.url).hex not in self.vain)
        while guesses:
            asked = self.listing(reading, guesses[0], guesses=guesses[1:], in_place_of=fetch.in_place_of)
            requests += asked
            if asked:
                break
            guesses = guesses[1:]
        self.read_listings.setdefault(fetch.key, 0)  # from now on nobody can wait for it
        for each in (reading, *fetch.also):
            requests += await self.pages.listing_ended(each)
        return requests

    def rediscover(self, lost: ListingFetch, outcome: Outcome | None) -> list[Request]:
        """Read the home page to replace a lost listing, once for each source and run."""
        reading = lost.reading
        home = home_of(reading.source, lost.url)
        if reading.lost or (outcome is Outcome.NETWORK_ERROR and not is_another_host(home, lost.url)):
            return []
        reading.lost = lost.kind
        follow = Follow(home, "home", f"in place of {lost.kind} {lost.url}", Origin.REPLACEMENT)
        return self.listing(reading, follow, in_place_of=lost.key)
