"""The folder of a run while it is under way: what a later run needs to finish it if this one is killed.

    <state>/runs/<run id>/run.json        which run this is
    <state>/runs/<run id>/crawl/          the crawl's WARC files and journal
    <state>/collect.lock                  held by the collection under way, and says who
    <state>/damaged/<run id>/             a run's folder that cannot be read, set aside whole
    <state>/set-aside/<run id>/           a run that cannot be loaded, see flows.set_aside

A folder goes away only after its run is in the warehouse, so a folder found while the lock is free is a run that
was interrupted.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from filelock import FileLock, Timeout

from newslake.disk import sync
from newslake.errors import CollectionUnderWay, StorageError
from spiders.journal import has_journal

# Who only looks whether a lock is free (`is_free`) holds it for a millisecond, and keeps nobody away.
LOOK_SECONDS = 0.3


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


def write_whole(file: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the machine stops."""
    new = file.with_name(file.name + ".new")
    with new.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    sync(file.parent)


def start_run(state: Path, flow: str) -> RunFolder:
    """Make the folder of a new run."""
    run_id = uuid4()
    run = RunFolder(run_id, flow, datetime.now(UTC), state / "runs" / str(run_id))
    with storage_errors(state):
        run.crawl.mkdir(parents=True)
        told = {"run_id": str(run.run_id), "flow": flow, "started_at": run.started_at.isoformat()}
        write_whole(run.path / "run.json", json.dumps(told).encode())
        sync(run.path.parent)
    return run


def unfinished_runs(state: Path, note: Callable[[str], None]) -> list[RunFolder]:
    """Runs that were interrupted, oldest first. Call with the collection lock held.

    A run that fetched nothing is removed. A folder that cannot be read is set aside, and `note` is told so in a line.
    """
    runs = []
    with storage_errors(state):
        for path in sorted((state / "runs").glob("*")):
            if not path.is_dir() or not _is_run_id(path.name):
                continue  # put there by somebody else (.DS_Store, a backup), so not for us to judge or to remove
            try:
                run = read_run(path)
            except FileNotFoundError:
                shutil.rmtree(path, ignore_errors=True)  # killed before it began, or while it was removed
                continue
            except (ValueError, TypeError, KeyError, AttributeError, IsADirectoryError, RecursionError) as error:
                note(_set_aside(state, path, f"its run.json cannot be read ({error})"))
                continue
            if has_journal(run.crawl):
                runs.append(run)
            elif any(run.crawl.glob("*.warc*")):
                note(_set_aside(state, path, "it has captures but no journal"))
            else:
                finish_run(run)  # the journal is there before the first request, so nothing was fetched
    return sorted(runs, key=lambda run: run.started_at)


def _is_run_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def read_run(path: Path) -> RunFolder:
    """Read which run a folder is.

    ValueError, TypeError, KeyError, AttributeError, RecursionError or OSError where its run.json cannot be read.
    """
    told = json.loads((path / "run.json").read_text("utf-8"))
    started_at = datetime.fromisoformat(told["started_at"])
    if started_at.tzinfo is None:
        raise ValueError("started_at has no time zone")
    return RunFolder(UUID(told["run_id"]), str(told["flow"]), started_at, path)


def _set_aside(state: Path, path: Path, why: str) -> str:
    """Move a run's folder out of the way with all that is in it; what happened, in a line."""
    damaged = state / "damaged"
    damaged.mkdir(exist_ok=True)
    target = damaged / path.name
    if target.exists():  # a copy of the folder was put back
        target = damaged / f"{path.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    path.rename(target)
    return f"The folder of an interrupted run is damaged, {why}: set aside in {target}, nothing in it was deleted."


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
    """Hold the lock of a kind of work ("collection", "backfill", "schedule", "maintenance"); a second one on the same data is
    told who has it.

    The lock is the operating system's, so a killed process never leaves it behind. `command` is what to type when it is free.
    """
    with storage_errors(state):
        state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(_lock_file(state, what), timeout=LOOK_SECONDS)
        holder = _lock_file(state, what).with_suffix(".holder")
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


def is_free(state: Path, what: str) -> bool:
    """Whether nobody is at a kind of work on the same data just now."""
    lock = _lock_file(state, what)
    if not lock.exists():
        return True
    try:
        with FileLock(lock, timeout=0):
            return True
    except (Timeout, OSError):
        return False


def _lock_file(state: Path, what: str) -> Path:
    return state / f"{'collect' if what == 'collection' else what}.lock"


def _told(holder: Path) -> str:
    try:
        return f" ({holder.read_text('utf-8')})"
    except OSError:
        return ""
