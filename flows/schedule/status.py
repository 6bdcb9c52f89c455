"""The status file of `newslake serve`, and the words for what is wrong with it: it does not run, or it hangs."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newslake.disk import write_whole
from newslake.locks import is_free, is_suspended

BEAT_SECONDS = 5.0
# Twelve beats: reading a large warehouse takes one or two.
STUCK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Status:
    """What `serve` is doing. `prefect` is an API address; times are aware."""

    pid: int
    at: datetime
    watchlist: Path
    prefect: str | None
    collecting: list[str] | None  # the sources of the collection under way
    since: datetime | None  # its start
    next_start: datetime | None
    next_sources: list[str]
    problems: list[str]
    paused: list[str] = field(default_factory=list)  # schedules, in Prefect
    requested: list[str] = field(default_factory=list)  # runs that were asked for in Prefect and wait, by schedule


def status_file(state: Path) -> Path:
    """Return the path of the status file."""
    return state / "serve.json"


def write_status(state: Path, status: Status | None) -> None:
    """Write the status file atomically, or remove it for None. If that fails, the file's age shows that something is wrong."""
    file = status_file(state)
    with suppress(OSError):
        if status is None:
            file.unlink(missing_ok=True)
            return
        write_whole(file, json.dumps(asdict(status), default=_jsonable).encode(), durable=False)


def _jsonable(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def read_status(state: Path) -> Status | None:
    """Return the last status of `serve`; None if it never ran or was stopped in order."""
    try:
        said = json.loads(status_file(state).read_text("utf-8"))
        # without those that a `serve` of an earlier version does not write
        values = {field.name: said[field.name] for field in fields(Status) if field.name in said}
        for name in ("at", "since", "next_start"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        return Status(**values | {"watchlist": Path(values["watchlist"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def what_is_wrong(state: Path, status: Status | None, now: datetime | None = None) -> str | None:
    """Return why `serve` is not working, as a sentence; None if it is."""
    if is_free(state, "schedule"):
        return "newslake serve is not running" + (f"; it was last seen at {status.at:%Y-%m-%d %H:%M} UTC" if status else "")
    if status is None:
        return None  # it has just started
    if is_suspended(status.pid):
        return f"newslake serve is suspended, as by Ctrl-Z, and collects nothing until it goes on (pid {status.pid})"
    age = (now or datetime.now(UTC)) - status.at
    return (
        f"newslake serve hangs: its last sign of life was {age.total_seconds():,.0f} s ago (pid {status.pid})"
        if age > STUCK
        else None
    )
