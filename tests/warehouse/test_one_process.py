"""A program that reads the corpus loads it too, as a notebook does: no commit is lost, and the reader goes on."""

from __future__ import annotations

import pytest

from tests.warehouse.makers import article, fetch, run
from tests.warehouse.test_load import ask, load
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location

ROWS = 20_000


@pytest.mark.every_catalog
def test_loads_beside_a_reader_of_the_same_process_are_kept(location: Location) -> None:
    if not location.is_lake:  # a file has one writer or many readers at a time
        return
    load(location, run(1, fetch(article("https://harbour.example/1"))))
    with open_reader(location) as con:
        rows = con.execute(f"SELECT url, n FROM articles, range({ROWS}) AS t(n)")  # being read to the end of the block
        assert len(rows.fetchmany(10)) == 10
        for number in range(2, 6):
            load(location, run(number, fetch(article(f"https://harbour.example/{number}"))))
            with open_writer(location, "test") as writer:
                writer.con.execute("INSERT INTO searches VALUES (?, 'oil', now())", [str(number)])
            assert ask(location, "SELECT count(*) FROM articles") == [(number,)]
        assert len(rows.fetchall()) == ROWS - 10
    assert ask(location, "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM searches)") == [(5, 4)]
