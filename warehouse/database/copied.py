"""Copy a SQLite catalog that this user may only read: SQLite cannot read its write-ahead log in place without writing."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newslake.errors import WarehouseBusy
from warehouse.database.scratch import scratch_folder
from warehouse.location import SQLITE, Location

TRIES = 100
PAUSE = 0.05  # seconds; several ticks of the clock by which file systems date a write


@contextmanager
def readable_in_place(location: Location) -> Iterator[Location]:
    """Yield the location, or one whose catalog is a private copy if this user cannot write the catalog and its folder.

    In place, SQLite would have to create its index of the log beside the catalog. Where that is not allowed it cannot read, and
    where it is allowed although the catalog belongs to another user, that user could no longer write. The copy has the state of
    the moment.
    """
    file = location.file
    if location.kind != "sqlite" or file is None or (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        yield location
        return
    with scratch_folder() as folder:
        copy = folder / file.name
        _copy(file, copy, str(location))
        yield location.model_copy(update={"catalog": f"{SQLITE}{copy}"})


def _copy(file: Path, copy: Path, name: str) -> None:
    """Copy the database, then its log. The pair is consistent if the database did not change meanwhile.

    SQLite moves pages from the log into the database before it begins the log anew, so what the copied log lacks is in the
    copied database.
    """
    for _ in range(TRIES):
        before = file.stat()
        if time.time() - before.st_mtime >= PAUSE:  # a write just before could hide another with the same time
            shutil.copyfile(file, copy)
            log = file.with_name(f"{file.name}-wal")
            copied = copy.with_name(f"{copy.name}-wal")
            try:
                shutil.copyfile(log, copied)
            except FileNotFoundError:
                copied.unlink(missing_ok=True)
            after = file.stat()
            if (after.st_mtime_ns, after.st_size, after.st_ino) == (before.st_mtime_ns, before.st_size, before.st_ino):
                return
        time.sleep(PAUSE)
    raise WarehouseBusy(
        f"the catalog {name} is being written all the time; it was copied {TRIES} times, never whole",
        left="nothing was changed",
        next="run the same command again",
    )
