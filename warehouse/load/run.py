"""Load a run in one idempotent transaction, in which every discovered URL ends in exactly one outcome."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import duckdb

from newslake.errors import WarehouseError
from newslake.outcomes import Outcome
from warehouse.database.stage import stage
from warehouse.database.statements import count, first, statement
from warehouse.database.writer import MOST_THREADS, Writer, use_threads
from warehouse.layouts import write_layouts
from warehouse.load.absences import site_wide
from warehouse.load.decide import (
    KnownArticle,
    Revision,
    StoredWords,
    as_stored,
    decide,
    is_too_early,
)
from warehouse.load.publication import Publication, publications
from warehouse.load.publication import published as published_of
from warehouse.load.reclean import rewrite
from warehouse.load.resolve import Resolution
from warehouse.load.resolved import resolved
from warehouse.load.revisions.history import histories as histories_of
from warehouse.load.revisions.history import read_revisions
from warehouse.load.tombstones import forgotten_of, without_forgotten
from warehouse.load.write import write_fetches, write_health, write_repeated, write_run, write_sources, write_urls
from warehouse.load.write_absences import gone_in, hosts_at_fault, write_absences
from warehouse.load.write_articles import (
    ArticleChanges,
    write_articles,
    write_index,
    write_matches,
    write_revisions,
)
from warehouse.parts import with_fills, write_parts
from warehouse.records import ArticleRecord, LoadReport, RunBatch, StateChange
from warehouse.similarity.candidates import date_fingerprints, find_copies, texts_of, write_fingerprints
from warehouse.similarity.redated import Redated, with_stored_times
from warehouse.similarity.stories import Member, Story
from warehouse.similarity.write_stories import touched_stories, write_copies

NOTHING_LOADED = "nothing of this run was loaded; the warehouse is as it was"


def load(writer: Writer, batch: RunBatch, *, dry_run: bool = False) -> LoadReport:
    """Load a run in one transaction. A run that was loaded before changes nothing and returns the same report.

    Args:
        dry_run: roll everything back at the end; the report says what the load would do.
    Raises:
        WarehouseError: the fetches are not the URLs discovered, a URL occurs twice, or one has no outcome.
        StorageError: no room, or storage that cannot be written. Nothing of the run was loaded.
    """
    _check_account(batch)
    has_articles = batch.recleaned or any(fetch.article for fetch in batch.fetches)
    # Without articles the questions of a load are small: further threads only make them dearer.
    use_threads(writer.con, MOST_THREADS if has_articles else 1)
    return writer.transact(lambda con: _loaded_before(con, batch) or _load(con, batch, writer), dry_run=dry_run)


def _check_account(batch: RunBatch) -> None:
    ids = Counter(fetch.url_id for fetch in batch.fetches)
    twice = next((fetch.url for fetch in batch.fetches if ids[fetch.url_id] > 1), None)
    if twice is not None:
        problem = f"{twice} occurs twice"
    elif (rows := sum(fetch.urls for fetch in batch.fetches)) + _total(batch) != batch.run.discovered:
        problem = f"{batch.run.discovered} URLs were discovered, but {rows} have a row, {_total(batch)} a count"
    else:
        return
    raise WarehouseError(
        f"the account of run {batch.run.run_id} does not add up: {problem}",
        left=NOTHING_LOADED,
        next="newslake run (it resumes the run); if it repeats, report it with the run's folder",
    )


def _total(batch: RunBatch) -> int:
    return sum(sum(counts.values()) for counts in batch.counted.values())


def _loaded_before(con: duckdb.DuckDBPyConnection, batch: RunBatch) -> LoadReport | None:
    run_id = batch.run.run_id
    counts = first(con, "SELECT articles, loaded, new_revisions, new_copies FROM runs WHERE run_id = ?", [run_id])
    if counts is None:
        return None
    rows = con.execute("SELECT source, outcome, coalesce(urls, 1), url_id FROM fetches WHERE run_id = ?", [run_id]).fetchall()
    if {row[3] for row in rows} != {fetch.url_id for fetch in batch.fetches}:
        raise WarehouseError(
            f"run {run_id} was already loaded, with other URLs",
            left="the warehouse keeps what was loaded before; nothing was changed",
            next="load these URLs as a run of their own",
        )
    outcomes = _outcomes((row[:3] for row in rows), batch)
    articles, loaded, new_revisions, new_copies = counts
    states, gone = _state_changes(con, run_id), gone_in(con, run_id)
    return LoadReport(run_id, outcomes, articles, loaded, new_revisions, new_copies, states, *gone)


def _outcomes(ended: Iterable[tuple[str, str, int]], batch: RunBatch) -> dict[str, dict[str, int]]:
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for source, counts in batch.counted.items():
        outcomes[source].update({outcome.value: count for outcome, count in counts.items()})
    for source, outcome, urls in ended:
        outcomes[source][outcome] += urls
    return {source: dict(sorted(counts.items())) for source, counts in sorted(outcomes.items())}


def _load(con: duckdb.DuckDBPyConnection, batch: RunBatch, writer: Writer) -> LoadReport:
    run, window = batch.run, writer.window
    removed = forgotten_of(con, [article.article_id for article in batch.recleaned])
    kept = tuple(article for article in batch.recleaned if article.article_id not in removed)
    batch = replace(batch, fetches=tuple(without_forgotten(con, batch.fetches)), recleaned=kept)
    batch = with_fills(con, batch)
    rewrite(con, batch.recleaned, batch.run.finished_at)
    resolution, known, carriers = resolved(con, batch.fetches, batch.recleaned)
    stored = [*resolution.to_store, *batch.recleaned]
    write_repeated(con, batch)  # the lines found in this run make no edits either
    words = _stored_words(con, stored, known)
    redated = _texts_to_compare(con, stored, _visits(resolution, known, words), known, batch, window)
    found = find_copies(con, redated.texts, window, redated.stories, redated.unsure)

    write_layouts(con, batch)
    plan = decide(batch.fetches, resolution, known, found.twins, words)
    plan.decided |= site_wide(batch.fetches, plan.decided, carriers, hosts_at_fault(con, batch.fetches))
    # Already rewritten. What remains is what a fetch without an edit can change too: matches, stories, the publication.
    recleaned = {article.article_id: article for article in batch.recleaned if article.article_id in known}
    plan.seen.update(recleaned)
    before = read_revisions(con, plan)
    histories = histories_of(con, plan, known, before, run.run_id)
    published = publications(plan, known, recleaned)
    links = [(plan.same.get(one, one), plan.same.get(other, other)) for one, other in found.links]
    story_of = found.stories | {article_id: there.story_id for article_id, there in known.items()}
    stories = touched_stories(con, _members(stored, known, published), links, story_of, found.parted)

    changes = ArticleChanges(run.run_id, plan, known, published, before, histories, stories)
    write_articles(con, changes)
    new_revisions = write_revisions(con, changes)
    write_parts(con, {key: one for key, one in {**plan.seen, **plan.current}.items() if one.parts or key not in recleaned})
    if new_texts := {**changes.current, **recleaned}:
        _write_derived(con, new_texts, known, writer)
    write_matches(con, changes)
    write_index(con, changes, recleaned)
    new_copies = write_copies(con, stories, {*plan.current, *histories, *recleaned}, found.texts)
    dated = _dated_otherwise(known, published, histories)
    changed = _changed(stories, {*plan.current, *histories, *recleaned, *dated}, found.parted)
    if changed:
        from warehouse.events.write import write_events

        write_events(con, changed, wanted=writer.events)
    date_fingerprints(con, dated)
    write_fingerprints(con, published, redated.texts, found, window)
    write_fetches(con, batch, plan, published, carriers)
    # A reclean fetches nothing, so it does not change when a URL was fetched or how that ended.
    if run.flow == "reclean":
        con.execute(statement("merge_recleaned_urls"))
    else:
        write_urls(con)
    write_absences(con, batch.fetches, plan, carriers)
    total = count(con, "articles")
    ended = [(fetch.source, plan.decided[fetch.url_id].outcome, fetch.urls) for fetch in batch.fetches]
    outcomes: Counter[Outcome] = Counter()
    for _, outcome, urls in ended:
        outcomes[outcome] += urls
    for counted in batch.counted.values():
        outcomes.update(counted)
    write_run(con, batch, outcomes, articles=total, new_revisions=new_revisions, new_copies=new_copies)
    write_sources(con, batch)
    write_health(con, batch, plan)
    loaded = outcomes[Outcome.LOADED]
    states, gone = _state_changes(con, run.run_id), gone_in(con, run.run_id)
    told = _outcomes(((source, outcome.value, urls) for source, outcome, urls in ended), batch)
    return LoadReport(run.run_id, told, total, loaded, new_revisions, new_copies, states, *gone)


def _write_derived(
    con: duckdb.DuckDBPyConnection, texts: Mapping[UUID, ArticleRecord], known: Container[UUID], writer: Writer
) -> None:
    """Write the quotations and names of new texts, and remove what lists of names found in the texts that these replace."""
    # What they look for in texts takes long to load, and most runs bring no text.
    from warehouse.derived.listed import drop_rewritten
    from warehouse.derived.mentioned import write_mentions
    from warehouse.derived.quoted import write_quotations

    write_quotations(con, texts, known)
    drop_rewritten(con, texts, known)
    write_mentions(con, texts, known, wanted=writer.names)


def _new_texts(articles: list[ArticleRecord], known: dict[UUID, KnownArticle], recleaned: set[UUID]) -> Iterator[ArticleRecord]:
    """The articles that may be stored with a text which is not their current one, as they will be dated."""
    for article in articles:
        if article.article_id in recleaned or not _is_stored(article, known):
            published_at = published_of(article, known.get(article.article_id)).published_at
            yield replace(article, page=replace(article.page, published_at=published_at))


def _visits(
    resolution: Resolution, known: dict[UUID, KnownArticle], words: dict[UUID, StoredWords]
) -> Iterator[tuple[ArticleRecord, KnownArticle]]:
    """Yield the pages of known articles that a load keeps, with what is known of each."""
    for visit in resolution.visits:
        there = known[visit.article.article_id] if visit.article else None
        if visit.article and there and not is_too_early(visit, there):
            yield as_stored(visit.article, there, words.get(there.article_id)), there


def _texts_to_compare(
    con: duckdb.DuckDBPyConnection,
    articles: list[ArticleRecord],
    visits: Iterable[tuple[ArticleRecord, KnownArticle]],
    known: dict[UUID, KnownArticle],
    batch: RunBatch,
    window: timedelta,
) -> Redated:
    """Return the texts whose copies are looked for, and what rests on times that the run changes."""
    fresh = texts_of(_new_texts(articles, known, {article.article_id for article in batch.recleaned}))
    dates: dict[UUID, datetime | None] = {}
    seen: dict[tuple[UUID, str], datetime] = {}
    for article, there in visits:
        at = published_of(article, there).published_at
        is_older = article.seen_at < there.last_seen_at
        if is_older or at != there.published_at or not _is_stored(article, known):
            dates[there.article_id] = at
            seen[there.article_id, article.content_hash] = article.seen_at
    if not dates:
        return Redated(fresh)
    rows = [known[article_id] for article_id in dates]
    since, until = min(row.first_seen_at for row in rows), max(row.last_seen_at for row in rows)
    return with_stored_times(con, fresh, dates, seen, (since, until), window)


def _is_stored(article: ArticleRecord, known: dict[UUID, KnownArticle]) -> bool:
    there = known.get(article.article_id)
    return there is not None and there.content_hash == article.content_hash


def _stored_words(
    con: duckdb.DuckDBPyConnection, articles: list[ArticleRecord], known: dict[UUID, KnownArticle]
) -> dict[UUID, StoredWords]:
    """Return the stored text of each known article that has another text in the batch."""
    repeated: dict[str, set[str]] = defaultdict(set)
    for source, line in con.execute("SELECT source, line FROM repeated_lines").fetchall():
        repeated[source].add(line)
    lines: dict[UUID, frozenset[str]] = {}
    for article in articles:
        there = known.get(article.article_id)
        if there and not _is_stored(article, known):
            # two sources may list one article
            lines[article.article_id] = frozenset(repeated[there.source] | repeated[article.source])
    stage(con, "batch_differing", {"article_id": "UUID"}, [(article_id,) for article_id in lines])
    if not lines:
        return {}
    return {key: StoredWords(text, lines[key]) for key, text in con.execute(statement("known_texts")).fetchall()}


def _dated_otherwise(
    known: dict[UUID, KnownArticle], published: dict[UUID, Publication], histories: dict[UUID, list[Revision]]
) -> dict[UUID, datetime | None]:
    """Return the publication of known articles of which that, or when a text was first seen, changed."""
    return {
        article_id: made.published_at
        for article_id, made in published.items()
        if article_id in known and (article_id in histories or made.published_at != known[article_id].published_at)
    }


def _changed(stories: Iterable[Story], changed: Container[UUID], parted: Container[UUID]) -> list[UUID]:
    """Return the articles of stories that have a new article, or one that changed."""
    return [
        member.article_id
        for story in stories
        if any(
            member.story_id != story.story_id or member.story_id in parted or member.article_id in changed
            for member in story.members
        )
        for member in story.members
    ]


def _members(
    articles: Iterable[ArticleRecord], known: dict[UUID, KnownArticle], published: dict[UUID, Publication]
) -> dict[UUID, Member]:
    """Return the articles that the load touches (the keys of `published`) as members of their stories."""
    members: dict[UUID, Member] = {}
    for article in articles:
        article_id = article.article_id
        if article_id in published:
            there = known.get(article_id)
            first_seen_at = min(article.seen_at, there.first_seen_at) if there else article.seen_at
            story_id = there.story_id if there else None
            members[article_id] = Member(article_id, story_id, published[article_id].published_at, first_seen_at)
    return members


def _state_changes(con: duckdb.DuckDBPyConnection, run_id: UUID) -> tuple[StateChange, ...]:
    """Return the changes of state that a run caused. The first state of a source counts unless it is ok."""
    rows = con.execute(
        "SELECT source, state, state_before, reason FROM source_states "
        "WHERE run_id = ? AND (state_before IS NOT NULL OR state <> 'ok') ORDER BY source",
        [run_id],
    ).fetchall()
    return tuple(StateChange(*row) for row in rows)
