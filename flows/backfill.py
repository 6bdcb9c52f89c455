"""Backfill: years of news out of WARC files, watched first and cleaned later.

Each file is cut into segments. A worker reads a segment, drops what no topic can select (`flows.archives.scan`), and what is left
goes through the same clean → match → dedup → load as the captures of a crawl. The result of a segment is a file in the backfill's
folder, written whole or not at all: that is all there is to take up again after a kill. Runs are named after what is in them, so
loading one twice changes nothing.

    <state>/backfill/<key>/job.json        which file, when it began, and by which version and libraries
    <state>/backfill/<key>/<start>.json    results of the segment that begins there
    <state>/backfill/<key>/spool/          captures that have no address in their own file
    <state>/backfill/<key>/loaded.json     in place of all this, once the file is in the warehouse
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as SegmentTimeout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid5

from pebble import ProcessExpired, ProcessPool

from flows.archives.files import Archive, fetch, settled
from flows.archives.results import DOWNLOAD, LOADED, Done, begin, clear, finish, is_stored, made_by, store, stored
from flows.archives.scan import NO_SOURCE, Candidate, Intake, Scanned, Segment, by_site, scan_in_worker, segments
from flows.collect import memory, moved
from flows.refine.pool import PageTask, Refined, refine_in, worker_pool
from flows.refine.repeated_lines import without_repeated
from flows.runs.set_aside import brief, is_temporary
from flows.topics import compile_topics
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.disk import storage_errors
from newslake.errors import ArchiveError, CaptureError
from newslake.locks import only_one
from newslake.outcomes import End, Origin, Outcome, Reason
from spiders.sources import Source
from spiders.urls.canonical import canonicalise, url_id
from spiders.warc.model import Damaged
from spiders.warc.read import keep
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.records import FetchRecord, LoadReport, RunBatch, RunRecord
from warehouse.upgrade import bring_up_to_date

_NAMES = UUID("6b0b5d5e-5f0e-4f5c-9a55-0b7f3c1e9d27")
# A segment takes seconds; only one made to be slow comes near this.
SECONDS_PER_SEGMENT = 900.0
# Rows of a load: some tens of megabytes of articles.
ROWS_PER_RUN = 2_000


@dataclass(frozen=True, slots=True)
class Range:
    """Days of publication to take, both included; a page without a date counts by the day of its capture."""

    since: date | None = None
    until: date | None = None

    def holds(self, when: datetime) -> bool:
        day = when.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(slots=True)
class Tally:
    """How far a backfill is, or came."""

    files: int = 0
    pages: int = 0
    bytes: int = 0  # of bodies, decompressed
    cleaned: int = 0
    matches: int = 0
    seconds: float = 0.0
    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    new_articles: int = 0
    new_revisions: int = 0
    new_copies: int = 0
    articles: int | None = None  # in the warehouse, where anything was loaded
    skipped: list[str] = field(default_factory=list)  # loaded by an earlier backfill
    failed: dict[str, str] = field(default_factory=dict)  # files that could not be had, with the reason


class BackfillWatcher(Protocol):
    """Called as a backfill goes on: `done` of `size` bytes of the file are read (0: it is remote, and not here yet)."""

    def file(self, archive: Archive, number: int, of: int) -> None: ...

    def progress(self, tally: Tally, done: int, size: int) -> None: ...


class _Silent:
    def file(self, archive: Archive, number: int, of: int) -> None: ...

    def progress(self, tally: Tally, done: int, size: int) -> None: ...


SILENT = _Silent()


def backfill(
    watchlist: Watchlist,
    files: Sequence[Archive],
    *,
    only: Sequence[Source] = (),
    any_source: bool = False,
    days: Range = Range(),
    every_row: bool = False,
    again: bool = False,
    workers: int | None = None,
    watch: BackfillWatcher = SILENT,
) -> Tally:
    """Load what the topics select from WARC files. A file that cannot be had does not stop the others.

    Args:
        only: sources to take pages of; all of the watchlist's if empty.
        any_source: also pages of domains that are not on the watchlist.
        every_row: a row in `fetches` for each page that was cleaned and is on no topic, too.
        again: also files that an earlier backfill with the same topics loaded.

    Raises:
        NewslakeError: another backfill is under way, storage is full or not writable, the warehouse is busy.
    """
    tally = Tally()
    started = time.monotonic()
    workers = workers or os.cpu_count() or 1
    with only_one(watchlist.state, "backfill", "newslake backfill …"), worker_pool(watchlist.topics, workers) as pool:
        bring_up_to_date(watchlist.warehouse)
        for number, archive in enumerate(files, start=1):
            watch.file(archive, number, len(files))
            try:
                found = settled(archive)
                job = _Job(watchlist, found, tuple(only) or watchlist.sources, any_source, days, every_row, workers + 1)
                with storage_errors(watchlist.state):
                    job.run(pool, tally, watch, started, again=again)
            except (ArchiveError, CaptureError) as error:
                tally.failed[archive.place] = error.happened
            except Exception as error:  # whatever one file does, the others are loaded; its results are kept for another try
                if is_temporary(error, watchlist.state / "backfill"):
                    raise
                tally.failed[archive.place] = f"it cannot be loaded: {brief(error)}; what was read of it is kept for another try"
            tally.files += 1
    tally.seconds = time.monotonic() - started
    return tally


class _Job:
    """One file of a backfill."""

    def __init__(
        self,
        watchlist: Watchlist,
        archive: Archive,
        sources: Sequence[Source],
        any_source: bool,
        days: Range,
        every_row: bool,
        ahead: int,
    ) -> None:
        self.watchlist = watchlist
        self.archive = archive
        self.days = days
        self.every_row = every_row
        self.ahead = ahead  # segments that are scanned at once
        asked = {
            "file": [archive.place, archive.size, archive.version],
            "topics": [[topic.name, topic.query.text] for topic in watchlist.topics],
            "sources": [source.model_dump(mode="json") for source in sources],
            "any_source": any_source,
            "days": [str(days.since), str(days.until)],
            "every_row": every_row,
        }
        # What was asked for names the folder, and is loaded once, whatever version did it. What is kept on the way, and the runs
        # that are made of it, belong to the code as well: another version finds other pages, and cuts them into other runs.
        self.key = uuid5(_NAMES, json.dumps(asked, sort_keys=True))
        self.code = made_by()
        self.runs = uuid5(self.key, json.dumps(self.code, sort_keys=True))
        self.folder = watchlist.state / "backfill" / str(self.key)
        since = datetime.combine(days.since, datetime.min.time(), UTC) if days.since else None
        self.intake = Intake(by_site(sources), any_source, self.folder / "spool", since)

    def run(self, pool: ProcessPool, tally: Tally, watch: BackfillWatcher, started: float, *, again: bool) -> None:
        """Read, clean and load the file, from where an earlier try left it."""
        loaded = self.folder / LOADED
        if loaded.exists():
            if not again:
                clear(self.folder, {LOADED})  # where an earlier try was killed at just that
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
            with open_writer(self.watchlist.warehouse, purpose=f"backfill {self.key} {number}") as writer:
                _add(tally, load(writer, batch))
        finish(self.folder, self.archive.place)

    def _results(self, pool: ProcessPool, wanted: Sequence[Segment]) -> Iterator[Done]:
        """The results of the segments in their order; scanning runs ahead of cleaning, so that no worker waits."""
        missing = iter([segment for segment in wanted if not is_stored(self.folder, segment)])
        scans: dict[int, Future[Scanned]] = {}
        for segment in wanted:
            done = stored(self.folder, segment)
            if done is None:  # not there, or a file that cannot be used, which nothing ran ahead for
                if segment.start not in scans:
                    scans[segment.start] = self._scan(pool, segment)
                while len(scans) < self.ahead and (following := next(missing, None)):
                    if following.start > segment.start:
                        scans[following.start] = self._scan(pool, following)
                done = self._clean(pool, _scanned(segment, scans.pop(segment.start)))
                store(self.folder, segment, done)
            yield done

    def _scan(self, pool: ProcessPool, segment: Segment) -> Future[Scanned]:
        scan: Future[Scanned] = pool.schedule(scan_in_worker, args=(segment, self.intake), timeout=SECONDS_PER_SEGMENT)
        return scan

    def _clean(self, pool: ProcessPool, scanned: Scanned) -> Done:
        tasks = [
            PageTask(str(number), page.source, page.url, page.file, page.offset, page.timezone, page.language, was_filtered=True)
            for number, page in enumerate(scanned.candidates)
        ]
        refined = list(refine_in(pool, tasks))
        return Done(
            scanned.pages, scanned.bytes, scanned.counted, list(zip(scanned.candidates, refined, strict=True)), scanned.damaged
        )

    def _batches(self, pool: ProcessPool, wanted: Sequence[Segment], began: datetime) -> Iterator[RunBatch]:
        """The runs of the file. The same results give the same runs; no run has two rows of one URL."""
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
        sources = sorted({page.source for page, _ in pages})
        known = memory(self.watchlist, sources)
        matcher = compile_topics(self.watchlist.topics)
        refined, repeated = without_repeated([one for _, one in pages], known.texts, known.repeated, matcher)
        rows = [_damage(self.archive, damage) for damage in damaged]
        for (page, _), one in zip(pages, refined, strict=True):
            fetch_row = self._row(page, one)
            if fetch_row.outcome in _COUNTED and not self.every_row:
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
        elif article and not self.days.holds(article.page.published_at or page.fetched_at):
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
        """Captures that will not stay where they are are copied to the captures folder; a file of one's own stays."""
        chosen = [
            (Path(row.capture_file), row.capture_offset)
            for row in fetches
            if row.article and row.capture_file and row.capture_offset is not None and self._goes(row.capture_file)
        ]
        kept: dict[tuple[Path, int], tuple[Path, int]] = {}
        if chosen and self.watchlist.crawl.keep_captures != "none":
            kept = keep(chosen, self.watchlist.captures / "backfill" / f"{run_id}.warc.gz")
        return [moved(row, kept) if row.capture_file and self._goes(row.capture_file) else row for row in fetches]

    def _goes(self, file: str) -> bool:
        return Path(file).is_relative_to(self.folder)


# Ends of a cleaned page that are worth a number, not a row.
_COUNTED = {Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE, Outcome.REFUSED}


def _scanned(segment: Segment, scan: Future[Scanned]) -> Scanned:
    """What a scan found; where it took its worker down or all its time, the segment is damaged as a whole."""
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
    """The row of a part of a file that cannot be read: it is no page that could be asked for again."""
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
