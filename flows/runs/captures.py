"""Keep the captures that the policy `keep_captures` names, and point the rows of a run to their copies."""

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
    """Copy the captures that the policy keeps from the run's folder to the captures folder, and point the rows there.

    The file is named after the run alone, so a recovered run writes the same file again.
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
    """Return the row pointing to the copy of its capture, or to no capture if none was made."""
    if fetch.capture_file is None or fetch.capture_offset is None:
        return fetch
    file, offset = copies.get((Path(fetch.capture_file), fetch.capture_offset), (None, None))
    place = str(file) if file else None
    article = replace(fetch.article, capture_file=place, capture_offset=offset) if fetch.article else None
    return replace(fetch, capture_file=place, capture_offset=offset, article=article)
