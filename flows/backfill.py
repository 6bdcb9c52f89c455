"""Load years of news from WARC files: scan them for topics first, and clean only the pages that may match.

Each file is cut into segments. A worker scans a segment and drops the pages that no topic can select (`flows.archives.scan`).
The others go through the same clean → match → dedup → load as the captures of a crawl. The result of each segment is stored in
the backfill's folder, whole or not at all; a killed backfill resumes from these files. Run ids depend on the request and on the
code alone, so loading a run twice changes nothing.

    <state>/backfill/<key>/job.json        which file, when work on it began, and with which version and libraries
    <state>/backfill/<key>/<start>.json    result of the segment that begins at byte <start>
    <state>/backfill/<key>/looked          pages of known articles were looked at a second time, for edits
    <state>/backfill/<key>/download/       a file from another machine, and WARC files out of a zip file
    <state>/backfill/<key>/spool/          copies of captures that have no lasting place of their own
    <state>/backfill/<key>/loaded.json     replaces all this once the file is in the warehouse, completely

If something of a file cannot be read, the rest is loaded, and the folder is removed: the same command tries the file again.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid5

from flows.archives.batches import Batches
from flows.archives.completeness import NAMES, Seen
from flows.archives.files import Archive, fetch, settled
from flows.archives.parts import parts_of
from flows.archives.reading import Crew, Reading
from flows.archives.request import SILENT, BackfillWatcher, Range, Request, Tally
from flows.archives.results import DOWNLOAD, LOADED, Done, Loaded, begin, clear, finish, loaded_before, made_by
from flows.archives.scan import Intake, segments
from flows.refine.pool import wanted_workers, worker_pool
from flows.runs.clock import check_clock
from flows.runs.memory import urls_to_read
from flows.runs.set_aside import is_temporary
from flows.watchlist import Watchlist
from newslake.disk import storage_errors
from newslake.errors import ArchiveError, CaptureError, brief
from newslake.locks import only_one
from spiders.sources import Source
from spiders.urls.owners import Owners
from warehouse.load.series import load_series
from warehouse.records import LoadReport
from warehouse.upgrade import bring_up_to_date

__all__ = ["SILENT", "BackfillWatcher", "Range", "Request", "Tally", "backfill"]


def backfill(
    watchlist: Watchlist,
    files: Sequence[Archive],
    request: Request,
    *,
    workers: int | None = None,
    watch: BackfillWatcher = SILENT,
) -> Tally:
    """Load what the topics select from WARC files. A file that fails is reported in the tally and does not stop the others.

    Args:
        workers: worker processes; one for each CPU if None.
        watch: hears how the backfill goes on.

    Raises:
        NewslakeError: another backfill is under way, storage is full or not writable, the warehouse is busy.
    """
    tally = Tally()
    started = time.monotonic()
    workers = wanted_workers(os.cpu_count() or 1) if workers is None else workers
    check_clock()
    with only_one(watchlist.state, "backfill", "newslake backfill …"), ExitStack() as at_work:
        pool = at_work.enter_context(worker_pool(watchlist.topics, workers, watchlist.source_tags))
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        for number, archive in enumerate(files, start=1):
            watch.file(archive, number, len(files))
            try:
                settled_archive = settled(archive, allow_private=watchlist.crawl.allow_private)
                job = _Job(watchlist, settled_archive, request, Crew(pool, workers, watchlist.crawl.cleaning_seconds))
                with storage_errors(watchlist.state):
                    # the load needs the memory of the workers more than they do when no file is left for them
                    job.run(tally, watch, started, at_work.close if number == len(files) else _stay)
            except (ArchiveError, CaptureError) as error:
                tally.failed[archive.place] = error.happened
            except Exception as error:  # no file may stop the others; its results are kept for another try
                if is_temporary(error, watchlist.state / "backfill"):
                    raise
                tally.failed[archive.place] = f"it cannot be loaded: {brief(error)}; what was read of it is kept for another try"
            tally.files += 1
    tally.seconds = time.monotonic() - started
    return tally


class _Job:
    """The backfill of one file."""

    def __init__(self, watchlist: Watchlist, archive: Archive, request: Request, crew: Crew) -> None:
        self.watchlist = watchlist
        self.archive = archive
        self.request = request
        self.crew = crew
        sources, days = request.only or watchlist.enabled, request.days
        asked = {
            "file": [_in_project(archive.place, watchlist.base), archive.size, archive.version],
            "warehouse": [
                _in_project(place, watchlist.base) for place in (watchlist.warehouse.catalog, watchlist.warehouse.data)
            ],
            "topics": [[topic.name, topic.query.text] for topic in watchlist.topics],
            "sources": [_asked(source) for source in sources],
            "any_source": request.any_source,
            "days": [str(days.since), str(days.until)],
            "every_row": request.every_row,
        }
        # The request names the folder, so a file is loaded once, whatever version loads it. Stored results and run ids depend on
        # the code too: another version may find other pages and divide them into other runs.
        self.key = uuid5(NAMES, json.dumps(asked, sort_keys=True))
        self.code = made_by()
        self.folder = watchlist.state / "backfill" / str(self.key)
        since = datetime.combine(days.since, datetime.min.time(), UTC) if days.since else None
        owners = Owners(source.site for source in watchlist.sources)
        self.intake = Intake(owners, {source.name: source for source in sources}, request.any_source, self.folder, since)

    def run(self, tally: Tally, watch: BackfillWatcher, started: float, then: Callable[[], None]) -> None:
        """Read and clean the file, starting where an earlier try stopped; then call `then`, and load it."""
        if self._is_loaded(tally):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        began = begin(self.folder, self.archive.place, self.code)
        self.intake.spool.mkdir(exist_ok=True)
        download = self.folder / DOWNLOAD
        file = fetch(self.archive, download / self.archive.name, allow_private=self.watchlist.crawl.allow_private)
        parts = parts_of(file, download / "parts")
        wanted = [each for number, part in enumerate(parts) for each in segments(part.file, number)]
        reading = Reading(self.folder, self.intake, wanted, self.crew)
        size, read = sum(part.file.stat().st_size for part in parts), 0
        seen = Seen()
        for segment, done in zip(wanted, reading.results(), strict=True):
            _count(tally, done)
            tally.seconds = time.monotonic() - started
            read += min(segment.end or size, segment.file.stat().st_size) - segment.start
            seen.add(segment, done)
            watch.progress(tally, read, size)
        tally.cleaned += reading.look_again(lambda ids: urls_to_read(self.watchlist, ids))
        then()
        losses = seen.losses(parts)
        if seen.pages or seen.damaged or losses:
            name = uuid5(self.key, json.dumps(self.code, sort_keys=True))
            batches = Batches(self.watchlist, self.archive, self.request, parts, name, self.folder, began)
            runs = batches.of(seen.final(reading.results()), losses)
            for report in load_series(self.watchlist.warehouse, runs, f"backfill {self.key}", watch.note):
                _add(tally, report)
        problem = seen.problem(parts)
        if problem is not None:
            tally.failed[self.archive.place] = problem
            shutil.rmtree(self.folder)
            return
        finish(self.folder, Loaded(self.archive.place, datetime.now(UTC), seen.not_cleaned, self.crew.seconds))
        if seen.not_cleaned:
            tally.not_cleaned[self.archive.place] = seen.not_cleaned

    def _is_loaded(self, tally: Tally) -> bool:
        """Whether the file need not be read, because it was loaded before, and nothing is asked for that was left out then."""
        before = loaded_before(self.folder)
        if before is None:
            return False
        if self.request.again or (before.not_cleaned and self.crew.seconds > before.cleaning_seconds):
            (self.folder / LOADED).unlink()
            return False
        clear(self.folder, {LOADED})  # an earlier try may have been killed before it did
        if before.not_cleaned:
            tally.not_cleaned[self.archive.place] = before.not_cleaned
        else:
            tally.skipped.append(self.archive.place)
        return True


def _stay() -> None:
    """Let the workers wait for the next file."""


def _asked(source: Source) -> dict[str, object]:
    """Return what of a source decides which of its pages are loaded, and how."""
    # Without tags as before there were any, so that what was loaded then stays known.
    told = source.model_dump(mode="json", exclude={"enabled", "cookies"})
    return {key: value for key, value in told.items() if key != "tags" or value}


def _in_project(place: str, base: Path) -> str:
    """Return a path or address without the folder of the project: what was loaded stays known when the project is moved."""
    return place.replace(f"{base}/", "")


def _count(tally: Tally, done: Done) -> None:
    tally.pages += done.pages
    tally.bytes += done.bytes
    tally.cleaned += len(done.cleaned)
    tally.matches += sum(refined.outcome is None for _, refined in done.cleaned)
    tally.others += done.others
    tally.repeated += done.repeated


def _add(tally: Tally, report: LoadReport) -> None:
    for source, counts in report.outcomes.items():
        tally.outcomes[source].update(counts)
    tally.new_articles += report.new_articles
    tally.new_revisions += report.new_revisions
    tally.new_copies += report.new_copies
    tally.articles = report.articles
