"""Fetches news: `spiders.crawl.crawl` runs a crawl in a subprocess.

The names below are loaded on first use, and none of them loads Scrapy, which only the subprocess needs.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from spiders.crawl import CrawlJob, CrawlReport, Pending
    from spiders.journal import Ended, Finished, Found, read_journal
    from spiders.settings import CrawlSettings
    from spiders.sources import Source

__all__ = [
    "CrawlJob",
    "CrawlReport",
    "CrawlSettings",
    "Ended",
    "Finished",
    "Found",
    "Pending",
    "Source",
    "read_journal",
]

_HOMES = {
    "CrawlJob": ".crawl",
    "CrawlReport": ".crawl",
    "Pending": ".crawl",
    "CrawlSettings": ".settings",
    "Source": ".sources",
    "Found": ".journal",
    "Ended": ".journal",
    "Finished": ".journal",
    "read_journal": ".journal",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
