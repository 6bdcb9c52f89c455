"""Set aside runs that cannot be read or loaded, complete and with the reason, so that they do not block later runs.

    <state>/set-aside/<run id>/             the run's folder as it was: run.json, crawl/ with captures and journal
    <state>/set-aside/<run id>/reason.json  the error, its traceback, the time, and the version of newslake

`newslake recover` lists them, and loads them once the cause is gone, usually after an upgrade. Nothing else removes them.
Earlier versions moved folders that could not be read to <state>/damaged/, which is listed too.
"""

from __future__ import annotations

import builtins
import errno
import json
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from flows.runs.folder import UNREADABLE, RunFolder, begin_attempt, end_attempt, readable_run, why_unreadable
from flows.watchlist import Watchlist
from newslake import __version__, errors
from newslake.disk import storage_errors, sync, write_whole
from newslake.errors import (
    CaptureError,
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
FOLDERS = (FOLDER, "damaged")  # below the state folder
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

# Characters of a reason that lists and log lines show; all of it is in reason.json.
LONGEST_REASON = 500

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A run that was set aside. Times have a time zone; None if they cannot be read.

    Attributes:
        error: the type of its error.
        is_readable: another version may load it; else its folder lacks something, or something in it is damaged.
        has_captures: there are WARC files in its folder, which a backfill can read, whatever else is damaged.
    """

    run_id: str
    folder: Path
    flow: str
    started_at: datetime | None
    set_aside_at: datetime | None
    version: str
    error: str
    message: str
    traceback: str
    is_readable: bool = True
    has_captures: bool = True

    @property
    def is_fault(self) -> bool:
        """Whether newslake met something that it does not know, so that its authors should hear of it."""
        return self.is_readable and self.error not in _EXPLAINED and self.error not in _OF_THE_SYSTEM

    @property
    def why(self) -> str:
        """The reason on one line; with the type of the error where the message alone would not explain it."""
        message = " ".join(self.message.split())
        message = message if len(message) <= LONGEST_REASON else f"{message[:LONGEST_REASON]} …"
        return message if not self.is_readable or self.error in _EXPLAINED else f"{self.error}: {message}".removesuffix(": ")


class DiedRepeatedly(Exception):
    """The program died in each attempt to finish a run."""


UNKNOWN = "unknown"
# Errors whose message is a sentence for users.
_EXPLAINED = {UNKNOWN, DiedRepeatedly.__name__} | {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.NewslakeError)
}
# Errors that the machine causes, or what lies in the folder.
_OF_THE_SYSTEM = {"MemoryError"} | {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, OSError)
}


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
    cause = error if isinstance(error, OSError) else error.__cause__
    if isinstance(error, CaptureError) and not isinstance(cause, OSError):
        return False
    if not isinstance(error, (*_TEMPORARY, CaptureError)):
        return False
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
        target = place / path.name
        if target.exists():  # a copy of the folder was put back
            target = place / f"{path.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        reason["message"] = str(reason["message"]).replace(str(path), str(target))
        # Written first, so that no folder there lacks its reason; after a kill in between, the next run repeats both steps.
        with suppress(PermissionError):
            _write(path, reason)
        path.rename(target)
        sync(place)
    return _as_value(target, reason)


def write_reason(run: RunFolder | Path, error: BaseException) -> None:
    """Write the reason why a run cannot be loaded to reason.json in its folder. Raises StorageError if that is impossible."""
    folder = run if isinstance(run, Path) else run.path
    with storage_errors(folder):
        _write(folder, _reason(run, error))


def _reason(run: RunFolder | Path, error: BaseException) -> dict[str, str | None]:
    cause = error.__cause__ if isinstance(error, RunFailed) and error.__cause__ else error
    message = str(getattr(cause, "happened", cause))
    if isinstance(run, Path):
        message = f"the folder of the run cannot be read: {why_unreadable(cause, run)}"
    return {
        "run_id": str(run.run_id) if isinstance(run, RunFolder) else run.name,
        "flow": run.flow if isinstance(run, RunFolder) else UNKNOWN,
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
        found = [_read(path) for folder in FOLDERS for path in (state / folder).glob("*") if path.is_dir()]
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
    except UNREADABLE as error:
        why = why_unreadable(error, folder, REASON)
        return _as_value(folder, {"message": f"why it was set aside is not known: {why}"})


def _as_value(folder: Path, said: dict[str, Any]) -> SetAside:
    """Return a run with what its reason.json says, and what its folder says where that says nothing."""
    run, broken = None, ""
    try:
        run = readable_run(folder)
    except UNREADABLE as error:
        broken = f"the folder of the run cannot be read: {why_unreadable(error, folder)}"
    return SetAside(
        run_id=str(said.get("run_id") or (run.run_id if run else folder.name)),
        folder=folder,
        flow=str(said.get("flow") or (run.flow if run else UNKNOWN)),
        started_at=_time(said.get("started_at")) or (run.started_at if run else None),
        set_aside_at=_time(said.get("set_aside_at")),
        version=str(said.get("version") or UNKNOWN),
        error=str(said.get("error") or UNKNOWN),
        message=broken or str(said.get("message") or ""),
        traceback=str(said.get("traceback") or ""),
        is_readable=run is not None,
        has_captures=any((folder / "crawl").glob("*.warc*")),
    )


def _time(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said).astimezone(UTC) if said else None


def remedy(aside: SetAside) -> str:
    """Return what to do about a run that is set aside: commands, each with what it needs."""
    folder = shlex.quote(str(aside.folder))
    if aside.is_readable:
        return f"after an upgrade, newslake recover {aside.folder.name}"
    if aside.has_captures:
        crawl = shlex.quote(str(aside.folder / "crawl"))
        return (
            f"newslake recover {aside.folder.name}, once that is mended; "
            f"or newslake backfill {crawl}, which loads its captures as an archive, and then rm -r {folder}"
        )
    return f"nothing that it fetched is left, so remove its folder: rm -r {folder}"


def aside_line(aside: SetAside) -> str:
    """Return a line for the user about a run that was set aside."""
    kept = f"What it fetched is kept in {aside.folder}; later" if aside.has_captures else "Later"
    return f"Run {aside.run_id} cannot be loaded and was set aside ({aside.why}). {kept} runs go on. Next: {remedy(aside)}"


def asides_line(asides: Sequence[SetAside]) -> str | None:
    """Return a line with the number of runs that are set aside; None if there are none."""
    if not asides:
        return None
    count = "1 run is" if len(asides) == 1 else f"{len(asides)} runs are"
    return f"{count} set aside because they cannot be loaded; newslake recover lists them with the reasons."
