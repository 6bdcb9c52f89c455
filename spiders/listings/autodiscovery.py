"""Autodiscovery: finds feeds and sitemaps from a home page, robots.txt and common addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from newslake.outcomes import Origin
from spiders.listings.decoding import unpacked
from spiders.listings.html import Head, Page, read_page, xml_kind
from spiders.listings.model import Follow, Listing
from spiders.listings.sections import articles, frames
from spiders.urls.canonical import absolute, address, identity

# A home page that declares more declares every section; the first of them and the sitemaps cover these.
MAX_FOLLOW = 20

_FEED_TYPES = re.compile(
    r"(?:application|text)/(?:(?:x[.-])?(?:rss|atom|rdf)(?:\+xml)?|xml\+(?:rss|atom)|xml)|application/feed\+json", re.I
)
# Types that feeds have as well as other things: the address or the title must speak of a feed.
_ANY_TYPES = ("", "application/json", "text/plain", "application/octet-stream")
_FEED_TITLE = re.compile(r"\b(?:rss|atom|feed)\b", re.I)
_FEED_ADDRESS = re.compile(
    r"(?:^|[/._-])(?:rss2?|atom|feeds?)(?:[/._-]?(?:xml|json|php|\d+))?/?(?:\?.*)?$|[./]rss\b|/rss/|/feeds?/|feed=rss", re.I
)
_COMMENTS = re.compile(r"comment|댓글|コメント|комментари|reply|replies", re.I)
_FEED_PAGES = re.compile(r"/(?:rss|feeds?)(?:/index)?\.html?$|rss-feeds/?$|feedback|feedly\.com|oembed|wp-json", re.I)
_ROBOTS_SITEMAP = re.compile(r"^[ \t\ufeff]*sitemap[ \t]*:[ \t]*([^\s#]+)", re.I | re.M)
_FEED_PLACES = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
_SITEMAP_PLACES = (
    "news-sitemap.xml",
    "sitemap_news.xml",
    "sitemap-news.xml",
    "sitemap.xml",
    "sitemap_index.xml",
    "wp-sitemap.xml",
)


def read_home(body: bytes, url: str, content_type: str | None = None) -> Listing:
    """Return the feeds that a home page declares, or those that it links to if it declares none, and the articles it shows.

    If `url` is itself a feed or a sitemap, the result is to follow it as one. Raises ListingError if it is not a web page.
    """
    kind = xml_kind(unpacked(body, url))
    if kind is not None:
        return Listing(
            "home", follow=(Follow(url, kind, f"the address itself: {url}", Origin.LINK),), note=f"a {kind}, not a home page"
        )
    page = read_page(body, url, content_type)
    declared = _declared(page, url)
    links = articles(page, url)
    follow = (declared or _linked(page, url)) + frames(page, url, links)
    note = None if follow or links else "neither a feed nor an article is linked here"
    return Listing("home", links, follow, title=page.title, note=note)


def robots_sitemaps(robots_txt: str, url: str) -> tuple[Follow, ...]:
    """Return the sitemaps that a robots.txt names; `url` is the URL of any page of the site."""
    sitemaps = (address(url, found) for found in _ROBOTS_SITEMAP.findall(robots_txt))
    return _each(sitemaps, "sitemap", f"robots.txt of {_root(url)}", Origin.ROBOTS)


def common_places(url: str) -> tuple[Follow, ...]:
    """Return addresses where feeds and sitemaps often are: in the folder of `url`, then at the root of its site."""
    root = _root(url)
    folder = absolute(url, "./") or root
    feeds = [base + place for base in dict.fromkeys((folder, root)) for place in _FEED_PLACES]
    found_by = f"common places of {root}"
    sitemaps = (root + place for place in _SITEMAP_PLACES)
    return _each(feeds, "feed", found_by, Origin.GUESS) + _each(sitemaps, "sitemap", found_by, Origin.GUESS)


def _declared(page: Page, url: str) -> tuple[Follow, ...]:
    feeds = (
        head.url
        for head in page.heads
        if _declares_feed(head) and not _COMMENTS.search(f"{head.url} {head.title}") and not _FEED_PAGES.search(head.url)
    )
    return _each(feeds, "feed", f"link rel=alternate of {url}", Origin.LINK)


def _declares_feed(head: Head) -> bool:
    if "feed" in head.rel:
        return head.type != "text/html"
    if "alternate" not in head.rel:
        return False
    if head.type in _ANY_TYPES:
        return bool(_FEED_ADDRESS.search(head.url.partition("://")[2]) or (not head.type and _FEED_TITLE.search(head.title)))
    return _FEED_TYPES.fullmatch(head.type) is not None


def _linked(page: Page, url: str) -> tuple[Follow, ...]:
    feeds = (
        anchor.url
        for anchor in page.anchors
        if _FEED_ADDRESS.search(anchor.url.partition("://")[2])
        and not _COMMENTS.search(anchor.url)
        and not _FEED_PAGES.search(anchor.url)
    )
    return _each(feeds, "feed", f"link on {url}", Origin.LINK)


def _each(urls: Iterable[str | None], kind: Literal["feed", "sitemap"], found_by: str, origin: Origin) -> tuple[Follow, ...]:
    follow: dict[str, Follow] = {}
    for target in urls:
        if len(follow) == MAX_FOLLOW:
            break
        if target:
            follow.setdefault(identity(target), Follow(target, kind, found_by, origin))
    return tuple(follow.values())


def _root(url: str) -> str:
    return absolute(url, "/") or url
