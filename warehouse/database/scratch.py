"""Temporary folders of this process: removed at the end, or by the next reader if the process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "newslake-query-"
LOCK = "in-use.lock"


@contextmanager
def scratch_folder(preferred: Path | None = None) -> Iterator[Path]:
    """Create a folder for temporary files that only this user can read, and remove it afterwards.

    Folders that killed processes left in the same place are removed, too.

    Args:
        preferred: where the folder goes if that place exists and can be written; else into the system's temporary folder.
    """
    place = preferred if preferred is not None and os.access(preferred, os.W_OK) else Path(tempfile.gettempdir())
    remove_left_over(place)
    # Locked before it gets the name that others look for: a folder in use is never taken for one that was left over.
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
    lock = FileLock(new / LOCK, timeout=0)
    try:
        lock.acquire()
        folder = new.rename(place / f"{PREFIX}{new.name.removeprefix('.new-')}")
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()
        shutil.rmtree(new, ignore_errors=True)


def remove_left_over(place: Path) -> None:
    """Remove this user's folders in `place` that no living process uses."""
    with suppress(OSError):
        for folder in place.glob(f"{PREFIX}*"):
            if folder.lstat().st_uid != os.getuid() or not (folder / LOCK).exists():
                continue
            with suppress(Timeout, OSError), FileLock(folder / LOCK, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
