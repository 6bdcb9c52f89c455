"""The Scrapy settings of a crawl, including the middlewares and their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiders.middlewares.robots import product_token
from spiders.network.turns import PLACES, places
from spiders.settings import CrawlSettings

if TYPE_CHECKING:
    from spiders.crawl import CrawlJob

# The downloader middlewares and their order; None removes one of Scrapy's own.
MIDDLEWARES: dict[str, int | None] = {
    "spiders.middlewares.time_limit.TimeLimit": 80,
    "spiders.middlewares.redirects.Redirects": 90,
    "spiders.middlewares.cookies.Subscribed": 95,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.middlewares.robots.Robots": 100,
    "spiders.middlewares.politeness.Politeness": 560,
    "spiders.middlewares.refresh.Refresh": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "spiders.middlewares.compression.Compression": 590,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "spiders.middlewares.cookies.Cookies": 700,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "spiders.middlewares.cache.ListingCache": 900,
}


def scrapy_settings(settings: CrawlSettings, cache: Path, left_alone: Mapping[str, datetime]) -> dict[str, Any]:
    """Return the Scrapy settings of a crawl.

    Args:
        cache: folder of the conditional-request cache.
        left_alone: see `CrawlJob`.
    """
    share = places(settings.concurrency, settings.per_domain)
    return {
        "BOT_NAME": "newslake",
        "USER_AGENT": settings.user_agent,
        "ALLOW_PRIVATE": settings.allow_private,
        # Politeness
        "LEFT_ALONE": dict(left_alone),
        "ROBOTSTXT_OBEY": settings.obey_robots,
        "ROBOTSTXT_PARSER": "spiders.middlewares.robots.Rules",
        "ROBOTSTXT_USER_AGENT": product_token(settings.user_agent),
        # Without any delay Scrapy 2.19 starts all waiting requests at once, whatever the concurrency of the host.
        "DOWNLOAD_DELAY": max(settings.delay, 0.001),
        "DOWNLOAD_DELAY_JITTER": 0.0,  # the delay is a promise, not an average
        "CONCURRENT_REQUESTS": settings.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.per_domain,
        PLACES: share,
        "AUTOTHROTTLE_ENABLED": settings.delay > 0,
        "AUTOTHROTTLE_START_DELAY": settings.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, settings.delay),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(settings.per_domain),
        # The few that the crawl uses. Scrapy would import all others first, also those that are switched off: an HTTP server,
        # a console, exports.
        "EXTENSIONS_BASE": {
            "scrapy.extensions.corestats.CoreStats": 0,
            "scrapy.extensions.logstats.LogStats": 0,
            "spiders.middlewares.politeness.Throttle": 0,
        },
        "RETRY_TIMES": 2,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # the journal has it
        "REDIRECT_MAX_TIMES": 10,
        "METAREFRESH_ENABLED": False,  # news pages refresh themselves: see `spiders.middlewares.refresh`
        "COOKIES_ENABLED": True,  # in memory; some sites redirect endlessly without
        "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
        # Conditional requests
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(cache),
        "HTTPCACHE_POLICY": "spiders.middlewares.cache.Revalidate",
        "HTTPCACHE_STORAGE": "spiders.middlewares.cache.ListingStorage",
        # Limits
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DNS_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "URLLENGTH_LIMIT": 0,  # a URL that Scrapy drops silently would never get its end
        # Concurrent DNS lookups, each of which may last longer than its request. One source must not use them up.
        "REACTOR_THREADPOOL_MAXSIZE": max(20, 3 * share),
        # Bytes of the responses that are being read, beyond which nothing is sent to anybody. One source must not reach it.
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": (share + 2) * settings.max_bytes,
        # Transport
        "DOWNLOAD_HANDLERS": _only("spiders.network.guard.DownloadHandler"),
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "TWISTED_DNS_RESOLVER": (
            "scrapy.resolver.CachingHostnameResolver" if settings.allow_private else "spiders.network.guard.GuardedResolver"
        ),
        # The spider filters and orders requests itself: it knows which URLs were found and which are newest
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "CONCURRENT_ITEMS": 1,  # keeps the order; Scrapy also starts this many tasks for every response
        "SCHEDULER_PRIORITY_QUEUE": "spiders.network.turns.Turns",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "HTTPERROR_ALLOW_ALL": True,
        "LOG_LEVEL": "INFO",
        "LOGSTATS_INTERVAL": 60.0,
    }


def taped(job: CrawlJob) -> dict[str, Any]:
    """Return the settings of a crawl that is recorded on a tape, or replayed from one; {} for any other."""
    if job.tape:
        return {
            "DOWNLOAD_HANDLERS": _only("spiders.tape.record.Recorder"),
            "TAPE": str(job.tape),
            "TAPE_SECRETS": [address for source in job.sources for address in source.addresses],
        }
    if job.replay:
        return {
            "DOWNLOAD_HANDLERS": _only("spiders.tape.replay.Player"),
            "REPLAY": str(job.replay),
            # one answer after another, at once
            "DOWNLOAD_DELAY": 0.001,
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS": 1,
        }
    return {}


def _only(handler: str) -> dict[str, str | None]:
    """Return the download handlers of a crawl that fetches over HTTP alone, and with this one."""
    return {"http": handler, "https": handler, "data": None, "file": None, "ftp": None, "s3": None}
