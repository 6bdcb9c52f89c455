"""A lock keeps the second process away and tells it who holds it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from newslake.errors import CollectionUnderWay
from newslake.locks import describe_holder, is_free, only_one


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
