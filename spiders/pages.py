"""Pages: which of those that the listings name a crawl fetches, for which source, and in which order.

A page belongs to the source whose site hosts it. What another source lists of it waits until the listings of its own source have
ended: if one of them names it too, that address and those hints count. So nobody gains anything by being first.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from scrapy import Request

from newslake.errors import ListingError
from newslake.outcomes import End, Origin, Outcome, Reason, Why
from spiders.accounts import Accounts, Named
from spiders.fetches import Fetch, Listed, ListingFetch, Reading
from spiders.journal import Kind
from spiders.listings.model import Link
from spiders.listings.processes import Readers
from spiders.listings.reader import Brake
from spiders.sources import Source
from spiders.urls.canonical import canonicalise, url_id
from spiders.urls.owners import Owners
from spiders.urls.places import Age, places_left
from spiders.warc.model import Hints

if TYPE_CHECKING:
    from spiders.crawl import CrawlJob, Pending

# Spellings of a page that are kept, to try the next one in a later run if the first fails.
SPELLINGS = 4
# Addresses that are taken up at a time, before other outlets have their turn.
AT_ONCE = 500
# Characters of what listings say about the pages of a source, beside their addresses; what is said of further pages is dropped.
MAX_HINTS = 10_000_000


class Pages:
    """The pages of a crawl that wait for the listings of their source to end.

    Args:
        request: makes the requests of a fetch; none if its URL cannot be requested.
        readers: compare the addresses that a source names.
    """

    def __init__(self, job: CrawlJob, accounts: Accounts, request: Callable[[Fetch], list[Request]], readers: Readers) -> None:
        self.job = job
        self.accounts = accounts
        self.request = request
        self.readers = readers
        watched = job.watched or job.sources
        self.owners = Owners(source.site for source in watched)
        self.watched = {source.name for source in watched}
        self.readings: dict[str, Reading] = {}  # by source
        self.waiting: dict[str, Listed] = {}  # pages found and neither requested nor ended, by id
        self._planned: dict[str, list[Pending]] = {}  # retries and revisits, by source
        self._slow: dict[str, dict[str, Pending]] = {}  # slow looks by source and id, the first due first
        # How many of them take the budget of each source: what only another source lists takes that one's.
        self._charged: Counter[str] = Counter()
        for pending in job.pending:
            if pending.is_slow:
                self._slow.setdefault(pending.source, {})[url_id(pending.url).hex] = pending
            else:
                self._planned.setdefault(pending.source, []).append(pending)
                self._charged[pending.listed_by or pending.source] += 1

    def open(self, source: Source) -> None:
        """Begin the reading of a source, before anything is requested: what others list of its site waits for it."""
        articles = source.max_articles or self.job.settings.max_articles
        limit = places_left(self.job.settings.max_addresses, articles, self.job.waiting.get(source.name, 0))
        budget = max(0, articles - self._charged[source.name])
        places = self.accounts.places(source.name, limit, newest=budget)
        # under way: no page is chosen before every listing has been requested
        self.readings[source.name] = reading = Reading(source, budget, places, MAX_HINTS, under_way=1)
        for pending in self._planned.get(source.name, ()):
            if listed := self._again(pending):
                reading.pages.append(listed)

    def _again(self, pending: Pending) -> Listed | None:
        """Open the account of a retry or revisit. Return None if this crawl has found its URL."""
        found_by = pending.origin.value
        key = self.accounts.find(pending.url, pending.source, "page", found_by, pending.origin)
        if key is None:
            return None
        links = [Link(pending.url)]
        is_guest = pending.listed_by is not None
        listed = Listed(key, links, found_by, "page", pending.origin, pending.source, None, is_guest, lister=pending.listed_by)
        self.waiting[key] = listed
        return listed

    def find(self, fetch: ListingFetch, reading: Reading, link: Link) -> None:
        """Keep a link of a listing, to choose from when all listings of the source have ended.

        Only what a source says of its own pages is believed: the hints of others are dropped.
        """
        lister = reading.source.name
        owner = self.owners.owner(link.url, lister)
        if fetch.kind == "section":
            reading.section_ids.add(link.key)
        if owner != lister:
            link = replace(link, hints=Hints())
        if self.accounts.has(link.key):
            self._name(fetch, reading, link, owner)
            return
        fetch.new += self.accounts.reason_to_skip(link.key, link.url) is None
        is_known = self.accounts.is_old(link.key)
        reading.hints -= _said(link.hints)
        if reading.hints < 0:
            link = replace(link, hints=Hints(link.hints.title, link.hints.published, link.hints.modified))
        named = Named(link, f"{fetch.kind} {fetch.url}", fetch.kind, owner)
        if not reading.places.take(len(link.url), is_known=is_known):
            reading.places.turn_away(link.key, named, _newest_first(link, fetch.kind), is_known=is_known)
        else:
            self._keep(reading, named)

    def _keep(self, reading: Reading, named: Named) -> None:
        lister = reading.source.name
        if self.accounts.find_named(named, lister):
            is_guest = named.owner != lister
            key = named.link.key
            listed = Listed(key, [named.link], named.found_by, named.kind, Origin.LISTING, named.owner, lister, is_guest)
            self.waiting[key] = listed
            reading.pages.append(listed)

    def _name(self, fetch: ListingFetch, reading: Reading, link: Link, owner: str) -> None:
        """Take up that a listing names a page that was found before: by another listing, or as a retry or revisit."""
        lister = reading.source.name
        listed = self.waiting.get(link.key)
        listed_at = link.hints.dated_at
        if listed is None:
            self.accounts.name(link.key, lister)
        elif listed.listed_by == lister:
            if listed_at and listed.links[0].hints.dated_at is None:
                self.accounts.name(link.key, lister, listed_at=listed_at)
            known = {one.canonical or canonicalise(one.url) for one in listed.links}
            if link.canonical not in known and len(known) < SPELLINGS:
                listed.links.append(link)
        elif owner == lister and (listed.is_guest or (listed.listed_by is None and listed.source == lister)):
            fetch.new += 1
            found_by = f"{fetch.kind} {fetch.url}"
            self.accounts.name(link.key, lister, found_by=found_by, listed_at=listed_at)
            if listed.is_again:  # the address that a retry or revisit would ask for stays the second choice
                listed.links.insert(0, link)
            else:
                listed.links, listed.kind = [link], fetch.kind
            if listed.listed_by is not None or listed.source != lister:
                reading.pages.append(listed)
            listed.source, listed.listed_by, listed.found_by, listed.is_guest = lister, lister, found_by, False
        else:
            self.accounts.name(link.key, lister)

    async def listing_ended(self, reading: Reading) -> list[Request]:
        """Choose the pages of a source, newest first, when its last listing has ended."""
        reading.under_way -= 1
        if reading.under_way:
            return []
        requests: list[Request] = []
        taken = 0
        slow = self._slow.get(reading.source.name, {})
        named_slow: dict[str, Listed] = {}  # slow looks at pages that a listing names today
        limit = reading.source.max_articles or self.job.settings.max_articles
        for named in self.accounts.count_away(reading.source.name, self.job.settings.max_addresses):
            self._keep(reading, named)
        endless = await self._endless(reading)
        async for listed in in_turns(_in_order(reading.pages)):
            if listed.listed_by not in (None, reading.source.name):
                continue  # its own source lists it as well
            if listed.key in slow and not listed.is_again:
                named_slow[listed.key] = listed
                continue
            listed.verdict = self._verdict(listed, endless)
            if listed.verdict is None and not listed.is_again:
                taken += 1
                if taken > reading.budget:
                    detail = f"over max_articles = {limit} for this run; the next run fetches it"
                    listed.verdict = End(Outcome.REFUSED, Reason.BUDGET, detail)
            requests += self._settle(listed)
        for listed in reading.guests:
            if listed.listed_by != reading.source.name:
                requests += self._settle(listed)
        reading.pages.clear()
        reading.guests.clear()
        return requests + self._slow_looks(slow, named_slow, reading.budget - taken)

    def _slow_looks(self, slow: Mapping[str, Pending], named: Mapping[str, Listed], left: int) -> list[Request]:
        """Request looks at older articles, with what new pages left of the budget. The others wait for a later run.

        Args:
            slow: the looks that are due, by id, the first due first.
            named: those of pages with an open account, because a listing names them.
        """
        requests: list[Request] = []
        for key, pending in slow.items():
            listed = named.get(key)
            if left <= 0 or self.job.listings_only:
                if listed:
                    words = "an older article; looked at when fewer are new"
                    listed.verdict = End(Outcome.UNCHANGED, Reason.NOT_DUE, words)
                    requests += self._settle(listed)
                continue
            listed = listed or self._again(pending)
            if listed is None:
                continue  # found under another source
            listed.is_slow = True
            left -= 1
            requests += self._settle(listed)
        return requests

    def _verdict(self, listed: Listed, endless: Mapping[str, str] | Why) -> End | None:
        """Return how a page ends without a request; None to fetch it."""
        if self.job.listings_only:
            return End(Outcome.UNCHANGED, Reason.LISTINGS_ONLY, "only listings were asked for")
        if listed.is_again:
            return None
        if isinstance(endless, Why):
            return End(Outcome.FAILED, *endless)
        link, skip = self._spelling(listed)
        if link.url in endless:
            return End(Outcome.REFUSED, Reason.ENDLESS, endless[link.url])
        if skip:
            return End(Outcome.UNCHANGED, *skip)
        if listed.source not in self.readings and listed.source in self.watched:
            words = f"on the site of {listed.source}, which this run does not collect; a run that does fetches it"
            return End(Outcome.REFUSED, Reason.OF_ANOTHER, words)
        return None

    def _spelling(self, listed: Listed) -> tuple[Link, Why | None]:
        """Return the link to fetch a page by: the first spelling that is due. With it the reason to skip all, or None."""
        first = self.accounts.reason_to_skip(listed.key, listed.links[0].url)
        if first:
            for link in listed.links[1:]:
                if self.accounts.reason_to_skip(listed.key, link.url) is None:
                    return link, None
        return listed.links[0], first

    def _settle(self, listed: Listed) -> list[Request]:
        """Request a page or end it. One that only others list waits until the listings of its own source have ended."""
        owner = self.readings.get(listed.source)
        if listed.is_guest and owner and owner.under_way:
            owner.guests.append(listed)
            return []
        del self.waiting[listed.key]
        if listed.verdict:
            self.accounts.end(listed.key, *listed.verdict)
            return []
        link, _ = self._spelling(listed)
        fetch = Fetch(listed.key, link.url, "page", listed.found_by, listed.origin, listed.source, link.hints)
        fetch.is_guest, fetch.is_slow = listed.is_guest, listed.is_slow
        fetch.lister = (listed.listed_by or listed.lister) if listed.is_guest else None
        fetch.is_respelled = link.url != self.accounts.found_as(listed.key)
        return self.request(fetch)

    async def _endless(self, reading: Reading) -> dict[str, str] | Why:
        """Return the pages of a source that belong to an endless series, each with the reason; or why that cannot be told."""
        urls = {listed.links[0].url: listed.kind for listed in reading.pages if not listed.is_again}
        task = Brake(urls, datetime.now(UTC).date(), reading.source.article_pattern)
        try:
            return await self.readers.do(reading.source.name, task)
        except ListingError as error:
            return Why(error.reason, f"its source names addresses that take too long to compare: {error.happened}")

    def elsewhere(self, fetch: Fetch, target: str) -> list[Request]:
        """Take up a page to which a page of another source redirects, as if that source listed it."""
        owner = self.owners.owner(target, fetch.source)
        found_by = f"redirect of {fetch.url}"
        key = self.accounts.find(target, owner, "page", found_by, Origin.LISTING, listed_by=fetch.source)
        if key is None:
            self.accounts.name(url_id(target).hex, fetch.source)
            return []
        listed = Listed(key, [Link(target)], found_by, "page", Origin.LISTING, owner, fetch.source, is_guest=True)
        listed.verdict = self._verdict(listed, {})
        self.waiting[key] = listed
        return self._settle(listed)


Item = TypeVar("Item")


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield the items, and let other outlets have their turn in between."""
    for number, item in enumerate(items, start=1):
        yield item
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)


def _said(hints: Hints) -> int:
    """Return the size of what a listing says about a page, in characters."""
    texts = (hints.title, hints.description, hints.image_url, hints.publication, *hints.authors, *hints.tags)
    return sum(len(text) for text in texts if text)


def _in_order(pages: Iterable[Listed]) -> list[Listed]:
    """Return pages in the order in which they are requested: new ones, retries and revisits in turns, each newest first.

    If the time of the source ends before all are requested, each kind has had its share, whatever waits from earlier runs.
    """
    kinds: dict[Origin, list[Listed]] = {Origin.LISTING: [], Origin.RETRY: [], Origin.REVISIT: []}
    for listed in sorted(pages, key=lambda listed: _newest_first(listed.links[0], listed.kind)):
        kinds.setdefault(listed.origin, []).append(listed)
    return [listed for turn in zip_longest(*kinds.values()) for listed in turn if listed is not None]


def _newest_first(link: Link, kind: Kind) -> Age:
    """Sort undated links of feeds and sections first, as if of today, and undated links of sitemaps last."""
    when = link.hints.dated_at
    if when is None:
        return (2 if kind == "sitemap" else 0), 0.0
    return 1, -when.timestamp()
