"""robots.txt: what it allows this crawler (RFC 9309), and what a host without a readable robots.txt means.

Protego, Scrapy's parser, matches any part of a crawler's name, ends a group at any unknown line, and copies each rule to every
name of its group: half a megabyte of names and rules keeps it busy for minutes. It therefore gets only the rules that concern us.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import ProtegoRobotParser

from newslake.outcomes import End, Outcome
from spiders.middlewares.robots_rules import rules_for
from spiders.network.failures import explain, is_of_host
from spiders.network.request_meta import DONT_OBEY_ROBOTSTXT, FETCH
from spiders.scrapy_private import RobotsMiddleware

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_TOKEN = re.compile(r"[\w-]*[^\W\d][\w-]*")


class HostClosed(IgnoreRequest):
    """A host to which the rest of the run sends nothing, and how its URLs end."""

    def __init__(self, end: End, status: int | None = None) -> None:
        super().__init__(end.detail)
        self.end = end
        self.status = status


class Robots(RobotsMiddleware):
    """Scrapy's robots.txt middleware with two corrections.

    Requests to a host pass one at a time until its robots.txt is there: in Scrapy 2.19, of several that wait for it, only
    the first is checked. And an unreachable robots.txt forbids everything, as RFC 9309 says, where Scrapy allows everything.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unreachable: dict[str, HostClosed] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Raise IgnoreRequest if robots.txt forbids the request, HostClosed if robots.txt is unreachable."""
        if request.meta.get(DONT_OBEY_ROBOTSTXT):
            return
        netloc = urlsplit(request.url).netloc
        async with self._turns[netloc]:
            await super().process_request(request)
        if netloc in self._unreachable:
            raise self._unreachable[netloc]

    def robots_failed(self, error: Exception, netloc: str) -> None:
        end = explain(error, f"http://{netloc}/robots.txt")
        if isinstance(error, HostClosed):
            self._unreachable[netloc] = error
        elif end.outcome is not Outcome.HTTP_ERROR:  # endless redirects count as no robots.txt
            if not is_of_host(error):
                end = end._replace(detail=f"{end.detail}; this was for robots.txt, and without it nothing may be fetched")
            self._unreachable[netloc] = HostClosed(end)


class Rules(ProtegoRobotParser):
    """Scrapy's parser, reading only the rules of a robots.txt that apply to a crawler called `token`."""

    def __init__(self, robotstxt_body: bytes, token: str) -> None:
        super().__init__(rules_for(robotstxt_body, token).encode(), None)

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls(robotstxt_body, crawler.settings["ROBOTSTXT_USER_AGENT"])


def is_robots(request: Request) -> bool:
    """Whether a request asks for a robots.txt."""
    return FETCH not in request.meta and bool(request.meta.get(DONT_OBEY_ROBOTSTXT))


def product_token(user_agent: str) -> str:
    """Return the name by which robots.txt files address a crawler (RFC 9309): its user agent without version and contact."""
    found = _TOKEN.match(user_agent)
    return found[0] if found else "*"
