"""Upkeep on each catalog: the rows stay as they are, whoever reads meanwhile counts right, and a full disk changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.warehouse.children import numbered
from tests.warehouse.test_access import child, finished
from tests.warehouse.test_load import ask, everything, load
from warehouse.location import Location
from warehouse.maintain import tend


@pytest.mark.every_catalog
def test_the_rows_stay_and_the_files_become_few(location: Location) -> None:
    for number in range(1, 3):
        load(location, numbered(number))
        if location.is_lake:
            assert tend(location, datetime.now(UTC), 7).rows_flushed > 0
    before = everything(location)
    assert not location.is_lake or tend(location, datetime.now(UTC), 7, dry_run=True).snapshots_expired == 0
    done = [tend(location, datetime.now(UTC) + timedelta(days=days), 7) for days in (10, 13)]
    assert everything(location) == before
    if location.is_lake:
        assert done[0].snapshots_expired > 0 and sum(each.files_deleted for each in done) > 0
        assert ask(location, "SELECT count(*) FROM ducklake_list_files('lake', 'articles')") == [(1,)]
    load(location, numbered(3))
    assert ask(location, "SELECT count(*) FROM articles") == [(60,)]


@pytest.mark.e2e
def test_readers_count_right_while_rows_are_loaded_changed_flushed_and_merged(lake: Location) -> None:
    """What a query reads of the catalog must be of one moment: rows that are flushed are in two places for an instant."""
    load(lake, numbered(1))
    readers = [child("read_until", lake, 12) for _ in range(3)]
    code, said = finished(child("maintain_between", lake, 2, 5))
    assert (code, said) == (0, "")
    for reader in readers:
        code, said = finished(reader)
        assert code == 0, said
        assert int(said) > 0
    assert ask(lake, "SELECT count(*) FROM articles") == [(80,)]


@pytest.mark.e2e
def test_a_full_disk_at_maintenance_changes_nothing_and_says_so(lake: Location) -> None:
    for number in range(1, 4):
        load(lake, numbered(number))
    before = everything(lake)
    code, said = finished(child("maintain_on_a_full_disk", lake, 3_000))
    assert code == 1
    assert said.startswith("StorageError: could not write to the warehouse"), said
    assert "Next: free disk space" in said
    assert everything(lake) == before
    assert tend(lake, datetime.now(UTC), 7).rows_flushed > 0
    assert everything(lake) == before


def test_files_without_a_row_are_deleted_after_a_day(sqlite_location: Location) -> None:
    """A load that was killed or ran out of room leaves files that no commit names."""
    load(sqlite_location, numbered(1))
    tend(sqlite_location, datetime.now(UTC), 7)
    (known,) = Path(sqlite_location.data).rglob("articles/*.parquet")
    stray = known.with_name("ducklake-0197cf9f-3da7-7814-bb7d-ad457ff9e744.parquet")
    stray.write_bytes(known.read_bytes())
    tend(sqlite_location, datetime.now(UTC), 7)
    assert stray.exists()
    tend(sqlite_location, datetime.now(UTC) + timedelta(days=2), 7)
    assert not stray.exists() and known.exists()
