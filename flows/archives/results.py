"""The folder of one archive's backfill: what an interrupted backfill kept, and whether this newslake may use it.

What was kept depends on the code that made it as much as on what was asked for. `job.json` therefore names the version and the
libraries; under others everything in the folder but the download is removed, and the file is read from its beginning.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import newslake
from flows.archives.scan import Candidate, Segment
from flows.refine.pool import Refined
from newslake import lossless
from newslake.disk import write_whole
from newslake.outcomes import Outcome
from spiders.warc.model import Damaged

# Of the stored results. Raise it with any change of the fields of `Done` or of what they mean (a test holds it to the fields).
FORMAT = 1
JOB, LOADED, DOWNLOAD = "job.json", "loaded.json", "download"


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a segment: what was counted, and the pages that were cleaned."""

    pages: int
    bytes: int
    counted: Counter[tuple[str, Outcome]]
    cleaned: list[tuple[Candidate, Refined]]
    damaged: list[Damaged]


@dataclass(frozen=True, slots=True)
class _Stored:
    format: int
    segment: Segment
    done: Done


def store(folder: Path, segment: Segment, done: Done) -> None:
    """Keep the result of a segment in a file of its own, written whole or not at all."""
    write_whole(_file(folder, segment), lossless.dump(_Stored, _Stored(FORMAT, segment, done)))


def is_stored(folder: Path, segment: Segment) -> bool:
    """Return whether there is a file for the segment; whether it can be used is not looked at."""
    return _file(folder, segment).exists()


def stored(folder: Path, segment: Segment) -> Done | None:
    """Return the kept result of exactly this segment; None where there is none, or its file has any other field or format."""
    try:
        found = lossless.load(_Stored, _file(folder, segment).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found.done if (found.format, found.segment) == (FORMAT, segment) else None


def _file(folder: Path, segment: Segment) -> Path:
    return folder / f"{segment.start}.json"


def made_by() -> dict[str, Any]:
    """Name all code that results depend on: the format, newslake, Python and every library installed beside it.

    No list of the libraries that cleaning uses is kept here: it would miss one some day, and what a needless difference costs
    is one archive scanned again.
    """
    libraries = {f"{each.metadata['Name']}=={each.metadata['Version']}" for each in distributions()}
    return {
        "format": FORMAT,
        "newslake": newslake.__version__,
        "python": platform.python_version(),
        "libraries": sorted(libraries),
    }


def begin(folder: Path, place: str, code: dict[str, Any]) -> datetime:
    """Return when work on the archive at `place` began, an aware datetime: its runs begin then, however often it is resumed.

    What other code than `code` (see `made_by`) left in the folder is removed first, and the work begins now.
    """
    file = folder / JOB
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):  # not there, or damaged: nothing is known of what is
        job = json.loads(file.read_text("utf-8"))
        if job["made_by"] == code:
            return datetime.fromisoformat(job["began"])
    # The job goes last: a removal that is cut short is continued by the next try.
    clear(folder, {JOB, DOWNLOAD})
    began = datetime.now(UTC)
    write_whole(file, json.dumps({"file": place, "began": began.isoformat(), "made_by": code}).encode())
    return began


def finish(folder: Path, place: str) -> None:
    """Note that the archive is in the warehouse, and remove all else."""
    write_whole(folder / LOADED, json.dumps({"file": place, "loaded_at": datetime.now(UTC).isoformat()}).encode())
    clear(folder, {LOADED})


def clear(folder: Path, keep: set[str]) -> None:
    """Remove everything from the folder but the names in `keep`."""
    for path in folder.iterdir():
        if path.name not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
