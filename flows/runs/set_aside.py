"""Set aside runs that cannot be loaded, whole and with the reason, so that no later run is stopped by them.

    <state>/set-aside/<run id>/             the run's folder as it was: run.json, crawl/ with captures and journal
    <state>/set-aside/<run id>/reason.json  which error it was, when, with which version, and its traceback

`newslake recover` lists them and loads them once the cause is gone, as a rule after an upgrade. Nothing else removes them.
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
# What goes by without the run being touched: it stays where it is, and the next run finishes it.
_TEMPORARY = (CollectionUnderWay, StorageError, WarehouseBusy, WarehouseMissing, WarehouseOutdated, OSError)
# Errors of the file system that say what the run's own folder is like, and not how the disk is doing.
_OF_THE_FOLDER = {errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EILSEQ, errno.EINVAL}

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A run that was set aside; `error` is the type of what stopped it. Times are aware, None where they cannot be read."""

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
    """Make a step of a run raise `RunFailed` where trying again cannot help; what is temporary passes unchanged."""

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
    """Whether an error may go away by itself or by what the user does to the disk or the warehouse.

    Args:
        folder: of the run; an error that says that a file in there is missing, or is none, does not go away.
    """
    if not isinstance(error, _TEMPORARY):
        return False
    cause = error if isinstance(error, OSError) else error.__cause__
    if not isinstance(cause, OSError) or cause.errno not in _OF_THE_FOLDER or not isinstance(cause.filename, str):
        return True
    return not Path(cause.filename).is_relative_to(folder)


def brief(error: BaseException) -> str:
    """An error in a line: its type, unless newslake's own words say it all, and the message."""
    text = " ".join(str(getattr(error, "happened", error)).split())
    return text if hasattr(error, "happened") else f"{type(error).__name__}: {text}" if text else type(error).__name__


def set_aside(watchlist: Watchlist, run: RunFolder, error: BaseException) -> SetAside:
    """Move a run's folder out of the way with all that is in it, and write down why.

    Args:
        error: what stopped it; of a `RunFailed` its cause.
    """
    place = watchlist.state / FOLDER
    with storage_errors(watchlist.state):
        place.mkdir(exist_ok=True)
        # first, so that the folder never lies there without its reason; killed in between, the next run does it again
        write_reason(run, error)
        target = place / run.path.name
        if target.exists():  # a copy of the folder was put back
            target = place / f"{run.path.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        run.path.rename(target)
        sync(place)
    return _read(target)


def write_reason(run: RunFolder, error: BaseException) -> None:
    """Write why a run cannot be loaded into its folder."""
    cause = error.__cause__ if isinstance(error, RunFailed) and error.__cause__ else error
    said = {
        "run_id": str(run.run_id),
        "flow": run.flow,
        "started_at": run.started_at.isoformat(),
        "set_aside_at": datetime.now(UTC).isoformat(),
        "version": __version__,
        "error": type(cause).__name__,
        "message": str(getattr(cause, "happened", cause)),
        "traceback": "".join(traceback.format_exception(cause)),
    }
    write_whole(run.path / REASON, json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))


def runs_set_aside(state: Path) -> list[SetAside]:
    """The runs that are set aside, oldest first."""
    with storage_errors(state):
        found = [_read(path) for path in (state / FOLDER).glob("*") if path.is_dir()]
    return sorted(found, key=lambda aside: (aside.set_aside_at or datetime.min.replace(tzinfo=UTC), aside.run_id))


def chosen(asides: Sequence[SetAside], names: Sequence[str]) -> list[SetAside]:
    """Those that are named by run id. UsageError where one is unknown."""
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
    """A run that was set aside, in a line."""
    return (
        f"Run {aside.run_id} cannot be loaded and was set aside ({aside.error}: {' '.join(aside.message.split())}). "
        f"What it fetched is kept in {aside.folder}; later runs go on. After an upgrade: newslake recover {aside.folder.name}"
    )


def asides_line(asides: Sequence[SetAside]) -> str | None:
    """How many runs are set aside, in a line; None where none is."""
    if not asides:
        return None
    count = "1 run is" if len(asides) == 1 else f"{len(asides)} runs are"
    return f"{count} set aside because they cannot be loaded; newslake recover lists them with the reasons."
