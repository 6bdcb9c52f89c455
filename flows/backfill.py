"""Load years of news from WARC files: scan them for topics first, and clean only the pages that may match.

Each file is cut into segments. A worker scans a segment and drops the pages that no topic can select (`flows.archives.scan`).
The others go through the same clean → match → dedup → load as the captures of a crawl. The result of each segment is stored in
the backfill's folder, whole or not at all; a killed backfill resumes from these files. Run ids depend on the request and on the
code alone, so loading a run twice changes nothing.

    <state>/backfill/<key>/job.json        which file, when work on it began, and with which version and libraries
    <state>/backfill/<key>/<start>.json    result of the segment that begins at byte <start>
    <state>/backfill/<key>/spool/          copies of captures that have no offset in their own file
    <state>/backfill/<key>/loaded.json     replaces all this once the file is in the warehouse
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as SegmentTimeout
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from pebble import ProcessExpired

from flows.archives.files import Archive, fetch, settled
from flows.archives.request import SILENT, BackfillWatcher, Range, Request, Tally
from flows.archives.results import DOWNLOAD, LOADED, Done, begin, clear, finish, is_stored, made_by, store, stored
from flows.archives.scan import NO_SOURCE, Candidate, Intake, Scanned, Segment, by_site, scan_in_worker, segments
from flows.refine.pool import PageTask, Pool, Refined, refine_in, wanted_workers, worker_pool
from flows.refine.repeated_lines import without_repeated
from flows.runs.captures import Place, moved, place_of
from flows.runs.memory import read_memory
from flows.runs.set_aside import is_temporary
from flows.topics import compile_topics
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.disk import storage_errors
from newslake.errors import ArchiveError, CaptureError, brief
from newslake.locks import only_one
from newslake.outcomes import End, Origin, Outcome, Reason
from spiders.urls.canonical import canonicalise, url_id
from spiders.warc.model import Damaged
from spiders.warc.read import keep
from warehouse.database.connect import LONG_WAIT, open_writer
from warehouse.load.run import load
from warehouse.records import FetchRecord, LoadReport, RunBatch, RunRecord
from warehouse.upgrade import bring_up_to_date

__all__ = ["SILENT", "BackfillWatcher", "Range", "Request", "Tally", "backfill"]

# Namespace of the UUIDs (version 5) of backfills, their runs and their damaged records.
_NAMES = UUID("6b0b5d5e-5f0e-4f5c-9a55-0b7f3c1e9d27")
# A segment takes seconds; only a malicious file comes near this limit.
SECONDS_PER_SEGMENT = 900.0
# Rows of one load: some tens of megabytes of articles.
ROWS_PER_RUN = 2_000


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
    with only_one(watchlist.state, "backfill", "newslake backfill …"), worker_pool(watchlist.topics, workers) as pool:
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        for number, archive in enumerate(files, start=1):
            watch.file(archive, number, len(files))
            try:
                job = _Job(watchlist, settled(archive), request, ahead=workers + 1)
                with storage_errors(watchlist.state):
                    job.run(pool, tally, watch, started)
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

    def __init__(self, watchlist: Watchlist, archive: Archive, request: Request, *, ahead: int) -> None:
        self.watchlist = watchlist
        self.archive = archive
        self.request = request
        self.ahead = ahead  # segments that are scanned at the same time
        sources, days = request.only or watchlist.sources, request.days
        asked = {
            "file": [archive.place, archive.size, archive.version],
            "topics": [[topic.name, topic.query.text] for topic in watchlist.topics],
            "sources": [source.model_dump(mode="json") for source in sources],
            "any_source": request.any_source,
            "days": [str(days.since), str(days.until)],
            "every_row": request.every_row,
        }
        # The request names the folder, so a file is loaded once, whatever version loads it. Stored results and run ids depend on
        # the code too: another version may find other pages and divide them into other runs.
        self.key = uuid5(_NAMES, json.dumps(asked, sort_keys=True))
        self.code = made_by()
        self.runs = uuid5(self.key, json.dumps(self.code, sort_keys=True))
        self.folder = watchlist.state / "backfill" / str(self.key)
        since = datetime.combine(days.since, datetime.min.time(), UTC) if days.since else None
        self.intake = Intake(by_site(sources), request.any_source, self.folder / "spool", since)

    def run(self, pool: Pool, tally: Tally, watch: BackfillWatcher, started: float) -> None:
        """Read, clean and load the file, starting where an earlier try stopped."""
        loaded = self.folder / LOADED
        if loaded.exists():
            if not self.request.again:
                clear(self.folder, {LOADED})  # an earlier try may have been killed before it did
                tally.skipped.append(self.archive.place)
                return
            loaded.unlink()
        self.folder.mkdir(parents=True, exist_ok=True)
        began = begin(self.folder, self.archive.place, self.code)
        self.intake.spool.mkdir(exist_ok=True)
        file = fetch(self.archive, self.folder / DOWNLOAD / self.archive.name)
        size = file.stat().st_size
        wanted = segments(file)
        for segment, done in zip(wanted, self._results(pool, wanted), strict=True):
            tally.pages += done.pages
            tally.bytes += done.bytes
            tally.cleaned += len(done.cleaned)
            tally.matches += sum(refined.outcome is None for _, refined in done.cleaned)
            tally.seconds = time.monotonic() - started
            watch.progress(tally, min(segment.end or size, size), size)
        for number, batch in enumerate(self._batches(pool, wanted, began)):
            with open_writer(
                self.watchlist.warehouse, f"backfill {self.key} {number}", wait=LONG_WAIT, note=watch.note
            ) as writer:
                _add(tally, load(writer, batch))
        finish(self.folder, self.archive.place)

    def _results(self, pool: Pool, wanted: Sequence[Segment]) -> Iterator[Done]:
        """Yield the results of the segments in order; scanning runs ahead of cleaning, so that no worker waits."""
        missing = iter([segment for segment in wanted if not is_stored(self.folder, segment)])
        scans: dict[int, Future[Scanned]] = {}
        for segment in wanted:
            done = stored(self.folder, segment)
            if done is None:  # missing, or a file that cannot be used and so was not scanned ahead
                if segment.start not in scans:
                    scans[segment.start] = self._scan(pool, segment)
                while len(scans) < self.ahead and (following := next(missing, None)):
                    if following.start > segment.start:
                        scans[following.start] = self._scan(pool, following)
                done = self._clean(pool, _scanned(segment, scans.pop(segment.start)))
                store(self.folder, segment, done)
            yield done

    def _scan(self, pool: Pool, segment: Segment) -> Future[Scanned]:
        scan: Future[Scanned] = pool.schedule(scan_in_worker, args=(segment, self.intake), timeout=SECONDS_PER_SEGMENT)
        return scan

    def _clean(self, pool: Pool, scanned: Scanned) -> Done:
        tasks = [
            PageTask(str(number), page.source, page.url, page.file, page.offset, page.timezone, page.language, was_filtered=True)
            for number, page in enumerate(scanned.candidates)
        ]
        refined = list(refine_in(pool, tasks))
        return Done(
            scanned.pages, scanned.bytes, scanned.counted, list(zip(scanned.candidates, refined, strict=True)), scanned.damaged
        )

    def _batches(self, pool: Pool, wanted: Sequence[Segment], began: datetime) -> Iterator[RunBatch]:
        """Yield the runs of the file. The same results give the same runs; no run has two rows of one URL."""
        pages: list[tuple[Candidate, Refined]] = []
        counted: Counter[tuple[str, Outcome]] = Counter()
        damaged: list[Damaged] = []
        number = 0
        for place, done in enumerate(self._results(pool, wanted), start=1):
            pages += done.cleaned
            counted += done.counted
            damaged += done.damaged
            if len(pages) >= ROWS_PER_RUN or place == len(wanted):
                for batch in self._group(pages, counted, damaged, number, began):
                    yield batch
                    number += 1
                pages, counted, damaged = [], Counter(), []

    def _group(
        self,
        pages: list[tuple[Candidate, Refined]],
        counted: Counter[tuple[str, Outcome]],
        damaged: list[Damaged],
        number: int,
        began: datetime,
    ) -> Iterator[RunBatch]:
        """Yield runs of these pages. Rows of one URL go to different runs, the earliest capture first."""
        sources = sorted({page.source for page, _ in pages})
        known = read_memory(self.watchlist, sources)
        matcher = compile_topics(self.watchlist.topics)
        refined, repeated = without_repeated([one for _, one in pages], known.texts, known.repeated, matcher)
        rows = [_damage(self.archive, damage) for damage in damaged]
        for (page, _), one in zip(pages, refined, strict=True):
            fetch_row = self._row(page, one)
            if fetch_row.outcome in _COUNTED and not self.request.every_row:
                counted[page.source, fetch_row.outcome] += 1
            else:
                rows.append(fetch_row)
        layers: list[dict[UUID, FetchRecord]] = [{}]
        for row in sorted(rows, key=lambda row: row.requested_at or began):
            layer = next((layer for layer in layers if row.url_id not in layer), None)
            if layer is None:
                layers.append(layer := {})
            layer[row.url_id] = row
        for layer in layers:
            told: dict[str, dict[Outcome, int]] = defaultdict(dict)
            for (source, outcome), count in counted.items():
                told[source][outcome] = count
            run_id = uuid5(self.runs, str(number))
            fetches = self._kept(list(layer.values()), run_id)
            record = RunRecord(
                run_id, "backfill", began, datetime.now(UTC), "completed", __version__, len(fetches) + sum(counted.values())
            )
            yield RunBatch(record, tuple(fetches), tuple(repeated), told)
            counted, repeated = Counter(), []
            number += 1

    def _row(self, page: Candidate, refined: Refined) -> FetchRecord:
        article = refined.article
        end = End(refined.outcome, refined.reason, refined.detail)
        if end.outcome is not None:
            article = None
        elif article and not self.request.days.holds(article.page.published_at or page.fetched_at):
            article = None
            end = End(Outcome.REFUSED, Reason.OTHER_DAY, "published on another day than was asked for")
        return FetchRecord(
            url_id=url_id(page.url),
            source=page.source,
            url=page.url,
            canonical_url=canonicalise(page.url),
            kind="page",
            found_by=f"backfill {self.archive.place}",
            requested_at=page.fetched_at,
            status=200,
            bytes=page.bytes,
            outcome=end.outcome,
            reason=end.reason,
            detail=end.detail,
            origin=Origin.BACKFILL,
            capture_file=str(page.file),
            capture_offset=page.offset,
            article=article,
        )

    def _kept(self, fetches: list[FetchRecord], run_id: UUID) -> list[FetchRecord]:
        """Copy captures from the backfill's folder, which is removed, to the captures folder; those in the user's files stay."""
        chosen = [
            (Path(row.capture_file), row.capture_offset)
            for row in fetches
            if row.article and row.capture_file and row.capture_offset is not None and self._is_removed(row.capture_file)
        ]
        copies: dict[Place, Place] = {}
        if chosen and self.watchlist.crawl.keep_captures != "none":
            copies = keep(chosen, self.watchlist.captures / "backfill" / f"{run_id}.warc.gz")
        name = self.watchlist.capture_name
        copies |= {place: place for place in map(place_of, fetches) if place and not self._is_removed(str(place[0]))}
        return [moved(row, copies, name) for row in fetches]

    def _is_removed(self, file: str) -> bool:
        return Path(file).is_relative_to(self.folder)


# Outcomes of a cleaned page that are counted and get no row, unless every row was asked for.
_COUNTED = {Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE, Outcome.REFUSED}


def _scanned(segment: Segment, scan: Future[Scanned]) -> Scanned:
    """Return the scan's result; if the worker crashed or timed out, report the whole segment as damaged."""
    try:
        return scan.result()
    except SegmentTimeout:
        reason = f"reading it took more than {SECONDS_PER_SEGMENT:g} seconds"
    except ProcessExpired as error:
        reason = f"it took its worker down (exit code {error.exitcode})"
    except MemoryError:
        reason = "reading it needed too much memory"
    return Scanned(damaged=[Damaged(str(segment.file), segment.start, f"{reason}, up to byte {segment.end or 'the last'}")])


def _damage(archive: Archive, damage: Damaged) -> FetchRecord:
    """Return the row of a damaged part of a file. It is not a page, so its URL names the file and the byte."""
    url = f"{archive.place}#byte={damage.offset}"
    return FetchRecord(
        url_id=uuid5(_NAMES, url),
        source=NO_SOURCE,
        url=url,
        canonical_url=url,
        kind="record",
        found_by=f"backfill {archive.place}",
        outcome=Outcome.FAILED,
        reason=Reason.DAMAGED,
        detail=damage.reason,
        origin=Origin.BACKFILL,
    )


def _add(tally: Tally, report: LoadReport) -> None:
    for source, counts in report.outcomes.items():
        tally.outcomes[source].update(counts)
    tally.new_articles += report.new_articles
    tally.new_revisions += report.new_revisions
    tally.new_copies += report.new_copies
    tally.articles = report.articles
