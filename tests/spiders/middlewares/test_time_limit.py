"""The end of a source's time: how much is still asked for, and for how long."""

from __future__ import annotations

import time
from pathlib import Path

from newslake.outcomes import Reason
from newslake.testing import Answer, Site
from spiders.sources import Source
from tests.spiders.crawling import run_crawl


def test_a_robots_txt_has_a_time_for_all_its_redirects(tmp_path: Path) -> None:
    """Each of ten redirects may take the whole timeout: at the usual 30 seconds that is five minutes for every host."""
    with Site() as site:
        for hop in range(12):
            path = f"/robots/{hop}" if hop else "/robots.txt"
            site.routes[path] = Answer(status=302, headers={"Location": f"/robots/{hop + 1}"}, seconds=0.8)
        site.feed("/feed", "/page")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]), timeout=1)
        assert len(site.asked) <= 5
    assert crawled.outcomes() == {"/feed": "network-error"}
    assert "did not give its robots.txt in time" in crawled.detail("/feed")


def test_a_source_may_have_its_own_time_and_what_waits_is_let_go_at_once(tmp_path: Path) -> None:
    """A wait of a minute for the next request is not waited for, when the time ends before it."""
    with Site("127.0.0.2") as slow, Site("127.0.0.3") as other:
        for site in (slow, other):
            site.feed("/feed", "/a", "/b")
            for path in ("/a", "/b"):
                site.page(path)
        slow.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 60\n", headers={"Content-Type": "text/plain"})
        slow_source = Source(name="slow", feeds=[f"{slow.url}/feed"], max_minutes=0.02)
        began = time.monotonic()
        crawled = run_crawl(tmp_path, slow_source, Source(name="other", feeds=[f"{other.url}/feed"]))
        assert time.monotonic() - began < 40
    ends = {one.source: crawled.ended for one in crawled.found}
    assert set(ends) == {"slow", "other"}
    left = [one for one in crawled.ended if one.reason is Reason.TIME_BUDGET]
    assert {one.time_of for one in left} == {"slow"}
    assert all(one.requested_at is None for one in left)
    assert len([one for one in crawled.ended if one.file]) == 3  # the feed and the pages of the other
    assert crawled.adds_up()


def test_a_robots_txt_is_not_waited_for_longer_than_that(tmp_path: Path) -> None:
    with Site() as site:
        site.routes["/robots.txt"] = Answer(b"busy", 503, headers={"Retry-After": "60"})
        site.feed("/feed", "/page")
        began = time.monotonic()
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]), timeout=5)
        assert time.monotonic() - began < 50
    assert crawled.ends["/feed"].reason is Reason.HOST_CLOSED
    assert crawled.ends["/feed"].retry_at is not None
