"""The time of a source: when it has used up max_minutes of a crawl, nothing more is requested of it.

Without that, the slowest outlet would decide when the news of all others is loaded: one with a Crawl-delay of a minute, or one
that sends a byte a second, can keep a crawl open for hours.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Protocol, Self, cast

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest

from newslake.outcomes import End, Outcome, Reason
from spiders.network.request_meta import FETCH, REQUESTED_AT
from spiders.scrapy_private import all_slots, fail_waiting, under_way

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import CrawlJob
    from spiders.fetches import Fetch

# Seconds between two looks at who has requests under way.
TICK = 0.25
# Seconds that one look charges at most: a machine that was asleep, or a process that was stopped, is no source's fault.
MOST = 5.0
# The share of its time after which no further listing of a source is requested: its pages get the rest.
LISTINGS = 0.5


class OutOfTime(IgnoreRequest):
    """A request that is not sent, as the time of its source is used up. `end` is how its URL ends."""

    def __init__(self, source: str, end: End) -> None:
        super().__init__(end.detail)
        self.source = source
        self.end = end


class _Spider(Protocol):
    job: CrawlJob


class TimeLimit:
    """Downloader middleware that measures the time of each source, and ends its requests when that is used up.

    A source uses time while a request of its is under way: one that is sent, that waits for the delay of its host or for its
    robots.txt, or whose listing is being read. Time in which it waits for the requests of other sources does not count.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._spent: defaultdict[str, float] = defaultdict(float)  # seconds by source
        self._own: dict[str, float] = {}  # max_minutes of the sources that have their own
        self._usual = 0.0
        self._looked = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        self = cls(crawler)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        return self

    def process_request(self, request: Request) -> None:
        """Raise OutOfTime if the time of the request's source is used up."""
        if error := self._error(request):
            raise error

    def _opened(self) -> None:
        job = cast(_Spider, self.crawler.spider).job
        self._usual = job.settings.max_minutes
        self._own = {source.name: source.max_minutes for source in (*job.watched, *job.sources) if source.max_minutes}
        self._looked = time.monotonic()
        self._wait()

    def _closed(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TICK, self._look)

    def _look(self) -> None:
        """Charge the time since the last look, and fail what waits in the slots of sources whose time is used up."""
        now = time.monotonic()
        passed, self._looked = min(now - self._looked, MOST), now
        busy = {fetch.charged for request in under_way(self.crawler) if (fetch := _fetch(request))}
        for source in busy:
            self._spent[source] += passed
        if any(self._spent[source] >= LISTINGS * 60 * self._minutes(source) for source in busy):
            for slot in all_slots(self.crawler):
                for request in [request for request, _ in slot.queue]:
                    if error := self._error(request):
                        fail_waiting(slot, error, partial(is_, request))
        self._wait()

    def _minutes(self, source: str) -> float:
        return self._own.get(source, self._usual)

    def _error(self, request: Request) -> OutOfTime | None:
        """Return the error of a request that is not sent any more; None if there is time for it.

        A listing of which something was sent already (a retry, a redirect) may use all the time.
        """
        fetch = _fetch(request)
        if fetch is None:
            return None
        source = fetch.charged
        minutes, spent = self._minutes(source), self._spent.get(source, 0.0)
        if spent >= 60 * minutes:
            words = f"not requested: {source} had used max_minutes = {minutes:g} of this run; the next run takes it up"
        elif fetch.kind != "page" and spent >= LISTINGS * 60 * minutes and REQUESTED_AT not in request.meta:
            words = f"not read: the listings of {source} had used half of max_minutes = {minutes:g}; the next run begins with it"
        else:
            return None
        return OutOfTime(source, End(Outcome.REFUSED, Reason.TIME_BUDGET, words))


def _fetch(request: Request) -> Fetch | None:
    fetch: Fetch | None = request.meta.get(FETCH)
    return fetch
