"""A log beside the catalog that cannot be read is named, and nothing is written: it may hold the latest loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from newslake.errors import StorageError
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location

pytestmark = pytest.mark.every_catalog


@pytest.mark.parametrize("kind", ["folder", "loop"])
def test_a_log_that_is_no_file_is_named(location: Location, kind: str) -> None:
    if location.file is None:
        pytest.skip("a server keeps its own log")
    log = location.file.with_name(location.file.name + ("-wal" if location.kind == "sqlite" else ".wal"))
    log.unlink(missing_ok=True)
    if kind == "folder":
        log.mkdir()
    else:
        log.symlink_to(log.name)
    before = location.file.read_bytes()
    for opened in (open_reader(location), open_writer(location, "test")):
        with pytest.raises(StorageError) as raised, opened:
            pass
        assert f"{log} cannot be read, the log of the warehouse" in raised.value.happened
        assert raised.value.next and f"ls -l {log}" in raised.value.next
    assert location.file.read_bytes() == before and Path(log).is_symlink() is (kind == "loop")
