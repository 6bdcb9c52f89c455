"""Autodiscovery: a bare address leads to the feeds and sitemaps of its site."""

from __future__ import annotations

import pytest

from newslake.errors import ListingError
from spiders.listings.autodiscovery import common_places, read_home, robots_sitemaps

URL = "https://www.example.com/english/"


def test_declared_feeds_come_first_and_comments_never() -> None:
    listing = read_home(
        b"""<html><head><title>Harbour Post</title>
        <link rel="alternate" type="application/rss+xml" title="Harbour Post" href="/feed/">
        <link rel="alternate" type="application/rss+xml" title="Harbour Post: Comments" href="/comments/feed/">
        <link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="atom.xml">
        <link rel="alternate" type="application/feed+json" href="https://feeds.example.net/j">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
        <link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
        <link rel="alternate" hreflang="ko" href="/korean/"><link rel="stylesheet" href="/s.css"></head>
        <body><a href="/rss/other.xml">RSS</a><a href="/2024/05/01/kim-meets-putin">Kim meets Putin</a></body></html>""",
        URL,
    )
    assert [follow.url for follow in listing.follow] == [
        "https://www.example.com/feed/",
        "https://www.example.com/english/atom.xml",
        "https://feeds.example.net/j",
    ]
    assert {follow.kind for follow in listing.follow} == {"feed"}
    assert [link.url for link in listing.links] == ["https://www.example.com/2024/05/01/kim-meets-putin"]
    assert (listing.kind, listing.title, listing.note) == ("home", "Harbour Post", None)


@pytest.mark.parametrize(
    "href", ["/rss/all.xml", "/feed", "/rss", "/news/rss.php", "/?feed=rss2", "/index.rss", "https://feeds.example.net/top.rss"]
)
def test_feeds_that_are_only_linked_are_second_choice(href: str) -> None:
    listing = read_home(
        f'<body><a href="{href}">subscribe</a><a href="/feedback">write to us</a><a href="/comments/feed">c</a>'.encode(), URL
    )
    assert len(listing.follow) == 1 and listing.follow[0].url.endswith(href)


def test_an_address_that_is_itself_a_feed_or_sitemap_is_followed_as_one() -> None:
    feed = read_home(b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", URL)
    sitemap = read_home(b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", URL)
    assert [(follow.url, follow.kind) for listing in (feed, sitemap) for follow in listing.follow] == [
        (URL, "feed"),
        (URL, "sitemap"),
    ]


def test_a_home_page_that_offers_nothing_says_so() -> None:
    assert read_home(b"<html><body>Under construction</body></html>", URL).note == "neither a feed nor an article is linked here"
    with pytest.raises(ListingError, match="not a web page"):
        read_home(b"%PDF-1.7", URL, "application/pdf")


def test_robots_names_sitemaps() -> None:
    robots = (
        "User-agent: *\nDisallow: /\nSITEMAP : /maps/a.xml # main\nSitemap:https://cdn.example.net/b.xml.gz\nsitemap:\n"
        "#Sitemap: /no.xml\nSitemap: /maps/a.xml"
    )
    found = robots_sitemaps(robots, "https://www.example.com/robots.txt")
    assert [follow.url for follow in found] == ["https://www.example.com/maps/a.xml", "https://cdn.example.net/b.xml.gz"]
    assert {(follow.kind, follow.found_by) for follow in found} == {("sitemap", "robots.txt of https://www.example.com/")}
    assert robots_sitemaps("", URL) == ()


def test_common_places_are_beside_the_address_and_at_the_root() -> None:
    urls = [follow.url for follow in common_places(URL)]
    assert urls.index("https://www.example.com/english/feed") < urls.index("https://www.example.com/feed")
    assert {"https://www.example.com/sitemap.xml", "https://www.example.com/rss.xml"} <= set(urls)
    assert len(common_places("https://www.example.com")) == len(set(common_places("https://www.example.com"))) < len(urls)
