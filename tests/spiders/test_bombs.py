"""Outlets that keep a reader busy, or name more than anybody can keep: the others are collected as if they were not there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newslake.errors import ListingError
from newslake.outcomes import Outcome, Reason
from newslake.testing import Answer, Site
from spiders.listings import processes as module
from spiders.listings.markup import MAX_ATTRIBUTES, MAX_TAGS, too_complex
from spiders.listings.processes import Readers
from spiders.listings.reader import RECYCLED, Brake, Read
from spiders.sources import Source
from spiders.urls.places import Places
from spiders.walls import wall
from tests.spiders.crawling import Crawled, run_crawl

ATTRIBUTES = (
    b"<!doctype html><html><body><p " + b" ".join(b"a%d=b" % number for number in range(200_000)) + b"></p></body></html>"
)


def sitemap(site: Site, path: str, count: int, name: str = "story", date: str = "") -> None:
    dated = f"<lastmod>{date}</lastmod>" if date else ""
    urls = "".join(f"<url><loc>{site.url}/n/{name}-of-the-day-{number}</loc>{dated}</url>" for number in range(count))
    site.routes[path] = Answer(
        f'<?xml version="1.0"?><urlset>{urls}</urlset>'.encode(), headers={"Content-Type": "application/xml"}
    )


def away(crawled: Crawled) -> Any:
    (found,) = [one for one in crawled.ended if one.reason is Reason.ADDRESS_BUDGET]
    return found


def test_a_listing_that_no_parser_survives_ends_within_seconds_and_delays_nobody(tmp_path: Path) -> None:
    with Site() as good, Site() as evil:
        stories = [f"/news/a-long-story-number-{number}" for number in range(5)]
        for path in stories:
            good.page(path)
        good.feed("/feed", *stories)
        evil.routes["/"] = Answer(ATTRIBUTES)
        started = time.monotonic()
        crawled = run_crawl(tmp_path, Source(name="evil", url=evil.url + "/"), Source(name="good", feeds=[f"{good.url}/feed"]))
    assert time.monotonic() - started < 30
    assert crawled.adds_up()
    assert [crawled.outcomes()[path] for path in stories] == ["captured"] * 5
    (bomb,) = [one for one in crawled.ended if one.reason is Reason.TOO_COMPLEX]
    assert bomb.outcome is Outcome.FAILED and "200,000 attributes" in (bomb.detail or "")


def test_addresses_beyond_the_limit_are_counted_in_one_row(tmp_path: Path) -> None:
    with Site() as site:
        sitemap(site, "/old.xml", 300, "old")
        sitemap(site, "/again.xml", 200, "old")
        sitemap(site, "/new.xml", 10, "new", "2026-11-28T10:00:00Z")
        sitemaps = [f"{site.url}/{name}.xml" for name in ("old", "again", "new")]
        crawled = run_crawl(tmp_path, Source(name="many", sitemaps=sitemaps), per_domain=1, max_addresses=100, max_articles=12)
    assert crawled.adds_up()
    assert sum(one.urls or 1 for one in crawled.ended) == 310 + 3
    pages = [one for one in crawled.found if one.kind == "page"]
    assert len(pages) == 101  # 100 places, and one for those that are only counted
    assert away(crawled).urls == 210 and away(crawled).outcome is Outcome.REFUSED
    # the last places are for the newest, although their sitemap came last
    asked = [one.url for one in pages if "/new-" in one.url and one.id != away(crawled).id]
    assert len(asked) == 10


def test_known_addresses_leave_room_for_new_ones() -> None:
    places: Places[str] = Places(100, newest=20)
    known = sum(places.take(50, is_known=True) for _ in range(1000))
    new = sum(places.take(50, is_known=False) for _ in range(1000))
    assert (known, new) == (40, 40)  # and 20 for the newest


def test_each_address_without_a_place_counts_once() -> None:
    places: Places[str] = Places(100, newest=20)
    for number in [*range(1000), *range(1000)]:
        key = f"{number:015x}"
        places.turn_away(key, key, (1, float(-number)), is_known=number >= 900)
    found = places.settle()
    assert found.newest == [f"{number:015x}" for number in range(899, 879, -1)]
    assert (found.urls, found.known) == (980, 100)
    assert found.example not in found.newest


def test_addresses_of_many_characters_take_more_of_the_places() -> None:
    places: Places[str] = Places(1000, newest=1)
    assert sum(places.take(8000, is_known=False) for _ in range(1000)) < 50


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[Readers]:
    monkeypatch.setattr(module, "INLINE", 0)
    made = Readers()
    yield made
    made.close()


GOOD = b'<?xml version="1.0"?><urlset><url><loc>https://outlet.example/news/one-story</loc></url></urlset>'


def test_a_source_is_not_read_any_more_once_its_time_is_used_up(quick: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read() -> list[str]:
        task = Read("sitemap", GOOD, "https://outlet.example/sitemap.xml", None)
        first = await quick.do("slow", task)
        monkeypatch.setattr(module, "SECONDS_PER_SOURCE", 0.0)
        with pytest.raises(ListingError) as raised:
            await quick.do("slow", task)
        assert raised.value.reason is Reason.READING_BUDGET
        return [link.url for link in first.links]

    assert asyncio.run(read()) == ["https://outlet.example/news/one-story"]


# An expression of the watchlist that takes longer than anybody lives, on an address that does not match it.
HEADLINE = b"<a href='/" + b"a" * 60 + b"'>The tanker came to the harbour in the night of Sunday</a>"
ENDLESS = Read("section", b"<html><body>" + HEADLINE + b"</body></html>", "https://evil.example/", "text/html", pattern="(a+)+b")


def test_a_listing_that_takes_too_long_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INLINE", 0)
    readers = Readers(seconds=4)

    async def read() -> tuple[Reason, int]:
        task = Read("sitemap", GOOD, "https://outlet.example/sitemap.xml", None)
        slow = asyncio.create_task(readers.do("evil", ENDLESS))
        await asyncio.sleep(0)
        good = await readers.do("good", task)
        with pytest.raises(ListingError, match=r"more than 4 seconds of processor time") as raised:
            await slow
        again = await readers.do("evil", task)
        return raised.value.reason, len(good.links) + len(again.links)

    try:
        assert asyncio.run(read()) == (Reason.READING_TIMEOUT, 2)
    finally:
        readers.close()


def test_a_slow_source_never_gets_the_last_process(quick: Readers) -> None:
    async def read() -> int:
        task = Read("sitemap", GOOD, "https://outlet.example/sitemap.xml", None)
        at_once: list[int] = []

        async def of(source: str) -> None:
            await quick.do(source, task)

        async def watch() -> None:
            while True:
                at_once.append(len(quick._busy & {"slow", "slower"}))
                await asyncio.sleep(0.001)

        quick._spent.update({"slow": module.SLOW + 1, "slower": module.SLOW + 2})
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(of(source) for source in ("slow", "slower", "slow", "slower", "quick", "quick too")))
        watching.cancel()
        return max(at_once)

    # by the order in which they end nothing can be told: that is up to the machine
    assert asyncio.run(read()) == 1


def test_who_no_longer_waits_takes_no_process(quick: Readers) -> None:
    task = Read("sitemap", GOOD, "https://outlet.example/sitemap.xml", None)

    async def read() -> int:
        asked = [asyncio.create_task(quick.do(f"outlet {number}", task)) for number in range(len(quick._all) + 4)]
        await asyncio.sleep(0)
        for waiter in asked[len(quick._all) :]:
            waiter.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        return len((await quick.do("another", task)).links)

    assert asyncio.run(asyncio.wait_for(read(), 20)) > 0
    assert not quick._busy and len(quick._free) == len(quick._all)


def test_a_crawl_that_holds_much_memory_reads_every_listing(quick: Readers) -> None:
    task = Read("sitemap", GOOD, "https://outlet.example/sitemap.xml", None)
    held = bytearray(b"x") * (RECYCLED + (50 << 20))

    async def read() -> set[int]:
        lengths = [len((await quick.do("outlet", task)).links) for _ in range(5)]
        assert lengths == [1] * 5
        return {process._child.pid for process in quick._all if process._child}

    assert len(asyncio.run(read())) == 1 and held  # and no process for each


@pytest.mark.parametrize(
    ("body", "is_bomb"),
    [
        (ATTRIBUTES, True),
        (b"<p>" * (MAX_TAGS + 1), True),
        (b"<div data-state='" + b'{"a": 1, "b": 2} ' * 50_000 + b"'>", False),
        (b"<script>" + b"var a = 1; " * 100_000 + b"</script>", False),
        (b"<script>for (i=0;i<n.length;i++) {" + b"var a = 1; " * 100_000 + b"</script>", False),
        (b'<img src="data:image/png;base64,' + b"A" * 1_000_000 + b'">', False),
        (b"<p>" + b"many words and no tag " * 100_000, False),
        (b"<p " + b" ".join(b"a%d" % number for number in range(MAX_ATTRIBUTES // 2)) + b">", False),
        (b"", False),
    ],
)
def test_what_no_parser_should_see(body: bytes, is_bomb: bool) -> None:
    assert bool(too_complex(body)) is is_bomb


@pytest.mark.parametrize("body", [b"<" * 149_000, b"<title" * 24_000, b"<!--" * 36_000, b"<script" * 20_000, b"&#" * 70_000])
def test_a_small_page_does_not_keep_the_recognition_of_walls_busy(body: bytes) -> None:
    started = time.process_time()
    for status in (200, 403):
        wall(status, {}, body, "https://outlet.example/", wanted="page")
    assert time.process_time() - started < 1


def test_addresses_full_of_session_ids_are_compared_in_reasonable_time() -> None:
    from datetime import date

    urls = {
        f"https://outlet.example/{number}/x?" + "&".join(f"a{place}=0123456789abcdef{number}" for place in range(300)): "sitemap"
        for number in range(300)
    }
    started = time.process_time()
    Brake(urls, date(2026, 11, 28)).do()
    assert time.process_time() - started < 5
