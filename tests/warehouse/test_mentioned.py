"""The names in articles follow their current text, on every catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.maintain import maintain
from flows.watchlist import load_watchlist
from tests.warehouse.makers import article, fetch, hours, run
from tests.warehouse.test_load import ask, load
from tests.warehouse.test_reclean import recleaned
from warehouse.database.connect import open_writer
from warehouse.derived.mentioned import fill_mentions, unnamed
from warehouse.forget import choose, forget_rows
from warehouse.location import Location

A, B = "https://harbour.example/a", "https://harbour.example/b"
TEXT = "Ferries stay in the harbour.\nIt was Dr. Ada Park who said so."
# The title that makers.py gives to each article names a place.
NAMED = (
    "SELECT url, kind, name, in_title, m.times, position FROM mentions AS m JOIN articles USING (article_id) "
    "WHERE kind = 'person' ORDER BY ALL"
)
ROWS = [(A, "person", "Ada Park", False, 1, 41)]


@pytest.mark.every_catalog
def test_names_follow_the_text(location: Location) -> None:
    load(location, run(1, fetch(article(A, text=TEXT)), fetch(article(B))))
    assert ask(location, NAMED) == ROWS
    load(location, run(2, fetch(article(A, text=f"{TEXT} So did Dr. Bo Lund.", seen_at=hours(2)))))
    assert [row[2] for row in ask(location, NAMED)] == ["Ada Park", "Bo Lund"]
    load(location, recleaned(3, article(B, text="So Dr. Cy Lund said.")))
    assert ask(location, NAMED)[2:] == [(B, "person", "Cy Lund", False, 1, 8)]
    with open_writer(location, "test") as writer:
        forget_rows(writer, choose(writer.con, [article(A).article_id]), A, hours(9))
    assert [row[0] for row in ask(location, NAMED)] == [B]
    assert ask(location, "SELECT count(*) FROM named") == [(1,)]


@pytest.mark.every_catalog
def test_articles_that_no_load_or_older_rules_searched_are_searched_in_parts(
    location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.derived.mentioned.AT_ONCE", 2)
    others = [fetch(article(f"https://harbour.example/{number}")) for number in range(4)]
    load(location, run(1, fetch(article(A, text=TEXT)), *others))
    with open_writer(location, "test") as writer:
        writer.con.execute("DELETE FROM named WHERE article_id NOT IN (SELECT article_id FROM mentions WHERE kind = 'person')")
        writer.con.execute("UPDATE named SET rules = 0")
        writer.con.execute("UPDATE mentions SET name = 'Ada'")
    assert unnamed(location) == 5
    assert fill_mentions(location) == 5
    assert ask(location, NAMED) == ROWS and fill_mentions(location) == 0


def test_switched_off_nothing_is_searched_and_nothing_wrong_stays(tmp_path: Path) -> None:
    on = Location(catalog=str(tmp_path / "news.duckdb"))
    off = on.model_copy(update={"names": False})
    load(on, run(1, fetch(article(A, text=TEXT))))
    load(
        off,
        run(
            2,
            fetch(article(A, text="Nobody said so, she says now.", seen_at=hours(2))),
            fetch(article(B, text="So said Dr. Bo Lund.")),
        ),
    )
    assert (ask(off, NAMED), ask(off, "FROM named"), unnamed(off), fill_mentions(off)) == ([], [], 0, 0)
    assert fill_mentions(on) == 2
    assert [row[:3] for row in ask(on, NAMED)] == [(B, "person", "Bo Lund")]


def test_maintenance_searches_them(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text('[[topic]]\nname = "oil"\nquery = "oil"\n[[source]]\nname = "harbour"\nurl = "https://harbour.example/"\n')
    watchlist = load_watchlist(config)
    load(watchlist.warehouse, run(1, fetch(article(A, text=TEXT, capture_file=None, capture_offset=None))))
    with open_writer(watchlist.warehouse, "test") as writer:
        writer.con.execute("DELETE FROM named")
    assert maintain(watchlist, dry_run=True).names_read == 1
    assert maintain(watchlist).names_read == 1
    assert maintain(watchlist).names_read == 0
    assert ask(watchlist.warehouse, NAMED) == ROWS
