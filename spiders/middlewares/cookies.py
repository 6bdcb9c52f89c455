"""Cookies: keeps few of each server, so that thousands in each response cost neither memory nor time; and those of subscribers.

The requests of a source that has a file of cookies share a jar of their own. All others share one, which begins empty.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newslake.outcomes import End, Outcome, Reason
from spiders.network.request_meta import COOKIE_JAR, FETCH

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.cookies.subscriptions import Subscriptions

# Browsers keep some 180 of a domain, of at most 4096 bytes each.
MAX_COOKIES = 180
MAX_BYTES = 4096


class BadCookies(IgnoreRequest):
    """A request that is not sent, as the cookies of its source cannot be used. `end` is how its URL ends."""

    def __init__(self, why: str) -> None:
        self.end = End(Outcome.FAILED, Reason.COOKIES, f"not asked, as its cookies cannot be used: {why}")
        super().__init__(self.end.detail)


class _Spider(Protocol):
    subscriptions: Subscriptions


class Subscribed:
    """Downloader middleware that sends nothing for a source whose file of cookies cannot be used.

    Without them the site would show the beginnings of its articles, which would look like edits.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise BadCookies for such a request; let the others of a subscription use its jar."""
        fetch = request.meta.get(FETCH)
        subscriptions = cast(_Spider, self.crawler.spider).subscriptions
        if fetch is None or fetch.source not in subscriptions:
            return
        if why := subscriptions.problems.get(fetch.source):
            raise BadCookies(why)
        request.meta[COOKIE_JAR] = fetch.source


class Cookies(CookiesMiddleware):
    """Scrapy's middleware, which passes on only the first cookies of each server. The response itself stays as it came."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: Counter[str] = Counter()  # by server

    def process_request(self, request: Request, *args: Any) -> Request | Response | None:
        source = request.meta.get(COOKIE_JAR)
        if source is not None and source not in self.jars:
            self.jars[source] = cast(_Spider, self.crawler.spider).subscriptions.jar(source)
        return super().process_request(request, *args)

    def process_response(self, request: Request, response: Response, *args: Any) -> Response:
        given = response.headers.getlist("Set-Cookie")
        if not given:
            return response
        if COOKIE_JAR in request.meta:
            cast(_Spider, self.crawler.spider).subscriptions.met(given)
        server = urlsplit(request.url).netloc
        room = max(0, MAX_COOKIES - self._kept[server])
        kept = [cookie for cookie in given if len(cookie) <= MAX_BYTES][:room]
        self._kept[server] += len(kept)
        if kept == given:
            super().process_response(request, response, *args)
        elif kept:
            headers = response.headers.copy()
            headers.setlist("Set-Cookie", kept)
            super().process_response(request, response.replace(headers=headers), *args)
        return response
