"""A run becomes rows: outcomes, revisions, and a second load that changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newslake.errors import WarehouseError
from newslake.outcomes import Outcome, Reason
from tests.warehouse.makers import MATCH, PAGE, START, article, fetch, hours, page, run, words
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load as load_batch
from warehouse.location import Location
from warehouse.records import LoadReport, RunBatch

TABLES = ("runs", "fetches", "urls", "articles", "revisions", "matches", "copies", "repeated_lines")
A, B = "https://harbour.example/a", "https://harbour.example/b"


def load(location: Location, *batches: RunBatch) -> list[LoadReport]:
    with open_writer(location, "test") as writer:
        return [load_batch(writer, batch) for batch in batches]


def ask(location: Location, query: str) -> list[tuple[Any, ...]]:
    with open_reader(location) as con:
        return con.execute(query).fetchall()


def everything(location: Location) -> dict[str, list[str]]:
    return {table: rows_of(location, table) for table in TABLES}


def rows_of(location: Location, relation: str) -> list[str]:
    """The rows of a table, view or macro, without the moment of the load, which no test knows."""
    rows = "SELECT COLUMNS(lambda name: name <> 'loaded_at')"
    return sorted(map(repr, ask(location, f"{rows} FROM {relation}")))


def outcome_of(location: Location, number: int, url: str) -> tuple[str, str | None]:
    query = f"SELECT outcome, detail FROM fetches WHERE url = '{url}' AND run_id = (SELECT run_id FROM runs ORDER BY started_at"
    (row,) = ask(location, f"{query} LIMIT 1 OFFSET {number - 1})")
    return row[0], row[1]


@pytest.mark.every_catalog
def test_every_field_of_a_record_comes_back(location: Location) -> None:
    given = article(
        A, text="Кимджонг «нефть» 북한 'quoted' \"double\" \\ back\nsecond line; -- not a comment " + words("w"), description=""
    )
    load(location, run(1, fetch(given)))
    with open_reader(location) as con:
        result = con.execute("FROM articles")
        names = [column[0] for column in result.description]
        row = dict(zip(names, result.fetchall()[0], strict=True))
    for name in ("article_id", "url", "raw_url", "source", "domain", "title", "text", "content_hash", "published_at"):
        assert row[name] == getattr(given.page if name in PAGE else given, name), name
    for name in (
        "published_precision",
        "published_from",
        "language",
        "description",
        "word_count",
        "capture_file",
        "capture_offset",
    ):
        assert row[name] == getattr(given.page if name in PAGE else given, name), name
    assert (row["authors"], row["tags"], row["headings"]) == (["Ada Park", "박 민"], ["oil", "ports"], [])
    assert (row["free_to_read"], row["modified_at"], row["section"]) == (None, None, None)
    assert (row["revision"], row["story_id"], row["first_seen_at"], row["last_seen_at"]) == (1, given.article_id, START, START)
    assert ask(location, "SELECT topic, terms, in_title, score, snippet FROM matches") == [
        (MATCH.topic, list(MATCH.terms), MATCH.in_title, MATCH.score, MATCH.snippet)
    ]


@pytest.mark.every_catalog
def test_characters_that_a_catalog_cannot_keep_do_not_stop_a_load(location: Location) -> None:
    load(location, run(1, fetch(article(A, title="nul\0 and half \ud83d", text="a\0b " + words("w")))))
    assert ask(location, "SELECT title, left(text, 2) FROM articles WHERE title LIKE 'nul%'") == [("nul and half ?", "ab")]


@pytest.mark.every_catalog
def test_the_same_run_again_changes_nothing(location: Location) -> None:
    first = run(1, fetch(article(A)), fetch(article(B, "strait", words(A))), page("https://harbour.example/x", Outcome.ROBOTS))
    edit = run(2, fetch(article(A, text=words("new"), seen_at=hours(2))))
    reports = load(location, first, edit)
    before = everything(location)
    assert load(location, first, edit, first) == [*reports, reports[0]]
    assert everything(location) == before


def test_the_same_captures_in_another_run_change_no_article(location: Location) -> None:
    load(location, run(1, fetch(article(A)), fetch(article(B, "strait", words(A)))))
    before = everything(location)
    (report,) = load(location, run(2, fetch(article(A)), fetch(article(B, "strait", words(A)))))
    after = everything(location)
    assert report.outcomes == {"harbour": {"unchanged": 1}, "strait": {"unchanged": 1}}
    for table in ("articles", "revisions", "matches", "copies"):
        assert after[table] == before[table]


def test_an_edit_is_a_revision(location: Location) -> None:
    edited = article(A, text=words("edited"), seen_at=hours(5), matches=(replace(MATCH, topic="arms"),))
    reports = load(location, run(1, fetch(article(A))), run(5, fetch(edited)))
    assert [(r.new_articles, r.new_revisions) for r in reports] == [(1, 1), (0, 1)]
    assert outcome_of(location, 2, A) == ("updated", None)
    assert ask(location, "SELECT revision, text, first_seen_at, last_seen_at FROM articles") == [
        (2, words("edited"), START, hours(5))
    ]
    assert ask(location, "SELECT revision, text, seen_at FROM revisions ORDER BY 1") == [
        (1, words(A), START),
        (2, words("edited"), hours(5)),
    ]
    assert ask(location, "SELECT topic, revision, current FROM matches ORDER BY topic") == [
        ("arms", 2, True),
        ("trade", 1, False),
    ]


def test_matches_do_not_depend_on_the_order_in_which_captures_are_loaded(location: Location) -> None:
    arms, coal = replace(MATCH, topic="arms"), replace(MATCH, topic="coal")
    editions = (
        article(A, text=words("one"), matches=(MATCH, arms)),
        article(A, text=words("two"), seen_at=hours(2), matches=(MATCH, coal)),
        article(A, text=words("three"), seen_at=hours(4), matches=(MATCH,)),
    )
    load(location, *(run(number, fetch(editions[number - 1])) for number in (3, 1, 2)))
    assert ask(location, "SELECT topic, revision, current FROM matches ORDER BY topic") == [
        ("arms", 1, False),
        ("coal", 2, False),
        ("trade", 3, True),
    ]
    assert ask(location, "SELECT seen_at FROM revisions ORDER BY revision") == [(START,), (hours(2),), (hours(4),)]


def test_a_new_title_alone_is_a_revision(location: Location) -> None:
    load(location, run(1, fetch(article(A))), run(2, fetch(article(A, title="Oil for Rason, again", seen_at=hours(2)))))
    assert ask(location, "SELECT revision, title FROM revisions ORDER BY 1") == [
        (1, "Oil for Rason"),
        (2, "Oil for Rason, again"),
    ]


def test_an_unchanged_article_only_moves_last_seen(location: Location) -> None:
    load(location, run(1, fetch(article(A))), run(3, fetch(article(A, seen_at=hours(3)))))
    assert outcome_of(location, 2, A)[0] == "unchanged"
    assert ask(location, "SELECT revision, first_seen_at, last_seen_at FROM articles") == [(1, START, hours(3))]


@pytest.mark.parametrize("outcome", [None, Outcome.OFF_TOPIC])
def test_an_edit_away_from_every_topic_keeps_the_match_of_the_revision_before(
    location: Location, outcome: Outcome | None
) -> None:
    edited = article(A, text=words("football"), seen_at=hours(2), matches=())
    load(location, run(1, fetch(article(A))), run(2, fetch(edited, outcome=outcome)))
    assert outcome_of(location, 2, A)[0] == "updated"
    assert ask(location, "SELECT revision FROM articles") == [(2,)]
    assert ask(location, "SELECT topic, revision, current FROM matches") == [("trade", 1, False)]


def test_an_off_topic_page_that_is_not_known_loads_nothing(location: Location) -> None:
    (report,) = load(location, run(1, fetch(article(A, matches=()), outcome=Outcome.OFF_TOPIC)))
    assert (report.outcomes, report.articles) == ({"harbour": {"off-topic": 1}}, 0)


def test_an_older_capture_never_rolls_back(location: Location) -> None:
    newer = article(A, text=words("newer"), seen_at=hours(9))
    load(location, run(9, fetch(newer)), run(10, fetch(article(A, text=words("older"), seen_at=hours(1)))))
    assert outcome_of(location, 2, A) == ("unchanged", "older than the current revision, which stays")
    assert ask(location, "SELECT revision, text, first_seen_at, last_seen_at FROM articles") == [
        (2, words("newer"), hours(1), hours(9))
    ]
    assert ask(location, "SELECT revision, text FROM revisions ORDER BY 1") == [(1, words("older")), (2, words("newer"))]


def test_a_text_that_came_back_is_seen_around_a_late_capture(location: Location) -> None:
    first, last = fetch(article(A)), fetch(article(A, seen_at=hours(9)))
    load(location, run(1, first), run(9, last), run(10, fetch(article(A, text=words("between"), seen_at=hours(4)))))
    assert ask(location, "SELECT revision, seen_at, text FROM revisions ORDER BY 1") == [
        (1, START, words(A)),
        (2, hours(4), words("between")),
        (3, hours(9), words(A)),
    ]
    assert ask(location, "SELECT revision, text FROM articles") == [(3, words(A))]


def test_a_revisit_that_knows_less_of_the_date_takes_nothing_away(location: Location) -> None:
    poorer = article(A, text=words("edited"), seen_at=hours(2), published_at=hours(-9), published_precision="day")
    load(location, run(1, fetch(article(A))), run(2, fetch(poorer)))
    assert ask(location, "SELECT published_at, published_precision FROM articles") == [(START, "second")]


@pytest.mark.parametrize("order", ([0, 1, 2], [2, 0, 1], [2, 1, 0], [1, 2, 0]))
def test_of_equally_precise_dates_the_latest_counts_in_any_order(order: list[int], file_location: Location) -> None:
    captures = [
        fetch(article(A, published_at=START, seen_at=hours(1))),
        fetch(article(A, published_at=hours(-1), seen_at=hours(2))),
        fetch(article(A, published_at=hours(-9), published_precision="day", seen_at=hours(3))),
    ]
    load(file_location, *(run(number, captures[place]) for number, place in enumerate(order, start=1)))
    assert ask(file_location, "SELECT published_at, published_precision FROM articles") == [(hours(-1), "second")]


def test_an_article_is_the_first_page_that_showed_its_text(file_location: Location) -> None:
    pages = [article(A, seen_at=hours(at), capture_offset=at, authors=(f"Author {at}",)) for at in (2, 1)]
    load(file_location, *(run(number, fetch(each)) for number, each in enumerate(pages, start=1)))
    assert ask(file_location, "SELECT capture_offset, authors, first_seen_at, last_seen_at, revision FROM articles") == [
        (1, ["Author 1"], hours(1), hours(2), 1)
    ]
    assert ask(file_location, "SELECT capture_offset, seen_at FROM revisions") == [(1, hours(1))]
    assert ask(file_location, "SELECT seen_at FROM fingerprints") == [(hours(1),)]


def test_two_urls_of_one_article_give_one_row(location: Location) -> None:
    (report, again) = load(
        location,
        run(1, fetch(article(A), url=f"{A}/amp"), fetch(article(A))),
        run(2, fetch(article(A, seen_at=hours(2)), url=f"{A}/amp"), fetch(article(A, seen_at=hours(2)))),
    )
    assert report.outcomes == {"harbour": {"copy": 1, "loaded": 1}}
    assert outcome_of(location, 1, f"{A}/amp") == ("copy", f"the same article as {A}")
    assert again.outcomes == {"harbour": {"copy": 1, "unchanged": 1}}


def test_an_article_is_followed_at_the_url_that_brought_it(location: Location) -> None:
    mobile = "https://m.harbour.example/a"
    edited = article(A, text=words("edited"), seen_at=hours(2))
    load(location, run(1, fetch(article(A), url=mobile)), run(2, fetch(edited, url=mobile)))
    assert outcome_of(location, 2, mobile)[0] == "updated"


def test_one_text_at_two_urls_of_a_source_is_one_article(location: Location) -> None:
    text = words("same")
    (first, later) = load(
        location,
        run(1, fetch(article(A, text=text)), fetch(article(B, text=text, published_at=hours(1)))),
        run(2, fetch(article("https://harbour.example/c", text=text))),
    )
    assert first.outcomes == {"harbour": {"copy": 1, "loaded": 1}}
    assert later.outcomes == {"harbour": {"copy": 1}}
    assert ask(location, "SELECT url FROM articles") == [(A,)]
    assert outcome_of(location, 2, "https://harbour.example/c") == ("copy", f"the same article as {A}")


@pytest.mark.parametrize(("title", "articles"), [("Video: second", 2), ("OIL for “Rason”", 1)])
def test_a_short_text_is_a_copy_only_with_its_title(location: Location, title: str, articles: int) -> None:
    (report,) = load(
        location, run(1, fetch(article(A, text="Watch the video.")), fetch(article(B, text="Watch the video.", title=title)))
    )
    assert report.articles == articles
    assert ask(location, "FROM copies") == []


@pytest.mark.every_catalog
def test_outcomes_add_up(location: Location) -> None:
    fetches = [
        page(f"https://harbour.example/{outcome}", outcome) for outcome in Outcome if outcome not in {"loaded", "updated", "copy"}
    ]
    (report,) = load(location, run(1, fetch(article(A)), fetch(article(A), url=f"{A}?amp"), *fetches))
    columns = "loaded, updated, unchanged, copies, off_topic, not_article, robots, refused, http_errors, network_errors, failed"
    ((discovered, articles, *counts),) = ask(location, f"SELECT discovered, articles, {columns} FROM runs")
    assert (discovered, articles) == (len(fetches) + 2, 1)
    assert counts == [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    assert sum(report.outcomes["harbour"].values()) == discovered


@pytest.mark.parametrize("reason", [Reason.BUDGET, Reason.TIME_BUDGET, Reason.HOST_CLOSED, Reason.OF_ANOTHER])
def test_what_is_left_for_a_later_run_keeps_what_is_known_of_it(location: Location, reason: Reason) -> None:
    failed = page(A, Outcome.HTTP_ERROR, reason=Reason.HTTP_STATUS, status=503)
    load(location, run(1, failed), run(2, page(A, Outcome.REFUSED, reason=reason, requested_at=None)))
    assert ask(location, "SELECT last_outcome, failures FROM urls") == [("http-error", 1)]


@pytest.mark.parametrize(
    ("batch", "says"),
    [
        (run(1, page(A, Outcome.ROBOTS), discovered=2), "2 URLs were discovered, but 1 have a row"),
        (run(1, page(A, Outcome.ROBOTS), page(A, Outcome.FAILED)), "occurs twice"),
        (run(1, fetch(article(B)), replace(page(A, Outcome.ROBOTS), outcome=None)), "neither an outcome nor an article"),
    ],
)
def test_an_account_that_does_not_add_up_loads_nothing(location: Location, batch: RunBatch, says: str) -> None:
    with open_writer(location, "test") as writer, pytest.raises(WarehouseError, match=says):
        load_batch(writer, batch)
    assert all(not rows for rows in everything(location).values())
    load(location, run(1, fetch(article(A))))


def test_a_run_cannot_be_loaded_again_with_other_urls(location: Location) -> None:
    load(location, run(1, fetch(article(A))))
    with open_writer(location, "test") as writer, pytest.raises(WarehouseError, match="already loaded, with other URLs"):
        load_batch(writer, run(1, fetch(article(B))))
    assert ask(location, "SELECT url FROM articles") == [(A,)]
