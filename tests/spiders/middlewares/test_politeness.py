"""Manners: what a site asks for, and what it was really sent."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from newslake.testing import Answer, Site
from spiders.middlewares.robots import product_token
from spiders.sources import Source
from tests.spiders.crawling import run_crawl


def gaps(site: Site) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(site.asked)]


def feed_site(site: Site, *paths: str) -> Source:
    for path in paths:
        site.page(path)
    site.feed("/feed", *paths)
    return Source(name="s", feeds=[f"{site.url}/feed"])


def test_the_delay_is_kept_between_all_requests_of_a_host(tmp_path: Path) -> None:
    with Site() as site:
        run_crawl(tmp_path, feed_site(site, "/a", "/b", "/c"), delay=0.4, per_domain=4)
        assert len(site.asked) == 5  # with robots.txt and the feed
        # A request may reach the site late on a busy machine, which shortens the gap behind it; the whole stays as long.
        assert sum(gaps(site)) > 4 * 0.4 - 0.1
        assert min(gaps(site)) > 0.2


@pytest.mark.parametrize("per_domain", [1, 3])
def test_no_more_at_once_than_allowed_even_without_a_delay(tmp_path: Path, per_domain: int) -> None:
    under_way, most = [0], [0]

    def slow(_: Mapping[str, str]) -> Answer:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.1)
        under_way[0] -= 1
        return Answer(b"<p>x")

    with Site() as site:
        paths = [f"/p{n}" for n in range(9)]
        source = feed_site(site, *paths)
        site.routes |= dict.fromkeys(paths, slow)
        run_crawl(tmp_path, source, per_domain=per_domain)
    assert most[0] == per_domain


def test_crawl_delay_slows_the_crawl_down(tmp_path: Path) -> None:
    with Site() as site:
        site.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 9\n\nUser-agent: NewsLake\nCrawl-delay: 0.5\n")
        crawled = run_crawl(tmp_path, feed_site(site, "/a", "/b"), delay=0.01, user_agent="newslake/1.0 (+https://example.org)")
        assert crawled.outcomes()["/b"] == "captured"
        assert min(gaps(site)) > 0.45 and max(gaps(site)) < 5


def test_robots_rules_are_for_our_name_not_for_words_in_the_contact(tmp_path: Path) -> None:
    with Site() as site:
        site.routes["/robots.txt"] = Answer(b"User-agent: example\nDisallow: /\n\nUser-agent: newslake\nDisallow: /b\n")
        crawled = run_crawl(tmp_path, feed_site(site, "/a", "/b"))
        assert crawled.outcomes() == {"/feed": "listing", "/a": "captured", "/b": "robots"}
        assert {asked.headers["user-agent"] for asked in site.asked} == {"newslake (+https://example.org/contact)"}


def test_robots_files_that_are_not_there_or_out_of_order(tmp_path: Path) -> None:
    cases = {
        "404 allows": (Answer(b"User-agent: *\nDisallow: /", 404), "empty"),
        "403 allows": (Answer(b"forbidden", 403), "empty"),
        "503 forbids": (Answer(b"<html>sorry</html>", 503), "robots"),
        "nonsense allows": (Answer(b"\xff\xfe\0nonsense \xf0"), "empty"),
    }
    with ExitStack() as stack:
        sources = []
        for number, (answer, _) in enumerate(cases.values()):
            site = stack.enter_context(Site())
            site.feed(f"/feed{number}")
            site.routes["/robots.txt"] = answer
            sources.append(Source(name=f"s{number}", feeds=[f"{site.url}/feed{number}"]))
        crawled = run_crawl(tmp_path, *sources)
    assert {name: crawled.outcomes()[f"/feed{number}"] for number, name in enumerate(cases)} == {
        name: end for name, (_, end) in cases.items()
    }
    assert "robots.txt answered 503 Service Unavailable" in crawled.detail("/feed2")


def test_robots_can_be_disobeyed_on_a_site_of_ones_own(tmp_path: Path) -> None:
    with Site() as site:
        site.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
        crawled = run_crawl(tmp_path, feed_site(site, "/a"), obey_robots=False)
        assert crawled.outcomes() == {"/feed": "listing", "/a": "captured"}
        assert "/robots.txt" not in site.paths()


def test_retry_after_pauses_the_whole_host_and_then_goes_on(tmp_path: Path) -> None:
    refusals = {"/seconds": ["once"], "/date": ["once"]}

    def busy(path: str) -> Callable[[Mapping[str, str]], Answer]:
        def answer(_: Mapping[str, str]) -> Answer:
            if not refusals[path]:
                return Answer(b"<p>here")
            refusals[path].clear()
            date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
            return Answer(b"busy", 429, {"Retry-After": "1" if path == "/seconds" else date})

        return answer

    with Site() as site:
        source = feed_site(site, "/seconds", "/b", "/date", "/c")
        site.routes |= {path: busy(path) for path in refusals}
        crawled = run_crawl(tmp_path, source, per_domain=1)
        waits = {earlier.path: later.at - earlier.at for earlier, later in reversed(list(pairwise(site.asked)))}
    assert set(crawled.outcomes().values()) == {"listing", "captured"}
    assert waits["/seconds"] > 0.9 and waits["/date"] > 0.9
    assert waits["/b"] < 0.9


def test_a_long_retry_after_leaves_the_host_to_the_next_run(tmp_path: Path) -> None:
    with Site() as site, Site() as other:
        source = feed_site(site, "/busy", "/b", "/c")
        site.routes["/busy"] = Answer(b"busy", 503, {"Retry-After": "7200"})
        for path in ("/x", "/y"):
            other.page(path)
        # the other host has another name, since hosts are told apart by name
        name = other.url.replace("127.0.0.1", "localhost")
        other.feed("/feed", *(name + path for path in ("/x", "/y")))
        started = datetime.now(UTC)
        crawled = run_crawl(tmp_path, source, Source(name="other", feeds=[f"{name}/feed"]), per_domain=1)
        assert site.paths().count("/busy") == 1 and not {"/b", "/c"} & set(site.paths())
    assert crawled.adds_up()
    for path in ("/busy", "/b", "/c"):
        assert crawled.ends[path].outcome == "http-error"
        when = (started + timedelta(hours=2)).strftime("%Y-%m-%d %H:")
        assert crawled.detail(path).startswith(f"503 Service Unavailable: the site asks to come back after {when}")
    assert [crawled.outcomes()[path] for path in ("/x", "/y")] == ["captured", "captured"]


def test_waits_that_are_short_each_but_long_in_all_leave_the_host_to_the_next_run(tmp_path: Path) -> None:
    asked = ["1", "300"]

    def busy(_: Mapping[str, str]) -> Answer:
        return Answer(b"busy", 503, {"Retry-After": asked.pop(0)}) if asked else Answer(b"<p>here")

    with Site() as site:
        source = feed_site(site, "/a", "/b", "/c")
        site.routes |= dict.fromkeys(("/a", "/b", "/c"), busy)
        started = time.monotonic()
        crawled = run_crawl(tmp_path, source, per_domain=1)
        assert time.monotonic() - started < 60
    assert crawled.adds_up()
    assert {crawled.outcomes()[path] for path in ("/a", "/b", "/c")} == {"http-error"}
    assert all("the site asks to come back after" in crawled.detail(path) for path in ("/a", "/b", "/c"))


def test_a_host_that_stops_answering_is_left_alone(tmp_path: Path) -> None:
    with Site() as site:
        paths = [f"/p{n}" for n in range(8)]
        source = feed_site(site, *paths)
        for path in paths:
            site.routes[path] = Answer(b"late", seconds=1.5)
        crawled = run_crawl(tmp_path, source, per_domain=1, timeout=0.6)
        assert len([path for path in site.paths() if path in paths]) <= 7  # six attempts, and one on its way
    assert crawled.adds_up()
    assert {crawled.outcomes()[path] for path in paths} == {"network-error"}
    assert any("failed 6 times in a row" in crawled.detail(path) for path in paths)
    assert any("no complete response" in crawled.detail(path) for path in paths)


def test_feeds_and_sitemaps_are_asked_for_only_if_changed(tmp_path: Path) -> None:
    def conditional(tag: str, body: Answer) -> object:
        def answer(headers: Mapping[str, str]) -> Answer:
            if headers.get("if-none-match") == tag or headers.get("if-modified-since") == tag:
                return Answer(status=304, headers={"ETag": tag})
            return body

        return answer

    with Site() as site:
        source = feed_site(site, "/a")
        site.sitemap("/map.xml", "/a", "/b")
        site.page("/b")
        feed, sitemap = site.routes["/feed"], site.routes["/map.xml"]
        assert isinstance(feed, Answer) and isinstance(sitemap, Answer)
        # fresh for a day by its own word, and yet asked for again: a day is long for news
        feed.headers |= {"ETag": '"v1"', "Cache-Control": "max-age=86400"}
        sitemap.headers["Last-Modified"] = "Mon, 01 Jan 2024 00:00:00 GMT"
        site.routes["/feed"] = conditional('"v1"', feed)  # type: ignore[assignment]
        site.routes["/map.xml"] = conditional("Mon, 01 Jan 2024 00:00:00 GMT", sitemap)  # type: ignore[assignment]
        source = Source(name="s", feeds=source.feeds, sitemaps=[f"{site.url}/map.xml"])
        first = run_crawl(tmp_path, source)
        second = run_crawl(tmp_path, source, name="second")
        site.routes["/feed"] = Answer(b"down", 500)
        third = run_crawl(tmp_path, source, name="third")
        asked = [one.headers for one in site.asked if one.path == "/feed"]
    assert [first.outcomes()[path] for path in ("/feed", "/map.xml")] == ["listing", "listing"]
    assert [second.outcomes()[path] for path in ("/feed", "/map.xml")] == ["not-modified", "not-modified"]
    # what the listings name is still known, so a page that was not due or over the budget before is not lost
    assert [second.outcomes()[path] for path in ("/a", "/b")] == ["captured", "captured"]
    assert third.outcomes()["/feed"] == "http-error"
    assert "if-none-match" not in asked[0] and asked[1]["if-none-match"] == '"v1"'
    assert all("if-none-match" not in one.headers for one in site.asked if one.path == "/a")


def test_a_feed_that_came_cut_is_asked_for_whole(tmp_path: Path) -> None:
    with Site() as site:
        source = feed_site(site, "/a")
        feed = site.routes["/feed"]
        assert isinstance(feed, Answer)
        packed = gzip.compress(feed.body)
        feed.headers |= {"ETag": '"v1"', "Content-Encoding": "gzip"}
        feed.body = packed[: len(packed) * 2 // 3]
        first = run_crawl(tmp_path, source)
        feed.body = packed
        second = run_crawl(tmp_path, source, name="second")
        asked = [one.headers for one in site.asked if one.path == "/feed"]
    assert (first.outcomes()["/feed"], second.outcomes()["/feed"]) == ("network-error", "listing")
    assert all("if-none-match" not in headers for headers in asked)


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("newslake (+https://example.org/contact)", "newslake"),
        ("News-Bot/2.1", "News-Bot"),
        ("Mozilla/5.0 (x)", "Mozilla"),
        ("1", "*"),
    ],
)
def test_the_name_that_robots_files_use(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token
