"""Define what cleaning returns."""

from __future__ import annotations

from dataclasses import dataclass

from newslake.article import CleanArticle
from newslake.outcomes import Reason

__all__ = ["CleanArticle", "NotArticle", "Unread"]


@dataclass(frozen=True, slots=True)
class NotArticle:
    """A page that is not an article, the reason, and the same in words.

    `read` holds what was read before the page was refused, so that refusals can be checked: title, byline, times and text as
    far as the page gives them. Language, tags, description and image are left empty.
    """

    reason: Reason
    detail: str
    read: CleanArticle | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that was skipped before its text was read, because no text it could hold is of use to the caller."""
