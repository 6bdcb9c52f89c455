"""Load years of news from WARC files: scan them for topics first, and clean only the pages that may match.

Each file is cut into segments. A worker scans a segment and drops the pages that no topic can select (`flows.archives.scan`).
The others go through the same clean → match → dedup → load as the captures of a crawl. The result of each segment is stored in
the backfill's folder, whole or not at all; a killed backfill resumes from these files. Run ids depend on the request and on the
code alone, so loading a run twice changes nothing.

    <state>/backfill/<key>/job.json        which file, when work on it began, and with which version and libraries
    <state>/backfill/<key>/<start>.json    result of the segment that begins at byte <start>
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
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as SegmentTimeout
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from pebble import ProcessExpired

from flows.archives.completeness import NAMES, Seen, damage_row, what_was_read
from flows.archives.files import Archive, fetch, settled
from flows.archives.parts import Part, parts_of
from flows.archives.request import SILENT, BackfillWatcher, Range, Request, Tally
from flows.archives.results import DOWNLOAD, LOADED, Done, begin, clear, finish, is_stored, made_by, store, stored
from flows.archives.scan import SEGMENT, Candidate, Intake, Scanned, Segment, by_site, scan_in_worker, segments
from flows.refine.owned import at_own_address
from flows.refine.pool import PageTask, Pool, Refined, refine_in, wanted_workers, worker_pool
from flows.refine.repeated_lines import without_repeated
from flows.runs.captures import Place, moved, place_of
from flows.runs.clock import check_clock
from flows.runs.memory import drop_forgotten, read_memory
from flows.runs.set_aside import is_temporary
from flows.topics import compile_topics
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.disk import storage_errors
from newslake.errors import ArchiveError, CaptureError, WarehouseMissing, brief
from newslake.locks import only_one
from newslake.outcomes import End, Origin, Outcome, Reason
from spiders.urls.canonical import canonicalise, url_id, without_credentials
from spiders.urls.owners import Owners
from spiders.warc.kept import keep
from spiders.warc.manifest import Event, record
from spiders.warc.model import Damaged
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.load.run import load
from warehouse.records import FetchRecord, LoadReport, RunBatch, RunRecord
from warehouse.upgrade import bring_up_to_date

__all__ = ["SILENT", "BackfillWatcher", "Range", "Request", "Tally", "backfill"]

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
    check_clock()
    with only_one(watchlist.state, "backfill", "newslake backfill …"), worker_pool(watchlist.topics, workers) as pool:
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        for number, archive in enumerate(files, start=1):
            watch.file(archive, number, len(files))
            try:
                settled_archive = settled(archive, allow_private=watchlist.crawl.allow_private)
                job = _Job(watchlist, settled_archive, request, ahead=workers + 1)
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
            "file": [_in_project(archive.place, watchlist.base), archive.size, archive.version],
            "warehouse": [
                _in_project(place, watchlist.base) for place in (watchlist.warehouse.catalog, watchlist.warehouse.data)
            ],
            "topics": [[topic.name, topic.query.text] for topic in watchlist.topics],
            "sources": [source.model_dump(mode="json") for source in sources],
            "any_source": request.any_source,
            "days": [str(days.since), str(days.until)],
            "every_row": request.every_row,
        }
        # The request names the folder, so a file is loaded once, whatever version loads it. Stored results and run ids depend on
        # the code too: another version may find other pages and divide them into other runs.
        self.owners = Owners(source.site for source in watchlist.sources)
        self.key = uuid5(NAMES, json.dumps(asked, sort_keys=True))
        self.code = made_by()
        self.runs = uuid5(self.key, json.dumps(self.code, sort_keys=True))
        self.folder = watchlist.state / "backfill" / str(self.key)
        self.parts: list[Part] = []
        since = datetime.combine(days.since, datetime.min.time(), UTC) if days.since else None
        self.intake = Intake(by_site(sources), request.any_source, self.folder, since)

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
        download = self.folder / DOWNLOAD
        file = fetch(self.archive, download / self.archive.name, allow_private=self.watchlist.crawl.allow_private)
        self.parts = parts_of(file, download / "parts")
        wanted = [each for number, part in enumerate(self.parts) for each in segments(part.file, number)]
        size, read = sum(part.file.stat().st_size for part in self.parts), 0
        seen = Seen()
        for segment, done in zip(wanted, self._results(pool, wanted), strict=True):
            tally.pages += done.pages
            tally.bytes += done.bytes
            tally.cleaned += len(done.cleaned)
            tally.matches += sum(refined.outcome is None for _, refined in done.cleaned)
            tally.others += done.others
            tally.seconds = time.monotonic() - started
            read += min(segment.end or size, segment.file.stat().st_size) - segment.start
            seen.add(segment, done)
            watch.progress(tally, read, size)
        losses = seen.losses(self.parts)
        if seen.pages or seen.damaged or losses:
            for number, batch in enumerate(self._batches(pool, wanted, losses, began)):
                purpose = f"backfill {self.key} {number}"
                with open_writer(self.watchlist.warehouse, purpose, wait=LONG_WAIT, note=watch.note) as writer:
                    _add(tally, load(writer, batch))
        problem = seen.problem(self.parts)
        if problem is None:
            finish(self.folder, self.archive.place)
        else:
            tally.failed[self.archive.place] = problem
            shutil.rmtree(self.folder)

    def _results(self, pool: Pool, wanted: Sequence[Segment]) -> Iterator[Done]:
        """Yield the results of the segments in order; scanning runs ahead of cleaning, so that no worker waits."""
        missing = iter([number for number, segment in enumerate(wanted) if not is_stored(self.folder, segment)])
        scans: dict[int, Future[Scanned]] = {}
        for number, segment in enumerate(wanted):
            done = stored(self.folder, segment)
            if done is None:  # missing, or a file that cannot be used and so was not scanned ahead
                if number not in scans:
                    scans[number] = self._scan(pool, segment)
                while len(scans) < self.ahead and (following := next(missing, None)) is not None:
                    if following > number:
                        scans[following] = self._scan(pool, wanted[following])
                done = self._clean(pool, _scanned(segment, scans.pop(number)))
                store(self.folder, segment, done)
            yield done

    def _scan(self, pool: Pool, segment: Segment) -> Future[Scanned]:
        scan: Future[Scanned] = pool.schedule(scan_in_worker, args=(segment, self.intake), timeout=_seconds(segment))
        return scan

    def _clean(self, pool: Pool, scanned: Scanned) -> Done:
        tasks = [
            PageTask(str(number), page.source, page.url, page.file, page.offset, page.timezone, page.language, was_filtered=True)
            for number, page in enumerate(scanned.candidates)
        ]
        refined = at_own_address(refine_in(pool, tasks), self.owners)
        cleaned = list(zip(scanned.candidates, refined, strict=True))
        return Done(scanned.pages, scanned.bytes, scanned.counted, cleaned, scanned.damaged, scanned.others)

    def _batches(self, pool: Pool, wanted: Sequence[Segment], losses: Sequence[Damaged], began: datetime) -> Iterator[RunBatch]:
        """Yield the runs of the file. The same results give the same runs; no run has two rows of one URL."""
        pages: list[tuple[Candidate, Refined]] = []
        counted: Counter[tuple[str, Outcome]] = Counter()
        damaged: list[Damaged] = list(losses)
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
        runs = uuid5(self.runs, what_was_read(pages, counted, damaged))
        rows = [damage_row(self.archive, damage, self.parts) for damage in damaged]
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
            run_id = uuid5(runs, str(number))
            fetches = self._kept(drop_forgotten(self.watchlist, list(layer.values())), run_id)
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
            url=without_credentials(page.url),
            canonical_url=canonicalise(page.url),
            kind="page",
            found_by=f"backfill {self.archive.place}",
            requested_at=page.fetched_at,
            status=200,
            bytes=page.bytes,
            outcome=end.outcome,
            reason=end.reason,
            detail=end.detail or page.problem,
            origin=Origin.BACKFILL,
            capture_file=str(self._here(page.file)),
            capture_offset=page.offset,
            article=article,
        )

    def _here(self, file: Path) -> Path:
        """Return a file of the backfill's folder where it is now: stored results name it by the path that it had then."""
        key = str(self.key)
        return self.folder.joinpath(*file.parts[file.parts.index(key) + 1 :]) if key in file.parts else file

    def _kept(self, fetches: list[FetchRecord], run_id: UUID) -> list[FetchRecord]:
        """Copy captures from the state folder, where nothing stays, to the captures folder; those in the user's files stay."""
        chosen = [
            (Path(row.capture_file), row.capture_offset)
            for row in fetches
            if row.article and row.capture_file and row.capture_offset is not None and self._is_removed(row.capture_file)
        ]
        copies: dict[Place, Place] = {}
        if chosen and self.watchlist.crawl.keep_captures != "none" and not self._is_loaded(run_id):
            file = self.watchlist.captures / "backfill" / f"{run_id}.warc.gz"
            copies = keep(chosen, file)
            record(self.watchlist.captures, Event.ADDED, [file])
        name = self.watchlist.capture_name
        copies |= {place: place for place in map(place_of, fetches) if place and not self._is_removed(str(place[0]))}
        return [moved(row, copies, name) for row in fetches]

    def _is_loaded(self, run_id: UUID) -> bool:
        """Whether the run is in the warehouse, which points into the file of its copies: that must stay as it is."""
        try:
            with open_reader(self.watchlist.warehouse) as con:
                return con.execute("SELECT 1 FROM runs WHERE run_id = ?", [run_id]).fetchone() is not None
        except WarehouseMissing:
            return False

    def _is_removed(self, file: str) -> bool:
        # The state folder also has the captures of runs that were set aside, which people remove once they are loaded.
        return Path(file).is_relative_to(self.watchlist.state)


def _in_project(place: str, base: Path) -> str:
    """Return a path or address without the folder of the project: what was loaded stays known when the project is moved."""
    return place.replace(f"{base}/", "")


# Outcomes of a cleaned page that are counted and get no row, unless every row was asked for.
_COUNTED = {Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE, Outcome.REFUSED}


def _seconds(segment: Segment) -> float:
    """Return the time limit for a segment: longer if the file could not be divided."""
    size = (segment.file.stat().st_size if segment.end is None else segment.end) - segment.start
    return SECONDS_PER_SEGMENT * max(1.0, size / SEGMENT)


def _scanned(segment: Segment, scan: Future[Scanned]) -> Scanned:
    """Return the scan's result; if it failed in whatever way, report the whole segment as damaged."""
    try:
        return scan.result()
    except CaptureError:
        raise
    except SegmentTimeout:
        reason = f"reading it took more than {_seconds(segment):g} seconds"
    except ProcessExpired as error:
        reason = f"it took its worker down (exit code {error.exitcode})"
    except MemoryError:
        reason = "reading it needed too much memory"
    except Exception as error:  # noqa: BLE001 - no segment may stop the others
        reason = f"an unexpected error: {type(error).__name__}: {error}"
    return Scanned(damaged=[Damaged(str(segment.file), segment.start, f"{reason}, up to byte {segment.end or 'the last'}")])


def _add(tally: Tally, report: LoadReport) -> None:
    for source, counts in report.outcomes.items():
        tally.outcomes[source].update(counts)
    tally.new_articles += report.new_articles
    tally.new_revisions += report.new_revisions
    tally.new_copies += report.new_copies
    tally.articles = report.articles
