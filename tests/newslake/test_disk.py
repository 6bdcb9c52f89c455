"""Files are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newslake.disk import move_whole, storage_errors, whole_file, write_whole
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


def test_a_pipe_or_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe, made = tmp_path / "pipe", tmp_path / "made"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"one")
    made.write_bytes(b"two")
    move_whole(made, pipe)
    assert os.read(reader, 100) == b"onetwo" and pipe.is_fifo() and not made.exists()
    os.close(reader)
    made.write_bytes(b"three")
    move_whole(made, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"three" and not made.exists()


def test_a_name_of_nothing_is_a_folder(tmp_path: Path) -> None:
    for name in ("", ".", str(tmp_path)):
        with pytest.raises(OSError):
            write_whole(Path(name), b"x")
    assert list(tmp_path.parent.glob("*.new")) == [] and list(Path().glob("*.new")) == []


def test_errors_of_the_file_system_name_the_folder_and_the_next_command(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(StorageError) as raised, storage_errors(tmp_path / "captures"):
        (state / "file").write_bytes(b"")
    assert f"cannot write below {state}: No such file or directory" in str(raised.value)  # not below captures, which are well
    assert f"df -h {tmp_path}" in str(raised.value)
