"""Copies and stories do not depend on the order in which articles come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.warehouse.makers import article, fetch, hours, run, words
from tests.warehouse.test_load import ask, load
from warehouse.database.connect import open_writer
from warehouse.location import Location
from warehouse.records import FetchRecord
from warehouse.upgrade import bring_up_to_date

WIRE, TICKER, SHORT = words("wire"), words("ticker"), words("short", 10)
STORIES = (
    "SELECT article_id, title, first_published, last_published, articles, copies, sources, outlets FROM stories ORDER BY ALL"
)
COPIES = "SELECT article_id, of_article_id, similarity, kind FROM copies ORDER BY ALL"
HISTORY = "SELECT article_id, revision, seen_at, title, text FROM revisions ORDER BY ALL"


def capture(source: str, text: str, published: float | None, seen: float) -> FetchRecord:
    published_at = None if published is None else hours(published)
    return fetch(article(f"https://{source}.example/{source}", source, text, published_at=published_at, seen_at=hours(seen)))


CAPTURES = (
    capture("harbour", WIRE, 3, 4),
    capture("strait", WIRE, 1, 6),  # published first, fetched later
    capture("delta", WIRE, None, 1),
    capture("delta", words("rewritten"), None, 9),  # an edit leaves the story whole
    capture("cape", TICKER, 2, 2),
    capture("cape", WIRE, 2, 7),  # an edit joins two stories
    capture("reef", TICKER, 5, 5),
    capture("lagoon", SHORT, 1, 1),
    capture("atoll", SHORT, 2, 2),  # too short to be more than chance
)


def state(location: Location) -> tuple[list[tuple[Any, ...]], ...]:
    return ask(location, STORIES), ask(location, COPIES), ask(location, HISTORY)


def collect(location: Location, captures: Sequence[FetchRecord]) -> None:
    load(location, *(run(number, capture) for number, capture in enumerate(captures, start=1)))


@pytest.mark.every_catalog
def test_copies_of_other_sources_are_rows_of_one_story(location: Location) -> None:
    (report,) = load(location, run(1, CAPTURES[0], CAPTURES[1], CAPTURES[4]))
    assert (report.articles, report.new_copies) == (3, 1)
    strait = CAPTURES[1].article
    assert strait is not None
    assert ask(location, "SELECT url, outlets, articles, copies FROM stories ORDER BY articles DESC") == [
        (strait.page.url, ["strait", "harbour"], 2, 1),
        ("https://cape.example/cape", ["cape"], 1, 0),
    ]
    assert ask(location, "SELECT of_article_id, story_id, similarity, kind FROM copies") == [
        (strait.article_id, strait.article_id, 1.0, "exact")
    ]
    assert ask(location, "SELECT count(*), count(story_id), count(DISTINCT story_id) FROM articles") == [(3, 3, 2)]


def test_the_story_id_stays_when_an_earlier_article_arrives(location: Location) -> None:
    load(location, run(1, CAPTURES[0]))
    before = ask(location, "SELECT story_id FROM stories")
    (report,) = load(location, run(2, CAPTURES[1]))
    assert ask(location, "SELECT story_id FROM stories") == before
    assert ask(location, "SELECT url FROM stories") == [("https://strait.example/strait",)]
    assert report.new_copies == 1
    assert ask(location, "SELECT a.source, o.source FROM copies JOIN articles a USING (article_id) "
               "JOIN articles o ON o.article_id = of_article_id") == [("harbour", "strait")]  # fmt: skip


def test_an_edit_keeps_the_story(location: Location) -> None:
    load(location, run(1, CAPTURES[0], CAPTURES[2]))
    before = ask(location, COPIES)
    load(location, run(2, CAPTURES[3]))
    assert ask(location, COPIES) == before
    assert ask(location, "SELECT outlets FROM stories") == [(["harbour", "delta"],)]


def test_the_order_of_arrival_makes_no_difference(sqlite_location: Location, tmp_path: Any) -> None:
    collect(sqlite_location, CAPTURES)
    expected = state(sqlite_location)
    assert ask(sqlite_location, "SELECT outlets FROM stories ORDER BY articles DESC LIMIT 1") == [
        (["strait", "cape", "harbour", "reef", "delta"],)
    ]
    for seed in range(4):
        shuffled = list(CAPTURES)
        random.Random(seed).shuffle(shuffled)
        location = Location(catalog=str(tmp_path / f"{seed}.duckdb"))
        collect(location, shuffled)
        assert state(location) == expected, f"seed {seed}"


@pytest.mark.e2e
def test_nor_does_it_on_postgres(postgres_location: Location, tmp_path: Any) -> None:
    shuffled = list(CAPTURES)
    random.Random(11).shuffle(shuffled)
    collect(postgres_location, shuffled)
    plain = Location(catalog=str(tmp_path / "plain.duckdb"))
    collect(plain, CAPTURES)
    assert state(postgres_location) == state(plain)


@pytest.mark.every_catalog
def test_timeline_counts_articles_and_stories_by_topic_and_day(location: Location) -> None:
    load(location, run(1, CAPTURES[0], CAPTURES[1], CAPTURES[4], CAPTURES[6]))
    assert ask(location, "SELECT topic, day::VARCHAR, articles, stories, sources FROM timeline") == [
        ("trade", "2026-03-01", 4, 2, 4)
    ]


@pytest.mark.every_catalog
def test_a_backdated_copy_that_is_found_later_is_not_the_head(location: Location) -> None:
    """Its page states a time before the original was published; the original was seen long before it."""
    (first,) = load(location, run(1, capture("harbour", WIRE, 0, 1)))
    load(location, run(2, capture("strait", WIRE, -3, 25)))
    assert (first.new_articles, ask(location, "SELECT outlets FROM stories")) == (1, [(["harbour", "strait"],)])
    assert ask(location, "SELECT first_published FROM stories") == [(hours(0),)]
    assert ask(location, "SELECT a.source FROM copies JOIN articles AS a USING (article_id)") == [("strait",)]


@pytest.mark.parametrize("seen", (0.5, 2, 30))
def test_a_copy_that_is_dated_to_another_year_is_a_copy_and_not_the_head(seen: float, file_location: Location) -> None:
    """Whether it is found before or after the original, in the same run or a day later."""
    copy, original = capture("strait", WIRE, -24 * 365 * 25, seen), capture("harbour", WIRE, 0, 1)
    load(file_location, *((run(1, copy), run(2, original)) if seen < 1 else (run(1, original), run(2, copy))))
    assert ask(file_location, "SELECT outlets, first_published FROM stories") == [(["harbour", "strait"], hours(0))]


def test_a_date_of_another_year_counts_less_than_none(file_location: Location) -> None:
    load(file_location, run(1, capture("harbour", WIRE, None, 1), capture("strait", WIRE, -24 * 365 * 25, 2)))
    assert ask(file_location, "SELECT outlets FROM stories") == [(["harbour", "strait"],)]


def test_an_honest_original_of_a_source_that_is_polled_later_is_the_head(file_location: Location) -> None:
    load(file_location, run(1, capture("strait", WIRE, 1, 1.5)), run(2, capture("harbour", WIRE, 0, 5)))
    assert ask(file_location, "SELECT outlets FROM stories") == [(["harbour", "strait"],)]


def test_an_archive_of_old_articles_has_the_first_one_as_head(file_location: Location) -> None:
    """Nothing but their dates tells which of them was first."""
    load(file_location, run(1, capture("strait", WIRE, -9000, 1), capture("harbour", WIRE, -9002, 1.5)))
    assert ask(file_location, "SELECT outlets FROM stories") == [(["harbour", "strait"],)]


@pytest.mark.every_catalog
def test_an_older_warehouse_gets_the_heads_of_this_version(location: Location) -> None:
    """Before, an article that stated the earliest date was the head, whenever it was found."""
    load(location, run(1, capture("harbour", WIRE, 0, 1)), run(2, capture("strait", WIRE, -3, 25)))
    copies = ask(location, "FROM copies")
    with open_writer(location, "test") as writer:
        writer.con.execute("UPDATE copies SET article_id = of_article_id, of_article_id = article_id")
        writer.con.execute("DELETE FROM schema_migrations WHERE name = '0017_stories'")
    bring_up_to_date(location)
    assert ask(location, "FROM copies") == copies
