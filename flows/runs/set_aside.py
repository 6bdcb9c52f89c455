"""Set aside runs that cannot be read or loaded, complete and with the reason, so that they do not block later runs.

    <state>/set-aside/<run id>/             the run's folder as it was: run.json, crawl/ with captures and journal
    <state>/set-aside/<run id>/reason.json  the error, its traceback, the time, and the version of newslake

`newslake recover` lists them, and loads them once the cause is gone, usually after an upgrade. Nothing else removes them.
Earlier versions moved folders that could not be read to <state>/damaged/, which is listed too.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from flows.runs.folder import RunFolder, begin_attempt, end_attempt
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
    brief,
)
from newslake.secrecy import redacted, redacted_traceback

FOLDER = "set-aside"
REASON = "reason.json"
# These pass without any change to the run: its folder stays in place, and the next run finishes it.
_TEMPORARY = (CollectionUnderWay, StorageError, WarehouseBusy, WarehouseMissing, WarehouseOutdated, OSError)
# These errors of the system pass, wherever they happen: no room, no memory, too many files, a network that is down, a busy disk.
_PASSING = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EINTR),
    *(errno.EBUSY, errno.ENOLCK, errno.ESTALE, errno.ETIMEDOUT, errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTUNREACH),
    *(errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE),
}
# So often may the program die (out of memory, a fault in a library) while it finishes a run. More than chance kills will do.
MOST_DEATHS = 10

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


class DiedRepeatedly(Exception):
    """The program died in each attempt to finish a run."""


def fails_for_good(step: Callable[Concatenate[Watchlist, RunFolder, P], R]) -> Callable[Concatenate[Watchlist, RunFolder, P], R]:
    """Decorate a step of a run: errors that a retry cannot cure become `RunFailed`; temporary errors pass unchanged."""

    @wraps(step)
    def guarded(watchlist: Watchlist, run: RunFolder, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return step(watchlist, run, *args, **kwargs)
        except BaseException as error:
            if not _is_failure(error) or is_temporary(error, run.path):
                raise
            raise RunFailed(
                f"run {run.run_id} cannot be loaded: {brief(error)}",
                left=f"what it fetched is kept in {run.path}; nothing of it was loaded",
                next="newslake run",
            ) from error

    return guarded


def _is_failure(error: BaseException) -> bool:
    """Return whether something failed. A panic of a library in Rust is no `Exception`, but no wish to end the program either."""
    return isinstance(error, Exception) or type(error).__module__.startswith("pyo3_runtime")


def is_temporary(error: BaseException, folder: Path) -> bool:
    """Decide whether an error may pass: by itself, or once the user fixes the disk or the warehouse.

    Args:
        folder: the run's folder. A file inside it that is missing, invalid or not readable is never temporary.
    """
    if not isinstance(error, _TEMPORARY):
        return False
    cause = error if isinstance(error, OSError) else error.__cause__
    if not isinstance(cause, OSError) or cause.errno in _PASSING:
        return True
    if isinstance(cause.filename, str):
        return not Path(cause.filename).is_relative_to(folder)
    return cause.errno not in (errno.EIO, errno.EINVAL, errno.EILSEQ)  # an unreadable sector, which no retry cures


@contextmanager
def attempt(run: RunFolder) -> Iterator[None]:
    """Count the block as an attempt to finish a run. Raises RunFailed if the program died in too many attempts before."""
    died = begin_attempt(run)
    try:
        if died >= MOST_DEATHS:
            raise RunFailed(
                f"run {run.run_id} cannot be loaded", left=f"what it fetched is kept in {run.path}", next="newslake run"
            ) from DiedRepeatedly(f"the program died {died} times while it loaded this run (out of memory?)")
        yield
    finally:
        end_attempt(run)


def set_aside(state: Path, run: RunFolder | Path, error: BaseException) -> SetAside:
    """Move a run's folder with all its content to `set-aside`, and record the reason.

    Args:
        run: the run; the path of its folder if that cannot be read.
        error: what stopped the run. For a `RunFailed`, its cause is recorded.
    Raises:
        StorageError: the state folder cannot be written.
    """
    place = state / FOLDER
    path = run if isinstance(run, Path) else run.path
    reason = _reason(run, error)
    with storage_errors(state):
        place.mkdir(exist_ok=True)
        # Written first, so that no folder there lacks its reason; after a kill in between, the next run repeats both steps.
        with suppress(PermissionError):
            _write(path, reason)
        target = place / path.name
        if target.exists():  # a copy of the folder was put back
            target = place / f"{path.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        path.rename(target)
        sync(place)
    return _as_value(target, reason)


def write_reason(run: RunFolder | Path, error: BaseException) -> None:
    """Write the reason why a run cannot be loaded to reason.json in its folder."""
    _write(run if isinstance(run, Path) else run.path, _reason(run, error))


def _reason(run: RunFolder | Path, error: BaseException) -> dict[str, str | None]:
    cause = error.__cause__ if isinstance(error, RunFailed) and error.__cause__ else error
    message = str(getattr(cause, "happened", cause))
    if isinstance(run, Path):
        message = f"the folder of the run cannot be read: {message}"
    return {
        "run_id": str(run.run_id) if isinstance(run, RunFolder) else run.name,
        "flow": run.flow if isinstance(run, RunFolder) else "unknown",
        "started_at": run.started_at.isoformat() if isinstance(run, RunFolder) else None,
        "set_aside_at": datetime.now(UTC).isoformat(),
        "version": __version__,
        "error": type(cause).__name__,
        "message": redacted(message),
        "traceback": redacted_traceback(cause),
    }


def _write(folder: Path, reason: dict[str, str | None]) -> None:
    write_whole(folder / REASON, json.dumps(reason, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))


def runs_set_aside(state: Path) -> list[SetAside]:
    """Return the runs that are set aside, in the order in which they were started; those that cannot be read come first."""
    with storage_errors(state):
        found = [_read(path) for folder in (FOLDER, "damaged") for path in (state / folder).glob("*") if path.is_dir()]
    return sorted(found, key=lambda aside: (aside.started_at or datetime.min.replace(tzinfo=UTC), aside.run_id))


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
        return _as_value(folder, json.loads((folder / REASON).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"its {REASON} cannot be read ({brief(error)})"
        return SetAside(folder.name, folder, "unknown", None, None, "unknown", "unknown", why, "")


def _as_value(folder: Path, said: dict[str, Any]) -> SetAside:
    return SetAside(
        str(said["run_id"]),
        folder,
        str(said["flow"]),
        _time(said["started_at"]),
        _time(said["set_aside_at"]),
        str(said["version"]),
        str(said["error"]),
        str(said["message"]),
        str(said["traceback"]),
    )


def _time(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said).astimezone(UTC) if said else None


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
