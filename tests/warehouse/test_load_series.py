"""Runs that are loaded one after the other: each is made of what the ones before it brought, and other writers get their turn."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from newslake.errors import WarehouseBusy
from tests.warehouse.children import numbered
from warehouse.database.connect import open_reader, open_writer
from warehouse.load import series
from warehouse.location import Location
from warehouse.records import RunBatch


def counts(location: Location, seen: list[int]) -> Iterator[RunBatch]:
    """Two runs of an article each; reads before each how many there are."""
    for number in (1, 2):
        with open_reader(location) as con:
            seen += [count for (count,) in con.execute("SELECT count(*) FROM articles").fetchall()]
        yield numbered(number, count=1)


def test_each_run_is_made_when_the_one_before_is_in_the_warehouse(location: Location) -> None:
    seen: list[int] = []
    reports = list(series.load_series(location, counts(location, seen), "test"))
    assert seen == [0, 1]
    assert [report.articles for report in reports] == [1, 2]


def test_another_writer_gets_its_turn_between_two_runs(sqlite_location: Location) -> None:
    def written() -> bool:
        try:
            with open_writer(sqlite_location, "another", wait=0):
                return True
        except WarehouseBusy:
            return False

    loads = series.load_series(sqlite_location, counts(sqlite_location, []), "test")
    next(loads)
    assert not written()
    loads.close()
    assert written()


def test_a_writer_that_waits_gets_its_turn_while_runs_go_on(sqlite_location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    had_its_turn = list[bool]()

    def write() -> None:
        with open_writer(sqlite_location, "another", wait=60):
            had_its_turn.append(True)

    def runs() -> Iterator[RunBatch]:
        for number in range(1, 9):
            if number == 2:
                other.start()
            if not had_its_turn:
                yield numbered(number, count=1)
        over.extend(had_its_turn)

    monkeypatch.setattr(series, "_SECONDS_OF_A_TURN", 0.0)
    other, over = Thread(target=write), list[bool]()
    list(series.load_series(sqlite_location, runs(), "test"))
    other.join()
    assert over, "all runs were loaded first"
