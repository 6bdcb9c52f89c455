"""Copy a SQLite catalog that this user may only read: SQLite cannot read its write-ahead log in place without writing."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

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
    if not must_be_copied(location):
        yield location
        return
    with scratch_folder() as folder:
        yield copy_into(folder, location)


def must_be_copied(location: Location) -> bool:
    """Whether the catalog is a SQLite file that this user cannot write."""
    file = location.file
    return location.kind == "sqlite" and file is not None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def copy_into(folder: Path, location: Location) -> Location:
    """Copy a SQLite catalog into a new folder below `folder`, and return the location with the copy."""
    assert location.file is not None
    copy = Path(mkdtemp(dir=folder)) / location.file.name
    _copy(location.file, copy, str(location))
    return location.model_copy(update={"catalog": f"{SQLITE}{copy}"})


@dataclass(frozen=True, slots=True)
class State:
    """What changes about the files of a catalog with each commit: time, size and number of the database and of its log."""

    files: tuple[tuple[int, int, int] | None, ...]

    @classmethod
    def of(cls, location: Location) -> State | None:
        """Return the state of a catalog that must be copied; None for one that is read in place."""
        if not must_be_copied(location):
            return None
        assert location.file is not None
        return cls(tuple(_state(file) for file in (location.file, _log_of(location.file))))


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        now = file.stat()
    except FileNotFoundError:
        return None
    return now.st_mtime_ns, now.st_size, now.st_ino


def _log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _copy(file: Path, copy: Path, name: str) -> None:
    """Copy the database, then its log. The pair is consistent if the database did not change meanwhile.

    SQLite moves pages from the log into the database before it begins the log anew, so what the copied log lacks is in the
    copied database.
    """
    for _ in range(TRIES):
        before = _state(file)
        if before is None or time.time() - before[0] / 1e9 >= PAUSE:  # a write just before could hide another with the same time
            shutil.copyfile(file, copy)
            copied = _log_of(copy)
            try:
                shutil.copyfile(_log_of(file), copied)
            except FileNotFoundError:
                copied.unlink(missing_ok=True)
            if _state(file) == before:
                return
        time.sleep(PAUSE)
    raise WarehouseBusy(
        f"the catalog {name} is being written all the time; it was copied {TRIES} times, never whole",
        left="nothing was changed",
        next="run the same command again",
    )
