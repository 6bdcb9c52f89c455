"""The cookies of subscribers: read from a file that the watchlist names, sent for its source alone, shown to nobody.

The names below are loaded on first use, as those who only check a file need no Scrapy.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from spiders.cookies.file import CookieFile, CookiesUnusable, read_cookies
    from spiders.cookies.subscriptions import Subscriptions

__all__ = ["CookieFile", "CookiesUnusable", "Subscriptions", "read_cookies"]

_HOMES = {
    "CookieFile": ".file",
    "CookiesUnusable": ".file",
    "Subscriptions": ".subscriptions",
    "read_cookies": ".file",
}
if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
