"""One collection, as plain functions: crawl → clean → match → dedup → load.

`collect` is the whole of it and needs no Prefect; `flows.orchestrate` wraps the steps as tasks of a Prefect flow.
Each step leaves its result on disk or takes it from there, so a run that is killed anywhere is finished by the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from flows.refine.pool import PageTask, refine
from flows.refine.repeated_lines import without_repeated
from flows.refine.uniform import without_uniform
from flows.reports.notify import notify_changes, notify_set_aside
from flows.runs.account import Entry, read_account
from flows.runs.folder import RunFolder, finish_run, start_run, unfinished_runs
from flows.runs.frontier import plan_visits, write_frontier
from flows.runs.progress import SILENT, Watcher
from flows.runs.set_aside import SetAside, aside_line, brief, fails_for_good, set_aside
from flows.topics import compile_topics
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.disk import storage_errors
from newslake.errors import RunFailed, UsageError, WarehouseMissing
from newslake.locks import only_one_collection
from spiders.crawl import CrawlJob, CrawlReport, Pending, crawl
from spiders.sources import Source
from spiders.warc.read import keep
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load
from warehouse.read import has_run, known_urls, recent_texts, repeated_lines, states_of, urls_of_articles
from warehouse.records import FetchRecord, LoadReport, RepeatedLine, RunBatch, RunRecord, StateChange, StoredText
from warehouse.upgrade import bring_up_to_date

# States of a source in which the crawl looks for its news elsewhere, see spiders.listings.rediscovery.
IN_TROUBLE = {"failing", "silent", "stale"}
# Pages of a source that each run cleans whatever its topics: enough to tell a broken layout, and no cost.
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Collected:
    """How a collection ended.

    `failed_sources` names each source none of whose news could be read, with the reason in words; `recovered` has the
    runs that were interrupted earlier and finished now, `set_aside` those of them that cannot be loaded; `warnings` says
    what did not work and cost no news.
    """

    run_id: str
    state: str
    load: LoadReport
    crawl: CrawlReport
    failed_sources: dict[str, str] = field(default_factory=dict)
    recovered: tuple[LoadReport, ...] = ()
    warnings: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def changes(self) -> tuple[StateChange, ...]:
        """The sources whose health is another than before, those of recovered runs first."""
        return tuple(change for report in (*self.recovered, self.load) for change in report.changes)


class Cleaned:
    """A run's fetches with their articles, ready to load, the sources that failed with the reason, the repeated lines it met.

    Deliberately no dataclass: Prefect walks through those, and would walk through every article.
    """

    def __init__(
        self,
        fetches: Sequence[FetchRecord],
        discovered: int,
        failed_sources: dict[str, str],
        repeated: Sequence[RepeatedLine] = (),
    ) -> None:
        self.fetches = fetches
        self.discovered = discovered
        self.failed_sources = failed_sources
        self.repeated = repeated


def collect(watchlist: Watchlist, only: Sequence[str] = (), watch: Watcher = SILENT, steps: Steps | None = None) -> Collected:
    """Run one collection; `only` names the sources to collect, all if empty.

    Raises:
        UsageError: `only` names an unknown source.
        NewslakeError: another collection is under way, storage is full or not writable, the warehouse is busy.
    """
    sources = chosen_sources(watchlist, only)
    steps = steps or Steps()
    with only_one_collection(watchlist.state):
        bring_up_to_date(watchlist.warehouse)
        recovered = steps.recover(watchlist, watch)
        run = start_run(watchlist.state, "collect")
        report = steps.crawl(watchlist, sources, run, watch)
        try:
            cleaned = steps.clean(watchlist, run, watch)
            state = _state(report, cleaned.failed_sources)
            load = steps.load(watchlist, run, cleaned, state, watch)
        except RunFailed as error:
            raise _own_failure(watchlist, run, error, watch) from error
        # before the run counts as finished: a run that is killed here tells it when it is recovered
        warnings = steps.notify(watchlist, load.changes)
        finish_run(run)
    return Collected(
        str(run.run_id), state, load, report, cleaned.failed_sources, recovered.loaded, tuple(warnings), recovered.set_aside
    )


def _own_failure(watchlist: Watchlist, run: RunFolder, error: RunFailed, watch: Watcher) -> RunFailed:
    """Set the run under way aside; what to tell the user."""
    aside = set_aside(watchlist, run, error)
    for warning in notify_set_aside(watchlist, aside_line(aside)):
        watch.note(warning)
    return RunFailed(
        f"run {aside.run_id} cannot be loaded and was set aside: {brief(error.__cause__ or error)}",
        left=f"what it fetched is kept in {aside.folder}, with the reason; nothing of it was loaded, and later runs go on",
        next=f"newslake run; after an upgrade, newslake recover {aside.folder.name}",
    )


def _state(report: CrawlReport, failed: dict[str, str]) -> str:
    if report.reason != "finished":
        return "interrupted"
    return "partial" if failed else "completed"


def chosen_sources(watchlist: Watchlist, only: Sequence[str]) -> list[Source]:
    """The sources to collect; an unknown name is an error that tells the known ones."""
    known = {source.name: source for source in watchlist.sources}
    if unknown := [name for name in only if name not in known]:
        raise UsageError(
            f"unknown source {', '.join(map(repr, unknown))}: the watchlist has {', '.join(known)}",
            left="nothing was run",
            next=f"newslake run --config {watchlist.path} --source {next(iter(known))}",
        )
    return [known[name] for name in only] if only else list(watchlist.sources)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of the runs that were interrupted: finished, or set aside because they cannot be loaded."""

    loaded: tuple[LoadReport, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


def recover(watchlist: Watchlist, watch: Watcher = SILENT) -> Recovered:
    """Finish the runs that were interrupted: what they fetched is cleaned and loaded, the rest is accounted for.

    A run that cannot be loaded is set aside, and the others go on. What is temporary (no room, a busy warehouse) ends the
    recovery, and all runs stay for the next one.
    """
    loaded, asides = [], []
    for run in unfinished_runs(watchlist.state, watch.note):
        try:
            report = finish(watchlist, run, watch)
        except RunFailed as error:
            asides.append(set_aside(watchlist, run, error))
            watch.note(aside_line(asides[-1]))
            for warning in notify_set_aside(watchlist, aside_line(asides[-1])):
                watch.note(warning)
        else:
            loaded += [report] if report else []
    return Recovered(tuple(loaded), tuple(asides))


def finish(watchlist: Watchlist, run: RunFolder, watch: Watcher = SILENT) -> LoadReport | None:
    """Load what a run fetched and remove its folder; None where it is in the warehouse already.

    Raises:
        RunFailed: it cannot be loaded, whenever it is tried; its folder is as it was.
    """
    report = None
    if not _is_loaded(watchlist, run):  # else killed just before its end; its captures are where the rows say, and stay there
        cleaned = clean_and_match(watchlist, run, watch, was_killed=True)
        report = load_run(watchlist, run, cleaned, "recovered", watch)
        for warning in notify_changes(watchlist, report.changes):
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
    """Crawl into the run's folder, in a subprocess."""
    known = run.path / "known.txt"
    with storage_errors(watchlist.state):
        pending, states = _write_frontier(watchlist, sources, known)
        job = CrawlJob(
            folder=run.crawl,
            cache=watchlist.state / "httpcache",
            sources=sources,
            settings=watchlist.crawl,
            pending=pending,
            known=known,
            states=states,
        )
        watch.crawling([source.name for source in sources])
        return crawl(job, watch.crawl_event, watch.stop)


def _write_frontier(watchlist: Watchlist, sources: Sequence[Source], file: Path) -> tuple[list[Pending], dict[str, str]]:
    """Write what is known for the crawl; the URLs that are due, and the states of sources that are in trouble."""
    now = datetime.now(UTC)
    budgets = {source.name: source.max_articles or watchlist.crawl.max_articles for source in sources}
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            pending = write_frontier(plan_visits(known_urls(con), watchlist.crawl.revisit_hours, now), budgets, now, file)
            return pending, {source: state for source, state in states_of(con).items() if state in IN_TROUBLE}
    except WarehouseMissing:
        return write_frontier((), budgets, now, file), {}


@fails_for_good
def clean_and_match(watchlist: Watchlist, run: RunFolder, watch: Watcher = SILENT, *, was_killed: bool = False) -> Cleaned:
    """Clean and match the captures of a run, cut what repeats across a source's articles, and put the captures that the
    policy keeps in their place. What `was_killed` may have captures that never reached the disk."""
    sources = {source.name: source for source in watchlist.sources}
    account = read_account(run.crawl, was_killed=was_killed)
    ids = {entry.found.id: UUID(hex=entry.found.id) for entry in account.captured}
    known = memory(watchlist, sorted({entry.found.source for entry in account.captured}), list(ids.values()))
    sampled = _samples(account.captured)
    tasks = [
        _task(
            entry,
            sources.get(entry.found.source),
            run.crawl,
            ids[entry.found.id] in known.of_articles or entry.found.id in sampled,
        )
        for entry in account.captured
    ]
    watch.cleaning(len(tasks))
    pages = without_uniform(refine(tasks, watchlist.topics, on_page=watch.page))
    pages, repeated = without_repeated(pages, known.texts, known.repeated, compile_topics(watchlist.topics))
    refined = {page.key: page for page in pages}
    with storage_errors(watchlist.captures):
        fetches = [account.fetch(entry, refined.get(entry.found.id)) for entry in account.entries]
        kept = _keep_captures(watchlist, run, fetches)
        return Cleaned(kept, account.discovered, account.failed_sources(), repeated)


def _samples(captured: Iterable[Entry]) -> set[str]:
    """A few pages of each source that are cleaned whether or not a topic's words are on them: what its layout is judged by."""
    taken: Counter[str] = Counter()
    chosen = set()
    for entry in captured:
        if taken[entry.found.source] < SAMPLES:
            taken[entry.found.source] += 1
            chosen.add(entry.found.id)
    return chosen


@dataclass(frozen=True, slots=True)
class Memory:
    """What the warehouse knows that cleaning a run needs; nothing where there is none yet."""

    texts: list[StoredText] = field(default_factory=list)  # the latest of each source
    repeated: list[RepeatedLine] = field(default_factory=list)  # that the sources repeat
    of_articles: set[UUID] = field(default_factory=set)  # URLs that gave an article: what they say now matters, on topic or not


def memory(watchlist: Watchlist, sources: Sequence[str], url_ids: Sequence[UUID] = ()) -> Memory:
    """What is known of these sources' texts, and of these URLs."""
    if not sources:
        return Memory()
    try:
        with open_reader(watchlist.warehouse, allow_files=True) as con:
            return Memory(recent_texts(con, sources), repeated_lines(con, sources), urls_of_articles(con, url_ids))
    except WarehouseMissing:
        return Memory()


def _task(entry: Entry, source: Source | None, folder: Path, is_known: bool) -> PageTask:
    ended = entry.ended
    assert ended is not None and ended.file is not None and ended.offset is not None
    return PageTask(
        key=entry.found.id,
        source=entry.found.source,
        raw_url=entry.found.url,
        file=folder / ended.file,
        offset=ended.offset,
        timezone=source.timezone if source else None,
        language=source.language if source else None,
        must_clean=is_known,
    )


def _keep_captures(watchlist: Watchlist, run: RunFolder, fetches: list[FetchRecord]) -> list[FetchRecord]:
    """Move the captures that the policy keeps from the run's folder to the captures folder, and point the rows there.

    The name comes from the run alone, so a recovered run writes the same file again.
    """
    policy = watchlist.crawl.keep_captures
    chosen = [
        (Path(fetch.capture_file), fetch.capture_offset)
        for fetch in fetches
        if fetch.capture_file is not None
        and fetch.capture_offset is not None
        and (policy == "all" or (policy == "matched" and fetch.article is not None and fetch.article.is_on_topic))
    ]
    kept: dict[tuple[Path, int], tuple[Path, int]] = {}
    if chosen:
        day = watchlist.captures / f"{run.started_at:%Y-%m-%d}"
        day.mkdir(parents=True, exist_ok=True)
        kept = keep(chosen, day / f"{run.run_id}.warc.gz")
    return [moved(fetch, kept) for fetch in fetches]


def moved(fetch: FetchRecord, kept: dict[tuple[Path, int], tuple[Path, int]]) -> FetchRecord:
    if fetch.capture_file is None or fetch.capture_offset is None:
        return fetch
    file, offset = kept.get((Path(fetch.capture_file), fetch.capture_offset), (None, None))
    place = str(file) if file else None
    article = replace(fetch.article, capture_file=place, capture_offset=offset) if fetch.article else None
    return replace(fetch, capture_file=place, capture_offset=offset, article=article)


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
    with open_writer(watchlist.warehouse, purpose=f"{run.flow} {run.run_id}") as writer:
        return load(writer, RunBatch(record, fetches, tuple(cleaned.repeated)))


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a collection. `flows.orchestrate` puts Prefect tasks in their place."""

    recover: Callable[[Watchlist, Watcher], Recovered] = recover
    crawl: Callable[[Watchlist, Sequence[Source], RunFolder, Watcher], CrawlReport] = crawl_sources
    clean: Callable[[Watchlist, RunFolder, Watcher], Cleaned] = clean_and_match
    load: Callable[[Watchlist, RunFolder, Cleaned, str, Watcher], LoadReport] = load_run
    notify: Callable[[Watchlist, Sequence[StateChange]], list[str]] = notify_changes
