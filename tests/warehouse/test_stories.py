"""Copies and stories do not depend on the order in which articles come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.warehouse.makers import article, fetch, hours, run, words
from tests.warehouse.test_load import ask, load
from warehouse.location import Location
from warehouse.records import FetchRecord

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
