"""Files are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from newslake.disk import storage_errors, whole_file, write_whole
from newslake.errors import StorageError


def test_a_write_that_fails_halfway_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write_whole(file, b"first")
    with pytest.raises(RuntimeError), whole_file(file) as out:
        out.write(b"sec")
        raise RuntimeError
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]
    write_whole(file, b"second", durable=False)
    assert file.read_bytes() == b"second"


def test_errors_of_the_file_system_name_the_folder_and_the_next_command(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(StorageError) as raised, storage_errors(tmp_path / "captures"):
        (state / "file").write_bytes(b"")
    assert f"cannot write below {state}: No such file or directory" in str(raised.value)  # not below captures, which are well
    assert f"df -h {tmp_path}" in str(raised.value)
