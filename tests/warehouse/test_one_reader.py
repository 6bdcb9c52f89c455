"""Readers inside a block of `one_reader`: one connection to a lake, and as many as readers to a plain file."""

from __future__ import annotations

import duckdb
import pytest

from newslake.errors import NewslakeError
from tests.warehouse.children import numbered
from tests.warehouse.test_load import load
from warehouse.database.connect import leave_reader, one_reader, open_reader
from warehouse.location import Location

COUNT = "SELECT count(*) FROM articles"


def test_readers_of_a_lake_follow_one_another_in_one_connection_and_see_each_commit(lake: Location) -> None:
    load(lake, numbered(1))
    with one_reader():
        with open_reader(lake) as first:
            assert first.execute(COUNT).fetchall() == [(20,)]
        load(lake, numbered(2))
        with open_reader(lake) as second:
            assert second is first and second.execute(COUNT).fetchall() == [(40,)]
            with open_reader(lake) as inner:  # while another reader has it
                assert inner is not second and inner.execute(COUNT).fetchall() == [(40,)]
        leave_reader()
        with open_reader(lake) as third:
            assert (third is first) == (lake.file is not None)  # a server may end a connection meanwhile
            assert third.execute(COUNT).fetchall() == [(40,)]
    with pytest.raises(duckdb.ConnectionException):
        third.execute(COUNT)
    with open_reader(lake) as outside:
        assert outside is not third


def test_a_connection_in_which_something_failed_is_not_used_again(sqlite_location: Location) -> None:
    with one_reader():
        with pytest.raises(NewslakeError), open_reader(sqlite_location) as first:
            first.execute("SELECT nothing FROM articles")
        with open_reader(sqlite_location) as second:
            assert second is not first and second.execute(COUNT).fetchall() == [(0,)]


def test_sql_of_users_has_a_connection_of_its_own(sqlite_location: Location) -> None:
    with one_reader(), open_reader(sqlite_location, allow_files=False) as closed:
        assert closed.execute("SELECT current_setting('enable_external_access')").fetchall() == [(False,)]
        with open_reader(sqlite_location) as other:
            assert other.execute("SELECT current_setting('enable_external_access')").fetchall() == [(True,)]


def test_a_plain_file_is_not_kept_from_its_writer(file_location: Location) -> None:
    with one_reader():
        with open_reader(file_location) as con:
            assert con.execute(COUNT).fetchall() == [(0,)]
        load(file_location, numbered(1))
        with open_reader(file_location) as con:
            assert con.execute(COUNT).fetchall() == [(20,)]
