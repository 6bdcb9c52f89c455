"""DuckDB's and the file system's errors as the three-part errors of newslake."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from newslake.errors import StorageError, WarehouseBusy, WarehouseError

NO_ROOM = re.compile(r"no space left|disk is full|disk quota|file too large|database or disk is full|could not write all", re.I)
READ_ONLY = re.compile(r"read-?only file system|readonly database|read-only database", re.I)
DENIED = re.compile(r"permission denied|operation not permitted|access denied|not a directory|AccessDenied", re.I)
UNREACHABLE = re.compile(
    r"disk I/O error|unable to open database|could not (connect|establish)|connection (refused|to server)|cannot open file|HTTP",
    re.I,
)
LOCKED = re.compile(r"database is locked|could not set lock on file|conflicting lock", re.I)

NO_ROOM_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def translate(error: Exception, doing: str, left: str) -> WarehouseError:
    """The error of newslake that `error` means; `doing` completes "could not …"."""
    text = str(error)
    code = error.errno if isinstance(error, OSError) else None
    said = f"could not {doing}: {first_line(error)}"
    if NO_ROOM.search(text) or code in NO_ROOM_CODES:
        return StorageError(f"{said} (no room left)", left=left, next="free disk space, then run the same command again")
    if READ_ONLY.search(text) or code == errno.EROFS:
        return StorageError(
            f"{said} (read-only)",
            left=left,
            next="make the file system writable or set [warehouse] to another place, then run again",
        )
    if LOCKED.search(text):
        return WarehouseBusy(
            f"{said} (locked by another process)",
            left=left,
            next="wait for the other process, or end it, then run the same command again",
        )
    if DENIED.search(text) or isinstance(error, PermissionError):
        return StorageError(
            f"{said} (no permission)", left=left, next="give this user write access to the folder, then run again"
        )
    if UNREACHABLE.search(text) or isinstance(error, (OSError, duckdb.IOException)):
        return StorageError(
            said, left=left, next="check [warehouse] in the watchlist and that its storage is reachable, then run again"
        )
    return WarehouseError(said, left=left, next="run the same command again; if it repeats, report it with this message")


@contextmanager
def translated(doing: str, left: str) -> Iterator[None]:
    """Errors of DuckDB, SQLite and the file system inside the block leave it as errors of newslake."""
    try:
        yield
    except (duckdb.Error, sqlite3.Error, OSError) as error:
        raise translate(error, doing, left) from error
