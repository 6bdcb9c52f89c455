"""Turns: whose request comes next. Each source has places of its own, so that none can take those of the others.

Scrapy counts requests by host. But an outlet may have hundreds of hosts, and a request that waits for robots.txt, or whose
listing is being read, counts nowhere: thirty-two of them, and nothing is sent to anybody.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Iterable
from itertools import chain, count
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
        self._queues: dict[str, dict[str, ScrapyPriorityQueue]] = {}  # by source and host; none is empty
        self._sources: defaultdict[str, set[str]] = defaultdict(set)  # by host: those that have a queue for it
        self._heads: defaultdict[str, Counter[int]] = defaultdict(Counter)  # host → priority → queues that begin with it
        # The sources that have queues. With ten thousand of them, none may be looked for among all.
        self._new: OrderedDict[str, None] = OrderedDict()  # those that had no turn so far, in the order in which they came
        self._line: OrderedDict[str, None] = OrderedDict()  # the others: who had the last turn is the last
        self._turns: dict[str, int] = {}  # source → number of its last turn
        self._numbers = count(1)
        self._size = 0

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
        if source not in self._queues:
            self._queues[source] = {}
            (self._line if source in self._turns else self._new)[source] = None
        queue = self._queues[source].get(host)
        if queue is None:
            made = ScrapyPriorityQueue(self._crawler, self._queue_class, self._key, start_queue_cls=self._start_queue_class)
            queue = self._queues[source][host] = made
            self._sources[host].add(source)
        else:
            self._forget_head(host, queue)
        queue.push(request)
        self._size += 1
        self._heads[host][head_priority(queue)] += 1

    def pop(self) -> Request | None:
        """Return the next request; None if no request waits, or if every source that has one has no place left."""
        requests = list(under_way(self._crawler))
        taken = Counter(map(_source, requests))
        full = {source for source, number in taken.items() if number >= self._places}
        idle = (source for source in chain(self._new, self._line) if source not in taken)
        busy = (source for source in taken if source in self._queues and source not in full)
        for source in chain(idle, sorted(busy, key=lambda one: (taken[one], self._turns.get(one, 0)))):
            host = self._next_host(source, full, requests)
            if host is not None:
                return self._pop(source, host)
        return None

    def _next_host(self, source: str, full: Collection[str], requests: Iterable[Request]) -> str | None:
        """Return the host of the source with the fewest requests under way; None if on all of them another source comes first."""
        hosts = [host for host in self._queues[source] if not self._comes_later(source, host, full)]
        if len(hosts) < 2:
            return hosts[0] if hosts else None
        busy = Counter(map(_host, requests))
        return min(hosts, key=lambda host: busy[host])

    def _comes_later(self, source: str, host: str, full: Collection[str]) -> bool:
        mine = head_priority(self._queues[source][host])
        if max(self._heads[host]) <= mine:
            return False
        others = (self._queues[other][host] for other in self._sources[host] if other != source and other not in full)
        return any(head_priority(other) > mine for other in others)

    def _pop(self, source: str, host: str) -> Request | None:
        queues = self._queues[source]
        self._forget_head(host, queues[host])
        request = queues[host].pop()
        self._size -= 1
        self._new.pop(source, None)
        self._line.pop(source, None)
        self._turns[source] = next(self._numbers)
        if len(queues[host]):
            self._heads[host][head_priority(queues[host])] += 1
        else:
            queues.pop(host).close()
            self._sources[host].discard(source)
            if not self._sources[host]:
                del self._sources[host], self._heads[host]
        if queues:
            self._line[source] = None
        else:
            del self._queues[source]
        return request

    def _forget_head(self, host: str, queue: ScrapyPriorityQueue) -> None:
        heads = self._heads[host]
        heads[head_priority(queue)] -= 1
        if not heads[head_priority(queue)]:
            del heads[head_priority(queue)]

    def close(self) -> None:
        for queues in self._queues.values():
            for queue in queues.values():
                queue.close()
        self._queues.clear()
        self._size = 0

    def __len__(self) -> int:
        return self._size


def _source(request: Request) -> str:
    fetch = request.meta.get(FETCH)
    return fetch.charged if fetch else ""  # requests for robots.txt have none


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
