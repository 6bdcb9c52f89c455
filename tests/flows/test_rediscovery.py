"""A listing of the watchlist that is lost: another one is looked for on the home page, in the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.runs.account import Account, read_account
from newslake.outcomes import Origin
from spiders.sources import Source
from tests.spiders.crawling import Crawled, run_crawl
from tests.spiders.loopback import Answer, Site, serve

NEWS = [f"/2026/04/{day:02}/harbour-news-of-the-day-{day}" for day in range(1, 5)]
HOME = "<!doctype html><html><head><title>Post</title>{head}</head><body><main>{links}</main></body></html>"
ALTERNATE = '<link rel="alternate" type="application/rss+xml" href="{}">'
HTML_INSTEAD = Answer(b"<!doctype html><html><head><title>Our new site</title></head><body><p>We moved.</p></body></html>")


def home(site: Site, *links: str, feed: str | None = None) -> None:
    anchors = "".join(f'<p><a href="{link}">A headline about the harbour {link[-1]}</a></p>' for link in links)
    site.routes["/"] = Answer(HOME.format(head=ALTERNATE.format(feed) if feed else "", links=anchors).encode())


def crawl(folder: Path, site: Site, **given: Any) -> tuple[Crawled, Account]:
    for path in NEWS:
        site.page(path)
    states = given.pop("states", {})
    source = Source(name="post", **({"feeds": [f"{site.url}/rss"]} | given))
    crawled = run_crawl(folder, source, states=states)
    assert crawled.adds_up()
    return crawled, read_account(crawled.folder)


def detail(account: Account, path: str) -> str:
    (entry,) = (entry for entry in account.entries if entry.found.url.endswith(path) and entry.found.origin is Origin.WATCHLIST)
    return account.fetch(entry, None).detail or ""


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        (Answer(status=404), "404 Not Found"),
        (Answer(status=410), "410 Gone"),
        (HTML_INSTEAD, "HTML where a feed should be"),
        (Answer(b"", headers={"Content-Type": "application/rss+xml"}), "empty response"),
        (Answer(status=301, headers={"Location": "/"}), "HTML where a feed should be"),
    ],
)
def test_a_lost_feed_is_found_again_on_the_home_page(tmp_path: Path, lost: Answer, words: str) -> None:
    with serve() as site:
        site.routes["/rss"] = lost
        home(site, *NEWS, feed="/new/rss.xml")
        site.feed("/new/rss.xml", *NEWS[:2])
        crawled, account = crawl(tmp_path, site)
        told = detail(account, "/rss")
        assert words in told
        assert f"found {site.url}/new/rss.xml on the home page and read it: name it in the watchlist" in told
        assert told in account.failed_sources()["post"]
    # what the home page declares is read, and not the links of the whole front page
    assert [path for path in NEWS if crawled.outcomes().get(path) == "captured"] == NEWS[:2]


def test_what_the_home_page_shows_stands_in_where_it_declares_nothing(tmp_path: Path) -> None:
    with serve() as site:
        home(site, *NEWS)
        crawled, account = crawl(tmp_path, site, article_pattern="day-[12]$")
        assert f"so the articles on {site.url}/ were read" in detail(account, "/rss")
    assert [path for path in NEWS if crawled.outcomes().get(path) == "captured"] == NEWS[:2]


def test_a_lost_sitemap_is_found_in_robots_txt(tmp_path: Path) -> None:
    with serve() as site:
        home(site, feed="/rss")
        site.feed("/rss", NEWS[0])
        site.routes["/robots.txt"] = Answer(f"Sitemap: {site.url}/news.xml\n".encode(), headers={"Content-Type": "text/plain"})
        site.sitemap("/news.xml", *NEWS)
        crawled, account = crawl(tmp_path, site, feeds=[], sitemaps=[f"{site.url}/old.xml"])
        assert f"{site.url}/news.xml in robots.txt" in detail(account, "/old.xml")
    assert all(crawled.outcomes()[path] == "captured" for path in NEWS)


def test_a_feed_whose_host_is_gone_is_looked_for_at_the_source_s_own_address(tmp_path: Path) -> None:
    with serve() as site:
        home(site, feed="/new/rss.xml")
        site.feed("/new/rss.xml", *NEWS)
        _, account = crawl(tmp_path, site, url=site.url, feeds=["http://feeds.newslake.invalid/rss"])
        told = detail(account, "/rss")
        assert "no such host" in told and f"found {site.url}/new/rss.xml" in told


def test_nothing_found_is_told_too(tmp_path: Path) -> None:
    with serve() as site:
        _, account = crawl(tmp_path, site)
        assert f"its home page {site.url}/ could not be read either (404 Not Found)" in detail(account, "/rss")
        assert len([path for path in site.paths() if path != "/robots.txt"]) == 2  # no guessing where no page answers


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=503),
        Answer(status=403),
        Answer(b"<html><title>Just a moment...</title></html>"),
        Answer(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>"),
    ],
)
def test_what_is_not_lost_is_left_alone(tmp_path: Path, answer: Answer) -> None:
    """One that is out of order for once, refused, behind a wall, or without news."""
    with serve() as site:
        site.routes["/rss"] = answer
        home(site, feed="/new/rss.xml")
        crawl(tmp_path, site)
        assert "/" not in site.paths()


@pytest.mark.parametrize("state", ["silent", "stale"])
def test_an_empty_feed_of_a_source_long_without_news_is_not_believed(tmp_path: Path, state: str) -> None:
    with serve() as site:
        site.routes["/rss"] = Answer(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
        home(site, feed="/new/rss.xml")
        site.feed("/new/rss.xml", *NEWS)
        crawled, account = crawl(tmp_path, site, states={"post": state})
        assert "a feed without entries; found" in detail(account, "/rss")
        assert account.failed_sources() == {}
    assert all(crawled.outcomes()[path] == "captured" for path in NEWS)


def test_a_feed_that_moved_for_good_says_where(tmp_path: Path) -> None:
    with serve() as site:
        site.routes["/rss"] = Answer(status=301, headers={"Location": "/feeds/all"})
        site.feed("/feeds/all", *NEWS)
        _, account = crawl(tmp_path, site)
        assert f"moved for good to {site.url}/feeds/all: name it in the watchlist" in detail(account, "/rss")
        site.routes["/rss"] = Answer(status=302, headers={"Location": "/feeds/all"})
        _, account = crawl(tmp_path / "again", site)
        assert "moved for good" not in detail(account, "/rss")
