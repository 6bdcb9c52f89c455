"""Clean and match kept captures again: for new or edited topics, and after an upgrade of the cleaning.

Nothing is fetched. Each capture that the warehouse points to is refined as in a collection, and what differs is loaded as one
run in one transaction. Nothing is written before that, so a killed reclean is simply started again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID, uuid4

import duckdb

from flows.learn.memory import Layouts, layouts_by_source
from flows.refine.joined import rejoined
from flows.refine.page import PageTask, Refined, find_matches
from flows.refine.pool import refine
from flows.refine.repeated_lines import without_repeated
from flows.runs.clock import check_clock
from flows.topics import Matcher, compile_topics
from flows.watchlist import Watchlist
from flows.watchlist.choose import check_known
from newslake import __version__
from newslake.locks import only_one_collection
from newslake.outcomes import Origin, Outcome
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.lock import Note, ignore
from warehouse.layouts import layouts_of
from warehouse.load.reclean import Recleaned, compare, earlier_revisions, stored_articles
from warehouse.load.run import load
from warehouse.parts import stored_pages
from warehouse.read import kept_captures, recent_texts, repeated_lines, sources_of
from warehouse.records import ArticleRecord, FetchRecord, KeptCapture, LoadReport, PastMatch, RepeatedLine, RunBatch, RunRecord
from warehouse.upgrade import bring_up_to_date


@dataclass(frozen=True, slots=True)
class Change:
    """A capture to report, because its outcome is not `unchanged`."""

    source: str
    url: str
    outcome: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class RecleanReport:
    """What a reclean did, or would do without `dry_run`.

    `gained` and `lost` count articles by topic; `without_capture` counts articles whose page was not kept, which stay unchanged.
    """

    load: LoadReport
    state: str  # "completed", or "partial" if some captures could not be read
    dry_run: bool
    changes: tuple[Change, ...]
    gained: dict[str, int]
    lost: dict[str, int]
    without_capture: int


@dataclass(slots=True)
class _Plan:
    """The rows to load. It holds the texts only of articles that change, to save memory."""

    fetches: list[FetchRecord] = field(default_factory=list)
    recleaned: list[ArticleRecord] = field(default_factory=list)
    repeated: list[RepeatedLine] = field(default_factory=list)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)


def reclean(
    watchlist: Watchlist,
    only: Sequence[str] = (),
    since: datetime | None = None,
    *,
    dry_run: bool = False,
    on_page: Callable[[int, int], None] | None = None,
    note: Note = ignore,
) -> RecleanReport:
    """Clean and match the kept captures again, and load what differs.

    Args:
        only: names of sources, also of those no longer on the watchlist; all if empty.
        since: only captures fetched at this moment (aware) or later.
        dry_run: load nothing.
        on_page: called after each capture with the number of captures done and their total.
        note: called with a line for the user while another process writes to the warehouse.
    Raises:
        UsageError: `only` names an unknown source.
        NewslakeError: a collection is under way, there is no warehouse, it is busy or its storage is full.
    """
    check_clock()
    with only_one_collection(watchlist.state, "newslake reclean"):
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        started_at = datetime.now(UTC)
        with open_reader(watchlist.warehouse) as con:
            option = f"newslake reclean --config {watchlist.path} --source"
            check_known(watchlist, sources_of(con), only, left="nothing was recleaned", option=option)
            captures = kept_captures(con, only, since)
            without_capture = _without_capture(con, only)
            plan = _plan(watchlist, con, captures, on_page)
        state = "partial" if any(fetch.outcome is Outcome.FAILED for fetch in plan.fetches) else "completed"
        run = RunRecord(uuid4(), "reclean", started_at, datetime.now(UTC), state, __version__, len(plan.fetches))
        recleaned, sources = tuple(plan.recleaned), watchlist.source_records
        batch = RunBatch(run, tuple(plan.fetches), tuple(plan.repeated), recleaned=recleaned, sources=sources)
        with open_writer(watchlist.warehouse, f"reclean {run.run_id}", wait=LONG_WAIT, note=note) as writer:
            report = load(writer, batch, dry_run=dry_run)
    return RecleanReport(
        report, state, dry_run, tuple(_changes(plan.fetches)), dict(plan.gained), dict(plan.lost), without_capture
    )


def _without_capture(con: duckdb.DuckDBPyConnection, only: Sequence[str]) -> int:
    query = "SELECT count(*) FROM articles WHERE capture_file IS NULL AND (len($only) = 0 OR list_contains($only, source))"
    ((count,),) = con.execute(query, {"only": list(only)}).fetchall()
    return int(count)


def _plan(
    watchlist: Watchlist,
    con: duckdb.DuckDBPyConnection,
    captures: Sequence[KeptCapture],
    on_page: Callable[[int, int], None] | None,
) -> _Plan:
    """Refine all captures in one pool, and compare them with the stored articles source by source."""
    plan = _Plan()
    matcher = compile_topics(watchlist.topics, watchlist.source_tags)
    done = iter(range(1, len(captures) + 1))

    def heard(_page: Refined) -> None:
        if on_page:
            on_page(next(done), len(captures))

    layouts = layouts_by_source(layouts_of(con))
    refined = refine(_tasks(watchlist, captures, layouts), watchlist.topics, source_tags=watchlist.source_tags, on_page=heard)
    taken: set[UUID] = set()
    for source, group in groupby(captures, key=lambda capture: capture.source):
        ours = list(group)
        # `ours` comes first, so that zip stops before it takes a page of the next source from `refined`.
        pages = [_as_stored(page, capture) for capture, page in zip(ours, refined, strict=False)]
        pages = _whole(con, ours, pages, matcher)
        stored, known = recent_texts(con, [source]), repeated_lines(con, [source])
        pages, repeated = without_repeated(pages, stored, known, matcher)
        plan.repeated += repeated
        _hold(plan, con, ours, pages, taken, matcher)
    return plan


def _tasks(watchlist: Watchlist, captures: Iterable[KeptCapture], layouts: Layouts) -> list[PageTask]:
    sources = {source.name: source for source in watchlist.sources}

    def task(key: int, capture: KeptCapture) -> PageTask:
        source = sources.get(capture.source)
        return PageTask(
            key=str(key),
            source=capture.source,
            raw_url=capture.url,
            file=watchlist.capture_path(capture.file),
            offset=capture.offset,
            timezone=source.timezone if source else None,
            language=source.language if source else None,
            must_clean=capture.article_id is not None,
            layouts=layouts.get(capture.source, ()),
        )

    return [task(key, capture) for key, capture in enumerate(captures)]


def _whole(
    con: duckdb.DuckDBPyConnection, captures: Sequence[KeptCapture], pages: Sequence[Refined], matcher: Matcher
) -> list[Refined]:
    """Return the pages of a source; the first page of each article on several pages has the whole text."""
    places = [(capture.article_id, capture.page) if capture.article_id and capture.page else None for capture in captures]
    articles = {place[0] for place in places if place}
    return rejoined(pages, places, stored_pages(con, articles) if articles else {}, matcher)


def _as_stored(page: Refined, capture: KeptCapture) -> Refined:
    """Return the page with the capture as it is named in the warehouse, and with the id of the stored article.

    The article keeps its id even if its canonical URL is read differently now.
    """
    if page.article is None:
        return page
    return replace(
        page,
        article=replace(page.article, article_id=capture.article_id or page.article.article_id, capture_file=capture.file),
    )


def _hold(
    plan: _Plan,
    con: duckdb.DuckDBPyConnection,
    captures: Sequence[KeptCapture],
    pages: Sequence[Refined],
    taken: set[UUID],
    matcher: Matcher,
) -> None:
    """Compare the captures of one source with what is stored, and add the rows to the plan."""
    cleaned = {
        capture.article_id: page.article
        for capture, page in zip(captures, pages, strict=True)
        if capture.article_id is not None and page.article is not None
    }
    compared: dict[UUID, Recleaned] = {}
    if cleaned:
        cleaned |= _with_past(con, captures[0].source, cleaned, matcher)
        for article_id, article in stored_articles(con, captures[0].source):
            if article_id in cleaned:
                compared[article_id] = compare(article, cleaned[article_id])
    for capture, page in zip(captures, pages, strict=True):
        url_id = next((each for each in (capture.url_id, capture.article_id) if each and each not in taken), None)
        if url_id is None:
            continue  # a run has one row per URL
        taken.add(url_id)
        fetch = FetchRecord(
            url_id=url_id,
            source=capture.source,
            url=capture.url,
            canonical_url=capture.canonical_url,
            kind="page",
            found_by="reclean",
            origin=Origin.RECLEAN,
            capture_file=capture.file,
            capture_offset=capture.offset,
            article_id=capture.article_id,
        )
        if page.article is None:
            plan.fetches.append(replace(fetch, outcome=page.outcome, reason=page.reason, detail=page.detail))
        elif capture.article_id is not None:
            known = compared[capture.article_id]
            plan.fetches.append(replace(fetch, outcome=known.outcome, reason=known.reason, detail=known.detail))
            plan.recleaned += [known.article] if known.article else []
            plan.gained.update(known.gained)
            plan.lost.update(known.lost)
        elif page.article.is_on_topic:
            topics = [match.topic for match in page.article.matches]
            plan.gained.update(topics)
            plan.fetches.append(replace(fetch, detail=f"now selected by {', '.join(topics)}", article=page.article))
        else:
            plan.fetches.append(replace(fetch, outcome=page.outcome, reason=page.reason))


def _with_past(
    con: duckdb.DuckDBPyConnection, source: str, cleaned: Mapping[UUID, ArticleRecord], matcher: Matcher
) -> dict[UUID, ArticleRecord]:
    """Return the articles with the matches that only their earlier revisions have.

    Stored texts are matched, and no capture is cleaned for this: that takes a small part of the time of cleaning.
    """
    past: dict[UUID, dict[str, PastMatch]] = {article_id: {} for article_id in cleaned}
    for revision in earlier_revisions(con, source):
        if revision.article_id in cleaned:
            found = past[revision.article_id]
            current = {match.topic for match in cleaned[revision.article_id].matches}
            for match in find_matches(matcher, revision.title, revision.text, revision.language, source):
                if match.topic not in current:
                    found.setdefault(match.topic, PastMatch(match, revision.revision))
    return {
        article_id: replace(article, matches_before=tuple(past[article_id].values())) for article_id, article in cleaned.items()
    }


def _changes(fetches: Iterable[FetchRecord]) -> Iterator[Change]:
    for fetch in fetches:
        was_nothing = fetch.article_id is None and fetch.outcome in {Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE}
        if fetch.outcome is not Outcome.UNCHANGED and not was_nothing:
            yield Change(fetch.source, fetch.url, (fetch.outcome or Outcome.LOADED).value, fetch.detail)
