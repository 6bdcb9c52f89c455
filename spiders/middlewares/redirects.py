"""Redirects: a page is not fetched again because another URL redirects to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, cast

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from newslake.outcomes import Origin, Reason, Why
from spiders.network.request_meta import FETCH, REDIRECT_URLS
from spiders.urls.canonical import without_credentials
from spiders.urls.owners import named_by_domain

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.accounts import Accounts
    from spiders.discovery import Discovery


# What others list of an outlet, or lead to by a redirect, comes after what it lists itself.
GUEST_PRIORITY = -10


class Elsewhere(IgnoreRequest):
    """A redirect to a page that need not be fetched, and why.

    Attributes:
        target: the page, if it belongs to another source, which takes it up.
    """

    def __init__(self, why: Why, target: str | None = None) -> None:
        super().__init__(why.detail)
        self.why = why
        self.target = target


class _Spider(Protocol):
    accounts: Accounts
    discovery: Discovery


class Redirects:
    """Downloader middleware that drops redirects to a page of which another URL, another run or another source takes care."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Raise Elsewhere if the request follows a redirect to such a page.

        Ask without the credentials of a redirect, and for a listing on another source's site after that one's own.
        """
        if REDIRECT_URLS not in request.meta:
            return None
        url = without_credentials(request.url)
        if url != request.url:
            return request.replace(url=url)
        fetch = request.meta.get(FETCH)
        if fetch is None:
            return None
        spider = cast(_Spider, self.crawler.spider)
        owners = spider.discovery.pages.owners
        owner = owners.owner(url, fetch.source)
        if fetch.origin is Origin.ADDED:
            # Nobody lists it, so it goes to where it leads: a short address is not the site of its article.
            is_unwatched = fetch.source == named_by_domain(fetch.url)
            owner = owners.owner(url, "") or (named_by_domain(url) if is_unwatched else fetch.source)
            if owner != fetch.source:
                spider.accounts.name(fetch.key, owner, found_by=fetch.found_by)
                fetch.source = owner
        if fetch.kind != "page":
            is_early = owner != fetch.source and request.priority > GUEST_PRIORITY
            return request.replace(priority=GUEST_PRIORITY) if is_early else None
        if owner != fetch.source:
            raise Elsewhere(Why(Reason.THROUGH_ANOTHER, f"redirects to {url}, a page of {owner}"), url)
        again = fetch.is_slow or fetch.origin in (Origin.REVISIT, Origin.RETRY, Origin.ADDED)
        skip = spider.accounts.take(fetch.key, fetch.url, url, again=again)
        if skip:
            raise Elsewhere(skip)
        return None
