"""Keeps the manifest of the captures: a plain-text, hash-chained list of the WARC files, by which alterations show.

One file for each UTC day on which captures were added or removed, `manifest/YYYY-MM-DD.sha256` in the captures folder, in the
format of sha256sum. Comment lines hold the chain: the first lines name the file before this one with its SHA-256; each entry
begins with the SHA-256 of everything above it. So nothing can be changed, removed or put in between without breaking all that
follows. The SHA-256 of the latest file is the head of the chain: whoever noted it can prove later that nothing before it was
altered.

    # newslake manifest of captures, format 1
    # previous 2026-11-28.sha256 5f70…
    # chain 9c1e…
    # 2026-11-29T02:14:00Z added 48213 bytes
    2c26…  2026-11-29/0b2c….warc.gz
    # chain 77ab…
    # 2026-11-29T03:00:00Z pruned 2025-11-20/91d4….warc.gz

An entry without sum is about a file that is not there any more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from newslake.disk import sync, write_whole
from newslake.errors import StorageError
from newslake.locks import LockHeld, hold

FOLDER = "manifest"
_TITLE = "# newslake manifest of captures, format 1"
_NONE = "none"
_CHUNK = 1 << 20
_WAIT = 120.0  # seconds; another process adds a line, after it has read a file of captures
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OWN = re.compile(r"(?:\d{4}-\d\d-\d\d|backfill)/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.warc\.gz")
_SUM = r"[0-9a-f]{64}"
_PREVIOUS = re.compile(rf"# previous (?P<name>\S+)(?: (?P<sum>{_SUM}))?")
_CHAIN = re.compile(rf"# chain (?P<sum>{_SUM})")
_EVENT = re.compile(r"# (?P<at>\S+) (?P<kind>[a-z]+) (?:(?P<bytes>\d+) bytes|(?P<name>.+))")
_FILE = re.compile(rf"(?P<sum>{_SUM})  (?P<name>.+)")


class Event(StrEnum):
    """What became of a file of captures."""

    ADDED = "added"  # a run or a backfill wrote it
    FOUND = "found"  # it was there when the manifest was begun
    REWRITTEN = "rewritten"  # captures in it were removed with `newslake forget`
    PRUNED = "pruned"  # it became older than keep_captures_days
    FORGOTTEN = "forgotten"  # all of it was removed with `newslake forget`
    LOST = "lost"  # it is missing or damaged, and `newslake maintain --forget-broken` was told that this is for good


GONE = {Event.PRUNED, Event.FORGOTTEN}


@dataclass(frozen=True, slots=True)
class Entry:
    """The latest entry about a file.

    Attributes:
        sha256: with `size`, of the file as it is, damaged or not; None if it is not there.
        whole: the SHA-256 that it had before it was lost; None if it was not lost.
    """

    name: str
    event: Event
    at: str
    sha256: str | None
    size: int | None
    whole: str | None = None


@dataclass(slots=True)
class Manifest:
    """What the manifest says.

    Attributes:
        entries: the latest entry about each file, by its name from the captures folder.
        breaks: where the chain is broken, in words.
        head: the latest file of the manifest and its SHA-256; None if there is no manifest.
        links: the SHA-256 sums that were the head at some time.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    breaks: list[str] = field(default_factory=list)
    head: tuple[str, str] | None = None
    links: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Add an entry, which replaces an earlier one about the same file."""
        before = self.entries.get(entry.name)
        if entry.event is Event.LOST and before:
            entry = replace(entry, whole=before.whole or before.sha256)
        self.entries[entry.name] = entry


def checksum(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def own_files(captures: Path) -> list[Path]:
    """Return the WARC files below the captures folder that newslake wrote, by their names."""
    return [file for file in sorted(captures.glob("*/*.warc.gz")) if _OWN.fullmatch(f"{file.parent.name}/{file.name}")]


def read_manifest(captures: Path) -> Manifest:
    """Read the manifest of a captures folder and follow its chain. Raises OSError if it cannot be read."""
    manifest = Manifest()
    before: tuple[str, str] | None = None
    for file in _files(captures):
        data = file.read_bytes()
        _read_day(file.name, data, before, manifest)
        before = manifest.head = (file.name, hashlib.sha256(data).hexdigest())
        manifest.links.add(before[1])
    return manifest


def record(captures: Path, event: Event, files: Iterable[Path]) -> None:
    """Append an entry about each file, unless the latest entry says the same. The first call records all files that are there.

    Call it once a file is complete, and before one is removed. Files outside the captures folder have no entries. Files that are
    LOST may be missing or damaged.

    Raises:
        StorageError: a file cannot be read or the manifest cannot be written.
    """
    given = [file for file in files if file.is_relative_to(captures)]
    if not given:
        return
    folder = captures / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            known = read_manifest(captures)
            changes = [(event, file) for file in given]
            if known.head is None:
                taken = set(given)
                changes = [(Event.FOUND, file) for file in own_files(captures) if file not in taken] + changes
            _append(captures, known, changes)
    except OSError as error:
        raise StorageError(
            f"the manifest of the captures cannot be written to {folder}: {error.strerror or error}",
            left="the captures are as they were",
            next=f"make room or grant access: df -h {folder}",
        ) from error


def begin(captures: Path) -> None:
    """Begin the manifest of a captures folder that an older newslake wrote; does nothing if there is one."""
    if read_manifest(captures).head is None:
        record(captures, Event.FOUND, own_files(captures))


def _append(captures: Path, known: Manifest, changes: Iterable[tuple[Event, Path]]) -> None:
    now = datetime.now(UTC)
    name = f"{now:%Y-%m-%d}.sha256"
    head = known.head
    if head is not None and head[0] >= name:  # the same day, or a clock that was ahead
        name = head[0]
        data = (captures / FOLDER / name).read_bytes()
    else:
        data = f"{_TITLE}\n# previous {' '.join(head) if head else _NONE}\n".encode()
    begun = len(data)
    for event, file in changes:
        place = file.relative_to(captures).as_posix()
        there = known.entries.get(place)
        if event in GONE or (event is Event.LOST and not file.exists()):
            if there is None or there.event in GONE or (there.event is event and there.sha256 is None):
                continue
            said = f"# {now:%Y-%m-%dT%H:%M:%SZ} {event.value} {place}\n"
        else:
            found = checksum(file)
            if there is not None and there.sha256 == found:
                continue
            said = f"# {now:%Y-%m-%dT%H:%M:%SZ} {event.value} {file.stat().st_size} bytes\n{found}  {place}\n"
        data += f"# chain {hashlib.sha256(data).hexdigest()}\n{said}".encode()
    if len(data) > begun:
        write_whole(captures / FOLDER / name, data)
        sync(captures)


def _files(captures: Path) -> list[Path]:
    return [file for file in sorted((captures / FOLDER).glob("*.sha256")) if _DAY.fullmatch(file.stem)]


def _read_day(name: str, data: bytes, before: tuple[str, str] | None, manifest: Manifest) -> None:
    """Add the entries of one day to the manifest, and what is broken in them."""
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    above = hashlib.sha256()
    event: re.Match[str] | None = None
    for number, line in enumerate(lines, start=1):
        said = line.rstrip("\n")
        where = f"{FOLDER}/{name}, line {number}"
        if number == 1:
            if said != _TITLE:
                manifest.breaks.append(f"{where}: not the first line of a manifest")
        elif number == 2:
            if problem := _unlinked(said, before):
                manifest.breaks.append(f"{where}: {problem}")
        elif chain := _CHAIN.fullmatch(said):
            manifest.links.add(chain["sum"])
            if chain["sum"] != above.hexdigest():
                manifest.breaks.append(f"{where}: what stands above it was changed after it was written")
        elif found := _EVENT.fullmatch(said):
            event = found
            if found["name"] and (kind := _kind(found["kind"])):
                manifest.add(Entry(found["name"], kind, found["at"], None, None))
        elif (file := _FILE.fullmatch(said)) and event and event["bytes"] and (kind := _kind(event["kind"])):
            manifest.add(Entry(file["name"], kind, event["at"], file["sum"], int(event["bytes"])))
        else:
            manifest.breaks.append(f"{where}: not a line of a manifest")
        above.update(line.encode("utf-8", "replace"))


def _unlinked(said: str, before: tuple[str, str] | None) -> str | None:
    """Return how the second line of a day does not fit the file before; None if it does."""
    found = _PREVIOUS.fullmatch(said)
    if found is None:
        return "it does not say which file is the previous one"
    if found["name"] == _NONE:
        return None if before is None else f"it says that none is before it, but {before[0]} is"
    if before is None or before[0] != found["name"]:
        return f"the previous file {found['name']} is missing" + (f"; before it is {before[0]}" if before else "")
    return None if before[1] == found["sum"] else f"the previous file {before[0]} was changed after it was closed"


def _kind(said: str) -> Event | None:
    return next((event for event in Event if event.value == said), None)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        with hold(folder / ".lock", folder / ".holder", "the manifest of the captures", wait=_WAIT):
            yield
    except LockHeld as other:
        raise StorageError(
            f"another process is writing the manifest of the captures: {other}",
            left="the captures are as they were",
            next="wait for it to end, then run the same command again",
        ) from None
