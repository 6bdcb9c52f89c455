"""Verify that the captures are what the manifest says: none missing, altered or slipped in, and the chain unbroken."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from flows.watchlist import Watchlist
from newslake.disk import storage_errors
from newslake.locks import is_free
from spiders.warc.manifest import GONE, Entry, Event, Manifest, checksum, read_manifest

LOOKS = 4  # at what seems wrong while others are at work


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a verification. Files are named from the captures folder.

    Attributes:
        verified: files that are there and have the recorded size and SHA-256.
        removed: files that were removed by keep_captures_days or `newslake forget`, as recorded.
        lost: files that are missing or damaged, as recorded when `newslake maintain --forget-broken` was told that they are lost.
        extra: files that no entry names, or that were recorded as removed.
        unreadable: files that this process may not read.
        breaks: where the chain is broken, in words.
        head: the latest file of the manifest and its SHA-256; None without a manifest.
        head_is_known: whether the head that the user noted is part of the chain; None if none was given.
    """

    verified: int
    removed: int
    lost: tuple[str, ...]
    missing: tuple[str, ...]
    altered: tuple[str, ...]
    extra: tuple[str, ...]
    unreadable: tuple[str, ...]
    breaks: tuple[str, ...]
    head: tuple[str, str] | None
    head_is_known: bool | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (*self.missing, *self.altered, *self.extra, *self.unreadable, *self.breaks)
        return not wrong and self.head_is_known is not False


def verify(watchlist: Watchlist, noted_head: str | None = None) -> Verification:
    """Compare the captures with their manifest, byte by byte. Writes nothing.

    A run, a maintenance or a forget may be changing both. So what seems wrong is looked at again: once, and some more times while
    one of them is at work.

    Args:
        noted_head: a head of the chain that was noted earlier.
    Raises:
        StorageError: the captures folder cannot be read.
    """
    look = _look(watchlist.captures, {})
    for _ in range(LOOKS):
        if not look.is_wrong:
            break
        look = _look(watchlist.captures, look.right)
        if all(is_free(watchlist.state, work) for work in ("collection", "backfill", "maintenance")):
            break
        time.sleep(1)
    found, manifest = look.found, look.manifest
    return Verification(
        len(found[_As.RECORDED]),
        len(manifest.entries) - sum(map(len, found.values())),
        tuple(found[_As.LOST]),
        tuple(found[_As.MISSING]),
        tuple(found[_As.ALTERED]),
        look.extra,
        tuple(found[_As.UNREADABLE]),
        tuple(manifest.breaks),
        manifest.head,
        None if noted_head is None else _is_part(noted_head, manifest),
    )


class _As(Enum):
    """How a file is, compared with its entry."""

    RECORDED, LOST, MISSING, ALTERED, UNREADABLE = range(5)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one comparison of all files found. `right` has the entries of the files that were as recorded."""

    manifest: Manifest
    found: Mapping[_As, list[str]]
    extra: tuple[str, ...]
    right: Mapping[str, Entry]

    @property
    def is_wrong(self) -> bool:
        return bool(self.extra or any(names for how, names in self.found.items() if how not in (_As.RECORDED, _As.LOST)))


def _look(captures: Path, right: Mapping[str, Entry]) -> _Look:
    """Compare all files with the manifest, except for those that were right before and have the same entry."""
    with storage_errors(captures):
        manifest = read_manifest(captures)
        there = {file.relative_to(captures).as_posix(): file for file in captures.rglob("*.warc*") if file.is_file()}
    found: dict[_As, list[str]] = {each: [] for each in _As}
    for name, entry in sorted(manifest.entries.items()):
        if entry.event not in GONE:
            file = there.pop(name, None)
            found[_As.RECORDED if file and right.get(name) == entry else _compare(entry, file)].append(name)
    extra = tuple(sorted(name for name, file in there.items() if _counts(file)))
    return _Look(manifest, found, extra, {name: manifest.entries[name] for name in found[_As.RECORDED]})


def _compare(entry: Entry, file: Path | None) -> _As:
    """Compare a file, None if it is not there, with its entry. One that was lost may have come back from a backup."""
    if file is None:
        return _As.LOST if entry.event is Event.LOST and entry.sha256 is None else _As.MISSING
    try:
        if entry.event is not Event.LOST and file.stat().st_size != entry.size:
            return _As.ALTERED
        sha256 = checksum(file)
    except OSError:
        return _As.UNREADABLE
    if entry.event is Event.LOST:
        return _As.RECORDED if sha256 == entry.whole else _As.LOST if sha256 == entry.sha256 else _As.ALTERED
    return _As.RECORDED if sha256 == entry.sha256 else _As.ALTERED


def _counts(file: Path) -> bool:
    """Whether a file that no entry names is worth a word: not one that a run is writing right now."""
    return not file.name.endswith((".part", ".new"))


def _is_part(noted: str, manifest: Manifest) -> bool:
    return noted.strip().lower() in manifest.links and not manifest.breaks
