"""Define what is known of an outlet's layout, and what one page shows of it. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Block", "Layout", "Part", "Seen"]


class Part(StrEnum):
    """What a place of a layout holds."""

    CONTAINER = "container"  # the text of the article
    DATE = "date"  # when it was published
    BYLINE = "byline"  # who wrote it
    ASIDE = "aside"  # what is not of the article: inserts, boxes, lists of other articles


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of an outlet's layout that enough pages confirm, the surest first; see `places` for how they are written.

    `since` and `until` (aware) limit the captures that the layout is for: from the first page that confirmed it until it was seen
    to hold no more.
    """

    version: int
    since: datetime
    until: datetime | None = None
    containers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()

    def is_for(self, fetched_at: datetime) -> bool:
        """Return whether a page fetched then had this layout."""
        return self.since <= fetched_at and (self.until is None or fetched_at < self.until)


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a page. `is_own` is None if no data of the page say whether the article has it."""

    place: str
    key: int  # of its words
    size: int  # characters
    is_read: bool  # it is in the text as cleaning read it
    is_own: bool | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page shows about the layout of its outlet.

    Attributes:
        dates: places where the declared date stands; None if the page declares none, or one that proves nothing.
        other_dates: keys of places where another date stands.
        bylines: places that name exactly the declared authors; None if the page declares none.
        authors: key of the declared authors.
        blocks: the lines of the page, the article's or not.
        fits: whether a container of the layout by which the page was read is on it; None if it was read without one.
    """

    dates: tuple[str, ...] | None = None
    other_dates: tuple[int, ...] = ()
    bylines: tuple[str, ...] | None = None
    authors: int = 0
    blocks: tuple[Block, ...] = ()
    fits: bool | None = None
