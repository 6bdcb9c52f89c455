"""Copy the outbox into a backup while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from flows.messages.outbox import FILE, Outbox, existing, readable
from newslake.disk import storage_errors, sync


def copy_outbox(state: Path, folder: Path) -> Path | None:
    """Copy the outbox as of one moment into a folder, beside an earlier copy, which stays; None if there is none.

    Raises:
        StorageError: it cannot be read, or the copy not written.
    """
    file = state / FILE
    if not file.exists():
        return None
    new = folder / f"{FILE}.new"
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for left in (new, new.with_name(f"{new.name}-journal")):  # of a copy that was killed
            left.unlink(missing_ok=True)
    with readable(file), existing(file, "rw") as con:
        Outbox(con)
        with closing(sqlite3.connect(new)) as copy:
            con.backup(copy)
    new.chmod(file.stat().st_mode & 0o777)
    return new


def replace_outbox(folder: Path, new: Path | None) -> None:
    """Put a copy of the outbox in the place of the earlier one; without a copy, remove that."""
    file = folder / FILE
    for left in (file.with_name(f"{FILE}-journal"), *(() if new else (file,))):  # its journal would be read into the new one
        left.unlink(missing_ok=True)
    if new is not None:
        sync(new)
        new.replace(file)
        sync(folder)
