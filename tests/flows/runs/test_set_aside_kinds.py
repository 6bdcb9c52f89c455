"""Whatever is wrong with an interrupted run, later runs go on, and what it fetched is kept, listed and loaded later."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows.collect import MOST_IN_A_ROW, Steps, collect
from flows.runs.set_aside import MOST_DEATHS, is_temporary
from flows.serving import process as scheduled
from flows.watchlist import load_watchlist
from newslake.errors import CaptureError, StorageError, WarehouseBusy
from newslake.testing import Site
from tests.flows.command import ENVIRONMENT, ask, newslake
from tests.flows.runs.test_set_aside import Killed, killed, other_words, put, watchlist
from warehouse.database.connect import open_writer

pytestmark = pytest.mark.timeout(240)
Break = Callable[[Path], object]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as found:
        put(found, "/news/first", "Oil comes first", other_words("first"))
        found.feed("/feed", "/news/first")
        yield found


def interrupted(config: Path) -> Path:
    """The folder of a run that was killed behind its crawl."""
    with pytest.raises(Killed):
        collect(load_watchlist(config), steps=replace(Steps(), clean=killed))
    (folder,) = config.parent.glob("data/state/runs/*")
    return folder


def _no_json(folder: Path) -> object:
    return (folder / "run.json").write_text('{"run_id": "of a later version"}')


def _a_folder_as_run_json(folder: Path) -> object:
    (folder / "run.json").unlink()
    return (folder / "run.json").mkdir()


def _no_journal(folder: Path) -> object:
    return (folder / "crawl/journal.jsonl").unlink()


def _a_folder_as_journal(folder: Path) -> object:
    (folder / "crawl/journal.jsonl").unlink()
    return (folder / "crawl/journal.jsonl").mkdir()


def _a_loop_as_journal(folder: Path) -> object:
    (folder / "crawl/journal.jsonl").unlink()
    return (folder / "crawl/journal.jsonl").symlink_to("journal.jsonl")


def _a_file_as_crawl(folder: Path) -> object:
    shutil.rmtree(folder / "crawl")
    return (folder / "crawl").write_text("mine")


def _an_unknown_kind(folder: Path) -> object:
    journal = folder / "crawl/journal.jsonl"
    return journal.write_text(journal.read_text("utf-8").replace('"kind": "page"', '"kind": "hologram"'), "utf-8")


def _a_deadly_run(folder: Path) -> object:
    return (folder / "attempts").write_bytes(b"." * MOST_DEATHS)


DAMAGES: tuple[Break, ...] = (
    _no_json,
    _a_folder_as_run_json,
    _no_journal,
    _a_folder_as_journal,
    _a_loop_as_journal,
    _a_file_as_crawl,
    _an_unknown_kind,
    _a_deadly_run,
)


def _copy(folder: Path) -> Path:
    """The same run once more, under an id of its own."""
    copy = folder.with_name(str(uuid4()))
    shutil.copytree(folder, copy)
    (copy / "run.json").write_text((copy / "run.json").read_text("utf-8").replace(folder.name, copy.name), "utf-8")
    return copy


def _inside(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")} - {Path("attempts"), Path("reason.json")}


def test_damaged_runs_are_set_aside_whole_listed_and_retried(tmp_path: Path, site: Site) -> None:
    config = watchlist(tmp_path, f"{site.url}/feed")
    first = interrupted(config)
    folders = {damage: _copy(first) for damage in DAMAGES}
    for damage, folder in folders.items():
        damage(folder)
    kept = {folder.name: _inside(folder) for folder in folders.values()}
    done = newslake("run", "--plain", "--config", config)
    assert done.returncode == 1, done.stdout + done.stderr
    assert ask(config, "SELECT title FROM articles") == [("Oil comes first",)]
    assert not list((tmp_path / "data/state/runs").iterdir())
    aside = tmp_path / "data/state/set-aside"
    assert {folder.name: _inside(folder) for folder in aside.iterdir()} == kept
    listed = newslake("recover", "--config", config).stdout
    for damage, folder in folders.items():
        assert f"Run {folder.name} cannot be loaded and was set aside" in done.stdout, damage
        assert folder.name in listed, damage
    assert f"{len(DAMAGES)} runs are set aside" in newslake("status", "--config", config).stdout

    again = newslake("recover", "--all", "--config", config)
    deadly = folders[_a_deadly_run].name  # another program, another try
    assert again.returncode == 1 and f"Loaded run {deadly}" in again.stdout, again.stdout
    del kept[deadly]
    assert {folder.name: _inside(folder) for folder in aside.iterdir()} == kept
    assert ask(config, "SELECT count(*), count(DISTINCT article_id) FROM articles") == [(1, 1)]


def test_a_folder_that_an_earlier_version_set_aside_is_listed(tmp_path: Path, site: Site) -> None:
    config = watchlist(tmp_path, f"{site.url}/feed")
    folder = interrupted(config)
    (tmp_path / "data/state/damaged").mkdir()
    folder.rename(tmp_path / "data/state/damaged" / folder.name)
    assert "1 run is set aside" in newslake("status", "--config", config).stdout
    done = newslake("recover", "--all", "--config", config)
    assert done.returncode == 0 and f"Loaded run {folder.name}" in done.stdout, done.stdout
    assert ask(config, "SELECT title FROM articles") == [("Oil comes first",)]


class PanicException(BaseException):
    """What a library in Rust raises, such as that of the sketches; `except Exception` does not catch it."""


PanicException.__module__ = "pyo3_runtime"


def test_any_error_of_a_load_sets_the_run_aside(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    config = watchlist(tmp_path, f"{site.url}/feed")
    first = interrupted(config)
    errors: list[BaseException] = [PanicException("a bug in a library"), MemoryError(), RecursionError("too deep")]
    runs = {_copy(first).name for _ in errors[1:]} | {first.name}

    def fail(*_: Any) -> Any:
        raise errors[-1] if len(errors) == 1 else errors.pop()

    with monkeypatch.context() as patched:
        patched.setattr("flows.collect.load", fail)
        assert newslake("run", "--plain", "--config", config).returncode == 1
    aside = tmp_path / "data/state/set-aside"
    assert {json.loads((folder / "reason.json").read_text())["error"] for folder in aside.iterdir()} == {
        "PanicException",
        "MemoryError",
        "RecursionError",
    }
    assert len(list(aside.iterdir())) == len(runs) + 1  # the interrupted runs, and the one that found them
    done = newslake("recover", "--all", "--config", config)
    assert done.returncode == 0 and all(f"Loaded run {run}" in done.stdout for run in runs), done.stdout
    assert ask(config, "SELECT count(*), count(DISTINCT article_id) FROM articles") == [(1, 1)]


def test_a_failure_of_every_load_ends_the_fetching_and_passes_by_itself(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is fetched and cannot be loaded would be fetched again by each run, and fill the disk."""
    config = watchlist(tmp_path, f"{site.url}/feed")
    assert newslake("run", "--plain", "--config", config).returncode == 0
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute("ALTER TABLE fingerprints RENAME TO away")
    for number in range(MOST_IN_A_ROW + 1):
        put(site, f"/news/{number}", f"Oil comes again {number}", other_words(f"again{number}"))
        site.feed("/feed", *(f"/news/{each}" for each in range(number + 1)))
        before = len(site.paths())
        done = newslake("run", "--plain", "--config", config)
        assert done.returncode == 1
        if number >= MOST_IN_A_ROW:
            assert f"the last {MOST_IN_A_ROW} runs could not be loaded, so nothing was fetched" in done.stderr
            assert "State:" in done.stderr and "Next:" in done.stderr
            assert len(site.paths()) == before
    assert len(list((tmp_path / "data/state/set-aside").iterdir())) == MOST_IN_A_ROW
    with monkeypatch.context() as patched:  # hours later: perhaps only the old runs cannot be loaded
        patched.setattr("flows.collect.PAUSE", timedelta(0))
        assert newslake("run", "--plain", "--config", config).returncode == 1
    assert len(site.paths()) > before
    assert len(list((tmp_path / "data/state/set-aside").iterdir())) == MOST_IN_A_ROW + 1

    with open_writer(load_watchlist(config).warehouse, "test", prepare=lambda _: None) as writer:
        writer.con.execute("ALTER TABLE away RENAME TO fingerprints")
    done = newslake("run", "--plain", "--config", config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list((tmp_path / "data/state/set-aside").iterdir())
    assert ask(config, "SELECT count(*), count(DISTINCT article_id) FROM articles") == [(MOST_IN_A_ROW + 2, MOST_IN_A_ROW + 2)]
    assert len({json.dumps(row) for row in ask(config, "SELECT url FROM articles")}) == MOST_IN_A_ROW + 2


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (caused(CaptureError("captures cannot be written"), OSError(errno.ENOSPC, "No space left on device")), True),
        (caused(CaptureError("captures cannot be written"), PermissionError(errno.EACCES, "denied", "/captures/day")), True),
        (caused(CaptureError("a capture cannot be read"), OSError(errno.EIO, "Input/output error")), False),
        (caused(CaptureError("a capture cannot be read"), FileNotFoundError(errno.ENOENT, "no", "/run/crawl/a.warc.gz")), False),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/run/crawl/a.warc.gz"), True),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), True),
        (PermissionError(errno.EACCES, "Permission denied", "/run/crawl/journal.jsonl"), False),
        (PermissionError(errno.EACCES, "Permission denied", "/captures/day.warc.gz"), True),
        (OSError(errno.EIO, os.strerror(errno.EIO)), False),  # reading from a bad sector names no file
        (OSError(errno.EIO, os.strerror(errno.EIO), "/captures/day.warc.gz"), True),
        (WarehouseBusy("held"), True),
        (StorageError("full"), True),
        (CaptureError("damaged"), False),
        (ValueError("a defect"), False),
    ],
    ids=str,
)
def test_which_errors_pass(error: BaseException, passes: bool) -> None:
    assert is_temporary(error, Path("/run")) is passes


def test_a_scheduled_run_that_sets_one_aside_does_not_end_as_if_all_were_well(tmp_path: Path, site: Site) -> None:
    config = watchlist(tmp_path, f"{site.url}/feed")
    folder = interrupted(config)
    _an_unknown_kind(folder)
    task = scheduled.Job(config.read_text("utf-8"), datetime.now(UTC)).line(config)
    environment = ENVIRONMENT | {"NEWSLAKE_WORKERS": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", "flows.serving.process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(task)
        process.stdin.flush()
        said = process.stdout.read()
    assert process.returncode == scheduled.SET_ASIDE and f"Run {folder.name} cannot be loaded" in said, said
    assert ask(config, "SELECT title FROM articles") == [("Oil comes first",)]
