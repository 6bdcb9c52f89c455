"""Rediscovery: decides when a listing of the watchlist is lost, and where to look for a replacement. Pure.

An outlet whose feed is gone looks like an outlet without news. So the same run reads the source's home page and uses the listings
that it declares. The watchlist itself is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from newslake.outcomes import Outcome, Reason
from spiders.listings.model import Link, Listing
from spiders.sources import Source

_GONE = frozenset((404, 410))
_PERMANENT = frozenset((301, 308))
# States of a source in which a listing without anything new counts as lost.
_WITHOUT_NEWS = frozenset(("silent", "stale"))


def is_lost(outcome: Outcome | None, reason: Reason | None, status: int | None, new: int, state: str) -> bool:
    """Whether to look for a replacement of a listing, given how it ended.

    A listing is lost if it is gone (404, 410), is not a listing any more, or its host no longer exists. If the source was in
    trouble before this run, any failure counts; if it was without news, so does a listing with nothing new. Walls, robots.txt
    and private addresses do not count, as they apply to the home page too.

    Args:
        new: links of the listing that are new or due.
        state: of the source, see `CrawlJob.states`.
    """
    if reason is not None and reason.is_wall:
        return False
    match outcome:
        case Outcome.NOT_ARTICLE | Outcome.UNCHANGED:  # read
            return not new and state in _WITHOUT_NEWS
        case Outcome.HTTP_ERROR:
            return status in _GONE or (bool(state) and status not in (401, 403, 429))
        case Outcome.NETWORK_ERROR:
            return bool(state) or reason is Reason.NO_HOST
        case Outcome.FAILED:
            return status == 200
    return False


def home_of(source: Source, url: str) -> str:
    """Return the home page of a source: its `url`, or the root of the host of its listing `url`."""
    return source.url or urljoin(url, "/")


def is_another_host(home: str, url: str) -> bool:
    """Whether two URLs have different hosts or ports."""
    return urlsplit(home).netloc.lower() != urlsplit(url).netloc.lower()


def moved_to(asked: str, url: str, redirects: Sequence[object]) -> str | None:
    """Return the URL to which a listing moved permanently; None if it did not move, or only to https, www or a trailing slash.

    Args:
        redirects: the statuses of the redirects followed.
    """
    if not redirects or not all(status in _PERMANENT for status in redirects) or _bare(asked) == _bare(url):
        return None
    return url


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"


def usable(listing: Listing, pattern: str | None) -> tuple[Link, ...]:
    """Return the articles of a home page that replace a lost listing: none if the page names other listings, which do.

    Args:
        pattern: the `article_pattern` of the source.
    """
    if listing.follow:
        return ()
    return tuple(link for link in listing.links if not pattern or re.search(pattern, link.url))
