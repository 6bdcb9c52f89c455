"""Redirects: a page is not fetched again because another URL redirects to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, cast

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from newslake.outcomes import Origin, Why
from spiders.accounts import Accounts
from spiders.network.request_meta import FETCH, REDIRECT_URLS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Elsewhere(IgnoreRequest):
    """A redirect to a page that need not be fetched, and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.detail)
        self.why = why


class _KeepsAccounts(Protocol):
    accounts: Accounts


class Redirects:
    """Downloader middleware that drops redirects to a page of which this or an earlier run already takes care."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise Elsewhere if the request follows a redirect to such a page."""
        fetch = request.meta.get(FETCH)
        if fetch is None or fetch.kind != "page" or REDIRECT_URLS not in request.meta:
            return
        accounts = cast(_KeepsAccounts, self.crawler.spider).accounts
        again = fetch.is_slow or fetch.origin in (Origin.REVISIT, Origin.RETRY)
        skip = accounts.take(fetch.key, fetch.url, request.url, again=again)
        if skip:
            raise Elsewhere(skip)
