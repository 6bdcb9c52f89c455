"""How sources are judged, by runs that are loaded: against their own past, by weekday, and without false alarms."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from newslake.outcomes import Origin, Outcome, Reason
from tests.warehouse.makers import article, fetch, page, run, words
from tests.warehouse.older import as_66021da
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load as load_batch
from warehouse.location import Location
from warehouse.records import FetchRecord, LoadReport, RunBatch, StateChange
from warehouse.upgrade import bring_up_to_date

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEED = "https://post.example/rss"
counter = iter(range(1, 1_000_000))


def feed(at: datetime, outcome: Outcome = Outcome.NOT_ARTICLE, **given: Any) -> FetchRecord:
    of_feed = {"kind": "feed", "found_by": "watchlist", "origin": Origin.WATCHLIST, "requested_at": at, "status": 200}
    return page(FEED, outcome, "post", **(of_feed | given))


def known(number: int = 0) -> FetchRecord:
    """An entry of the feed that was visited before."""
    return page(f"https://post.example/known/{number}", Outcome.UNCHANGED, "post", requested_at=None)


def story(at: datetime, **given: Any) -> FetchRecord:
    number = next(counter)
    given = {"text": words(f"w{number}x", 150), "title": f"Title {number}", "seen_at": at, "published_at": at} | given
    return fetch(article(f"https://post.example/{number}", "post", **given), bytes=10_000 + 37 * number)


def bad(at: datetime, count: int, outcome: Outcome, detail: str, reason: Reason | None = None) -> list[FetchRecord]:
    """New pages that are no article."""
    return [replace(story(at), article=None, outcome=outcome, reason=reason, detail=detail) for _ in range(count)]


def collected(at: datetime, *fetches: FetchRecord, **given: Any) -> RunBatch:
    batch = run(next(counter), *fetches, at=at)
    return replace(batch, run=replace(batch.run, **given))


def day(at: datetime, articles: int = 4) -> RunBatch:
    return collected(at, feed(at), known(), *(story(at) for _ in range(articles)))


def weeks(count: int = 3, of: Sequence[int] = (4, 4, 4, 4, 4, 4, 4), start: datetime = MONDAY) -> list[RunBatch]:
    return [day(start + timedelta(days=number), of[number % 7]) for number in range(7 * count)]


AFTER = MONDAY + timedelta(days=21)


def loader(location: Location) -> Iterator[Any]:
    """Loads runs, and gives the report of the last one."""
    with open_writer(location, "test") as writer:

        def load(*batches: RunBatch) -> LoadReport:
            reports = [load_batch(writer, batch) for batch in batches]
            return reports[-1]

        load.con = writer.con  # type: ignore[attr-defined]
        yield load


@pytest.fixture
def loaded(file_location: Location) -> Iterator[Any]:
    yield from loader(file_location)


@pytest.fixture(scope="module")
def three_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of three weeks in which all was well; a copy of it is cheaper than its loads."""
    file = tmp_path_factory.mktemp("past") / "news.duckdb"
    with open_writer(Location(catalog=str(file)), "test") as writer:
        assert [load_batch(writer, batch).changes for batch in weeks(3)] == [()] * 21
    return file


@pytest.fixture
def seasoned(three_weeks: Path, file_location: Location) -> Iterator[Any]:
    """As `loaded`, after three weeks."""
    assert file_location.file
    shutil.copy(three_weeks, file_location.file)
    yield from loader(file_location)


def judged(load: Any) -> tuple[str, str | None]:
    ((state, reason),) = load.con.execute("SELECT state, reason FROM source_health").fetchall()
    return state, reason


def told(report: LoadReport) -> tuple[str, str | None]:
    (change,) = report.changes
    return change.state, change.state_before


# No false alarms


def test_an_outlet_that_rests_at_weekends_is_well(loaded: Any) -> None:
    of = (6, 6, 6, 6, 6, 0, 0)
    for batch in weeks(3, of):
        assert loaded(batch).changes == ()
    assert judged(loaded) == ("ok", None)
    # the same silence on a Monday is another matter
    assert told(loaded(day(AFTER, 0))) == ("stale", "ok")
    assert "since 2026-03-20 09:00 UTC; in that time at least 6 usually come" in (judged(loaded)[1] or "")


def test_a_sitemap_of_two_days_that_runs_dry_at_weekends_is_well(loaded: Any) -> None:
    for number in range(21):
        at = MONDAY + timedelta(days=number)
        listed = [] if number % 7 in (5, 6) else [known(0), known(1), story(at)]
        assert loaded(collected(at, feed(at), *listed)).changes == ()


def test_an_outlet_of_one_article_a_week_is_well(loaded: Any) -> None:
    for batch in weeks(3, (1, 0, 0, 0, 0, 0, 0)):
        assert loaded(batch).changes == ()


def test_first_runs_are_no_measure(loaded: Any) -> None:
    backlog = collected(MONDAY, feed(MONDAY), *(story(MONDAY) for _ in range(60)))
    for batch in (backlog, *(day(MONDAY + timedelta(minutes=30 * number), 0) for number in range(1, 9))):
        assert loaded(batch).changes == ()


def test_every_two_hours_the_night_is_no_silence(loaded: Any) -> None:
    for number in range(12 * 2):
        at = MONDAY + timedelta(hours=2 * number)
        assert loaded(day(at, 1 if 8 <= at.hour < 18 else 0)).changes == ()


def test_one_failure_of_the_network_is_told_and_two_are_trouble(seasoned: Any) -> None:
    loaded, at = seasoned, AFTER
    down = {"outcome": Outcome.NETWORK_ERROR, "detail": "no whole answer from post.example in time", "status": None}
    loaded(day(at))
    report = loaded(collected(at + timedelta(minutes=30), feed(at, **down)))
    assert report.changes == ()
    assert judged(loaded) == ("ok", "its feed https://post.example/rss gives: no whole answer from post.example in time")
    assert told(loaded(collected(at + timedelta(minutes=60), feed(at, **down)))) == ("failing", "ok")
    assert "it did not answer" in (judged(loaded)[1] or "")
    report = loaded(day(at + timedelta(minutes=90), 1))
    assert report.changes == (StateChange("post", "ok", "failing", None),)


def test_a_run_that_was_stopped_judges_nobody_silent(seasoned: Any) -> None:
    left = page(f"{FEED}/2", Outcome.FAILED, "post", requested_at=None, detail="the run was interrupted", kind="feed")
    assert seasoned(collected(AFTER, feed(AFTER), left, state="recovered")).changes == ()


def test_shorter_and_anonymous_articles_now_and_then_are_no_broken_layout(seasoned: Any) -> None:
    for number in range(3):
        at = AFTER + timedelta(hours=number)
        odd = [story(at), story(at, authors=()), story(at, text=words(f"s{number}x", 30), word_count=30)]
        video = bad(at, 1, Outcome.NOT_ARTICLE, "a video")
        assert seasoned(collected(at, feed(at), *odd, *video)).changes == ()


# Trouble, at the next run

NOT_FOUND = "404 Not Found; found https://x/rss: name it in the watchlist"
TROUBLES: dict[str, tuple[Callable[[datetime], list[FetchRecord]], str, str]] = {
    "nothing listed": (
        lambda at: [feed(at)],
        "silent",
        "its listings name no page any more; on a Monday they always did",
    ),
    "nothing new": (
        lambda at: [feed(at), known()],
        "stale",
        "no new article since 2026-03-22 09:00 UTC; in that time at least 4 usually come",
    ),
    "refused": (
        lambda at: [feed(at, Outcome.HTTP_ERROR, status=403, detail="403 Forbidden")],
        "blocked",
        "the site refuses newslake: 1 of 1 requests were answered with 403 Forbidden",
    ),
    # nothing is asked of a host whose robots.txt could not be asked for
    "host down": (
        lambda at: [
            feed(
                at,
                Outcome.NETWORK_ERROR,
                status=None,
                requested_at=None,
                reason=Reason.CONNECTION,
                detail="post.example refused the connection",
            )
        ],
        "failing",
        "it did not answer: its feed https://post.example/rss gives: post.example refused the connection",
    ),
    "robots.txt": (
        lambda at: [feed(at, Outcome.ROBOTS, requested_at=None, detail="disallowed by robots.txt")],
        "blocked",
        "its robots.txt forbids newslake all that the watchlist names",
    ),
    "feed gone": (
        lambda at: [feed(at, Outcome.HTTP_ERROR, status=404, detail=NOT_FOUND)],
        "failing",
        f"its feed {FEED} answers {NOT_FOUND}",
    ),
    "pages gone": (
        lambda at: [feed(at), *bad(at, 5, Outcome.HTTP_ERROR, "404 Not Found")],
        "failing",
        "5 of 5 pages failed: 404 Not Found",
    ),
    "pages walled": (
        lambda at: [feed(at), *bad(at, 3, Outcome.HTTP_ERROR, "bot wall: Cloudflare answers with a check", Reason.BOT_WALL)],
        "blocked",
        "3 of 4 requests met a wall. bot wall: Cloudflare answers with a check",
    ),
    "no articles": (
        lambda at: [feed(at), *bad(at, 3, Outcome.NOT_ARTICLE, "no running text: 3 words")],
        "failing",
        "3 of its last 3 pages held no article (no running text: 3 words); usually 0 of 100: its layout may have changed",
    ),
    "no authors": (
        lambda at: [feed(at), *(story(at, authors=()) for _ in range(3))],
        "failing",
        "3 of its last 3 articles have no author; usually 100 of 100 have one",
    ),
    "no times": (
        lambda at: [feed(at), *(story(at, published_at=None) for _ in range(3))],
        "failing",
        "3 of its last 3 articles have no time of publication",
    ),
    "little text": (
        lambda at: [feed(at), *(story(at, text=words(f"t{n}y", 20), word_count=20) for n in range(4))],
        "failing",
        "its last 4 articles have 20 words each, usually 150: its layout may have changed",
    ),
    "one title": (
        lambda at: [feed(at), *(story(at, title="Subscribe") for _ in range(4))],
        "blocked",
        "its last 4 pages have one and the same title",
    ),
    "one text": (
        lambda at: [feed(at), *(story(at, text=words("same", 150)) for _ in range(4))],
        "blocked",
        "its last 4 pages have one and the same text",
    ),
    "one size": (
        lambda at: [feed(at), *(replace(story(at), bytes=900) for _ in range(5))],
        "blocked",
        "its last 5 pages have the same 900 bytes each",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_told_at_the_next_run(seasoned: Any, trouble: str) -> None:
    made, state, reason = TROUBLES[trouble]
    batch = collected(AFTER, *made(AFTER))
    report = seasoned(batch)
    assert told(report) == (state, "ok")
    assert reason in (report.changes[0].reason or ""), report.changes[0].reason
    assert judged(seasoned) == (state, report.changes[0].reason)
    # loaded twice, told as before and written once
    assert seasoned(batch).changes == report.changes
    assert seasoned.con.execute("SELECT count(*) FROM source_states").fetchall() == [(2,)]
    assert seasoned.con.execute("SELECT count(*) FROM source_runs").fetchall() == [(22,)]
    # it goes on, and is no news
    for later in (AFTER + timedelta(minutes=30), AFTER + timedelta(days=1)):
        assert seasoned(collected(later, *made(later))).changes == ()


def test_a_layout_that_breaks_while_few_articles_come_is_told_when_it_is_no_chance(seasoned: Any) -> None:
    states = []
    seasoned(day(AFTER))
    for number in range(1, 6):
        at = AFTER + timedelta(minutes=30 * number)
        seasoned(collected(at, feed(at), *bad(at, 1, Outcome.NOT_ARTICLE, "no running text: 3 words")))
        states.append(judged(seasoned)[0])
    assert states == ["ok", "ok", "ok", "failing", "failing"]


def test_a_feed_that_is_empty_at_once_is_silent_on_its_first_day_too(loaded: Any) -> None:
    for number in range(2):
        assert loaded(day(MONDAY + timedelta(minutes=30 * number))).changes == ()
    at = MONDAY + timedelta(minutes=60)
    assert told(loaded(collected(at, feed(at)))) == ("silent", "ok")


def test_columns_say_what_is_usual(loaded: Any) -> None:
    loaded(*weeks(3, (5, 4, 4, 4, 4, 2, 1)), day(AFTER, 3))
    (row,) = loaded.con.execute(
        "SELECT today, usual_today, by_weekday, len(days), days[28], days[27], authors_rate, usual_authors_rate, time_rate, "
        "words, usual_words, not_article_rate, since FROM source_health"
    ).fetchall()
    week = [5.0, 4.0, 4.0, 4.0, 4.0, 2.0, 1.0]
    assert row == (3, 5.0, week, 28, 3, 1, 1.0, 1.0, 1.0, 150.0, 150.0, 0.0, MONDAY)


def test_the_past_of_an_older_warehouse_counts(tmp_path: Any) -> None:
    """What migration 0007 reads out of fetches is what a load writes."""
    new = Location(catalog="new.duckdb").resolved(tmp_path)
    old = Location(catalog="old.duckdb").resolved(tmp_path)
    lost = feed(AFTER, Outcome.HTTP_ERROR, status=404, detail="404 Not Found")
    with open_writer(new, "test") as writer:
        for batch in (*weeks(2), collected(AFTER, lost, known(), story(AFTER))):
            load_batch(writer, batch)
    with open_writer(old, "test", prepare=as_66021da(before="0007")):
        pass
    with duckdb.connect(str(old.file)) as con:
        con.execute(f"ATTACH '{new.file}' AS new (READ_ONLY)")
        for table in ("runs", "fetches", "articles"):
            columns = ", ".join(column[0] for column in con.execute(f"FROM {table} LIMIT 0").description or ())
            con.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}")
    bring_up_to_date(old)
    rows = []
    for location in (new, old):
        with open_reader(location) as con:
            rows.append(con.execute("SELECT * EXCLUDE (listing) FROM source_runs ORDER BY started_at").fetchall())
            if location is old:
                assert con.execute("SELECT state FROM source_health").fetchall() == [("failing",)]
    assert rows[0] == rows[1] and len(rows[0]) == 15
