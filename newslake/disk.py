"""Write files that survive a power cut: synced, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from newslake.errors import StorageError


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk.

    A new file needs both: syncing the file saves its bytes, syncing its folder saves its name.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_file(file: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Open a stream whose bytes become `file` when the block ends; if it raises, `file` stays as it was.

    A pipe or a device (`/dev/stdout`) is written to as it is: another file must not take its place.

    Args:
        durable: sync to the disk, so that the file also survives a power cut.
    """
    if not file.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if _is_stream(file):
        with file.open("wb") as out:
            yield out
        return
    new = file.with_name(file.name + ".new")
    try:
        with new.open("wb") as out:
            yield out
            if durable:
                out.flush()
                os.fsync(out.fileno())
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if durable:
        sync(file.parent)


def write_whole(file: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` to `file`, whole or not at all."""
    with whole_file(file, durable=durable) as out:
        out.write(data)


def move_whole(part: Path, file: Path) -> None:
    """Move a complete file to its place, also to another disk, whole or not at all."""
    if not _is_stream(file):
        try:
            part.replace(file)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            return
    with whole_file(file) as out, part.open("rb") as data:
        shutil.copyfileobj(data, out)
    part.unlink()


def _is_stream(file: Path) -> bool:
    """Return whether a name leads to what is written to and keeps nothing: a pipe, a terminal or another device."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextmanager
def storage_errors(
    folder: Path,
    left: str = "what was fetched and loaded before is kept; the next run finishes an interrupted one",
    command: str = "newslake run",
) -> Iterator[None]:
    """Turn errors of the file system into a `StorageError`, which names the file's own folder, or `folder` if that is unknown.

    Args:
        left: what state is left.
        command: the command to run once there is room.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error.filename, str) and Path(error.filename).is_absolute():
            folder = Path(error.filename).parent
        raise StorageError(
            f"cannot write below {folder}: {error.strerror or error}",
            left=left,
            next=f"make room or correct the permissions (df -h {folder}), then `{command}`",
        ) from error


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return time of change and size of a file, by which an edited one is told; None if it cannot be read."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
