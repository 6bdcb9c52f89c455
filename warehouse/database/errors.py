"""Translate errors of DuckDB, SQLite and the file system into the three-part errors of newslake."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

import duckdb

from newslake.errors import StorageError, WarehouseBusy, WarehouseError
from newslake.secrecy import redacted

NO_ROOM = re.compile(r"no space left|disk is full|disk quota|file too large|database or disk is full|could not write all", re.I)
READ_ONLY = re.compile(r"read-?only file system|readonly database|read-only database", re.I)
DENIED_BY_SERVER = re.compile(r"permission denied for (?:table|schema|database|relation|sequence|view)", re.I)
DENIED = re.compile(r"permission denied|operation not permitted|access denied|not a directory|AccessDenied", re.I)
UNREACHABLE = re.compile(
    r"disk I/O error|unable to open database|could not (connect|establish)|connection (refused|to server)|cannot open file|HTTP",
    re.I,
)
LOCKED = re.compile(r"database is locked|could not set lock on file|conflicting lock", re.I)

DAMAGED = re.compile(
    r"disk image is malformed|file is not a database|database corruption|checksum .*does not match|corrupt", re.I
)
# The name of a data file as DuckLake generates it, in an error about a file that cannot be opened or read.
DATA_FILE = re.compile(r"ducklake-[\w-]+\.parquet")
GONE = re.compile(r"no such file|cannot open file|no files found|\b404\b|NoSuchKey", re.I)
# A path says nothing about the error, and the random name of a data file sometimes contains 404.
QUOTED_PATH = re.compile(r"""(["'])[^"'\n]*/[^"'\n]*\1""")
RESTORE = "restore the warehouse (catalog and data files together) from a backup"

AGAIN = "run the same command again"

# SQLite and DuckLake report this whenever SQLite could not write, whatever the reason.
IO_ERROR = re.compile(r"disk I/O error|failed to commit", re.I)
ROOM = 1 << 17  # bytes: as much as a small commit and SQLite's index of its log need
NO_ROOM_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def first_line(error: BaseException) -> str:
    """Return the first line of the message, without the password of a connection string that it may quote."""
    return redacted(str(error).strip().partition("\n")[0])


def _without_paths(error: Exception) -> str:
    return QUOTED_PATH.sub("", str(error))


def storage_damage(error: Exception, doing: str, left: str) -> StorageError | None:
    """Return the error that says which part of the warehouse is damaged; None if `error` is of another kind."""
    text = _without_paths(error)
    if DATA_FILE.search(str(error)) and DENIED.search(text) is None:
        if GONE.search(text):
            return StorageError(
                f"could not {doing}, data files of the warehouse are missing: {first_line(error)}", left=left, next=RESTORE
            )
        if isinstance(error, duckdb.InvalidInputException) or DAMAGED.search(text):
            return StorageError(
                f"could not {doing}, a data file of the warehouse is damaged: {first_line(error)}", left=left, next=RESTORE
            )
    elif isinstance(error, (duckdb.Error, sqlite3.Error)) and DAMAGED.search(text):
        return StorageError(f"could not {doing}, the catalog is damaged: {first_line(error)}", left=left, next=RESTORE)
    return None


def translate(error: Exception, doing: str, left: str, folder: Path | None = None) -> WarehouseError:
    """Return the newslake error for `error`; `doing` completes "could not …".

    Args:
        folder: where was written, if known; SQLite reports a full disk as an I/O error, so its free space is checked.
    """
    text = _without_paths(error)
    code = error.errno if isinstance(error, OSError) else None
    said = f"could not {doing}: {first_line(error)}"
    if (lost := storage_damage(error, doing, left)) is not None:
        return lost
    is_full = NO_ROOM.search(text) or code in NO_ROOM_CODES
    if is_full or (folder and isinstance(error, (duckdb.Error, sqlite3.Error)) and IO_ERROR.search(text) and _is_full(folder)):
        return StorageError(f"{said} (no room left)", left=left, next=f"free disk space, then {AGAIN}")
    if READ_ONLY.search(text) or code == errno.EROFS:
        return StorageError(f"{said} (read-only)", left=left, next=f"make it writable or choose another place, then {AGAIN}")
    if LOCKED.search(text):
        return WarehouseBusy(f"{said} (locked)", left=left, next=f"wait for the other process, or end it, then {AGAIN}")
    if DENIED.search(text) or isinstance(error, PermissionError):
        grant = "give the role of this user the right to do this (docs/sql.md)" if DENIED_BY_SERVER.search(text) else ""
        return StorageError(
            f"{said} (no permission)", left=left, next=f"{grant or 'give this user access to the folder'}, then {AGAIN}"
        )
    if UNREACHABLE.search(text) or isinstance(error, (OSError, duckdb.IOException)):
        return StorageError(said, left=left, next=f"check that the place exists and can be reached, then {AGAIN}")
    return WarehouseError(said, left=left, next=f"{AGAIN}; if it repeats, report it with this message")


def _is_full(folder: Path) -> bool:
    """Return whether there is no room for a file as large as a small commit needs."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
    except OSError as error:
        return error.errno in NO_ROOM_CODES
    return False


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Ctrl-C in a query as KeyboardInterrupt; DuckDB turns it into a RuntimeError."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def roll_back(con: duckdb.DuckDBPyConnection) -> None:
    """Roll back the transaction, unless a failed commit or an interrupt has already ended it."""
    with suppress(duckdb.TransactionException):
        con.execute("ROLLBACK")


@contextmanager
def translated(doing: str, left: str, *, system: bool = True, folder: Path | None = None) -> Iterator[None]:
    """Translate errors of DuckDB and SQLite inside the block into errors of newslake; those of the file system too if `system`.

    See `translate` for `folder`.
    """
    try:
        with interruptible():
            yield
    except (duckdb.Error, sqlite3.Error) as error:
        raise translate(error, doing, left, folder) from error
    except OSError as error:
        if not system:
            raise
        raise translate(error, doing, left) from error
