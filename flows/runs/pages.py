"""Choose which pages of a run are cleaned whatever they say, and describe each page for cleaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from flows.learn.memory import to_read_by
from flows.refine.page import PageTask
from flows.runs.account import Entry
from flows.runs.memory import Memory
from newslake.outcomes import Origin
from spiders.sources import Source
from spiders.urls.canonical import url_id
from spiders.urls.pagination import readings

# Pages of each source that a run cleans whether they match or not: enough to notice a broken layout, at little cost.
SAMPLES = 5
# Pages of a source whose layout a run observes, while there is much to learn.
OBSERVED = 20
# Pages after which a layout is well known; of those that follow, one in so many is enough to see that nothing changed.
WELL_KNOWN, ONE_IN = 40, 16


def samples(captured: Iterable[Entry], most: int = SAMPLES) -> set[str]:
    """Choose a few pages of each source by their ids, so that the order of pages does not matter."""
    ids: dict[str, list[str]] = defaultdict(list)
    for entry in captured:
        ids[entry.found.source].append(entry.found.id)
    return {one for ours in ids.values() for one in sorted(ours)[:most]}


def several(captured: Iterable[Entry]) -> set[str]:
    """Return the ids of the pages of articles on several pages, as far as their addresses tell: they are read together.

    The words of a topic may be on one of them, and another one be on the topic all the same.
    """
    there = {entry.found.id: entry for entry in captured}
    chosen: set[str] = set()
    for key, entry in there.items():
        firsts = {url_id(first).hex for reading in readings(entry.url) for first in reading.firsts} & there.keys()
        if firsts or entry.found.origin is Origin.PAGE:
            chosen |= {key, *firsts}
    return chosen


def page_tasks(captured: Sequence[Entry], sources: Mapping[str, Source], folder: Path, known: Memory) -> list[PageTask]:
    """Describe the captured pages of a run for cleaning.

    Args:
        folder: that of the capture files; `known`: what the warehouse knows of these sources and pages.
    """
    sampled, observed = samples(captured), samples(captured, OBSERVED)
    together = several(captured)
    well_known = {one.source for one in known.evidence if one.pages >= WELL_KNOWN}
    tasks = []
    for entry in captured:
        key, ended = entry.found.id, entry.ended
        assert ended is not None and ended.file is not None and ended.offset is not None
        url_id, source = UUID(hex=key), sources.get(entry.found.source)
        is_known = url_id in known.of_articles
        layouts = known.layouts.get(entry.found.source, ())
        tasks.append(
            PageTask(
                key=key,
                source=entry.found.source,
                raw_url=entry.url,
                file=folder / ended.file,
                offset=ended.offset,
                timezone=source.timezone if source else None,
                language=source.language if source else None,
                must_clean=is_known or key in sampled or key in together,
                layouts=to_read_by(layouts, is_known=is_known, version=known.read_by.get(url_id)),
                # an article that is seen again is no further evidence
                observe=not is_known and key in observed and (entry.found.source not in well_known or int(key, 16) % ONE_IN == 0),
            )
        )
    return tasks
