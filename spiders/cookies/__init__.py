"""The cookies of subscribers: read from a file that the watchlist names, sent for its source alone, shown to nobody."""

from spiders.cookies.file import CookieFile, CookiesUnusable, read_cookies
from spiders.cookies.subscriptions import Subscriptions

__all__ = ["CookieFile", "CookiesUnusable", "Subscriptions", "read_cookies"]
