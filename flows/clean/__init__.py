"""Turn one captured page into a clean record with `clean`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.clean.article import NotArticle, Unread
from newslake.article import CleanArticle

if TYPE_CHECKING:
    from trafilatura.meta import reset_caches

    from flows.clean.extract import clean

__all__ = ["CleanArticle", "NotArticle", "Unread", "clean", "reset_caches"]


def __getattr__(name: str) -> Any:
    """Load `clean` and `reset_caches` on first use: their libraries take long to import, and most commands clean nothing."""
    if name == "clean":
        from flows.clean.extract import clean

        return clean
    if name == "reset_caches":
        from trafilatura.meta import reset_caches

        return reset_caches
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
