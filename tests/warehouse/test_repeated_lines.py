"""Repeated lines over runs: remembered once, and never taken for an edit of the articles that were stored with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newslake.outcomes import Outcome
from tests.warehouse.makers import MATCH, PAGE, START, article, fetch, hours, run, words
from tests.warehouse.older import as_66021da
from tests.warehouse.test_load import A, B, ask, everything, load, outcome_of
from warehouse.database import migrate
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location
from warehouse.read import recent_texts, repeated_lines
from warehouse.records import Place, RepeatedLine, RunBatch
from warehouse.upgrade import bring_up_to_date

FOLLOW, FUNDED = "Follow us on the Lantern channel.", "Produced with support of the Brightwater Foundation."
LINE = RepeatedLine("harbour", "f0", FOLLOW, Place.EDGE, 4)
OWN = words("own")


def learnt(batch: RunBatch, *lines: RepeatedLine) -> RunBatch:
    return replace(batch, repeated=lines or (LINE,))


def with_footer(*lines: str, **given: Any) -> Any:
    return fetch(article(A, text="\n".join([OWN, *lines]), **given))


@pytest.mark.every_catalog
def test_lines_are_remembered_and_a_run_that_met_them_again_says_so(location: Location) -> None:
    more = replace(LINE, line=FOLLOW.upper(), place=Place.ANYWHERE, articles=9)
    fewer = replace(LINE, articles=1)
    other = replace(LINE, source="strait")
    load(location, learnt(run(1)), learnt(run(5), more, other), learnt(run(7), fewer))
    load(location, learnt(run(3), replace(LINE, line="late", articles=2)))
    rows = "SELECT source, line_hash, line, place, articles, first_seen_at, last_seen_at FROM repeated_lines ORDER BY source"
    assert ask(location, rows) == [
        ("harbour", "f0", FOLLOW, "anywhere", 9, hours(1), hours(7)),
        ("strait", "f0", FOLLOW, "edge", 4, hours(5), hours(5)),
    ]
    with open_reader(location) as con:
        assert repeated_lines(con, ["harbour"]) == [replace(more, line=FOLLOW)]
        assert repeated_lines(con, ["nobody"]) == []


def test_the_same_run_again_changes_nothing(location: Location) -> None:
    batches = [learnt(run(1, with_footer(FOLLOW))), learnt(run(2, with_footer(seen_at=hours(2))))]
    reports = load(location, *batches)
    before = everything(location)
    assert load(location, *batches) == reports
    assert everything(location) == before


def test_an_article_that_lost_nothing_but_repeated_lines_is_unchanged(location: Location) -> None:
    """And one of them may be remembered from an earlier run, the other one new in this."""
    funded = replace(LINE, line_hash="f1", line=FUNDED)
    without = with_footer(seen_at=hours(3), matches=(replace(MATCH, topic="arms"),))
    load(location, learnt(run(1, with_footer(FUNDED, FOLLOW))), learnt(run(3, without), funded))
    assert outcome_of(location, 2, A) == ("unchanged", None)
    assert ask(location, "SELECT revision, text, last_seen_at FROM articles") == [
        (1, f"{OWN}\n{FUNDED}\n{FOLLOW}", hours(3)),
    ]
    assert ask(location, "SELECT revision, text FROM revisions") == [(1, f"{OWN}\n{FUNDED}\n{FOLLOW}")]
    assert ask(location, "SELECT topic FROM matches") == [("arms",)]


def test_an_article_that_only_its_footer_put_on_a_topic_stays_without_matches(location: Location) -> None:
    off_topic = replace(with_footer(seen_at=hours(3), matches=()), outcome=Outcome.OFF_TOPIC)
    load(location, run(1, with_footer(FOLLOW)), learnt(run(3, off_topic)))
    assert outcome_of(location, 2, A) == ("unchanged", None)
    assert ask(location, "SELECT revision FROM articles") == [(1,)]
    assert ask(location, "FROM matches") == []


def test_an_edit_beside_a_repeated_line_is_a_revision_without_it(location: Location) -> None:
    edited = fetch(article(A, text=f"{OWN}\nOne more sentence.", seen_at=hours(3)))
    load(location, run(1, with_footer(FOLLOW)), learnt(run(3, edited)))
    assert outcome_of(location, 2, A)[0] == "updated"
    assert ask(location, "SELECT text FROM revisions ORDER BY revision") == [
        (f"{OWN}\n{FOLLOW}",),
        (f"{OWN}\nOne more sentence.",),
    ]


def test_a_new_title_is_a_revision_whatever_the_lines(location: Location) -> None:
    load(location, run(1, with_footer(FOLLOW)), learnt(run(3, with_footer(title="Oil again", seen_at=hours(3)))))
    assert ask(location, "SELECT title, text FROM articles") == [("Oil again", OWN)]


def test_the_lines_of_another_source_explain_nothing(location: Location) -> None:
    load(location, run(1, with_footer(FOLLOW)), learnt(run(3, with_footer(seen_at=hours(3))), replace(LINE, source="strait")))
    assert outcome_of(location, 2, A)[0] == "updated"


def test_an_older_capture_without_the_lines_is_no_revision_either(location: Location) -> None:
    """As when a run that was killed is loaded late."""
    load(location, run(9, with_footer(FOLLOW, seen_at=hours(9))), learnt(run(10, with_footer(seen_at=hours(1)))))
    assert outcome_of(location, 2, A) == ("unchanged", None)
    # as before this run, but for when it was first seen
    assert ask(location, "SELECT revision, text FROM revisions") == [(1, f"{OWN}\n{FOLLOW}")]
    assert ask(location, "SELECT first_seen_at, last_seen_at FROM articles") == [(hours(1), hours(9))]


def test_the_newest_texts_of_each_source(location: Location) -> None:
    given = [article(f"https://harbour.example/{n}", seen_at=hours(n), headings=("One", "Two")) for n in range(4)]
    given += [article(B, "strait"), article(f"{B}/2", "other")]
    load(location, run(1, *map(fetch, given)))
    with open_reader(location) as con:
        texts = recent_texts(con, ["harbour", "strait", "nobody"], 2)
    assert {(text.source, text.article_id) for text in texts} == {(one.source, one.article_id) for one in given[2:5]}
    (last,) = (text for text in texts if text.article_id == given[3].article_id)
    for name in ("text", "headings", "word_count", "content_hash"):
        assert getattr(last, name) == getattr(given[3].page if name in PAGE else given[3], name), name


@pytest.mark.every_catalog
def test_a_warehouse_of_an_older_version_is_brought_up_to_date(new_location: Location) -> None:
    location = new_location
    bring_up_to_date(location)  # nothing is there yet, and nothing is made
    with open_writer(location, "test", prepare=as_66021da(before="0005")) as writer:
        assert migrate.applied(writer.con) == sorted(migrate.steps())[:4]
    bring_up_to_date(location)
    assert ask(location, "FROM repeated_lines") == []
    load(location, learnt(run(1, fetch(article(A, seen_at=START)))))
    assert ask(location, "SELECT line FROM repeated_lines") == [(FOLLOW,)]
