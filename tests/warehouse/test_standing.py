"""A reader that stays open, as a notebook has one, on each catalog."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.children import numbered
from tests.warehouse.test_load import load
from warehouse.database.standing import StandingReader
from warehouse.location import Location


@pytest.mark.every_catalog
def test_it_reads_in_its_zone_and_cannot_write(location: Location, tmp_path: Path) -> None:
    load(location, numbered(1))
    reader = StandingReader(location, "Asia/Seoul", tmp_path)
    for con in (reader.con, reader.cursor()):
        answer = con.execute("SELECT count(*), min(published_at)::VARCHAR FROM articles").fetchall()
        assert answer == [(20, "2026-03-01 18:00:00+09")]
        assert con.execute("SELECT count(*) FROM stories").fetchall() == [(20,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("DELETE FROM articles")
    scratch = list(tmp_path.glob("newslake-query-*"))
    assert len(scratch) == 1
    reader.close()
    reader.close()
    assert list(tmp_path.glob("newslake-query-*")) == []


def test_it_sees_each_commit(lake: Location) -> None:
    load(lake, numbered(1))
    reader = StandingReader(lake)
    counted, cursor = reader.con.sql("SELECT count(*) FROM articles"), reader.cursor()
    assert counted.fetchall() == [(20,)]
    load(lake, numbered(2))
    assert counted.fetchall() == cursor.execute("SELECT count(*) FROM articles").fetchall() == [(40,)]
    reader.close()


def test_what_nobody_refers_to_is_closed(file_location: Location, tmp_path: Path) -> None:
    load(file_location, numbered(1))
    reader = StandingReader(file_location, spill=tmp_path)
    assert reader.con.execute("SELECT count(*) FROM articles").fetchall() == [(20,)]
    del reader
    load(file_location, numbered(2))  # the file would be locked
    assert list(tmp_path.glob("newslake-query-*")) == []
