"""DuckDB's and the file system's errors as the three-part errors of newslake."""

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

NO_ROOM = re.compile(r"no space left|disk is full|disk quota|file too large|database or disk is full|could not write all", re.I)
READ_ONLY = re.compile(r"read-?only file system|readonly database|read-only database", re.I)
DENIED = re.compile(r"permission denied|operation not permitted|access denied|not a directory|AccessDenied", re.I)
UNREACHABLE = re.compile(
    r"disk I/O error|unable to open database|could not (connect|establish)|connection (refused|to server)|cannot open file|HTTP",
    re.I,
)
LOCKED = re.compile(r"database is locked|could not set lock on file|conflicting lock", re.I)

DAMAGED = re.compile(
    r"disk image is malformed|file is not a database|database corruption|checksum .*does not match|corrupt", re.I
)
# A data file that the catalog names, as DuckLake calls it, and that cannot be opened or read as Parquet.
DATA_FILE = re.compile(r"ducklake-[\w-]+\.parquet")
GONE = re.compile(r"no such file|cannot open file|no files found|\b404\b|NoSuchKey", re.I)
# A path says nothing of the error, and the random name of a data file has a 404 in it now and then.
QUOTED_PATH = re.compile(r"""(["'])[^"'\n]*/[^"'\n]*\1""")
RESTORE = "restore the warehouse (catalog and data files together) from a backup"

SECRET = re.compile(r"""(password\s*=\s*|://[^:/@\s]+:)('[^']*'|[^\s@'"]+)""", re.I)
AGAIN = "run the same command again"

# What SQLite and DuckLake say when SQLite could not write, whatever the reason.
IO_ERROR = re.compile(r"disk I/O error|failed to commit", re.I)
ROOM = 1 << 17  # bytes: as much as a small commit and SQLite's index of its log need
NO_ROOM_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def first_line(error: BaseException) -> str:
    """What the error says, without the password of a connection string that it may quote."""
    return SECRET.sub(r"\1***", str(error).strip().partition("\n")[0])


def _without_paths(error: Exception) -> str:
    return QUOTED_PATH.sub("", str(error))


def storage_damage(error: Exception, doing: str, left: str) -> StorageError | None:
    """The error that says what of the warehouse is lost; None where `error` is of another kind."""
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
    """The error of newslake that `error` means; `doing` completes "could not …".

    Args:
        folder: what is written to, where it is known: SQLite calls it an I/O error, too, when there is no room.
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
        return StorageError(f"{said} (no permission)", left=left, next=f"give this user access to the folder, then {AGAIN}")
    if UNREACHABLE.search(text) or isinstance(error, (OSError, duckdb.IOException)):
        return StorageError(said, left=left, next=f"check that the place exists and can be reached, then {AGAIN}")
    return WarehouseError(said, left=left, next=f"{AGAIN}; if it repeats, report it with this message")


def _is_full(folder: Path) -> bool:
    """Whether a file of SQLite's usual size cannot be written there for want of room."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
    except OSError as error:
        return error.errno in NO_ROOM_CODES
    return False


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C in a query leaves the block as the KeyboardInterrupt that it is; DuckDB makes a RuntimeError of it."""
    try:
        yield
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def roll_back(con: duckdb.DuckDBPyConnection) -> None:
    """End the transaction. One that a failed commit or an interrupt has ended already is no error of its own."""
    with suppress(duckdb.TransactionException):
        con.execute("ROLLBACK")


@contextmanager
def translated(doing: str, left: str, *, system: bool = True, folder: Path | None = None) -> Iterator[None]:
    """Errors of DuckDB and SQLite inside the block leave it as errors of newslake; those of the file system too if `system`.

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
