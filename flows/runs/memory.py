"""Read from the warehouse what cleaning needs to know about sources and URLs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from flows.learn.memory import Layouts, layouts_by_source
from flows.watchlist import Watchlist
from newslake.errors import WarehouseMissing
from spiders.urls.canonical import url_id
from warehouse.database.connect import open_reader
from warehouse.layouts import layout_evidence, layouts_of, read_by
from warehouse.load.tombstones import without_forgotten
from warehouse.parts import stored_pages
from warehouse.read import missing_pages, recent_texts, repeated_lines, urls_of_articles
from warehouse.records import ArticleRecord, FetchRecord, LayoutEvidence, LayoutPlace, RepeatedLine, StoredText

__all__ = ["Memory", "drop_forgotten", "read_memory", "read_pages", "urls_to_read"]

# The latest versions of a source's layout that a run reads: an outlet that changes its template daily would fill every task.
_VERSIONS = 100


@dataclass(frozen=True)
class Memory:
    """What cleaning needs from the warehouse; empty while there is no warehouse.

    Attributes:
        texts: the latest texts of each source.
        repeated: the known repeated lines of each source.
        places: those of the latest versions of each source's layout; `evidence`: what its pages have shown of the present one.
        read_by: the version by which the article of a URL was read, of those that were read by any.
        of_articles: URLs that gave an article before. They are cleaned even if their page has no words of a topic.
    """

    texts: list[StoredText] = field(default_factory=list)
    repeated: list[RepeatedLine] = field(default_factory=list)
    of_articles: set[UUID] = field(default_factory=set)
    places: list[LayoutPlace] = field(default_factory=list)
    evidence: list[LayoutEvidence] = field(default_factory=list)
    read_by: dict[UUID, int] = field(default_factory=dict)

    @cached_property
    def layouts(self) -> Layouts:
        """The layouts of each source."""
        return layouts_by_source(self.places)


def read_memory(watchlist: Watchlist, sources: Sequence[str], url_ids: Sequence[UUID] = ()) -> Memory:
    """Read the memory of these sources and URLs; empty if there is no warehouse."""
    if not sources and not url_ids:
        return Memory()
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            if not sources:
                return Memory(of_articles=urls_of_articles(con, url_ids))
            return Memory(
                recent_texts(con, sources),
                repeated_lines(con, sources),
                urls_of_articles(con, url_ids),
                layouts_of(con, sources, latest=_VERSIONS),
                layout_evidence(con, sources),
                read_by(con, url_ids),
            )
    except WarehouseMissing:
        return Memory()


def urls_to_read(watchlist: Watchlist, url_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the URLs that gave an article before, or that a stored article on several pages lacks."""
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            return urls_of_articles(con, url_ids) | ({url_id(url) for url in missing_pages(con)} & set(url_ids))
    except WarehouseMissing:
        return set()


def read_pages(watchlist: Watchlist, ids: Collection[UUID], if_several: Collection[UUID]) -> dict[UUID, ArticleRecord]:
    """Return those of these articles that are stored, with their parts; none if there is no warehouse.

    Args:
        if_several: more articles, of which those are returned that have parts.
    """
    if not ids and not if_several:
        return {}
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            return stored_pages(con, ids, if_several)
    except WarehouseMissing:
        return {}


def drop_forgotten(watchlist: Watchlist, fetches: Sequence[FetchRecord]) -> list[FetchRecord]:
    """Return the rows of a run, those of forgotten articles without content, so that no capture of these is kept."""
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            return without_forgotten(con, fetches)
    except WarehouseMissing:
        return list(fetches)
