"""Lock collections, backfills, maintenance and `serve`, and tell a second one which process holds the lock.

The operating system holds a lock (flock), so a killed process releases it. The holder writes its name to a second file, since
some systems do not let others read a locked file.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from newslake.disk import storage_errors
from newslake.errors import CollectionUnderWay

# Seconds. `is_free` takes a lock for a millisecond to see whether it is free; nobody gives up because of that.
LOOK_SECONDS = 0.3


class LockHeld(Exception):
    """Another process holds the lock; the message says which."""


@contextmanager
def hold(lock: Path, holder: Path, purpose: str, *, wait: float, poll: float = 0.05) -> Iterator[None]:
    """Hold the lock file `lock`, and name this process in the file `holder`, which is removed afterwards.

    Args:
        purpose: what the lock is held for, shown to those who wait.
        wait: seconds to wait for the lock.
        poll: seconds between two attempts.
    Raises:
        LockHeld: another process held it all the time.
        OSError: one of the files cannot be written.
    """
    taken = FileLock(lock, timeout=wait, poll_interval=poll)
    try:
        taken.acquire()
    except Timeout:
        raise LockHeld(describe_holder(holder)) from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "purpose": purpose, "since": since}))
        try:
            yield
        finally:
            holder.unlink(missing_ok=True)
    finally:
        taken.release()


def describe_holder(holder: Path) -> str:
    """Describe the holder of a lock from its file, which may briefly be missing or half written."""
    try:
        found: dict[str, Any] = json.loads(holder.read_text("utf-8"))
        said = f"process {found['pid']} on {found['host']} ({found['purpose']}), since {found['since']}"
        is_here = found["host"] == socket.gethostname()
        return f"{said}; it is suspended: kill -CONT {found['pid']}" if is_here and is_suspended(found["pid"]) else said
    except (OSError, ValueError, KeyError, TypeError):
        return f"an unknown process; its lock is {holder}"


def is_suspended(pid: int) -> bool:
    """Return whether a process of this machine was suspended (Ctrl-Z) and waits to be continued; False where that is unknown."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] == "T"
    except (OSError, IndexError):
        return False


@contextmanager
def only_one(state: Path, what: str, command: str, purpose: str | None = None) -> Iterator[None]:
    """Hold the lock of one kind of work ("collection", "backfill", "schedule", "maintenance") on the data below `state`.

    Args:
        command: the command to run once the lock is free.
        purpose: what others are told that the lock is held for; `command` if None.
    Raises:
        CollectionUnderWay: another process is doing such work on the same data.
        StorageError: the lock cannot be written.
    """
    lock = _lock_file(state, what)
    with ExitStack() as held:
        with storage_errors(state):
            state.mkdir(parents=True, exist_ok=True)
            try:
                held.enter_context(hold(lock, lock.with_suffix(".holder"), purpose or command, wait=LOOK_SECONDS))
            except LockHeld as other:
                raise _under_way(state, what, command, str(other)) from None
        yield


@contextmanager
def only_one_collection(state: Path, command: str = "newslake run") -> Iterator[None]:
    """Hold the lock of collections, so that two never work on the same data."""
    with only_one(state, "collection", command):
        yield


def refuse_second_collection(state: Path, command: str = "newslake run") -> None:
    """Refuse if a collection is under way on the data below `state`, and hold nothing.

    Does not name this process as the holder, which would tell others of a collection that has not begun.

    Raises:
        CollectionUnderWay: another process is collecting.
    """
    if not is_free(state, "collection"):
        holder = describe_holder(_lock_file(state, "collection").with_suffix(".holder"))
        raise _under_way(state, "collection", command, holder)


def is_free(state: Path, what: str) -> bool:
    """Return whether no process is doing this kind of work on the data below `state` right now."""
    lock = _lock_file(state, what)
    if not lock.exists():
        return True
    try:
        with FileLock(lock, timeout=0):
            return True
    except (Timeout, OSError):
        return False


def _under_way(state: Path, what: str, command: str, holder: str) -> CollectionUnderWay:
    return CollectionUnderWay(
        f"another {what} is under way on {state.parent}: {holder}",
        left="nothing was done",
        next=f"wait for it to end, then `{command}`",
    )


def _lock_file(state: Path, what: str) -> Path:
    return state / f"{'collect' if what == 'collection' else what}.lock"
