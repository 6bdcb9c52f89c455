"""Store the results of an interrupted backfill, and decide whether this version may resume from them.

The results depend on the code that made them as much as on the request. So `job.json` names the versions of newslake and its
libraries; if they differ, everything in the folder but the download is removed, and the file is read from its beginning.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import newslake
from flows.archives.scan import Candidate, Ids, Segment
from flows.refine.page import Refined
from newslake import lossless
from newslake.disk import write_whole
from newslake.outcomes import Outcome
from spiders.warc.model import Damaged

# Format of the stored results. Increase it when the fields of `Done` or their meaning change (a test compares the fields).
FORMAT = 7
JOB, LOADED, DOWNLOAD = "job.json", "loaded.json", "download"
LOOKED = "looked"  # is there once the pages of known articles were looked at again


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a segment: counts of pages by source and outcome, and the cleaned pages.

    Attributes:
        others: records that hold no page, by type.
        repeated: records whose head has a field with different values, by its name.
        unread: the URLs of pages on which no topic's words are.
        spent: milliseconds that slow pages took to clean, by source.
    """

    pages: int
    bytes: int
    counted: Counter[tuple[str, Outcome]]
    cleaned: list[tuple[Candidate, Refined]]
    damaged: list[Damaged]
    others: Counter[str]
    repeated: Counter[str] = field(default_factory=Counter)
    unread: Ids = b""
    spent: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The note that an archive is in the warehouse.

    Attributes:
        not_cleaned: pages that were not cleaned, because slow pages of their source took its time; by source.
        cleaning_seconds: that time.
    """

    file: str
    loaded_at: datetime
    not_cleaned: Counter[str]
    cleaning_seconds: float


@dataclass(frozen=True, slots=True)
class _Stored:
    format: int
    segment: Segment
    done: Done


def store(folder: Path, segment: Segment, done: Done) -> None:
    """Store the result of a segment in its own file, which is written whole or not at all."""
    write_whole(_file(folder, segment), lossless.dump(_Stored, _Stored(FORMAT, segment, done)))


def is_stored(folder: Path, segment: Segment) -> bool:
    """Return whether there is a file for the segment, which may still be unusable."""
    return _file(folder, segment).exists()


def stored(folder: Path, segment: Segment) -> Done | None:
    """Return the stored result of exactly this segment; None if there is none, or if its fields or format differ."""
    try:
        found = lossless.load(_Stored, _file(folder, segment).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found.done if (found.format, found.segment) == (FORMAT, segment) else None


def _file(folder: Path, segment: Segment) -> Path:
    return folder / (f"{segment.part}-{segment.start}.json" if segment.part else f"{segment.start}.json")


def made_by() -> dict[str, Any]:
    """Return the versions of all code that results depend on: the format, newslake, Python and every installed library.

    All libraries, because a list of those that cleaning uses would miss one some day. A needless difference only costs scanning
    one archive again.
    """
    libraries = {f"{each.metadata['Name']}=={each.metadata['Version']}" for each in distributions()}
    return {
        "format": FORMAT,
        "newslake": newslake.__version__,
        "python": platform.python_version(),
        "libraries": sorted(libraries),
    }


def begin(folder: Path, place: str, code: dict[str, Any]) -> datetime:
    """Return when work on the archive at `place` began (aware), which stays the start of its runs however often it resumes.

    If other code than `code` (see `made_by`) wrote the folder, its contents are removed first, and the work begins now.
    """
    file = folder / JOB
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):  # missing or damaged
        job = json.loads(file.read_text("utf-8"))
        began = datetime.fromisoformat(job["began"])
        if job["made_by"] == code and began.tzinfo is not None:
            return began
    # The job file is replaced last, so that the next try continues an interrupted removal.
    clear(folder, {JOB, DOWNLOAD} if file.is_file() else {DOWNLOAD})
    began = datetime.now(UTC)
    write_whole(file, json.dumps({"file": place, "began": began.isoformat(), "made_by": code}).encode())
    return began


def finish(folder: Path, loaded: Loaded) -> None:
    """Record that the archive is in the warehouse, and remove everything else from the folder."""
    said = {
        "file": loaded.file,
        "loaded_at": loaded.loaded_at.isoformat(),
        "not_cleaned": loaded.not_cleaned,
        "cleaning_seconds": loaded.cleaning_seconds,
    }
    write_whole(folder / LOADED, json.dumps(said).encode())
    clear(folder, {LOADED})


def loaded_before(folder: Path) -> Loaded | None:
    """Return the note that the archive is in the warehouse; None if it is not. The note of an earlier version lacks counts."""
    file = folder / LOADED
    if not file.exists():
        return None
    said: dict[str, Any] = {}
    with suppress(OSError, ValueError, RecursionError):
        said = json.loads(file.read_text("utf-8"))
    try:
        counts = Counter({str(source): int(count) for source, count in said.get("not_cleaned", {}).items()})
        return Loaded(
            str(said.get("file", "")), datetime.fromisoformat(said["loaded_at"]), counts, float(said["cleaning_seconds"])
        )
    except (AttributeError, ValueError, KeyError, TypeError):
        return Loaded("", datetime.fromtimestamp(0, UTC), Counter(), 0.0)


def clear(folder: Path, keep: set[str]) -> None:
    """Remove everything from the folder except the names in `keep`."""
    for path in folder.iterdir():
        if path.name not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
