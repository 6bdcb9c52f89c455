"""One captured page as a clean record: `clean`, and `reset_caches` for the libraries below, which keep some.

Both are loaded when they are first asked for. They take as long to load as all the rest, and most commands clean nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.clean.article import NotArticle, Unread
from newslake.article import CleanArticle

if TYPE_CHECKING:
    from trafilatura.meta import reset_caches

    from flows.clean.extract import clean

__all__ = ["CleanArticle", "NotArticle", "Unread", "clean", "reset_caches"]


def __getattr__(name: str) -> Any:
    if name == "clean":
        from flows.clean.extract import clean

        return clean
    if name == "reset_caches":
        from trafilatura.meta import reset_caches

        return reset_caches
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
