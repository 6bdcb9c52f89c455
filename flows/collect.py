"""Run one collection with plain functions: crawl → clean → match → dedup → load.

`collect` runs all steps and needs no Prefect; `flows.orchestration.recorded` shows the steps in Prefect, and `flows.orchestrate`
has them as tasks of a Prefect flow. Every step writes its result to disk or reads it from there, so the next run finishes a run
that was killed at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from flows.alerts.told import Told, is_needed
from flows.learn.memory import Learned
from flows.reports.notify import notify_load, notify_set_aside
from flows.runs.account import read_account
from flows.runs.captures import keep_captures
from flows.runs.cleaned import Cleaned
from flows.runs.clock import check_clock
from flows.runs.folder import UNREADABLE, RunFolder, finish_run, readable_run, start_run, unfinished_runs
from flows.runs.frontier import Due, Frontier, plan_visits, write_frontier
from flows.runs.left_alone import left_alone_line
from flows.runs.memory import drop_forgotten, read_memory
from flows.runs.out_of_time import out_of_time_line
from flows.runs.progress import SILENT, Watcher
from flows.runs.set_aside import (
    SetAside,
    aside_line,
    attempt,
    fails_for_good,
    runs_set_aside,
    set_aside,
    write_reason,
)
from flows.search.listed import compare_after_run
from flows.search.upkeep import index_rest
from flows.watchlist import Watchlist
from flows.watchlist.choose import collected_sources
from newslake import __version__
from newslake.disk import storage_errors
from newslake.errors import RunFailed, WarehouseMissing, brief
from newslake.locks import only_one_collection
from newslake.outcomes import Reason
from spiders.crawl import CrawlJob, CrawlReport, crawl
from spiders.sources import Source
from warehouse.database.connect import LONG_WAIT, leave_reader, one_reader, open_reader, open_writer
from warehouse.load.run import load
from warehouse.load.tombstones import tombstones
from warehouse.read import has_run, in_vain, known_urls, last_collection, listings_of_others, states_of, unread_listings, waits
from warehouse.records import LoadReport, RepeatedLine, RunBatch, RunRecord, StateChange
from warehouse.upgrade import bring_up_to_date

if TYPE_CHECKING:
    from flows.refine.page import Refined

# A source in one of these states has its feeds and sitemaps looked for again, see spiders.listings.rediscovery.
IN_TROUBLE = {"failing", "silent", "stale"}
# So many runs in a row that cannot be loaded are no accident of one run.
MOST_IN_A_ROW = 5
# How long nothing is fetched then. After that, a new run shows whether it can be loaded, though the old ones cannot.
PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Collected:
    """How a collection ended.

    Attributes:
        failed_sources: sources of which nothing could be read, with the reason.
        recovered: interrupted runs that this collection finished first.
        warnings: sentences about what failed without costing news, such as a notification, or came too late for this run.
        set_aside: interrupted runs that cannot be loaded.
        told: the brief that was made, and what was sent.
        sources: the names of the sources that were asked.
    """

    run_id: str
    state: str
    load: LoadReport
    crawl: CrawlReport
    failed_sources: dict[str, str] = field(default_factory=dict)
    recovered: tuple[LoadReport, ...] = ()
    warnings: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    told: Told = field(default_factory=Told)
    sources: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[StateChange, ...]:
        """The changes in the health of sources, those of recovered runs first."""
        return tuple(change for report in (*self.recovered, self.load) for change in report.changes)


def collect(watchlist: Watchlist, only: Sequence[str] = (), watch: Watcher = SILENT, steps: Steps | None = None) -> Collected:
    """Run one collection; `only` names the sources to collect, all that are enabled if empty.

    Raises:
        UsageError: `only` names an unknown or disabled source, or all are disabled.
        NewslakeError: another collection is under way, storage is full or not writable, the warehouse is busy.
    """
    steps = steps or Steps()
    sources = steps.choose(watchlist, only)
    check_clock()
    began = datetime.now(UTC)
    with only_one_collection(watchlist.state), one_reader():
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        recovered = steps.recover(watchlist, watch)
        run = start_run(watchlist.state, steps.flow)
        report = steps.crawl(watchlist, sources, run, watch)
        try:
            cleaned = steps.clean(watchlist, run, watch)
            state = _state(report, cleaned.failed_sources)
            load = steps.load(watchlist, run, cleaned, state, watch)
        except RunFailed as error:
            raise _own_failure(watchlist, run, error, watch) from error
        # Before the run counts as finished: if it is killed here, its recovery sends the notification.
        warnings = steps.notify(watchlist, load)
        if line := out_of_time_line(watchlist, cleaned.out_of_time):
            warnings = [line, *warnings]
        finish_run(run)
        index_rest(watchlist.warehouse, watch.note)
        compare_after_run(watchlist, watch.note, began)
    told = steps.tell(watchlist, began)
    warned = (*warnings, *told.warnings)
    return Collected(
        run_id=str(run.run_id),
        state=state,
        load=load,
        crawl=report,
        failed_sources=cleaned.failed_sources,
        recovered=recovered.loaded,
        warnings=warned,
        set_aside=recovered.set_aside,
        told=told,
        sources=tuple(source.name for source in sources),
    )


def _own_failure(watchlist: Watchlist, run: RunFolder, error: RunFailed, watch: Watcher) -> RunFailed:
    """Set the current run aside, and return the error to raise."""
    aside = _put_aside(watchlist, run, error, watch)
    return RunFailed(
        f"run {aside.run_id} cannot be loaded and was set aside: {brief(error.__cause__ or error)}",
        left=f"what it fetched is kept in {aside.folder}, with the reason; nothing of it was loaded, and later runs go on",
        next=f"newslake run; after an upgrade, newslake recover {aside.folder.name}",
    )


def _put_aside(watchlist: Watchlist, run: RunFolder | Path, error: Exception, watch: Watcher) -> SetAside:
    """Set a run aside and notify of it."""
    aside = set_aside(watchlist.state, run, error)
    for warning in notify_set_aside(watchlist, aside_line(aside)):
        watch.note(warning)
    return aside


def _state(report: CrawlReport, failed: dict[str, str]) -> str:
    if report.reason != "finished":
        return "interrupted"
    return "partial" if failed else "completed"


@dataclass(frozen=True, slots=True)
class Recovered:
    """The runs that were interrupted: those finished now, and those set aside because they cannot be loaded."""

    loaded: tuple[LoadReport, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


def recover(watchlist: Watchlist, watch: Watcher = SILENT) -> Recovered:
    """Finish interrupted runs: clean and load what they fetched, and record what they did not fetch.

    A run that cannot be read or loaded is set aside, and recovery goes on with the others. A temporary error (no room, a busy
    warehouse) ends the recovery; the runs not yet finished stay for the next one.

    Raises:
        RunFailed: no run could be loaded for a while, and none can now (see `_retry_where_none_loads`).
    """
    loaded: list[LoadReport] = []
    asides: list[SetAside] = []

    def put_aside(run: RunFolder | Path, error: Exception) -> None:
        aside = _put_aside(watchlist, run, error, watch)
        asides.append(aside)
        watch.note(aside_line(aside))

    found = unfinished_runs(watchlist.state)
    for path, error in found.unreadable:
        put_aside(path, error)
    for run in found.runs:
        try:
            report = finish(watchlist, run, watch)
        except RunFailed as error:
            put_aside(run, error)
        else:
            loaded += [report] if report else []
    loaded += _retry_where_none_loads(watchlist, watch)
    return Recovered(tuple(loaded), tuple(asides))


def _retry_where_none_loads(watchlist: Watchlist, watch: Watcher) -> list[LoadReport]:
    """If the last runs were all set aside, load the oldest of them again, and then the others.

    Whatever stops every load is not their fault. Until it is gone, a new run would fetch the same pages from the outlets once
    more, only to be set aside too: so the collection ends here, and each of the next ones tries again. Every six hours a run
    fetches all the same, in case that only the old runs cannot be loaded.

    Raises:
        RunFailed: the oldest still cannot be loaded.
    """
    asides = runs_set_aside(watchlist.state)
    last = _last_loaded(watchlist) if len(asides) >= MOST_IN_A_ROW else None
    row = [aside for aside in asides if aside.started_at and (not last or aside.started_at > last)]
    if len(row) < MOST_IN_A_ROW or (row[-1].started_at and datetime.now(UTC) - row[-1].started_at > PAUSE):
        return []
    loaded: list[LoadReport] = []
    for aside in row:
        try:
            run = readable_run(aside.folder)
        except UNREADABLE:
            continue  # another fault than that of the others
        try:
            report = finish(watchlist, run, watch)
        except RunFailed as error:
            write_reason(run, error)
            if loaded:
                continue
            raise RunFailed(
                f"the last {len(row)} runs could not be loaded, so nothing was fetched: {brief(error.__cause__ or error)}",
                left=f"these runs are kept in {aside.folder.parent}; each new run first tries whether they load again",
                next="newslake recover (it lists the reasons); upgrade newslake, or report the reason, then newslake run",
            ) from error
        watch.note(f"Run {run.run_id}, which was set aside, is loaded now.")
        loaded += [report] if report else []
    return loaded


def _last_loaded(watchlist: Watchlist) -> datetime | None:
    """Return when the latest collection in the warehouse started; None if the warehouse has none."""
    try:
        with open_reader(watchlist.warehouse) as con:
            last = last_collection(con)
            return last[0] if last else None
    except WarehouseMissing:
        return None


def finish(watchlist: Watchlist, run: RunFolder, watch: Watcher = SILENT) -> LoadReport | None:
    """Load what a run fetched and remove its folder. Return None if the warehouse has the run already.

    Raises:
        RunFailed: the run cannot be loaded, however often it is tried; its folder is unchanged.
    """
    report = None
    if not _is_loaded(watchlist, run):  # else it was killed after loading, and its captures are where the rows say
        with attempt(run):
            cleaned = clean_and_match(watchlist, run, watch, was_killed=True)
            report = load_run(watchlist, run, cleaned, "recovered", watch)
        for warning in notify_load(watchlist, report):
            watch.note(warning)
    finish_run(run)
    return report


def _is_loaded(watchlist: Watchlist, run: RunFolder) -> bool:
    try:
        with open_reader(watchlist.warehouse) as con:
            return has_run(con, run.run_id)
    except WarehouseMissing:
        return False


def crawl_sources(watchlist: Watchlist, sources: Sequence[Source], run: RunFolder, watch: Watcher = SILENT) -> CrawlReport:
    """Crawl the sources in a subprocess, which writes to the run's folder."""
    known = run.path / "known.txt"
    with storage_errors(watchlist.state):
        due, states, closed = _write_frontier(watchlist, sources, known)
        if line := left_alone_line(sources, closed):
            watch.note(line)
        job = CrawlJob(
            folder=run.crawl,
            cache=watchlist.state / "httpcache",
            sources=sources,
            settings=watchlist.crawl,
            pending=due.pending,
            waiting=due.waiting,
            unread=due.unread,
            vain=due.vain,
            known=known,
            states=states,
            watched=watchlist.sources,
            left_alone=closed,
        )
        leave_reader()
        watch.crawling([source.name for source in sources])
        return crawl(job, watch.crawl_event, watch.stop)


def _write_frontier(
    watchlist: Watchlist, sources: Sequence[Source], file: Path
) -> tuple[Due, dict[str, str], dict[str, datetime]]:
    """Write the known URLs to `file`; return what is due, the states of sources in trouble, and the servers left alone.

    Each server has the moment until which it is asked for nothing.
    """
    now = datetime.now(UTC)
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            closed = waits(con, now)
            others = listings_of_others(con, [source.name for source in watchlist.sources])
            settings = watchlist.crawl
            frontier = Frontier(watchlist.sources, sources, settings.max_articles, others, closed)
            visits = plan_visits(known_urls(con), settings.revisit_hours, now, settings.revisit_days)
            due = write_frontier(visits, frontier, now, file)
            due.unread.extend(unread_listings(con))
            due.vain.extend(in_vain(con, now))
            with file.open("a", encoding="ascii") as lines:
                lines.writelines(f"{url_id.hex} - {Reason.FORGOTTEN.value}\n" for url_id in tombstones(con))
            return due, {source: state for source, state in states_of(con).items() if state in IN_TROUBLE}, closed
    except WarehouseMissing:
        frontier = Frontier(watchlist.sources, sources, watchlist.crawl.max_articles)
        return write_frontier((), frontier, now, file), {}, {}


@fails_for_good
def clean_and_match(watchlist: Watchlist, run: RunFolder, watch: Watcher = SILENT, *, was_killed: bool = False) -> Cleaned:
    """Clean and match the captures of a run, cut lines that a source repeats, and copy the captures that the policy keeps.

    Args:
        was_killed: the run was interrupted, so its journal may name captures that never reached the disk.
    """
    account = read_account(run.crawl, was_killed=was_killed)
    ids = [UUID(hex=entry.found.id) for entry in account.entries if entry.ended and entry.ended.file]
    captured = account.captured
    known = read_memory(watchlist, sorted({entry.found.source for entry in captured}), ids)
    refined: dict[str, Refined] = {}
    repeated: list[RepeatedLine] = []
    learned = Learned()
    if captured:
        from flows.runs.cleaning import clean_pages  # with the parsers of pages, which a run that brings none does not need

        refined, repeated, learned = clean_pages(watchlist, run, captured, known, watch)
    else:
        watch.cleaning(0)
    with storage_errors(watchlist.captures):
        fetches = drop_forgotten(watchlist, [account.fetch(entry, refined.get(entry.found.id)) for entry in account.entries])
        kept = keep_captures(watchlist, run, fetches, known.of_articles)
        return Cleaned(kept, account.discovered, account.failed_sources(), repeated, account.out_of_time(), learned)


@fails_for_good
def load_run(watchlist: Watchlist, run: RunFolder, cleaned: Cleaned, state: str, watch: Watcher = SILENT) -> LoadReport:
    """Load a run into the warehouse in one transaction. Loading it again changes nothing."""
    fetches = tuple(cleaned.fetches)
    watch.loading(len(fetches))
    record = RunRecord(
        run_id=run.run_id,
        flow=run.flow,
        started_at=run.started_at,
        finished_at=datetime.now(UTC),
        state=state,
        version=__version__,
        discovered=cleaned.discovered,
    )
    with open_writer(watchlist.warehouse, f"{run.flow} {run.run_id}", wait=LONG_WAIT, note=watch.note) as writer:
        layouts, evidence, said = cleaned.learned.layouts, cleaned.learned.evidence, watchlist.source_records
        batch = RunBatch(record, fetches, tuple(cleaned.repeated), layouts=layouts, layout_evidence=evidence, sources=said)
        return load(writer, batch)


def _tell(watchlist: Watchlist, began: datetime) -> Told:
    """Tell what there is to tell. Most watchlists have nothing, and do not load what that takes."""
    if not is_needed(watchlist):
        return Told()
    from flows.alerts.tell import tell

    return tell(watchlist, began)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a collection. With Prefect they are replaced by ones that it shows.

    `flow` is what the run is called: "collect", or "add" for one that fetches only the addresses that a user gave.
    """

    choose: Callable[[Watchlist, Sequence[str]], Sequence[Source]] = collected_sources
    recover: Callable[[Watchlist, Watcher], Recovered] = recover
    crawl: Callable[[Watchlist, Sequence[Source], RunFolder, Watcher], CrawlReport] = crawl_sources
    clean: Callable[[Watchlist, RunFolder, Watcher], Cleaned] = clean_and_match
    load: Callable[[Watchlist, RunFolder, Cleaned, str, Watcher], LoadReport] = load_run
    notify: Callable[[Watchlist, LoadReport], list[str]] = notify_load
    tell: Callable[[Watchlist, datetime], Told] = _tell
    flow: str = "collect"
