"""A lock keeps the second process away and tells it who holds it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from newslake.errors import CollectionUnderWay
from newslake.locks import describe_holder, is_free, is_suspended, only_one


def test_the_second_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    assert is_free(tmp_path, "backfill")
    with only_one(tmp_path, "backfill", "newslake backfill a.warc"):
        assert not is_free(tmp_path, "backfill")
        assert is_free(tmp_path, "collection")
        with pytest.raises(CollectionUnderWay) as raised, only_one(tmp_path, "backfill", "newslake backfill b.warc"):
            pass
    assert f"process {os.getpid()} on {socket.gethostname()} (newslake backfill a.warc), since " in raised.value.happened
    assert raised.value.next == "wait for it to end, then `newslake backfill b.warc`"
    assert is_free(tmp_path, "backfill")


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), only_one(tmp_path, "collection", "newslake run"):
        raise RuntimeError
    with only_one(tmp_path, "collection", "newslake run"):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_holders_file_may_be_half_written(tmp_path: Path, content: str) -> None:
    holder = tmp_path / "collect.holder"
    holder.write_text(content)
    assert describe_holder(holder) == f"an unknown process; its lock is {holder}"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux says there whether a process is suspended")
def test_a_holder_that_was_suspended_is_told_so(tmp_path: Path) -> None:
    holder = tmp_path / "collect.holder"
    with subprocess.Popen(["sleep", "60"]) as process:
        said = {"pid": process.pid, "host": socket.gethostname(), "purpose": "newslake run", "since": "2026-03-02T12:00:00+00:00"}
        holder.write_text(json.dumps(said))
        assert not is_suspended(process.pid) and "suspended" not in describe_holder(holder)
        process.send_signal(signal.SIGSTOP)  # as Ctrl-Z does
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        assert describe_holder(holder).endswith(f"it is suspended: kill -CONT {process.pid}")
        process.kill()
    assert not is_suspended(process.pid)
