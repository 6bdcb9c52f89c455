"""Copy the captures that the setting `keep_captures` selects, and name the captures of a run as the warehouse does."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from flows.runs.folder import RunFolder
from flows.watchlist import Watchlist
from newslake.outcomes import Outcome, Reason
from warehouse.records import FetchRecord, PartRecord

__all__ = ["Place", "keep_captures", "moved", "place_of"]

Place = tuple[Path, int]  # WARC file, and offset of the response record in it

# Ends of a known article's address that show what became of the article; walls and passing errors do not.
_TELLING = {Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE}


def keep_captures(
    watchlist: Watchlist, run: RunFolder, fetches: Sequence[FetchRecord], of_articles: Container[UUID] = frozenset()
) -> list[FetchRecord]:
    """Copy the captures to keep from the run's folder to the captures folder.

    With "matched" these are the pages of articles on topic, and whatever the addresses of stored articles answered: an edit
    may take an article off its topics, or the outlet may take it down.

    The name of the file depends on the run alone, so a recovered run overwrites its own file.

    Args:
        of_articles: the ids of URLs that gave an article in an earlier run.
    Returns:
        The rows, in order, each pointing to its copy or to no capture.
    """
    policy = watchlist.crawl.keep_captures
    wanted = {fetch.url_id for fetch in fetches if _is_matched(fetch) or (fetch.url_id in of_articles and _tells(fetch))}
    chosen = [
        place
        for fetch in fetches
        if (place := place_of(fetch)) is not None
        and (policy == "all" or (policy == "matched" and (fetch.url_id in wanted or fetch.page_of in wanted)))
    ]
    copies: dict[Place, Place] = {}
    if chosen:
        from spiders.warc.kept import keep
        from spiders.warc.manifest import Event, record

        day = watchlist.captures / f"{run.started_at:%Y-%m-%d}"
        day.mkdir(parents=True, exist_ok=True)
        file = day / f"{run.run_id}.warc.gz"
        copies = keep(chosen, file)
        record(watchlist.captures, Event.ADDED, [file])
    return [moved(fetch, copies, watchlist.capture_name) for fetch in fetches]


def _is_matched(fetch: FetchRecord) -> bool:
    return fetch.article is not None and fetch.article.is_on_topic


def _tells(fetch: FetchRecord) -> bool:
    return fetch.outcome in _TELLING or fetch.reason is Reason.GONE


def place_of(fetch: FetchRecord) -> Place | None:
    """Return where the capture of a row is; None without one."""
    if fetch.capture_file is None or fetch.capture_offset is None:
        return None
    return Path(fetch.capture_file), fetch.capture_offset


def moved(fetch: FetchRecord, copies: Mapping[Place, Place], name: Callable[[Path], str]) -> FetchRecord:
    """Return the row with the place of its copied capture, or with no capture if it was not copied.

    Args:
        name: returns the name of a file in the warehouse.
    """
    before = place_of(fetch)
    if before is None:
        return fetch
    file, offset = copies.get(before, (None, None))
    place = name(file) if file else None
    article = fetch.article
    if article is not None:
        # one that only gained pages keeps its capture, unless its first page is among them
        if not (article.fills and article.parts[0].is_stored):
            article = replace(article, capture_file=place, capture_offset=offset)
        article = replace(article, parts=tuple(_moved_part(part, copies, name) for part in article.parts))
    return replace(fetch, capture_file=place, capture_offset=offset, article=article)


def _moved_part(part: PartRecord, copies: Mapping[Place, Place], name: Callable[[Path], str]) -> PartRecord:
    if part.is_stored or part.capture_file is None or part.capture_offset is None:
        return part
    file, offset = copies.get((Path(part.capture_file), part.capture_offset), (None, None))
    return replace(part, capture_file=name(file) if file else None, capture_offset=offset)
