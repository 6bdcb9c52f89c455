"""From a watchlist's source to its articles: every way of discovery through a real crawl."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiders.sources import Source
from tests.spiders.crawling import run_crawl
from tests.spiders.loopback import Answer, Site, serve

STORIES = [f"/2024/03/{day:02}/ministers-meet-in-the-capital-for-talks-{day}" for day in range(1, 10)]


def html(*links: str, head: str = "") -> Answer:
    anchors = "".join(f'<li><a href="{link}">Headline of the story behind {link[-12:]}</a></li>' for link in links)
    return Answer(f"<!doctype html><html><head><title>Post</title>{head}</head><body><ul>{anchors}</ul></body></html>".encode())


def stories(site: Site) -> None:
    for path in STORIES:
        site.page(path)


def test_feeds_sitemaps_and_sections_together(tmp_path: Path) -> None:
    with serve() as site:
        stories(site)
        site.feed("/rss", *STORIES[:3])
        site.sitemap("/news.xml", *STORIES[2:5])
        site.routes["/index.xml"] = Answer(
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{site.url}/news.xml</loc></sitemap>'
            "</sitemapindex>".encode()
        )
        site.routes["/world"] = html(*STORIES[4:7], head='<link rel="next" href="/world?page=2">')
        site.routes["/world?page=2"] = html(*STORIES[6:8], head='<link rel="next" href="/world?page=3">')
        site.routes["/world?page=3"] = html(*STORIES[8:])
        source = Source(
            name="mix",
            url=site.url,
            feeds=[f"{site.url}/rss"],
            sitemaps=[f"{site.url}/index.xml"],
            sections=[f"{site.url}/world"],
            section_pages=2,
            article_pattern="/2024/",
        )
        crawled = run_crawl(tmp_path, source)
    assert crawled.adds_up()
    ends = crawled.outcomes()
    assert [path for path in STORIES if ends.get(path) == "captured"] == STORIES[:8]
    kinds = {one.url.removeprefix(site.url): one.kind for one in crawled.found}
    assert kinds["/rss"] == "feed" and kinds["/index.xml"] == kinds["/news.xml"] == "sitemap"
    assert kinds["/world"] == kinds["/world?page=2"] == "section" and "/world?page=3" not in kinds
    # naming any of the three turns autodiscovery off
    assert "home" not in kinds.values() and "/" not in ends
    found_by = {one.url.removeprefix(site.url): one.found_by for one in crawled.found}
    assert found_by["/rss"] == "watchlist" and found_by[STORIES[0]] == f"feed {site.url}/rss"


def test_a_home_page_that_declares_a_feed(tmp_path: Path) -> None:
    with serve() as site:
        stories(site)
        site.routes["/"] = html(head='<link rel="alternate" type="application/rss+xml" href="/rss">')
        site.feed("/rss", *STORIES[:2])
        crawled = run_crawl(tmp_path, Source(name="s", url=site.url))
        assert "/feed" not in site.paths()  # nothing is guessed where something was declared
    assert crawled.adds_up()
    assert [crawled.outcomes()[path] for path in STORIES[:2]] == ["captured", "captured"]
    assert crawled.ends["/rss"].end == "read"


@pytest.mark.parametrize("obey_robots", [True, False])
def test_sitemaps_that_robots_txt_names(tmp_path: Path, obey_robots: bool) -> None:
    with serve() as site:
        stories(site)
        site.routes["/"] = html()
        site.routes["/robots.txt"] = Answer(f"User-agent: *\nDisallow: /x\nSitemap: {site.url}/s.xml\n".encode())
        site.sitemap("/s.xml", *STORIES[:2])
        crawled = run_crawl(tmp_path, Source(name="s", url=site.url), obey_robots=obey_robots)
        assert site.paths().count("/robots.txt") == 1
        assert "/feed" not in site.paths()
    assert [crawled.outcomes()[path] for path in STORIES[:2]] == ["captured", "captured"]
    assert "robots.txt" in next(one.found_by for one in crawled.found if one.kind == "sitemap")


def test_common_places_are_tried_one_after_another_until_one_answers(tmp_path: Path) -> None:
    with serve() as site:
        stories(site)
        site.routes["/"] = Answer(b"<html><body><p>Hello</p></body></html>")
        site.feed("/rss.xml", *STORIES[:2])
        crawled = run_crawl(tmp_path, Source(name="s", url=site.url))
        tried = [path for path in site.paths() if path not in STORIES]
        assert tried[:2] == ["/robots.txt", "/"] and tried[-1] == "/rss.xml"
    assert crawled.adds_up()
    assert [crawled.outcomes()[path] for path in STORIES[:2]] == ["captured", "captured"]


def test_a_home_page_that_is_down_does_not_hide_the_sitemap(tmp_path: Path) -> None:
    with serve() as site:
        stories(site)
        site.routes["/"] = Answer(b"forbidden", 403)
        site.routes["/robots.txt"] = Answer(f"Sitemap: {site.url}/s.xml".encode())
        site.sitemap("/s.xml", STORIES[0])
        crawled = run_crawl(tmp_path, Source(name="s", url=site.url))
    assert crawled.outcomes()["/"] == "http-error" and crawled.outcomes()[STORIES[0]] == "captured"


def test_a_feed_named_as_home_page_is_read_as_a_feed(tmp_path: Path) -> None:
    with serve() as site:
        stories(site)
        site.feed("/rss", *STORIES[:2])
        crawled = run_crawl(tmp_path, Source(name="s", url=f"{site.url}/rss"))
        assert site.paths().count("/rss") == 1
    assert crawled.adds_up()
    assert [crawled.outcomes()[path] for path in STORIES[:2]] == ["captured", "captured"]


def test_a_page_or_listing_that_is_nonsense_costs_itself_alone(tmp_path: Path) -> None:
    with serve() as site:
        stories(site)
        site.feed("/rss", "http://[broken/x", STORIES[0], "http://127.0.0.1:99999/port")
        entities = b'<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        site.routes["/bomb.xml"] = Answer(entities + b"<urlset><url><loc>&b;</loc></url></urlset>")
        site.routes["/loop.xml"] = Answer(
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{site.url}/loop.xml</loc></sitemap>'
            "</sitemapindex>".encode()
        )
        source = Source(name="s", feeds=[f"{site.url}/rss"], sitemaps=[f"{site.url}/bomb.xml", f"{site.url}/loop.xml"])
        crawled = run_crawl(tmp_path, source)
        assert site.paths().count("/loop.xml") == 1
    assert crawled.adds_up()
    assert crawled.outcomes()[STORIES[0]] == "captured"
    assert crawled.outcomes()["/loop.xml"] == "read"
    assert crawled.outcomes()["/bomb.xml"] in ("failed", "read")
