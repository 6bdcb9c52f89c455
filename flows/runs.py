"""The folder of a run while it is under way: what a later run needs to finish it if this one is killed.

    <state>/runs/<run id>/run.json        which run this is
    <state>/runs/<run id>/crawl/          the crawl's WARC files and journal
    <state>/collect.lock                  held by the collection under way, and says who

A folder goes away only after its run is in the warehouse, so a folder found while the lock is free is a run that
was interrupted.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from filelock import FileLock, Timeout

from newslake.errors import CollectionUnderWay, StorageError


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run's folder; `started_at` is aware."""

    run_id: UUID
    flow: str
    started_at: datetime
    path: Path

    @property
    def crawl(self) -> Path:
        return self.path / "crawl"


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn errors of the file system below `folder` into a `StorageError`."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write below {folder}: {error.strerror or error}",
            left="what was fetched and loaded before is kept; an unfinished run is taken up by the next one",
            next=f"make room or mend the permissions (df -h {folder}), then `newslake run`",
        ) from error


def start_run(state: Path, flow: str) -> RunFolder:
    """Make the folder of a new run."""
    run_id = uuid4()
    run = RunFolder(run_id, flow, datetime.now(UTC), state / "runs" / str(run_id))
    with storage_errors(state):
        run.crawl.mkdir(parents=True)
        # Written aside and renamed, so that a folder either has the whole of it or none.
        new = run.path / "run.json.new"
        with new.open("w", encoding="utf-8") as file:
            json.dump({"run_id": str(run.run_id), "flow": flow, "started_at": run.started_at.isoformat()}, file)
            file.flush()
            os.fsync(file.fileno())
        new.rename(run.path / "run.json")
    return run


def unfinished_runs(state: Path) -> list[RunFolder]:
    """Runs that were interrupted, oldest first. Call with the collection lock held."""
    runs = []
    for path in sorted((state / "runs").glob("*")):
        try:
            told = json.loads((path / "run.json").read_text("utf-8"))
        except FileNotFoundError:
            shutil.rmtree(path, ignore_errors=True)  # killed before it began: it holds nothing
            continue
        runs.append(RunFolder(UUID(told["run_id"]), told["flow"], datetime.fromisoformat(told["started_at"]), path))
    return sorted(runs, key=lambda run: run.started_at)


def finish_run(run: RunFolder) -> None:
    """Remove the folder of a run that is in the warehouse."""
    # The name goes first: a removal that is cut short must not look like a run without its journal.
    (run.path / "run.json").unlink(missing_ok=True)
    shutil.rmtree(run.path, ignore_errors=True)


@contextmanager
def only_one_collection(state: Path, command: str = "newslake run") -> Iterator[None]:
    """Hold the collection lock; a second collection on the same data is told who has it."""
    with only_one(state, "collection", command):
        yield


@contextmanager
def only_one(state: Path, what: str, command: str) -> Iterator[None]:
    """Hold the lock of a kind of work ("collection", "backfill"); a second one on the same data is told who has it.

    The lock is the operating system's, so a killed process never leaves it behind. `command` is what to type when it is free.
    """
    name = "collect" if what == "collection" else what
    with storage_errors(state):
        state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state / f"{name}.lock", timeout=0)
        holder = state / f"{name}.holder"
        try:
            lock.acquire()
        except Timeout:
            raise CollectionUnderWay(
                f"another {what} is under way on {state.parent}{_told(holder)}",
                left="nothing was done",
                next=f"wait for it to end, then `{command}`",
            ) from None
        try:
            holder.write_text(f"pid {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "utf-8")
        except OSError:
            lock.release()
            raise
    try:
        yield
    finally:
        lock.release()


def _told(holder: Path) -> str:
    try:
        return f" ({holder.read_text('utf-8')})"
    except OSError:
        return ""
