"""Choose which pages of a run are cleaned whatever they say, and describe each page for cleaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from flows.refine.pool import PageTask
from flows.runs.account import Entry
from spiders.sources import Source

# Pages of each source that a run cleans whether they match or not: enough to notice a broken layout, at little cost.
SAMPLES = 5


def samples(captured: Iterable[Entry]) -> set[str]:
    """Choose a few pages of each source to clean whether they match or not, so that a broken layout is noticed."""
    taken: Counter[str] = Counter()
    chosen = set()
    for entry in captured:
        if taken[entry.found.source] < SAMPLES:
            taken[entry.found.source] += 1
            chosen.add(entry.found.id)
    return chosen


def page_task(entry: Entry, source: Source | None, folder: Path, is_known: bool) -> PageTask:
    ended = entry.ended
    assert ended is not None and ended.file is not None and ended.offset is not None
    return PageTask(
        key=entry.found.id,
        source=entry.found.source,
        raw_url=entry.url,
        file=folder / ended.file,
        offset=ended.offset,
        timezone=source.timezone if source else None,
        language=source.language if source else None,
        must_clean=is_known,
    )
