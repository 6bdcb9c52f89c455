"""Find the captures that rows point to and that cannot be read, and decide whether these rows may forget them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flows.watchlist import Watchlist
from newslake.captures import capture_path
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


def why_not_forget(
    watchlist: Watchlist, broken: Sequence[Broken], named: Mapping[str, Sequence[int]], *, even_most: bool
) -> Refusal | None:
    """Return why rows must not forget these captures; None if they may forget those that are lost.

    Args:
        named: all captures that rows point to, as offsets by file.
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
    if not even_most and (found := _missing_folder(watchlist.captures, lost, named)):
        folder, gone, pointers = found
        return Refusal(
            Hindrance.MOST,
            f"{gone} of {pointers} captures in {folder} are missing or damaged at once, as if a disk or folder were missing",
            f"ls {folder}, and [crawl] captures in {watchlist.path}; restore the files from a backup. "
            "If they are lost for good: newslake maintain --forget-broken --even-most",
        )
    return None


def _missing_folder(captures: Path, lost: Sequence[Broken], named: Mapping[str, Sequence[int]]) -> tuple[Path, int, int] | None:
    """Return a folder of which all or most captures are lost, how many these are, and how many it should have.

    Archives of the user are compared with others of their folder, and one that is there may have lost some.
    """
    pointers = Counter({file: len(offsets) for file, offsets in named.items()})
    by_folder: Counter[Path] = Counter()
    for name, count in pointers.items():
        by_folder[_folder(name, captures)] += count
    for folder, count in Counter(_folder(each.name, captures) for each in lost).items():
        if count > MOST * by_folder[folder] and (folder == captures or not folder.is_dir()):
            return folder, count, by_folder[folder]
    return None


def _folder(name: str, captures: Path) -> Path:
    """Return the captures folder for files below it, the folder that holds it for any other file."""
    path = capture_path(name, captures)
    return captures if path.is_relative_to(captures) else path.parent


def _elsewhere(captures: Path, lost: Sequence[Broken]) -> tuple[str, Path] | None:
    """Return a missing file that lies at another place below the captures folder, by its name, with that place."""
    missing = {Path(each.name).name: each.name for each in lost if each.fault is Fault.MISSING}
    if not missing:
        return None
    return next(((missing[file.name], file) for file in sorted(captures.rglob("*.warc*")) if file.name in missing), None)
