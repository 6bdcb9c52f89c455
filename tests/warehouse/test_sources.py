"""What the warehouse keeps of the sources of the watchlist: tags, and which are disabled and so not judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newslake.outcomes import Origin, Outcome, Reason
from tests.warehouse.makers import START, article, fetch, hours, page, run, words
from warehouse.database.connect import open_reader, open_writer
from warehouse.forget import choose, forget_rows
from warehouse.load.run import load
from warehouse.location import Location
from warehouse.records import FetchRecord, LoadReport, RunBatch, SourceRecord

ON, OFF = SourceRecord("strait", ("state media", "한국")), SourceRecord("strait", ("state media", "한국"), enabled=False)


def feed(source: str, at: int, outcome: Outcome = Outcome.NOT_ARTICLE, reason: Reason | None = None) -> FetchRecord:
    given: dict[str, Any] = {"kind": "feed", "found_by": "watchlist", "origin": Origin.WATCHLIST, "reason": reason}
    return page(f"https://{source}.example/rss", outcome, source, requested_at=hours(at), status=404 if reason else 200, **given)


def told(batch: RunBatch, *sources: SourceRecord) -> RunBatch:
    return replace(batch, sources=sources)


def loaded(location: Location, *batches: RunBatch) -> list[LoadReport]:
    with open_writer(location, "test") as writer:
        return [load(writer, batch) for batch in batches]


def ask(location: Location, query: str) -> list[tuple[Any, ...]]:
    with open_reader(location) as con:
        return con.execute(query).fetchall()


def gone(number: int) -> RunBatch:
    return run(number, feed("strait", number, Outcome.HTTP_ERROR, Reason.GONE))


@pytest.mark.every_catalog
def test_tags_and_whether_it_is_enabled_follow_the_watchlist_and_are_written_when_new(location: Location) -> None:
    (first,) = loaded(location, told(run(1, feed("strait", 1)), ON))
    assert first.outcomes
    rows = "SELECT source, tags, enabled, changed_at FROM sources ORDER BY source"
    one = ("strait", ["state media", "한국"], True, hours(1) + timedelta(minutes=1))
    assert ask(location, rows) == [one]
    # A run whose watchlist says the same writes nothing; a batch that knows no watchlist changes nothing.
    loaded(location, told(run(2, feed("strait", 2)), ON), run(3, feed("strait", 3)))
    assert ask(location, rows) == [one]
    loaded(location, told(run(4, feed("harbour", 4)), OFF, SourceRecord("harbour")))
    later = hours(4) + timedelta(minutes=1)
    assert ask(location, rows) == [("harbour", [], True, later), (*one[:2], False, later)]
    with open_writer(location, "test") as writer:
        forget_rows(writer, choose(writer.con, source="strait"), "strait", hours(5))
    assert [row[0] for row in ask(location, rows)] == ["harbour"]


@pytest.mark.every_catalog
def test_a_disabled_source_is_neither_failing_nor_a_change_of_state(location: Location) -> None:
    reports = loaded(location, told(run(1, feed("strait", 1)), ON), told(gone(2), ON))
    assert [change.state for change in reports[1].changes] == ["failing"]
    state = "SELECT state, reason, since FROM source_health WHERE source = 'strait'"
    assert ask(location, state)[0][0] == "failing"
    (report,) = loaded(location, told(run(3, feed("harbour", 3)), OFF, SourceRecord("harbour")))
    assert report.changes == ()
    assert ask(location, state) == [("disabled", None, hours(3) + timedelta(minutes=1))]
    # An interrupted run of it that is loaded late, after it was disabled.
    (late,) = loaded(location, told(gone(4), OFF))
    assert late.changes == ()
    assert ask(location, state)[0][0] == "disabled"
    read = page("https://strait.example/known", Outcome.UNCHANGED, "strait", requested_at=None)
    (again,) = loaded(location, told(run(5, feed("strait", 5), read), ON))
    assert [(change.state_before, change.state) for change in again.changes] == [("failing", "ok")]
    assert ask(location, state)[0][0] == "ok"


def test_an_outlet_is_not_blind_to_what_came_up_while_it_was_disabled(location: Location) -> None:
    def carried(number: int, day: int) -> list[FetchRecord]:
        at = START + timedelta(days=day)
        text = words(f"story{number}", 150)
        urls = (f"https://harbour.example/{number}", f"https://reef.example/{number}")
        return [fetch(article(url, url[8:].partition(".")[0], text, seen_at=at, published_at=at)) for url in urls]

    def collected(number: int, day: int, *fetches: FetchRecord) -> RunBatch:
        return run(number, *fetches, at=START + timedelta(days=day))

    own = fetch(article("https://strait.example/1", "strait", words("own", 150), seen_at=START, published_at=START))
    loaded(
        location,
        collected(1, 0, feed("strait", 1), own, *carried(1, 1)),
        collected(2, 10, *carried(2, 10)),
        collected(3, 20, feed("strait", 3), *carried(3, 20)),
    )
    missed = "SELECT right(url, 1) FROM blind_spots('strait') ORDER BY ALL"
    assert ask(location, missed) == [("1",), ("3",)]
