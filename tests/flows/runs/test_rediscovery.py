"""A listing of the watchlist that is lost: another one is looked for on the home page, in the same run.

One crawl of many sources, each with a site of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from flows.runs.account import Account, read_account
from newslake.outcomes import Origin
from newslake.testing import Answer, Site
from spiders.sources import Source
from tests.spiders.crawling import run_crawl

NEWS = [f"/2026/04/{day:02}/harbour-news-of-the-day-{day}" for day in range(1, 5)]
HOME = "<!doctype html><html><head><title>Post</title>{head}</head><body><main>{links}</main></body></html>"
ALTERNATE = '<link rel="alternate" type="application/rss+xml" href="{}">'
HTML_INSTEAD = Answer(b"<!doctype html><html><head><title>Our new site</title></head><body><p>We moved.</p></body></html>")
QUIET = Answer(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>")


def home(site: Site, *links: str, feed: str | None = None) -> None:
    anchors = "".join(f'<p><a href="{link}">A headline about the harbour {link[-1]}</a></p>' for link in links)
    site.routes["/"] = Answer(HOME.format(head=ALTERNATE.format(feed) if feed else "", links=anchors).encode())


def lost(answer: Answer, site: Site) -> dict[str, Any]:
    """The feed answers this, and the home page declares another one."""
    site.routes["/rss"] = answer
    home(site, *NEWS, feed="/new/rss.xml")
    site.feed("/new/rss.xml", *NEWS[:2])
    return {}


def not_lost(answer: Answer, site: Site) -> dict[str, Any]:
    site.routes["/rss"] = answer
    home(site, feed="/new/rss.xml")
    return {}


def undeclared(site: Site) -> dict[str, Any]:
    home(site, *NEWS)
    return {"article_pattern": "day-[12]$"}


def sitemap(site: Site) -> dict[str, Any]:
    home(site, feed="/rss")
    site.feed("/rss", NEWS[0])
    site.routes["/robots.txt"] = Answer(f"Sitemap: {site.url}/news.xml\n".encode(), headers={"Content-Type": "text/plain"})
    site.sitemap("/news.xml", *NEWS)
    return {"feeds": [], "sitemaps": [f"{site.url}/old.xml"]}


def no_host(site: Site) -> dict[str, Any]:
    home(site, feed="/new/rss.xml")
    site.feed("/new/rss.xml", *NEWS)
    return {"url": site.url, "feeds": ["http://feeds.newslake.invalid/rss"]}


def nothing(site: Site) -> dict[str, Any]:
    return {}


def empty_feed(site: Site) -> dict[str, Any]:
    site.routes["/rss"] = QUIET
    home(site, feed="/new/rss.xml")
    site.feed("/new/rss.xml", *NEWS)
    return {}


def moved(status: int, site: Site) -> dict[str, Any]:
    site.routes["/rss"] = Answer(status=status, headers={"Location": "/feeds/all"})
    site.feed("/feeds/all", *NEWS)
    return {}


LOST = {
    "missing": (Answer(status=404), "404 Not Found"),
    "gone": (Answer(status=410), "410 Gone"),
    "html": (HTML_INSTEAD, "HTML where a feed should be"),
    "blank": (Answer(b"", headers={"Content-Type": "application/rss+xml"}), "empty response"),
    "to-home": (Answer(status=301, headers={"Location": "/"}), "HTML where a feed should be"),
}
# One that is out of order for once, refused, behind a wall, or without news.
NOT_LOST = {
    "unavailable": Answer(status=503),
    "forbidden": Answer(status=403),
    "wall": Answer(b"<html><title>Just a moment...</title></html>"),
    "quiet": QUIET,
}
# What the warehouse says of a source that has had no news for long.
WITHOUT_NEWS = ("silent", "stale")
# Each sets its site up and gives the values of its source that differ.
SOURCES: dict[str, Callable[[Site], dict[str, Any]]] = {
    **{name: partial(lost, answer) for name, (answer, _) in LOST.items()},
    **{name: partial(not_lost, answer) for name, answer in NOT_LOST.items()},
    **dict.fromkeys(WITHOUT_NEWS, empty_feed),
    "undeclared": undeclared,
    "sitemap": sitemap,
    "no-host": no_host,
    "nothing": nothing,
    "moved": partial(moved, 301),
    "moved-for-now": partial(moved, 302),
}


@dataclass
class Crawl:
    """The crawl of all sources."""

    sites: dict[str, Site]
    account: Account

    def detail(self, source: str) -> str:
        """What is said of the listing that the watchlist names."""
        (entry,) = (
            entry for entry in self.account.entries if entry.found.source == source and entry.found.origin is Origin.WATCHLIST
        )
        return self.account.fetch(entry, None).detail or ""

    def captured(self, source: str) -> list[str]:
        """The paths of the news that were fetched, in order."""
        urls = {entry.found.url for entry in self.account.captured if entry.found.source == source}
        return [path for path in NEWS if self.sites[source].url + path in urls]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    with ExitStack() as stack:
        sites, sources = {}, []
        for number, (name, prepare) in enumerate(SOURCES.items(), start=1):
            site = sites[name] = stack.enter_context(Site(f"127.0.0.{number}"))
            for path in NEWS:
                site.page(path)
            sources.append(Source(name=name, **({"feeds": [f"{site.url}/rss"]} | prepare(site))))
        states = {name: name for name in WITHOUT_NEWS}
        crawled = run_crawl(tmp_path_factory.mktemp("rediscovery"), *sources, states=states)
        assert crawled.adds_up()
        yield Crawl(sites, read_account(crawled.folder))


@pytest.mark.parametrize("source", LOST)
def test_a_lost_feed_is_found_again_on_the_home_page(crawl: Crawl, source: str) -> None:
    told, url = crawl.detail(source), crawl.sites[source].url
    assert LOST[source][1] in told
    assert f"found {url}/new/rss.xml on the home page and read it: name it in the watchlist" in told
    assert told in crawl.account.failed_sources()[source]
    # what the home page declares is read, and not the links of the whole front page
    assert crawl.captured(source) == NEWS[:2]


def test_what_the_home_page_shows_stands_in_where_it_declares_nothing(crawl: Crawl) -> None:
    assert f"so the articles on {crawl.sites['undeclared'].url}/ were read" in crawl.detail("undeclared")
    assert crawl.captured("undeclared") == NEWS[:2]


def test_a_lost_sitemap_is_found_in_robots_txt(crawl: Crawl) -> None:
    assert f"{crawl.sites['sitemap'].url}/news.xml in robots.txt" in crawl.detail("sitemap")
    assert crawl.captured("sitemap") == NEWS


def test_a_feed_whose_host_is_gone_is_looked_for_at_the_source_s_own_address(crawl: Crawl) -> None:
    told = crawl.detail("no-host")
    assert "no such host" in told and f"found {crawl.sites['no-host'].url}/new/rss.xml" in told


def test_nothing_found_is_told_too(crawl: Crawl) -> None:
    site = crawl.sites["nothing"]
    assert f"its home page {site.url}/ could not be read either (404 Not Found)" in crawl.detail("nothing")
    assert len([path for path in site.paths() if path != "/robots.txt"]) == 2  # no guessing where no page answers


@pytest.mark.parametrize("source", NOT_LOST)
def test_what_is_not_lost_is_left_alone(crawl: Crawl, source: str) -> None:
    paths = crawl.sites[source].paths()
    assert "/rss" in paths and "/" not in paths


@pytest.mark.parametrize("source", WITHOUT_NEWS)
def test_an_empty_feed_of_a_source_long_without_news_is_not_believed(crawl: Crawl, source: str) -> None:
    assert "a feed without entries; found" in crawl.detail(source)
    assert source not in crawl.account.failed_sources()
    assert crawl.captured(source) == NEWS


def test_a_feed_that_moved_for_good_says_where(crawl: Crawl) -> None:
    url = crawl.sites["moved"].url
    assert f"moved for good to {url}/feeds/all: name it in the watchlist" in crawl.detail("moved")
    assert "moved for good" not in crawl.detail("moved-for-now")
