"""Verify that the captures are what the manifest says: none missing, altered or slipped in, and the chain unbroken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from flows.watchlist import Watchlist
from newslake.disk import storage_errors
from spiders.warc.manifest import GONE, Entry, Event, Manifest, checksum, read_manifest


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

    Args:
        noted_head: a head of the chain that was noted earlier.
    Raises:
        StorageError: the captures folder cannot be read.
    """
    captures = watchlist.captures
    with storage_errors(captures):
        manifest = read_manifest(captures)
        there = {file.relative_to(captures).as_posix(): file for file in captures.rglob("*.warc*") if file.is_file()}
    found: dict[_As, list[str]] = {each: [] for each in _As}
    kept = {name: entry for name, entry in manifest.entries.items() if entry.event not in GONE}
    for name, entry in sorted(kept.items()):
        found[_compare(entry, there.pop(name, None))].append(name)
    return Verification(
        len(found[_As.RECORDED]),
        len(manifest.entries) - len(kept),
        tuple(found[_As.LOST]),
        tuple(found[_As.MISSING]),
        tuple(found[_As.ALTERED]),
        tuple(sorted(name for name, file in there.items() if _counts(file))),
        tuple(found[_As.UNREADABLE]),
        tuple(manifest.breaks),
        manifest.head,
        None if noted_head is None else _is_part(noted_head, manifest),
    )


class _As(Enum):
    """How a file is, compared with its entry."""

    RECORDED, LOST, MISSING, ALTERED, UNREADABLE = range(5)


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
