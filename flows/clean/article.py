"""What cleaning says of a page that holds no article; of one that does, see newslake/article.py."""

from __future__ import annotations

from dataclasses import dataclass

from newslake.article import CleanArticle


@dataclass(frozen=True, slots=True)
class NotArticle:
    """A page that is no article, and why, in words.

    `read` is what was read from the page until then, for whoever asks whether it was rightly refused: title, byline, times and
    text as an article would have them, where the page gives them; the lesser facts (language, tags, …) are not looked for.
    """

    reason: str
    read: CleanArticle | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that was left before its text was read, because nothing that could be its text is worth it to the caller."""
