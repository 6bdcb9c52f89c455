"""Quotations follow the current text of each article, on every catalog."""

from __future__ import annotations

from typing import Any

import pytest

from flows.maintain import maintain
from flows.watchlist import load_watchlist
from tests.warehouse.makers import article, fetch, hours, run
from tests.warehouse.test_load import ask, load
from tests.warehouse.test_reclean import recleaned
from warehouse.database.connect import open_writer
from warehouse.derived.quoted import fill_quotations, missing_quotations
from warehouse.forget import choose, forget_rows
from warehouse.location import Location

A, B = "https://harbour.example/a", "https://harbour.example/b"
SAYS = "Ferries stay in Rason.\n“We will sail on Monday,” said Ada Park. “Not before,” she said."
QUOTED = "SELECT url, speaker, quotation, position FROM quotations ORDER BY url, position"
ROWS = [(A, "Ada Park", "We will sail on Monday", 25), (A, None, "Not before", 66)]


@pytest.mark.every_catalog
def test_quotations_follow_the_text(location: Location) -> None:
    load(location, run(1, fetch(article(A, text=SAYS)), fetch(article(B))))
    assert ask(location, QUOTED) == ROWS
    load(location, run(2, fetch(article(A, text=f"{SAYS} “Or later,” said Ada Park.", seen_at=hours(2)))))
    assert [row[2] for row in ask(location, QUOTED)] == ["We will sail on Monday", "Not before", "Or later"]
    load(location, recleaned(3, article(B, text="“Soon,” said Bo Lund.")))
    assert ask(location, QUOTED)[3:] == [(B, "Bo Lund", "Soon", 2)]
    with open_writer(location, "test") as writer:
        forget_rows(writer, choose(writer.con, [article(A).article_id]), A, hours(9))
    assert [row[0] for row in ask(location, QUOTED)] == [B]
    assert ask(location, "SELECT count(*) FROM quoted") == [(1,)]


@pytest.mark.every_catalog
def test_articles_of_an_older_newslake_are_searched_in_parts(location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.derived.quoted.AT_ONCE", 2)
    others = [fetch(article(f"https://harbour.example/{number}")) for number in range(4)]
    load(location, run(1, fetch(article(A, text=SAYS)), *others))
    with open_writer(location, "test") as writer:
        writer.con.execute("DELETE FROM quoted")
    assert (missing_quotations(location), ask(location, QUOTED)) == (5, [])
    assert fill_quotations(location) == 5
    assert ask(location, QUOTED) == ROWS and fill_quotations(location) == 0


def test_maintenance_searches_them(tmp_path: Any) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text('[[topic]]\nname = "oil"\nquery = "oil"\n[[source]]\nname = "harbour"\nurl = "https://harbour.example/"\n')
    watchlist = load_watchlist(config)
    load(watchlist.warehouse, run(1, fetch(article(A, text=SAYS, capture_file=None, capture_offset=None))))
    with open_writer(watchlist.warehouse, "test") as writer:
        writer.con.execute("DELETE FROM quoted")
    assert maintain(watchlist, dry_run=True).quotations_read == 1
    assert maintain(watchlist).quotations_read == 1
    assert maintain(watchlist).quotations_read == 0
    assert ask(watchlist.warehouse, QUOTED) == ROWS
