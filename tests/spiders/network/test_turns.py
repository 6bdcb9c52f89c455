"""No outlet takes the places of the others, whatever makes its requests last: robots.txt, hosts, pages, listings or redirects."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from newslake.testing import Answer, Raw, Site
from spiders.network.turns import places
from spiders.scrapy_settings import scrapy_settings
from spiders.settings import CrawlSettings
from spiders.sources import Source
from tests.spiders.crawling import Crawled, run_crawl

HOSTS = 24
PAGES = 6


def trickle(connection: socket.socket) -> None:
    """Send a page byte by byte, until the client gives up."""
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.2)
    except OSError:
        return


SLOW = Raw(trickle)


def many_robots(hosts: list[Site]) -> list[str]:
    for site in hosts:
        site.routes["/robots.txt"] = SLOW
    return [f"{site.url}/page" for site in hosts]


def many_hosts(hosts: list[Site]) -> list[str]:
    for site in hosts:
        site.routes["/page"] = SLOW
    return [f"{site.url}/page" for site in hosts]


def beside(tmp_path: Path, pages: Callable[[list[Site]], list[str]], seconds: float) -> tuple[Crawled, float]:
    """Crawl an outlet with many slow hosts beside a good one. Return the crawl, and when the good one's last page was asked for.

    That is in seconds since the first request to the other. The crawl is stopped when the good one has ended, or after `seconds`.
    """
    with ExitStack() as stack:
        good, evil, *hosts = (stack.enter_context(Site(f"127.0.0.{number}")) for number in range(2, HOSTS + 4))
        evil.feed("/feed", *pages(hosts))
        paths = [f"/news/{number}" for number in range(PAGES)]
        for path in paths:
            good.page(path)
        good.feed("/feed", *paths)
        good.routes["/feed"].seconds = 1  # type: ignore[union-attr]  # so that the other one comes first
        stop = threading.Event()
        began: list[float] = []

        def watch() -> None:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and not set(paths) <= set(good.paths()):
                if evil.asked and not began:
                    began.append(evil.asked[0].at)
                    deadline = time.monotonic() + seconds
                time.sleep(0.05)
            stop.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        sources = (Source(name="evil", feeds=[f"{evil.url}/feed"]), Source(name="good", feeds=[f"{good.url}/feed"]))
        crawled = run_crawl(tmp_path, *sources, stop=stop, delay=0.05, per_domain=1, concurrency=8, timeout=3)
        watcher.join()
        asked = {one.path: one.at for one in good.asked}
        assert set(paths) <= asked.keys(), f"the good outlet got {len(asked)} requests in {seconds} seconds"
        return crawled, max(asked[path] for path in paths) - began[0]


@pytest.mark.parametrize("pages", [many_robots, many_hosts])
def test_an_outlet_of_many_slow_hosts_leaves_places_to_others(tmp_path: Path, pages: Callable[[list[Site]], list[str]]) -> None:
    crawled, last = beside(tmp_path, pages, seconds=9)
    assert last < 5
    assert crawled.adds_up()


def test_a_redirect_to_another_host_keeps_the_delay_of_that_host(tmp_path: Path) -> None:
    with Site("127.0.0.2") as good, Site("127.0.0.3") as evil:
        good.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.5\n", headers={"Content-Type": "text/plain"})
        for number in range(5):
            evil.redirect(f"/to/{number}", f"{good.url}/page/{number}")
            good.page(f"/page/{number}")
        evil.feed("/feed", *[f"/to/{number}" for number in range(5)])
        run_crawl(tmp_path, Source(name="evil", feeds=[f"{evil.url}/feed"]), per_domain=1)
        gaps = [later.at - earlier.at for earlier, later in pairwise(good.asked[1:])]
    assert len(gaps) == 4
    assert sum(gaps) > 4 * 0.5 - 0.2


@pytest.mark.parametrize(("concurrency", "per_domain"), [(1, 1), (8, 1), (32, 1), (32, 8), (32, 64), (1000, 4)])
def test_the_responses_of_one_source_never_stop_the_sending_to_others(concurrency: int, per_domain: int) -> None:
    """Scrapy sends nothing to anybody while the responses that are being read are larger than this."""
    settings = CrawlSettings(concurrency=concurrency, per_domain=per_domain)
    given = scrapy_settings(settings, Path("cache"), {})
    assert 1 <= places(concurrency, per_domain) <= concurrency
    assert places(concurrency, per_domain) * settings.max_bytes < given["SCRAPER_SLOT_MAX_ACTIVE_SIZE"]
    assert places(concurrency, per_domain) * 2 < given["REACTOR_THREADPOOL_MAXSIZE"]
