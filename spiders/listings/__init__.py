"""Reads the listings of an outlet: feeds, sitemaps, sections and home pages.

The names below are loaded on first use, as some need slow parsers. Pure, but for `processes`.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from spiders.listings.autodiscovery import common_places, read_home, robots_sitemaps
    from spiders.listings.feeds import read_feed
    from spiders.listings.model import Follow, Link, Listing
    from spiders.listings.rediscovery import is_lost
    from spiders.listings.sections import read_section
    from spiders.listings.sitemaps import read_sitemap

__all__ = [
    "Follow",
    "Link",
    "Listing",
    "common_places",
    "is_lost",
    "read_feed",
    "read_home",
    "read_section",
    "read_sitemap",
    "robots_sitemaps",
]

_HOMES = {
    "read_feed": ".feeds",
    "read_sitemap": ".sitemaps",
    "read_section": ".sections",
    "read_home": ".autodiscovery",
    "robots_sitemaps": ".autodiscovery",
    "common_places": ".autodiscovery",
    "is_lost": ".rediscovery",
    "Follow": ".model",
    "Link": ".model",
    "Listing": ".model",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
