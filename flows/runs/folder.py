"""Manage the folder of a run under way, which holds all that a later run needs to finish it after a kill.

    <state>/runs/<run id>/run.json        which run this is
    <state>/runs/<run id>/crawl/          the crawl's WARC files and journal
    <state>/collect.lock                  held by the collection under way; names its process
    <state>/runs/<run id>/attempts        a byte for each attempt to finish the run during which the program died
    <state>/set-aside/<run id>/           a run that cannot be read or loaded, see flows.runs.set_aside

A folder is removed only after its run is in the warehouse. A folder found while the lock is free therefore belongs to
an interrupted run.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from newslake.disk import storage_errors, sync, write_whole
from newslake.errors import CaptureError
from newslake.secrecy import redacted
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


def is_run_id(name: str) -> bool:
    """Return whether a name is a run id as newslake writes it, so that the file or folder belongs to newslake."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


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


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The runs that were interrupted, oldest first, and the folders that cannot be read, each with the error."""

    runs: list[RunFolder]
    unreadable: list[tuple[Path, Exception]]


def unfinished_runs(state: Path) -> Unfinished:
    """Find the interrupted runs, and remove the folder of one that fetched nothing. Call this with the collection lock held.

    Raises:
        StorageError: the state folder cannot be read or written.
    """
    found = Unfinished([], [])
    with storage_errors(state):
        for path in sorted((state / "runs").glob("*")):
            if not path.is_dir() or not is_run_id(path.name):
                continue  # not written by newslake (.DS_Store, a backup), so left alone
            try:
                run = read_run(path)
                if _fetched_something(run):
                    found.runs.append(run)
                else:
                    finish_run(run)
            except FileNotFoundError:
                shutil.rmtree(path, ignore_errors=True)  # killed before it started or during removal
            except UNREADABLE as error:
                found.unreadable.append((path, error))
    found.runs.sort(key=lambda run: run.started_at)
    return found


def _fetched_something(run: RunFolder) -> bool:
    """Return whether the crawl of a run began: its journal exists before the first request.

    Raises:
        CaptureError: the folder has captures, or something unknown, and no journal.
    """
    if has_journal(run.crawl):
        return True
    if run.crawl.is_dir() and not any(run.crawl.glob("*.warc*")):
        return False
    raise CaptureError(
        "it has captures but no journal" if run.crawl.is_dir() else "it has no folder crawl",
        left="nothing in it was changed",
        next=f"newslake backfill {run.crawl} (its captures are WARC files)",
    )


def readable_run(path: Path) -> RunFolder:
    """Return the run in a folder whose run.json and journal are there. Raises one of UNREADABLE if they are not."""
    run = read_run(path)
    _fetched_something(run)
    return run


# What makes a folder unreadable, whatever the reason.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, OSError, CaptureError)


def why_unreadable(error: BaseException, folder: Path, file: str = "run.json") -> str:
    """Return in words why something in a folder of a run cannot be read.

    Args:
        error: one of UNREADABLE.
        file: the file in the folder that was read, for errors that do not name one.
    """
    if isinstance(error, CaptureError):
        return error.happened
    if not isinstance(error, OSError):
        said = f"{error} is missing" if isinstance(error, KeyError) else redacted(" ".join(str(error).split()))[:200]
        return f"{file} is not what newslake wrote there" + (f" ({said})" if said else "")
    path = Path(error.filename) if isinstance(error.filename, str) else folder / file
    name = str(path.relative_to(folder)) if path.is_relative_to(folder) and path != folder else str(path)
    if isinstance(error, FileNotFoundError):
        return f"{name} is missing"
    if isinstance(error, PermissionError):
        return f"this user may not read {name}"
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder"
    return f"{name} cannot be read: {error.strerror or error}"


def read_run(path: Path) -> RunFolder:
    """Read the run.json of a folder.

    Raises:
        ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, OSError: run.json is missing or damaged.
    """
    described = json.loads((path / "run.json").read_text("utf-8"))
    started_at = datetime.fromisoformat(described["started_at"])
    if started_at.tzinfo is None:
        raise ValueError("started_at has no time zone")
    started_at = started_at.astimezone(UTC)
    return RunFolder(UUID(described["run_id"]), str(described["flow"]), started_at, path)


def begin_attempt(run: RunFolder) -> int:
    """Note an attempt to finish a run, and return during how many attempts before it the program died."""
    file = run.path / "attempts"
    try:
        with file.open("ab") as out:
            died = out.tell()
            out.write(b".")
        return died
    except OSError:  # a full disk: whoever cannot note an attempt has other troubles
        return 0


def end_attempt(run: RunFolder) -> None:
    """Note that an attempt came to its end, whether or not the run was loaded."""
    with suppress(OSError):
        (run.path / "attempts").unlink(missing_ok=True)


def finish_run(run: RunFolder) -> None:
    """Remove the folder of a run that is in the warehouse."""
    # run.json goes first: an interrupted removal must not look like a run that lost its journal.
    (run.path / "run.json").unlink(missing_ok=True)
    shutil.rmtree(run.path, ignore_errors=True)
