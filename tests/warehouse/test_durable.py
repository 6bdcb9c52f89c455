"""What was written since a moment reaches the disk before a load ends, and nothing older is synced again."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from warehouse.database.durable import sync_new_files


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system which files were synced")
def test_only_what_is_new_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "a" / "old.parquet", tmp_path / "b" / "new.parquet"
    for file in (old, new):
        file.parent.mkdir()
        file.write_bytes(b"rows")
    past = time.time() - 3600
    os.utime(old, (past, past))
    os.utime(old.parent, (past, past))
    synced: list[str] = []
    real = os.fsync

    def heard(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", heard)
    sync_new_files(tmp_path, time.time())
    assert {"new.parquet", "b", tmp_path.name} == set(synced)
