"""The middlewares and extensions that Scrapy loads, by the names in `spiders.scrapy_settings`."""

from spiders.middlewares.cache import ListingCache, ListingStorage, Revalidate
from spiders.middlewares.compression import Compression
from spiders.middlewares.politeness import Politeness, Throttle
from spiders.middlewares.redirects import Elsewhere, Redirects
from spiders.middlewares.robots import HostClosed, Robots, Rules

__all__ = [
    "Compression",
    "Elsewhere",
    "HostClosed",
    "ListingCache",
    "ListingStorage",
    "Politeness",
    "Redirects",
    "Revalidate",
    "Robots",
    "Rules",
    "Throttle",
]
