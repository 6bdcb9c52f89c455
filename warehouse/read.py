"""Read what the pipeline needs from the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import duckdb

from newslake.http.retry_after import LONGEST_WAIT
from newslake.outcomes import Outcome
from warehouse.database.statements import first, statement
from warehouse.memory import remembered
from warehouse.records import CorpusArticle, KeptCapture, KnownUrl, Place, PollRecord, RepeatedLine, StoredText, TopicCount

CHUNK = 10_000  # rows in memory at once
TEXTS = 500  # rows with their texts in memory at once
GUESS_AGAIN = timedelta(days=1)  # after which an address where a feed might be is asked for again; an outlet rarely adds one
RECENT = 50  # texts of a source with which those of a run are compared


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The columns of the view `source_health` that programs need; a rate is None until it was measured."""

    source: str
    state: str  # ok, stale, silent, failing, blocked or disabled
    last_run: datetime
    last_success: datetime | None
    last_new_article: datetime | None
    runs: int
    discovered: int
    yield_per_run: float
    usual_yield: float | None
    failure_rate: float | None
    usual_failure_rate: float | None
    reason: str | None = None  # in words
    days: Sequence[int] = ()  # new articles on each of 28 days, ending with the day of the last run


def known_urls(con: duckdb.DuckDBPyConnection) -> Iterator[KnownUrl]:
    """Stream the known URLs of pages; listings are read in every run and left out."""
    rows = con.execute(statement("known_urls"))
    while chunk := rows.fetchmany(CHUNK):
        for url_id, url, source, outcome, *rest in chunk:
            rest[-1] = tuple(rest[-1])
            yield KnownUrl(url_id, url, source, Outcome(outcome), *rest)


def urls_of_articles(con: duckdb.DuckDBPyConnection, url_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the URLs that have given an article or a copy of one."""
    query = "SELECT url_id FROM urls WHERE article_id IS NOT NULL AND url_id IN (SELECT unnest(?::UUID[]))"
    return {row[0] for row in con.execute(query, [list(url_ids)]).fetchall()}


def missing_pages(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the addresses of pages that pages of stored articles name, and that are not stored themselves."""
    query = "SELECT DISTINCT unnest(others) FROM parts WHERE others <> [] EXCEPT SELECT url FROM parts ORDER BY ALL"
    return [str(url) for (url,) in con.execute(query).fetchall()]


def has_run(con: duckdb.DuckDBPyConnection, run_id: UUID) -> bool:
    """Return whether a run was loaded."""
    return first(con, "SELECT 1 FROM runs WHERE run_id = ?", [run_id]) is not None


def recent_texts(con: duckdb.DuckDBPyConnection, sources: Sequence[str], count: int = RECENT) -> list[StoredText]:
    """Return the texts of the newest articles of each source, at most `count` per source."""
    rows = con.execute(statement("recent_texts"), {"sources": list(sources), "count": count}).fetchall()
    return [StoredText(key, source, text, tuple(headings), *rest) for key, source, text, headings, *rest in rows]


def repeated_lines(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> list[RepeatedLine]:
    """Return the known repeated lines of these sources."""
    rows = con.execute(
        "SELECT source, line_hash, line, place, articles FROM repeated_lines WHERE source = ANY(?) ORDER BY source, line_hash",
        [list(sources)],
    ).fetchall()
    return [RepeatedLine(source, key, line, Place(place), articles) for source, key, line, place, articles in rows]


def kept_captures(
    con: duckdb.DuckDBPyConnection, sources: Sequence[str] = (), since: datetime | None = None
) -> list[KeptCapture]:
    """Return the captures that can be cleaned again, by source, in the order of the capture files.

    Args:
        sources: only captures of these; of all if empty.
        since: only captures fetched then or later.
    """
    query = statement("kept_captures")
    return [KeptCapture(*row) for row in con.execute(query, {"sources": list(sources), "since": since}).fetchall()]


@remembered
def sources_of(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of all known sources, on the watchlist or not."""
    return [str(name) for (name,) in con.execute("SELECT DISTINCT source FROM urls ORDER BY source").fetchall()]


def listings_of_others(con: duckdb.DuckDBPyConnection, watched: Sequence[str]) -> list[tuple[str, str]]:
    """Return the listings that were named for sources which are not `watched`, as pairs of source and URL."""
    others = sorted(set(sources_of(con)) - set(watched))
    if not others:
        return []
    return con.execute(
        "SELECT DISTINCT source, url FROM fetches WHERE kind <> 'page' AND origin = 'watchlist' AND source = ANY(?) ORDER BY ALL",
        [others],
    ).fetchall()


@remembered
def topics_of(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of all topics that have selected an article, on the watchlist or not."""
    return [str(name) for (name,) in con.execute("SELECT DISTINCT topic FROM matches ORDER BY topic").fetchall()]


@remembered
def topic_counts(con: duckdb.DuckDBPyConnection) -> dict[str, TopicCount]:
    """Return what the corpus has of each topic, by name, on the watchlist or not."""
    return {str(row[0]): TopicCount(*row) for row in con.execute(statement("topic_counts")).fetchall()}


def corpus_articles(
    con: duckdb.DuckDBPyConnection, topic: str | None = None, since: datetime | None = None
) -> Iterator[CorpusArticle]:
    """Stream all articles of the corpus, unordered.

    Args:
        topic: the topic that `has_topic` refers to.
        since: only articles published (or, if unknown, first fetched) then or later.
    """
    rows = con.execute(statement("corpus_articles"), {"topic": topic, "since": since})
    while chunk := rows.fetchmany(TEXTS):
        yield from (CorpusArticle(*row) for row in chunk)


def states_of(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the state of each source after its last run (see the view source_health)."""
    rows = con.execute("SELECT source, arg_max(state, since) FROM source_states GROUP BY source").fetchall()
    return {str(source): str(state) for source, state in rows}


@remembered
def sources_health(con: duckdb.DuckDBPyConnection) -> list[SourceHealth]:
    """Return the health of all sources, sorted by name."""
    rows = con.execute(
        "SELECT source, state, last_run, last_success, last_new_article, runs, discovered, yield, usual_yield, "
        "failure_rate, usual_failure_rate, reason, days FROM source_health ORDER BY source"
    ).fetchall()
    return [SourceHealth(*row) for row in rows]


@remembered
def published_days(con: duckdb.DuckDBPyConnection, today: date, zone: str) -> dict[str, list[int]]:
    """Return for each source how many stored articles it published on each of 28 days up to `today` in a zone, oldest first."""
    rows = con.execute(statement("published_days"), {"today": today, "zone": zone}).fetchall()
    return {str(source): list(days) for source, days in rows}


def learned_feeds(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[str, list[str]]:
    """Return the feeds that these sources were last found to have, by source."""
    found: dict[str, list[str]] = {}
    for source, url in con.execute(statement("learned_feeds"), {"sources": list(sources)}).fetchall():
        found.setdefault(source, []).append(url)
    return found


def polls(con: duckdb.DuckDBPyConnection, since: datetime) -> list[PollRecord]:
    """Return the polls of all collections that started since then, by source, oldest first."""
    return [PollRecord(*row) for row in con.execute(statement("polls"), {"since": since}).fetchall()]


def waits(con: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, datetime]:
    """Return the servers that asked to be left alone for longer than `now` (aware), each with the moment when that ends."""
    return dict(con.execute(statement("waits"), {"now": now, "latest": now + LONGEST_WAIT}).fetchall())


def unread_listings(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the ids (32 hex digits) of the listings for which the last run of their source had no time."""
    return [row[0].hex for row in con.execute(statement("unread_listings")).fetchall()]


def in_vain(con: duckdb.DuckDBPyConnection, now: datetime) -> list[str]:
    """Return the ids (32 hex digits) of usual addresses of feeds and sitemaps that held none in the day before `now` (aware)."""
    asked = con.execute(statement("in_vain"), {"since": now - GUESS_AGAIN}).fetchall()
    return [row[0].hex for row in asked]


def last_collection(con: duckdb.DuckDBPyConnection, until: datetime | None = None) -> tuple[datetime, str] | None:
    """Return the start and the state of the latest collection; None if there was none.

    Args:
        until: prefer collections that started then or before; later ones were dated by a clock that was ahead.
    """
    row = first(
        con,
        "SELECT started_at, state FROM runs WHERE flow = 'collect' "
        "ORDER BY coalesce(started_at > $until, false), started_at DESC LIMIT 1",
        {"until": until},
    )
    return (row[0], str(row[1])) if row else None
