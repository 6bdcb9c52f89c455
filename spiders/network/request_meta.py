"""The keys of `Request.meta` that the crawl uses, its own and Scrapy's."""

from __future__ import annotations

from typing import Final

# Set by the crawl
FETCH: Final = "fetch"  # the `spiders.fetches.Fetch` of a request; requests for robots.txt have none
KIND: Final = "kind"  # the fetch's kind; the cache policy keeps feeds and sitemaps only
REQUESTED_AT: Final = "requested_at"  # when the last attempt was sent, in epoch seconds
SECONDS: Final = "seconds"  # how long the last attempt took until its response or its failure
RENEWED: Final = "renewed"  # whether a listing that has not changed has another ETag or date of change all the same
ROBOTS_BYTES: Final = "robots_bytes"  # bytes of a robots.txt received so far
ROBOTS_SINCE: Final = "robots_since"  # when a robots.txt was first asked for, as time.monotonic()

# Set or read by Scrapy
CACHED_RESPONSE: Final = "cached_response"  # what HttpCacheMiddleware found in the cache
COOKIE_JAR: Final = "cookiejar"  # the source whose cookies are sent, if it has a file of them
DONT_OBEY_ROBOTSTXT: Final = "dont_obey_robotstxt"  # the request skips the robots.txt check; robots.txt itself has it
DOWNLOAD_SLOT: Final = "download_slot"  # the downloader slot of the request: its host
PROXY: Final = "proxy"  # the proxy that HttpProxyMiddleware chose
REDIRECT_REASONS: Final = "redirect_reasons"  # the status of each redirect followed
REDIRECT_URLS: Final = "redirect_urls"  # the URLs that redirected, oldest first
