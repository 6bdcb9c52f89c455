"""Upkeep on each catalog: the rows stay as they are, whoever reads meanwhile counts right, and a full disk changes nothing."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest

from tests.warehouse.children import edited, numbered
from tests.warehouse.test_access import child, finished
from tests.warehouse.test_load import ask, everything, load
from warehouse import maintain
from warehouse.database.connect import open_reader
from warehouse.database.writer import Writer
from warehouse.location import Location
from warehouse.maintain import tend

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("flush_inlined_data", "expire_snapshots", "rewrite_data_files", "merge_adjacent_files")


class Editor:
    """Another process that loads edits when it is asked to, and what it says."""

    def __init__(self, location: Location) -> None:
        command = [sys.executable, "-m", "tests.warehouse.children", "edit_when_asked", location.model_dump_json()]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.said: Queue[str] = Queue()
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.said.put(line.strip())

    def ask(self, number: int, first: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number} {first}\n")
        self.process.stdin.flush()

    def hear(self, seconds: float = 60) -> str:
        """The next thing that it says; nothing if it is silent for so long."""
        try:
            return self.said.get(timeout=seconds)
        except Empty:
            return ""

    def end(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0


def latest(location: Location) -> int:
    return int(ask(location, "SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")[0][0])


def states(location: Location, since: int) -> dict[int, Any]:
    """What each kept snapshot from `since` on says of the articles and revisions, by version."""
    columns = "article_id, content_hash, title"
    with open_reader(location) as con:
        kept = "SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE snapshot_id >= ? ORDER BY 1"
        versions = [row[0] for row in con.execute(kept, [since]).fetchall()]
        return {
            version: [
                con.execute(f"SELECT {columns} FROM {table} AT (VERSION => {version}) ORDER BY ALL").fetchall()
                for table in ("articles", "revisions")
            ]
            for version in versions
        }


@pytest.mark.parametrize("step", [STEPS[0], *(pytest.param(step, marks=pytest.mark.e2e) for step in STEPS[1:])])
def test_a_load_between_two_steps_waits_and_old_states_stay_right(
    sqlite_location: Location, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load after flush_inlined_data once made the next maintenance spoil old snapshots (duckdb/ducklake#1406)."""
    load(sqlite_location, numbered(1, 150))
    first = latest(sqlite_location)
    load(sqlite_location, edited(2, 1, range(60)))
    editor = Editor(sqlite_location)
    heard: list[str] = []
    do = maintain._in_transaction

    def then_load(writer: Writer, function: str, options: dict[str, Any]) -> list[tuple[Any, ...]]:
        rows = do(writer, function, options)
        if heard:
            heard.append(editor.hear(0.5))
        elif function == step:
            editor.ask(3, 100)
            heard.append(editor.hear())
        return rows

    open_for_upkeep = maintain.upkeep

    def after_the_load(location: Location) -> AbstractContextManager[Writer]:
        if heard:  # the lock was given up between two steps: whoever waits for it comes first
            heard.append(editor.hear())
        return open_for_upkeep(location)

    before = states(sqlite_location, first)
    with monkeypatch.context() as patched:
        patched.setattr(maintain, "_in_transaction", then_load)
        patched.setattr(maintain, "upkeep", after_the_load)
        tend(sqlite_location, datetime.now(UTC), 7)
    assert "loaded" in heard or editor.hear() == "loaded"
    before |= states(sqlite_location, first)
    tend(sqlite_location, datetime.now(UTC), 7)
    after = states(sqlite_location, first)
    assert [version for version in before if version in after and after[version] != before[version]] == []
    assert heard[0] == "waiting" and set(heard[1:]) <= {""}
    editor.end()


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
