"""Turns: whose request comes next. Each source has places of its own, so that none can take those of the others.

Scrapy counts requests by host. But an outlet may have hundreds of hosts, and a request that waits for robots.txt, or whose
listing is being read, counts nowhere: thirty-two of them, and nothing is sent to anybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import count
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.pqueues import ScrapyPriorityQueue

from spiders.network.request_meta import DOWNLOAD_SLOT, FETCH
from spiders.scrapy_private import head_priority, under_way

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PLACES = "SOURCE_PLACES"  # the setting


def places(concurrency: int, per_domain: int) -> int:
    """Return how many requests of one source may be under way: a quarter of all, at most 8, but enough for its own host.

    A quarter stays free for the others, however many a host may be asked at once.
    """
    return min(concurrency - concurrency // 4, max(per_domain + 1, min(concurrency // 4, 8)))


class Turns:
    """The priority queue of Scrapy's scheduler.

    The source with the fewest requests under way comes next, and of those with equally few the one that waited longest. On a host
    that several sources use, the priority of the requests comes first.
    """

    def __init__(self, crawler: Crawler, downstream_queue_cls: type[Any], key: str, start_queue_cls: type[Any] | None) -> None:
        self._crawler = crawler
        self._queue_class = downstream_queue_cls
        self._start_queue_class = start_queue_cls
        self._key = key
        self._places = crawler.settings.getint(PLACES)
        self._queues: defaultdict[str, dict[str, ScrapyPriorityQueue]] = defaultdict(dict)  # by source and host; none is empty
        self._sources: defaultdict[str, set[str]] = defaultdict(set)  # by host: those that have a queue for it
        self._served: defaultdict[str, int] = defaultdict(int)  # source → number of its last turn
        self._numbers = count(1)

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        downstream_queue_cls: type[Any],
        key: str,
        startprios: Iterable[int] = (),
        *,
        start_queue_cls: type[Any] | None = None,
    ) -> Self:
        return cls(crawler, downstream_queue_cls, key, start_queue_cls)

    def push(self, request: Request) -> None:
        request.meta.pop(DOWNLOAD_SLOT, None)  # after a redirect, that of the host from which it came
        source, host = _source(request), _host(request)
        queue = self._queues[source].get(host)
        if queue is None:
            made = ScrapyPriorityQueue(self._crawler, self._queue_class, self._key, start_queue_cls=self._start_queue_class)
            queue = self._queues[source][host] = made
            self._sources[host].add(source)
        queue.push(request)

    def pop(self) -> Request | None:
        """Return the next request; None if there is none, or if all sources with requests have used their places."""
        requests = list(under_way(self._crawler))
        taken = Counter(map(_source, requests))
        free = {source for source in self._queues if taken[source] < self._places}
        left = set(free)
        while left:
            source = min(left, key=lambda one: (taken[one], self._served[one]))
            host = self._next_host(source, free, requests)
            if host is not None:
                self._served[source] = next(self._numbers)
                return self._pop(source, host)
            left.discard(source)
        return None

    def _next_host(self, source: str, free: Collection[str], requests: Iterable[Request]) -> str | None:
        """Return the host of the source with the fewest requests under way; None if on all of them another source comes first."""
        hosts = [host for host in self._queues[source] if not self._comes_later(source, host, free)]
        if len(hosts) < 2:
            return hosts[0] if hosts else None
        busy = Counter(map(_host, requests))
        return min(hosts, key=lambda host: busy[host])

    def _comes_later(self, source: str, host: str, free: Collection[str]) -> bool:
        mine = head_priority(self._queues[source][host])
        others = (self._queues[other][host] for other in self._sources[host] if other != source and other in free)
        return any(head_priority(other) > mine for other in others)

    def _pop(self, source: str, host: str) -> Request | None:
        queues = self._queues[source]
        request = queues[host].pop()
        if not len(queues[host]):
            queues.pop(host).close()
            self._sources[host].discard(source)
            if not self._sources[host]:
                del self._sources[host]
            if not queues:
                del self._queues[source]
        return request

    def close(self) -> None:
        for queues in self._queues.values():
            for queue in queues.values():
                queue.close()
        self._queues.clear()

    def __len__(self) -> int:
        return sum(len(queue) for queues in self._queues.values() for queue in queues.values())


def _source(request: Request) -> str:
    fetch = request.meta.get(FETCH)
    return fetch.charged if fetch else ""  # requests for robots.txt have none


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
