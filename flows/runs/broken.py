"""Find the captures that rows point to and that cannot be read, and decide whether these rows may forget them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flows.watchlist import Watchlist
from spiders.warc.check import Fault, unresolved

# With a larger share of captures missing or damaged, a folder or a disk is missing rather than a few files.
MOST = 0.75


@dataclass(frozen=True, slots=True)
class Broken:
    """A capture that rows point to and that cannot be read.

    Attributes:
        name: the file as the rows name it.
        file: its path.
        reason: why, in words.
    """

    name: str
    file: str
    offset: int
    fault: Fault
    reason: str

    @property
    def is_lost(self) -> bool:
        """Whether the capture is not there. One that this process merely may not read is not lost."""
        return self.fault is not Fault.UNREADABLE


class Hindrance(StrEnum):
    """Why rows do not forget captures."""

    UNREADABLE = "unreadable"  # all that cannot be read is there, but this process may not read it
    ELSEWHERE = "elsewhere"  # missing files are at another place below the captures folder
    MOST = "most"  # most captures are missing or damaged at once


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why rows do not forget broken captures, and what to do instead: two sentences."""

    hindrance: Hindrance
    why: str
    next: str


def find_broken(watchlist: Watchlist, named: Mapping[str, Sequence[int]]) -> list[Broken]:
    """Check captures, given as offsets by file as the rows name it, and return those that cannot be read."""
    broken = []
    for name, offsets in named.items():
        file = watchlist.capture_path(name)
        for offset, trouble in unresolved(file, offsets).items():
            broken.append(Broken(name, str(file), offset, trouble.fault, trouble.words))
    return broken


def why_not_forget(watchlist: Watchlist, broken: Sequence[Broken], pointers: int, *, even_most: bool) -> Refusal | None:
    """Return why rows must not forget these captures; None if they may forget those that are lost.

    Args:
        pointers: the number of captures that rows point to.
        even_most: the user knows that most captures are lost.
    """
    lost = [each for each in broken if each.is_lost]
    if broken and not lost:
        folder = Path(broken[0].file).parent
        return Refusal(
            Hindrance.UNREADABLE,
            f"{len(broken)} captures may be whole, but cannot be read: {broken[0].reason}",
            f"ls -l {folder}; then run newslake as a user who may read the files, or correct their permissions",
        )
    if place := _elsewhere(watchlist.captures, lost):
        name, there = place
        return Refusal(
            Hindrance.ELSEWHERE,
            f"files that the rows name are at another place below {watchlist.captures}: {name} is {there}",
            f"move the files to where the rows name them, as in mv {there} {watchlist.capture_path(name)}",
        )
    if len(lost) > MOST * pointers and not even_most:
        return Refusal(
            Hindrance.MOST,
            f"{len(lost)} of {pointers} captures are missing or damaged at once, which looks like a missing disk or folder",
            f"ls {watchlist.captures}, and [crawl] captures in {watchlist.path}; restore the files from a backup. "
            "If they are lost for good: newslake maintain --forget-broken --even-most",
        )
    return None


def _elsewhere(captures: Path, lost: Sequence[Broken]) -> tuple[str, Path] | None:
    """Return a missing file that lies at another place below the captures folder, by its name, with that place."""
    missing = {Path(each.name).name: each.name for each in lost if each.fault is Fault.MISSING}
    if not missing:
        return None
    return next(((missing[file.name], file) for file in sorted(captures.rglob("*.warc*")) if file.name in missing), None)
