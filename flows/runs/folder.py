"""Manage the folder of a run under way, which holds all that a later run needs to finish it after a kill.

    <state>/runs/<run id>/run.json        which run this is
    <state>/runs/<run id>/crawl/          the crawl's WARC files and journal
    <state>/collect.lock                  held by the collection under way; names its process
    <state>/damaged/<run id>/             a run's folder that cannot be read, set aside whole
    <state>/set-aside/<run id>/           a run that cannot be loaded, see flows.runs.set_aside

A folder is removed only after its run is in the warehouse. A folder found while the lock is free therefore belongs to
an interrupted run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from newslake.disk import storage_errors, sync, write_whole
from newslake.run_ids import is_run_id
from spiders.journal import has_journal


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run; `started_at` has a time zone."""

    run_id: UUID
    flow: str
    started_at: datetime
    path: Path

    @property
    def crawl(self) -> Path:
        return self.path / "crawl"


def start_run(state: Path, flow: str) -> RunFolder:
    """Create the folder of a new run."""
    run_id = uuid4()
    run = RunFolder(run_id, flow, datetime.now(UTC), state / "runs" / str(run_id))
    with storage_errors(state):
        run.crawl.mkdir(parents=True)
        described = {"run_id": str(run.run_id), "flow": flow, "started_at": run.started_at.isoformat()}
        write_whole(run.path / "run.json", json.dumps(described).encode())
        sync(run.path.parent)
    return run


def unfinished_runs(state: Path, note: Callable[[str], None]) -> list[RunFolder]:
    """Return the interrupted runs, oldest first. Call this with the collection lock held.

    Removes the folder of a run that fetched nothing. Sets aside a folder that cannot be read.

    Args:
        note: called with one line of text for each folder that is set aside.
    Raises:
        StorageError: the state folder cannot be read or written.
    """
    runs = []
    with storage_errors(state):
        for path in sorted((state / "runs").glob("*")):
            if not path.is_dir() or not is_run_id(path.name):
                continue  # not written by newslake (.DS_Store, a backup), so left alone
            try:
                run = read_run(path)
            except FileNotFoundError:
                shutil.rmtree(path, ignore_errors=True)  # killed before it started or during removal
                continue
            except (ValueError, TypeError, KeyError, AttributeError, IsADirectoryError, RecursionError) as error:
                note(_set_aside(state, path, f"its run.json cannot be read ({error})"))
                continue
            if has_journal(run.crawl):
                runs.append(run)
            elif any(run.crawl.glob("*.warc*")):
                note(_set_aside(state, path, "it has captures but no journal"))
            else:
                finish_run(run)  # the journal exists before the first request, so nothing was fetched
    return sorted(runs, key=lambda run: run.started_at)


def read_run(path: Path) -> RunFolder:
    """Read the run.json of a folder.

    Raises:
        ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError: run.json is missing or damaged.
    """
    described = json.loads((path / "run.json").read_text("utf-8"))
    started_at = datetime.fromisoformat(described["started_at"])
    if started_at.tzinfo is None:
        raise ValueError("started_at has no time zone")
    return RunFolder(UUID(described["run_id"]), str(described["flow"]), started_at, path)


def _set_aside(state: Path, path: Path, why: str) -> str:
    """Move a damaged folder with all its content to `damaged`, and return a line that says so."""
    damaged = state / "damaged"
    damaged.mkdir(exist_ok=True)
    target = damaged / path.name
    if target.exists():  # a copy of the folder was put back
        target = damaged / f"{path.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    path.rename(target)
    return f"The folder of an interrupted run is damaged, {why}: set aside in {target}, nothing in it was deleted."


def finish_run(run: RunFolder) -> None:
    """Remove the folder of a run that is in the warehouse."""
    # run.json goes first: an interrupted removal must not look like a run that lost its journal.
    (run.path / "run.json").unlink(missing_ok=True)
    shutil.rmtree(run.path, ignore_errors=True)
