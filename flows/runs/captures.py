"""Copy the captures that the setting `keep_captures` selects, and point the rows of a run to the copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flows.runs.folder import RunFolder
from flows.watchlist import Watchlist
from spiders.warc.read import keep
from warehouse.records import FetchRecord

__all__ = ["Place", "keep_captures", "moved"]

Place = tuple[Path, int]  # WARC file, and offset of the response record in it


def keep_captures(watchlist: Watchlist, run: RunFolder, fetches: Sequence[FetchRecord]) -> list[FetchRecord]:
    """Copy the captures to keep from the run's folder to the captures folder.

    The name of the file depends on the run alone, so a recovered run overwrites its own file.

    Returns:
        The rows, in order, each pointing to its copy or to no capture.
    """
    policy = watchlist.crawl.keep_captures
    chosen = [
        (Path(fetch.capture_file), fetch.capture_offset)
        for fetch in fetches
        if fetch.capture_file is not None
        and fetch.capture_offset is not None
        and (policy == "all" or (policy == "matched" and fetch.article is not None and fetch.article.is_on_topic))
    ]
    copies: dict[Place, Place] = {}
    if chosen:
        day = watchlist.captures / f"{run.started_at:%Y-%m-%d}"
        day.mkdir(parents=True, exist_ok=True)
        copies = keep(chosen, day / f"{run.run_id}.warc.gz")
    return [moved(fetch, copies) for fetch in fetches]


def moved(fetch: FetchRecord, copies: Mapping[Place, Place]) -> FetchRecord:
    """Return the row with the place of its copied capture, or with no capture if it was not copied."""
    if fetch.capture_file is None or fetch.capture_offset is None:
        return fetch
    file, offset = copies.get((Path(fetch.capture_file), fetch.capture_offset), (None, None))
    place = str(file) if file else None
    article = replace(fetch.article, capture_file=place, capture_offset=offset) if fetch.article else None
    return replace(fetch, capture_file=place, capture_offset=offset, article=article)
