"""Read what the warehouse knows of sources and URLs before their pages are cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flows.watchlist import Watchlist
from newslake.errors import WarehouseMissing
from warehouse.database.connect import open_reader
from warehouse.read import recent_texts, repeated_lines, urls_of_articles
from warehouse.records import RepeatedLine, StoredText

__all__ = ["Memory", "read_memory"]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the warehouse knows that cleaning needs; empty while there is no warehouse.

    Attributes:
        texts: the latest texts of each source.
        repeated: lines that the sources are known to repeat.
        of_articles: URLs that gave an article before. They are cleaned again even if no topic's words are on the page.
    """

    texts: list[StoredText] = field(default_factory=list)
    repeated: list[RepeatedLine] = field(default_factory=list)
    of_articles: set[UUID] = field(default_factory=set)


def read_memory(watchlist: Watchlist, sources: Sequence[str], url_ids: Sequence[UUID] = ()) -> Memory:
    """Read what is known of these sources' texts and of these URLs."""
    if not sources:
        return Memory()
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            return Memory(recent_texts(con, sources), repeated_lines(con, sources), urls_of_articles(con, url_ids))
    except WarehouseMissing:
        return Memory()
