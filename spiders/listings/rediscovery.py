"""Rediscovery: when a listing that the watchlist names is lost, and where to look for another. Pure.

A feed that is gone looks, to one who only reads it, like an outlet without news. So the crawl then reads the source's home page
in the same run and takes what it declares; the watchlist stays as its user wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from spiders.journal import End
from spiders.listings.model import Link, Listing
from spiders.sources import Source
from spiders.walls import is_wall

_GONE = frozenset((404, 410))
_PERMANENT = frozenset((301, 308))
# States of a source in which a listing without anything new is not believed any more.
_WITHOUT_NEWS = frozenset(("silent", "stale"))


def is_lost(end: End, status: int | None, detail: str | None, new: int, state: str) -> bool:
    """Whether to look for another listing in place of one that ended so.

    It is gone (404, 410), answers something else than a listing, or its host is no more. Where the source was in trouble before
    this run (`state`, see CrawlJob), any failure will do; and where it was without news, so will a listing with nothing new.
    A wall, robots.txt and a private address stand before the home page as well.
    """
    if is_wall(detail):
        return False
    match end:
        case "read" | "not-modified":
            return not new and state in _WITHOUT_NEWS
        case "http-error":
            return status in _GONE or (bool(state) and status not in (401, 403, 429))
        case "network-error":
            return bool(state) or (detail or "").startswith("no such host")
        case "failed":
            return status == 200
    return False


def home_of(source: Source, url: str) -> str:
    """The home page of a source: its `url`, or the root of the listing's host."""
    return source.url or urljoin(url, "/")


def is_another_host(home: str, url: str) -> bool:
    return urlsplit(home).netloc.lower() != urlsplit(url).netloc.lower()


def moved_to(asked: str, url: str, redirects: Sequence[object]) -> str | None:
    """Where a listing moved for good; None where it did not, or only to https, to or from www, or behind a slash.

    `redirects` are the statuses of the redirects on the way.
    """
    if not redirects or not all(status in _PERMANENT for status in redirects) or _bare(asked) == _bare(url):
        return None
    return url


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"


def usable(listing: Listing, source: Source) -> tuple[Link, ...]:
    """The articles on the home page that stand in for a lost listing: none where it names other listings, which are what the
    watchlist asked for."""
    if listing.follow:
        return ()
    pattern = source.article_pattern
    return tuple(link for link in listing.links if not pattern or re.search(pattern, link.url))
