"""Name captures in the warehouse and find them on disk: names start from the captures folder, so that a project can be moved."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

# The files that newslake writes below the captures folder: one for each run, in the folder of its day, or of backfills.
_OWN = re.compile(r"(?P<root>.*)/(?P<name>(?:\d{4}-\d\d-\d\d|backfill)/(?P<run>[0-9a-f-]{36})\.warc\.gz)")


def capture_name(file: Path, captures: Path, base: Path) -> str:
    """Return the name under which the warehouse stores a WARC file.

    It starts from the captures folder if the file moves together with it: if it is below that folder, or if both are below
    `base`. Other files, such as archives on another disk, keep their absolute path.

    Args:
        captures: the captures folder.
        base: the folder of the watchlist.
    """
    path, folder, project = (Path(os.path.normpath(each.absolute())) for each in (file, captures, base))
    is_together = path.is_relative_to(folder) or (path.is_relative_to(project) and folder.is_relative_to(project))
    return Path(os.path.relpath(path, folder)).as_posix() if is_together else str(path)


def capture_path(name: str, captures: Path) -> Path:
    """Return the file that a name in the warehouse means."""
    # Not resolved by the file system, because the captures folder may be a link to another disk.
    return Path(os.path.normpath(captures / name))


def moved_names(names: Iterable[str], runs: Container[str], captures: Path, base: Path) -> dict[str, str]:
    """Return new names for the files that an older newslake stored with their absolute path, by their old names.

    A file that newslake wrote is taken for the one of the same run below the captures folder, wherever it was when it was
    stored: the project may have been moved since, and a copy of a project must not read the files of the original. Archives
    that were in the folder of the project are looked for in the same place of the present one.

    Args:
        runs: the ids of the runs of this warehouse. Files of other runs are archives that were given to a backfill.
    """
    given = [name for name in names if Path(name).is_absolute()]
    own = {name: found for name in given if (found := _OWN.fullmatch(name)) and found["run"] in runs}
    before = {Path(found["root"]) for found in own.values()}  # where the captures folder was
    renamed = {}
    for name in given:
        if name not in own:
            new = next(_in_old_project(Path(name), before, captures, base), None) or capture_name(Path(name), captures, base)
        elif _is_in_another_folder(Path(name), captures, base):
            new = capture_name(Path(name), captures, base)
        else:
            new = own[name]["name"]
        if new != name:
            renamed[name] = new
    return renamed


def _in_old_project(file: Path, before: Iterable[Path], captures: Path, base: Path) -> Iterator[str]:
    """Yield the name of an archive that was in the project's folder when that was elsewhere."""
    for folder in before:
        project = Path(os.path.normpath(folder / os.path.relpath(base, captures)))
        if captures.is_relative_to(base) and folder != captures and file.is_relative_to(project):
            yield capture_name(file, folder, project)


def _is_in_another_folder(file: Path, captures: Path, base: Path) -> bool:
    """Whether a file is in a captures folder that the project used before, and that is still there."""
    return file.is_relative_to(base) and not file.is_relative_to(captures) and file.exists()
