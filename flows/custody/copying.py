"""Copy files into a backup, each whole or not at all, and only those that changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from newslake.disk import whole_file, write_whole
from newslake.errors import StorageError
from spiders.warc.manifest import checksum

_BACKUPS = "backups.json"
_CHUNK = 1 << 20


@dataclass(slots=True)
class Copying:
    """What was copied so far. `missing` and `altered` name captures that are not what their manifest says."""

    copied: int = 0
    bytes: int = 0
    kept: int = 0
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)

    def tree(self, source: Path, target: Path) -> list[Path]:
        """Copy a folder to which a run may be writing; return the copies. A file that goes away meanwhile is left out."""
        copies = []
        # The journal before the captures that it names: they only grow, so that all that it names is there.
        for file in sorted(source.rglob("*"), key=lambda path: (path.suffix not in (".json", ".jsonl"), path)):
            if file.is_file() and file.suffix not in (".lock", ".holder"):
                copy = target / file.relative_to(source)
                try:
                    self.file(file, copy)
                except FileNotFoundError:
                    continue
                copies.append(copy)
        return copies

    def file(self, source: Path, target: Path, *, sha256: str | None = None, same_size_is_same: bool = False) -> None:
        """Copy a file unless the copy is up to date.

        Args:
            sha256: what a capture must be. One that is missing or altered does not replace an earlier copy.
            same_size_is_same: the name says what the file holds, as with data files.
        """
        try:
            found = source.stat()
        except FileNotFoundError:
            if same_size_is_same:
                raise StorageError(
                    f"the data file {source} is missing, which the catalog names",
                    left="the earlier backup is as it was",
                    next="restore it from that backup, then run the same command again",
                ) from None
            if sha256 is None:
                raise
            self.missing.append(str(source))
            return
        if target.exists():
            there = target.stat()
            if there.st_size == found.st_size and (same_size_is_same or there.st_mtime_ns == found.st_mtime_ns):
                self.kept += 1
                return
            if sha256 is not None and checksum(source) != sha256:
                self.altered.append(str(source))
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with source.open("rb") as data, whole_file(target) as out:
            while chunk := data.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        if sha256 is not None and digest.hexdigest() != sha256:
            self.altered.append(str(source))
        self.copied += 1
        self.bytes += found.st_size


def known_backups(state: Path) -> dict[Path, datetime]:
    """Return the folders to which this project was backed up, with the time of the latest backup."""
    try:
        said = json.loads((state / _BACKUPS).read_text("utf-8"))
        return {Path(folder): datetime.fromisoformat(at) for folder, at in said.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def remember_backup(state: Path, folder: Path, at: datetime) -> None:
    """Note where a backup is, so that `newslake forget` can say what it still holds."""
    known = {**known_backups(state), folder: at}
    state.mkdir(parents=True, exist_ok=True)
    write_whole(state / _BACKUPS, json.dumps({str(each): when.isoformat() for each, when in known.items()}, indent=1).encode())
