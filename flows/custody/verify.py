"""Verify that the captures are what the manifest says: none missing, altered or slipped in, and the chain unbroken."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.watchlist import Watchlist
from newslake.disk import storage_errors
from spiders.warc.manifest import GONE, Manifest, checksum, read_manifest


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a verification. Files are named from the captures folder.

    Attributes:
        verified: files that are there and have the recorded size and SHA-256.
        removed: files that were removed by keep_captures_days or `newslake forget`, as recorded.
        extra: files that no entry names, or that were recorded as removed.
        unreadable: files that this process may not read.
        breaks: where the chain is broken, in words.
        head: the latest file of the manifest and its SHA-256; None without a manifest.
        head_is_known: whether the head that the user noted is part of the chain; None if none was given.
    """

    verified: int
    removed: int
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
    missing, altered, unreadable, verified = [], [], [], 0
    kept = {name: entry for name, entry in manifest.entries.items() if entry.event not in GONE}
    for name, entry in sorted(kept.items()):
        file = there.pop(name, None)
        if file is None:
            missing.append(name)
            continue
        try:
            same = file.stat().st_size == entry.size and checksum(file) == entry.sha256
        except OSError:
            unreadable.append(name)
            continue
        verified += same
        if not same:
            altered.append(name)
    return Verification(
        verified,
        len(manifest.entries) - len(kept),
        tuple(missing),
        tuple(altered),
        tuple(sorted(name for name, file in there.items() if _counts(file))),
        tuple(unreadable),
        tuple(manifest.breaks),
        manifest.head,
        None if noted_head is None else _is_part(noted_head, manifest),
    )


def _counts(file: Path) -> bool:
    """Whether a file that no entry names is worth a word: not one that a run is writing right now."""
    return not file.name.endswith((".part", ".new"))


def _is_part(noted: str, manifest: Manifest) -> bool:
    return noted.strip().lower() in manifest.links and not manifest.breaks
