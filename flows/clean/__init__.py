"""Turn one captured page into a clean record with `clean`.

`clean` and `reset_caches` are loaded on first use: their libraries take long to import, and most commands clean nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.clean.article import NotArticle, Unread
from newslake.article import CleanArticle
from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from trafilatura.meta import reset_caches

    from flows.clean.extract import clean

__all__ = ["CleanArticle", "NotArticle", "Unread", "clean", "reset_caches"]

_HOMES = {"clean": ".extract", "reset_caches": "trafilatura.meta"}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
