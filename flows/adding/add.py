"""Fetch single addresses now, as a collection would: with its politeness, captures and accounts, in a run of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urljoin
from uuid import UUID

from flows.alerts.told import Told
from flows.collect import Collected, Steps, collect
from flows.runs.folder import RunFolder
from flows.runs.left_alone import left_alone_line
from flows.runs.progress import SILENT, Watcher
from flows.watchlist import Watchlist
from newslake.disk import storage_errors
from newslake.errors import UsageError, WarehouseMissing
from newslake.outcomes import Origin, Outcome, Reason
from spiders.crawl import CrawlJob, CrawlReport, Pending, crawl
from spiders.sources import Source, check_source_url
from spiders.urls.canonical import url_id
from spiders.urls.owners import Owners, named_by_domain
from warehouse.database.connect import open_reader
from warehouse.load.tombstones import forgotten_of
from warehouse.read import waits

# After these the corpus has the article, or the topics decided that it shall not.
DONE = {Outcome.LOADED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.COPY, Outcome.OFF_TOPIC}


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an address. `outcome` is None if it was not requested: `detail` says why; `article_id` of its article."""

    url: str
    source: str | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    detail: str | None = None
    article_id: UUID | None = None
    title: str | None = None

    @property
    def is_done(self) -> bool:
        return self.outcome in DONE


@dataclass(frozen=True, slots=True)
class _Asked:
    """An address to fetch, and the source that it belongs to."""

    url: str
    url_id: UUID
    source: Source


def add(watchlist: Watchlist, given: Sequence[str], watch: Watcher = SILENT) -> tuple[Collected | None, list[Added]]:
    """Fetch these addresses and load what they give; return the run, if there was one, and what became of each address in order.

    An address belongs to the source on whose site it is, after redirects; on no watched site, to one that is called by its
    domain. Articles that are known are fetched again, for edits. What is no address, or was forgotten, is not requested; the
    others are.

    Raises:
        NewslakeError: another collection is under way, storage is full or not writable, the warehouse is busy.
    """
    rows: dict[str, Added | UUID] = {}
    asked: dict[UUID, _Asked] = {}
    owners = Owners(source.site for source in watchlist.sources)
    watched: dict[str, Source] = {source.name: source for source in watchlist.sources}
    for text in given:
        written = text.strip()
        try:
            url = check_source_url(written)
        except ValueError as error:
            rows[written] = Added(written, detail=str(error))
            continue
        name = owners.owner(url, "") or named_by_domain(url)
        source = watched.get(name) or Source.model_validate({"name": name, "url": urljoin(url, "/")})
        key = url_id(url)
        asked.setdefault(key, _Asked(url, key, source))
        rows[written] = key
    forgotten = _forgotten(watchlist, asked)
    for key in forgotten:
        del asked[key]
    steps = Steps(choose=_no_source, crawl=partial(_crawl, list(asked.values())), tell=_told_later, flow="add")
    collected = collect(watchlist, (), watch, steps) if asked else None
    ends = _ends(watchlist, UUID(collected.run_id), asked) if collected else {}
    return collected, [_row(written, row, ends, forgotten) for written, row in rows.items()]


def _told_later(_watchlist: Watchlist, _began: datetime) -> Told:
    """Tell nothing: who adds an article knows of it, and the next run tells others."""
    return Told()


def _row(written: str, row: Added | UUID, ends: dict[UUID, Added], forgotten: set[UUID]) -> Added:
    if isinstance(row, Added):
        return row
    if row in forgotten:
        return Added(written, reason=Reason.FORGOTTEN, detail="it was removed with newslake forget, and is not loaded again")
    return replace(ends.get(row, Added(written, detail="the run was stopped before it came to it")), url=written)


def _forgotten(watchlist: Watchlist, ids: Iterable[UUID]) -> set[UUID]:
    try:
        with open_reader(watchlist.warehouse) as con:
            return forgotten_of(con, ids)
    except WarehouseMissing:
        return set()


def _left_alone(watchlist: Watchlist) -> dict[str, datetime]:
    """Return the servers that asked to be left alone, each with the moment until which it is asked for nothing."""
    try:
        with open_reader(watchlist.warehouse) as con:
            return waits(con, datetime.now(UTC))
    except WarehouseMissing:
        return {}


def _no_source(_watchlist: Watchlist, _only: object) -> list[Source]:
    """Choose no source to collect, so that it does not matter which are disabled."""
    return []


def _crawl(asked: Sequence[_Asked], watchlist: Watchlist, _sources: object, run: RunFolder, watch: Watcher) -> CrawlReport:
    """Fetch the addresses in a subprocess, which writes to the run's folder. Takes the place of `flows.collect.crawl_sources`."""
    sources = {one.source.name: one.source.model_copy(update={"max_articles": len(asked) + 1}) for one in asked}
    with storage_errors(watchlist.state):
        closed = _left_alone(watchlist)
        if line := left_alone_line(list(sources.values()), closed):
            watch.note(line)
        watched = {source.name: source for source in watchlist.sources} | sources
        job = CrawlJob(
            folder=run.crawl,
            cache=watchlist.state / "httpcache",
            sources=list(sources.values()),
            settings=watchlist.crawl,
            pending=[Pending(one.url, one.source.name, Origin.ADDED) for one in asked],
            pages_only=True,
            watched=list(watched.values()),
            left_alone=closed,
        )
        watch.crawling(list(sources))
        return crawl(job, watch.crawl_event, watch.stop)


def _ends(watchlist: Watchlist, run_id: UUID, asked: Iterable[UUID]) -> dict[UUID, Added]:
    """Return how the addresses of a run ended, by their ids."""
    with open_reader(watchlist.warehouse) as con:
        rows = con.execute(
            "SELECT f.url_id, f.url, f.source, f.outcome, f.reason, f.detail, f.article_id, a.title "
            "FROM fetches AS f LEFT JOIN (SELECT article_id, title FROM articles) AS a USING (article_id) "
            "WHERE f.run_id = ? AND f.url_id IN (SELECT unnest(?::UUID[]))",
            [run_id, list(asked)],
        ).fetchall()
    return {
        key: Added(url, source, Outcome(outcome), Reason(reason) if reason else None, *rest)
        for key, url, source, outcome, reason, *rest in rows
    }


def addresses_in(text: str) -> list[str]:
    """Return the addresses in a list, one a line; empty lines and those that begin with # are left out.

    Raises:
        UsageError: there is none.
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise UsageError("the list has no address", left="nothing was fetched", next="write one address on each line")
    return found
