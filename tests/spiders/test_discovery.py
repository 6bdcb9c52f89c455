"""From a watchlist's source to its articles: every way of discovery through a real crawl."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from newslake.testing import Answer, Site
from spiders.sources import Source
from tests.spiders.crawling import run_crawl

STORIES = [f"/2024/03/{day:02}/ministers-meet-in-the-capital-for-talks-{day}" for day in range(1, 10)]


def html(*links: str, head: str = "") -> Answer:
    anchors = "".join(f'<li><a href="{link}">Headline of the story behind {link[-12:]}</a></li>' for link in links)
    return Answer(f"<!doctype html><html><head><title>Post</title>{head}</head><body><ul>{anchors}</ul></body></html>".encode())


def stories(site: Site) -> None:
    for path in STORIES:
        site.page(path)


def test_feeds_sitemaps_and_sections_together(tmp_path: Path) -> None:
    with Site() as site:
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


def bare_urls(stack: ExitStack) -> dict[str, tuple[Site, list[str]]]:
    """Sites that a watchlist names by nothing but their address: what each is like, and two stories of its own."""
    sites = {}
    for number, name in enumerate(("declares", "robots", "common", "down", "feed")):
        site = stack.enter_context(Site())
        sites[name] = site, [f"/2024/03/{number}{day}/ministers-meet-in-the-capital-{number}{day}" for day in (1, 2)]
        for path in sites[name][1]:
            site.page(path)
    site, own = sites["declares"]
    site.routes["/declares"] = html(head='<link rel="alternate" type="application/rss+xml" href="/declared-feed">')
    site.feed("/declared-feed", *own)
    site, own = sites["robots"]
    site.routes["/robots"] = html()
    site.routes["/robots.txt"] = Answer(f"User-agent: *\nDisallow: /x\nSitemap: {site.url}/map-of-robots.xml\n".encode())
    site.sitemap("/map-of-robots.xml", *own)
    site, own = sites["common"]
    site.routes["/common"] = Answer(b"<html><body><p>Hello</p></body></html>")
    site.feed("/rss.xml", *own)
    site, own = sites["down"]
    site.routes["/down"] = Answer(b"forbidden", 403)
    site.routes["/robots.txt"] = Answer(f"Sitemap: {site.url}/map-of-down.xml".encode())
    site.sitemap("/map-of-down.xml", *own)
    site, own = sites["feed"]
    site.feed("/feed", *own)
    return sites


@pytest.mark.parametrize("obey_robots", [True, False])
def test_autodiscovery_from_a_bare_address(tmp_path: Path, obey_robots: bool) -> None:
    with ExitStack() as stack:
        sites = bare_urls(stack)
        sources = [Source(name=name, url=f"{site.url}/{name}") for name, (site, _) in sites.items()]
        crawled = run_crawl(tmp_path, *sources, obey_robots=obey_robots)
        asked = {name: [path for path in site.paths() if path not in own] for name, (site, own) in sites.items()}
    assert crawled.adds_up()
    ends = crawled.outcomes()
    assert {name: [ends.get(path) for path in own] for name, (_, own) in sites.items()} == {
        name: ["captured", "captured"] for name in sites
    }
    # nothing is guessed where something was declared, and a feed named as the home page is asked for once
    assert sorted(asked["declares"]) == ["/declared-feed", "/declares", "/robots.txt"]
    assert sorted(asked["robots"]) == ["/map-of-robots.xml", "/robots", "/robots.txt"]
    assert sorted(asked["feed"]) == ["/feed", "/robots.txt"]
    # a home page that is down does not hide the sitemap
    assert ends["/down"] == "http-error" and ends["/map-of-down.xml"] == "listing"
    # guesses are tried one after another until one answers
    assert asked["common"][-1] == "/rss.xml" and len(asked["common"]) > 3
    found_by = {one.url.rpartition("/")[2]: one.found_by for one in crawled.found}
    assert "robots.txt" in found_by["map-of-robots.xml"] and found_by["declares"] == "watchlist"


def test_a_page_or_listing_that_is_nonsense_costs_itself_alone(tmp_path: Path) -> None:
    with Site() as site:
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
    assert crawled.outcomes()["/loop.xml"] == "empty"
    assert crawled.outcomes()["/bomb.xml"] in ("failed", "empty", "listing")
