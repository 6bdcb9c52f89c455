"""What the pipeline and the researcher read: known URLs, source health, the meaning of each column, locations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from pydantic import ValidationError

from newslake.outcomes import Origin, Outcome
from tests.warehouse.children import numbered
from tests.warehouse.makers import START, article, fetch, hours, page, run
from tests.warehouse.test_load import ask, everything, load
from warehouse.database.connect import open_reader
from warehouse.describe import describe
from warehouse.layouts import layouts_of
from warehouse.location import Location
from warehouse.read import known_urls, published_days, sources_health
from warehouse.records import KnownUrl, LayoutPlace, RunBatch

A, GONE = "https://harbour.example/a", "https://harbour.example/gone"


def known(location: Location) -> dict[str, KnownUrl]:
    with open_reader(location) as con:
        return {url.url: url for url in known_urls(con)}


@pytest.mark.every_catalog
def test_a_url_is_known_with_its_latest_visit(location: Location) -> None:
    feed = page("https://harbour.example/rss", Outcome.NOT_ARTICLE, kind="feed")
    not_due = page(A, Outcome.UNCHANGED, requested_at=None)
    load(
        location,
        run(1, fetch(article(A)), page(GONE, Outcome.HTTP_ERROR), feed),
        run(2, not_due, page(GONE, Outcome.NETWORK_ERROR, requested_at=hours(2)), feed),
    )
    assert known(location) == {
        A: KnownUrl(
            uuid5(NAMESPACE_URL, A), A, "harbour", Outcome.LOADED, START, START, START, 0, True, last_outcome_at=hours(1)
        ),
        GONE: KnownUrl(
            uuid5(NAMESPACE_URL, GONE),
            GONE,
            "harbour",
            Outcome.NETWORK_ERROR,
            hours(2),
            hours(1),
            None,
            2,
            False,
            last_outcome_at=hours(2),
            tried=(GONE,),
        ),
    }
    load(location, run(3, page(GONE, Outcome.OFF_TOPIC, requested_at=hours(3))))
    assert known(location)[GONE].failures == 0


def test_a_run_loaded_late_does_not_overwrite_a_later_visit(location: Location) -> None:
    load(location, run(5, page(GONE, Outcome.OFF_TOPIC, requested_at=hours(5))), run(2, page(GONE, Outcome.FAILED)))
    url = known(location)[GONE]
    assert (url.last_outcome, url.failures, url.last_fetched_at, url.first_seen_at) == ("off-topic", 0, hours(5), hours(2))


def test_a_copy_is_known_but_is_no_article(location: Location) -> None:
    load(location, run(1, fetch(article(A)), fetch(article(A), url=GONE)))
    assert {url: found.is_article for url, found in known(location).items()} == {A: True, GONE: False}


@pytest.mark.every_catalog
def test_every_table_view_and_column_says_what_it_means(location: Location) -> None:
    load(location)
    with open_reader(location) as con:
        relations = {relation.name: relation for relation in describe(con)}
    tables = {name for name, relation in relations.items() if relation.kind == "table"}
    assert tables == {
        "absences",
        "articles",
        "compared",
        "copies",
        "docs",
        "event_links",
        "event_profiles",
        "events",
        "fetches",
        "fingerprints",
        "layout_evidence",
        "layouts",
        "listed",
        "matches",
        "mentions",
        "named",
        "notes",
        "parts",
        "passages",
        "postings",
        "quoted",
        "repeated_lines",
        "revisions",
        "runs",
        "schema_definitions",
        "schema_migrations",
        "searches",
        "source_runs",
        "source_states",
        "sources",
        "tombstones",
        "urls",
    }
    views = {name for name, relation in relations.items() if relation.kind == "view"}
    asked = {"coverage", "edited_away", "edits", "first_reports", "names", "noted", "quotations", "takedowns", "timeline"}
    assert views == {"source_health", "stories", *asked}
    macros = {name for name, relation in relations.items() if relation.kind == "table macro"}
    asked = {"blind_spots", "changed_words", "corpus_as_of", "new_since", "top_languages", "top_sources", "top_words"}
    assert macros >= asked
    for relation in relations.values():
        assert relation.comment, relation.name
        for part in (*relation.columns, *relation.parameters):
            assert part.comment, f"{relation.name}.{part.name}"


def test_the_comment_of_a_view_explains_its_columns_to_any_program(location: Location) -> None:
    with open_reader(location) as con:
        rows = con.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
        assert "lag: Time since the first outlet had it" in dict(rows)["first_reports"]


def test_the_latest_versions_of_a_layout_can_be_read_alone(location: Location) -> None:
    versions = [(source, version) for source, most in (("harbour", 5), ("reef", 2)) for version in range(1, most + 1)]
    places = [LayoutPlace(source, n, "date", f"p.day{n}", 12, 12, UUID(int=n), hours(n), hours(n)) for source, n in versions]
    load(location, replace(run(1), layouts=tuple(places)))
    with open_reader(location) as con:
        assert [(place.source, place.version) for place in layouts_of(con)] == versions
        latest = [(place.source, place.version) for place in layouts_of(con, latest=3)]
    assert latest == versions[2:]


def daily(day: int, good: bool, busy: bool, listed: bool) -> RunBatch:
    """A day of four sources: one well, one that stops to answer, one without new articles, one that lists nothing."""
    at = START + timedelta(days=day)
    listing = [
        page(f"https://{source}.example/rss", Outcome.NOT_ARTICLE, source, kind="feed", requested_at=at)
        for source in ("well", "tired", "mute")
    ]
    fetches = [*listing, fetch(article(f"https://well.example/{day}", "well", seen_at=at))]
    if good:
        fetches.append(fetch(article(f"https://broken.example/{day}", "broken", seen_at=at)))
    else:
        fetches.append(page(f"https://broken.example/{day}", Outcome.HTTP_ERROR, "broken", requested_at=at))
    if busy:
        fetches.append(fetch(article(f"https://tired.example/{day}", "tired", seen_at=at)))
    else:
        fetches.append(page("https://tired.example/0", Outcome.UNCHANGED, "tired", requested_at=None))
    if listed:
        fetches.append(fetch(article(f"https://mute.example/{day}", "mute", seen_at=at)))
    return run(day + 1, *fetches, at=at)


def test_health_tells_sources_apart(file_location: Location) -> None:
    days = [daily(day, good=day < 13, busy=day < 4, listed=day < 11) for day in range(14)]
    load(file_location, *days)
    with open_reader(file_location) as con:
        health = {source.source: source for source in sources_health(con)}
    assert {name: source.state for name, source in health.items()} == {
        "well": "ok",
        "broken": "failing",
        "tired": "stale",
        "mute": "silent",
    }
    well, broken = health["well"], health["broken"]
    assert (well.runs, well.yield_per_run, well.usual_yield, well.failure_rate) == (14, 1.0, 1.0, 0.0)
    assert (broken.failure_rate, broken.usual_failure_rate) == (0.2, 0.0)
    assert broken.last_success == START + timedelta(days=12)


def test_only_what_was_asked_of_an_outlet_counts_as_its_failure(file_location: Location) -> None:
    """Neither guesses at where a feed might be nor URLs that a stopped run left alone."""
    days = []
    for day in range(6):
        at = START + timedelta(days=day)
        guesses = [
            page(f"https://well.example/{place}", Outcome.HTTP_ERROR, "well", kind="feed", requested_at=at, origin=Origin.GUESS)
            for place in ("feed", "rss", "rss.xml")
        ]
        left = [
            page(f"https://well.example/{day}/{n}", Outcome.FAILED, "well", requested_at=None, detail="the crawl was stopped")
            for n in range(9)
        ]
        days.append(run(day + 1, fetch(article(f"https://well.example/{day}", "well", seen_at=at)), *guesses, *left, at=at))
    load(file_location, *days)
    with open_reader(file_location) as con:
        (well,) = sources_health(con)
    assert (well.state, well.failure_rate) == ("ok", 0.0)


@pytest.mark.parametrize(
    "catalog", ["ducklake:sqlite:", "ducklake:postgres: ", "ducklake:cat.duckdb", "mysql:x", "data/catalog.sqlite"]
)
def test_a_catalog_that_is_none_is_refused(catalog: str) -> None:
    with pytest.raises(ValidationError, match=r"names no database|is not a catalog"):
        Location(catalog=catalog)


def test_paths_are_relative_to_the_watchlist_and_addresses_are_not(tmp_path: Path) -> None:
    places = Location().resolved(tmp_path).model_dump(include={"catalog", "data"})
    assert places == {"catalog": f"ducklake:sqlite:{tmp_path}/data/catalog.sqlite", "data": f"{tmp_path}/data/lake"}
    far = Location(catalog="ducklake:postgres:dbname=news host=db", data="s3://bucket/lake")
    assert far.resolved(tmp_path).model_dump() == far.model_dump()
    assert Location(catalog="news.duckdb").resolved(tmp_path).file == tmp_path / "news.duckdb"


def test_values_beyond_the_bounds_that_the_catalog_names_are_read_as_they_are(sqlite_location: Location) -> None:
    """A maintenance was once told of an offset of 302 as 2^32 + 302."""
    load(sqlite_location, numbered(1))
    packed = "SELECT url, word_count FROM articles UNION SELECT url, bytes FROM fetches ORDER BY ALL"
    counted = "SELECT count(*) FROM articles WHERE word_count > 0"
    before = ask(sqlite_location, packed), ask(sqlite_location, counted), everything(sqlite_location)
    with closing(sqlite3.connect(sqlite_location.catalog.removeprefix("ducklake:sqlite:"))) as catalog, catalog:
        beyond = catalog.execute(
            "UPDATE ducklake_table_column_stats SET min_value = max_value + 1, max_value = max_value + 70000 "
            "WHERE (table_id, column_id) IN "
            "(SELECT table_id, column_id FROM ducklake_column WHERE column_type IN ('int32', 'int64'))"
        )
        assert beyond.rowcount > 0
    assert (ask(sqlite_location, packed), ask(sqlite_location, counted), everything(sqlite_location)) == before


@pytest.mark.parametrize(("zone", "days"), [("UTC", [2, 1]), ("Asia/Seoul", [1, 2])])
def test_articles_are_counted_on_their_day_of_publication_in_a_zone(zone: str, days: list[int], file_location: Location) -> None:
    """The evening of 1 March is 2 March in Seoul; a day without a time is the outlet's own, wherever it is read."""
    evening, seoul_midnight = START + timedelta(hours=9), START + timedelta(hours=6)
    published = ((START, "minute"), (evening, "minute"), (seoul_midnight, "day"))  # the last of 2 March
    made = (
        article(f"https://harbour.example/{number}", published_at=at, published_precision=precision)
        for number, (at, precision) in enumerate(published)
    )
    load(file_location, run(1, *map(fetch, made)))
    with open_reader(file_location) as con:
        assert published_days(con, date(2026, 3, 2), zone)["harbour"][-2:] == days
