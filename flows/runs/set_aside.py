"""Set aside runs that cannot be loaded, complete and with the reason, so that they do not block later runs.

    <state>/set-aside/<run id>/             the run's folder as it was: run.json, crawl/ with captures and journal
    <state>/set-aside/<run id>/reason.json  the error, its traceback, the time, and the version of newslake

`newslake recover` lists them, and loads them once the cause is gone, usually after an upgrade. Nothing else removes them.
"""

from __future__ import annotations

import errno
import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from flows.runs.folder import RunFolder
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.disk import storage_errors, sync, write_whole
from newslake.errors import (
    CollectionUnderWay,
    RunFailed,
    StorageError,
    UsageError,
    WarehouseBusy,
    WarehouseMissing,
    WarehouseOutdated,
)

FOLDER = "set-aside"
REASON = "reason.json"
# These pass without any change to the run: its folder stays in place, and the next run finishes it.
_TEMPORARY = (CollectionUnderWay, StorageError, WarehouseBusy, WarehouseMissing, WarehouseOutdated, OSError)
# With these the file system reports a damaged run folder rather than a problem of the disk.
_OF_THE_FOLDER = {errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EILSEQ, errno.EINVAL}

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A run that was set aside; `error` is the type of its error. Times have a time zone; None if they cannot be read."""

    run_id: str
    folder: Path
    flow: str
    started_at: datetime | None
    set_aside_at: datetime | None
    version: str
    error: str
    message: str
    traceback: str


def fails_for_good(step: Callable[Concatenate[Watchlist, RunFolder, P], R]) -> Callable[Concatenate[Watchlist, RunFolder, P], R]:
    """Decorate a step of a run: errors that a retry cannot cure become `RunFailed`; temporary errors pass unchanged."""

    @wraps(step)
    def guarded(watchlist: Watchlist, run: RunFolder, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return step(watchlist, run, *args, **kwargs)
        except Exception as error:
            if is_temporary(error, run.path):
                raise
            raise RunFailed(
                f"run {run.run_id} cannot be loaded: {brief(error)}",
                left=f"what it fetched is kept in {run.path}; nothing of it was loaded",
                next="newslake run",
            ) from error

    return guarded


def is_temporary(error: BaseException, folder: Path) -> bool:
    """Decide whether an error may pass: by itself, or once the user fixes the disk or the warehouse.

    Args:
        folder: the run's folder. A missing or invalid file inside it is never temporary.
    """
    if not isinstance(error, _TEMPORARY):
        return False
    cause = error if isinstance(error, OSError) else error.__cause__
    if not isinstance(cause, OSError) or cause.errno not in _OF_THE_FOLDER or not isinstance(cause.filename, str):
        return True
    return not Path(cause.filename).is_relative_to(folder)


def brief(error: BaseException) -> str:
    """Return an error as one line: type and message, or the message alone for newslake's own errors."""
    text = " ".join(str(getattr(error, "happened", error)).split())
    return text if hasattr(error, "happened") else f"{type(error).__name__}: {text}" if text else type(error).__name__


def set_aside(watchlist: Watchlist, run: RunFolder, error: BaseException) -> SetAside:
    """Move a run's folder with all its content to `set-aside`, and record the reason.

    Args:
        error: what stopped the run. For a `RunFailed`, its cause is recorded.
    Raises:
        StorageError: the state folder cannot be written.
    """
    place = watchlist.state / FOLDER
    with storage_errors(watchlist.state):
        place.mkdir(exist_ok=True)
        # written first, so that no folder there lacks its reason; after a kill in between, the next run repeats both steps
        write_reason(run, error)
        target = place / run.path.name
        if target.exists():  # a copy of the folder was put back
            target = place / f"{run.path.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        run.path.rename(target)
        sync(place)
    return _read(target)


def write_reason(run: RunFolder, error: BaseException) -> None:
    """Write the reason why a run cannot be loaded to reason.json in its folder."""
    cause = error.__cause__ if isinstance(error, RunFailed) and error.__cause__ else error
    reason = {
        "run_id": str(run.run_id),
        "flow": run.flow,
        "started_at": run.started_at.isoformat(),
        "set_aside_at": datetime.now(UTC).isoformat(),
        "version": __version__,
        "error": type(cause).__name__,
        "message": str(getattr(cause, "happened", cause)),
        "traceback": "".join(traceback.format_exception(cause)),
    }
    write_whole(run.path / REASON, json.dumps(reason, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))


def runs_set_aside(state: Path) -> list[SetAside]:
    """Return the runs that are set aside, oldest first."""
    with storage_errors(state):
        found = [_read(path) for path in (state / FOLDER).glob("*") if path.is_dir()]
    return sorted(found, key=lambda aside: (aside.set_aside_at or datetime.min.replace(tzinfo=UTC), aside.run_id))


def chosen(asides: Sequence[SetAside], names: Sequence[str]) -> list[SetAside]:
    """Return the runs with these run ids, without repeats. Raises UsageError if an id is unknown."""
    by_name = {name: aside for aside in asides for name in (aside.run_id, aside.folder.name)}
    if unknown := [name for name in names if name not in by_name]:
        raise UsageError(
            f"no run {', '.join(unknown)} is set aside",
            left="nothing was done",
            next="newslake recover (it lists those that are)",
        )
    return list({by_name[name].folder: by_name[name] for name in names}.values())


def _read(folder: Path) -> SetAside:
    try:
        said = json.loads((folder / REASON).read_text("utf-8"))
        return SetAside(
            said["run_id"],
            folder,
            said["flow"],
            datetime.fromisoformat(said["started_at"]),
            datetime.fromisoformat(said["set_aside_at"]),
            said["version"],
            said["error"],
            said["message"],
            said["traceback"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = f"its {REASON} cannot be read ({brief(error)})"
        return SetAside(folder.name, folder, "unknown", None, None, "unknown", "unknown", why, "")


def aside_line(aside: SetAside) -> str:
    """Return a line for the user about a run that was set aside."""
    return (
        f"Run {aside.run_id} cannot be loaded and was set aside ({aside.error}: {' '.join(aside.message.split())}). "
        f"What it fetched is kept in {aside.folder}; later runs go on. After an upgrade: newslake recover {aside.folder.name}"
    )


def asides_line(asides: Sequence[SetAside]) -> str | None:
    """Return a line with the number of runs that are set aside; None if there are none."""
    if not asides:
        return None
    count = "1 run is" if len(asides) == 1 else f"{len(asides)} runs are"
    return f"{count} set aside because they cannot be loaded; newslake recover lists them with the reasons."
