"""Store what a trial needs to be repeated anywhere: `manifest.json` beside the answers of the sites."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from newslake import __version__
from newslake.disk import write_whole
from newslake.errors import CaptureError, StorageError, UsageError
from spiders.settings import CrawlSettings
from spiders.sources import Source
from spiders.tape.model import ANSWERS, read_answers, what_is_wrong
from spiders.tape.secrets import Secrets

if TYPE_CHECKING:
    from spiders.warc.model import Capture

__all__ = ["MANIFEST", "Saved", "begin", "read_saved", "saved_pages", "write_saved"]

MANIFEST = "manifest.json"
_FORMAT = 1
# Values of a manifest, which may come from anywhere.
_Count = Annotated[int, Field(ge=0, le=10**9)]
_Seconds = Annotated[float, Field(ge=-1e9, le=1e9)]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a trial was made with, and what it said beside the answers of the sites.

    Attributes:
        watchlist: the path of the watchlist.
        option: the same if it was named on the command line.
        count: the number of its sources.
        addresses: how many addresses are to be notified; they themselves are not stored.
        pages: how many pages of each source were fetched.
        disabled: the sources that are not collected.
        left_alone: servers that were not to be asked → for how many seconds.
    """

    watchlist: str
    option: str | None
    count: _Count
    topics: list[str]
    advice: list[str]
    addresses: _Count
    sources: list[Source]
    settings: Annotated[CrawlSettings, Field(validation_alias="crawl")]
    pages: _Count
    left_alone: dict[str, _Seconds] = field(default_factory=dict)
    disabled: list[str] = field(default_factory=list)

    def until(self) -> dict[str, datetime]:
        """Return the servers that are left alone, as if the folder had been saved now."""
        now = datetime.now(UTC)
        return {server: now + timedelta(seconds=seconds) for server, seconds in self.left_alone.items()}


class _Maker(BaseModel):
    """Which newslake saved a folder, whatever else is in it."""

    format: int
    newslake: str = Field(pattern=r"^[\w.+-]{1,40}$")


_SAVED = TypeAdapter(Saved)


def begin(folder: Path) -> None:
    """Make the folder of a trial. Raises UsageError if it holds something."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = next(folder.iterdir(), None) is None
    except OSError as error:
        raise UsageError(
            f"nothing can be stored in {folder}: {error.strerror}",
            left="no source was tried",
            next="newslake check --save FOLDER",
        ) from error
    if not is_empty:
        raise UsageError(
            f"{folder} holds something already",
            left="no source was tried, and the folder is as it was",
            next=f"newslake check --save {shlex.quote(f'{folder}-2')}",
        )


def write_saved(folder: Path, saved: Saved) -> None:
    """Write the manifest, without secrets. Raises StorageError."""
    secrets = Secrets(address for source in saved.sources for address in source.addresses)
    record = {
        "format": _FORMAT,
        "newslake": __version__,
        "saved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "watchlist": saved.watchlist,
        "option": saved.option,
        "count": saved.count,
        "topics": list(saved.topics),
        "advice": [secrets.hide(one) for one in saved.advice],
        "addresses": saved.addresses,
        "pages": saved.pages,
        "left_alone": dict(saved.left_alone),
        "disabled": list(saved.disabled),
        "crawl": saved.settings.model_dump(mode="json", exclude={"captures"}),
        "sources": [_without_secrets(source, secrets) for source in saved.sources],
    }
    try:
        write_whole(folder / MANIFEST, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    except OSError as error:
        raise StorageError(
            f"{folder / MANIFEST} cannot be written: {error.strerror}",
            left="the folder cannot be replayed",
            next=f"df -h {shlex.quote(str(folder))}",
        ) from error


def read_saved(folder: Path) -> Saved:
    """Read the manifest of a folder. Raises UsageError if it is none that `newslake check --save` made, or is damaged."""
    try:
        record = (folder / MANIFEST).read_bytes()
        maker = _Maker.model_validate_json(record)
        if maker.format != _FORMAT:
            raise UsageError(
                f"{folder} was saved by newslake {maker.newslake}, in a format that this one does not read",
                left="nothing was replayed",
                next="replay it with that version",
            )
        saved = _SAVED.validate_json(record)
        if not (folder / ANSWERS).is_file():
            raise _no_such_folder(folder, f"it lacks {ANSWERS}")
        for _ in read_answers(folder):
            pass
    except FileNotFoundError as error:
        raise _no_such_folder(folder, f"it lacks {MANIFEST}") from error
    except ValidationError as error:
        raise _no_such_folder(folder, f"{MANIFEST}: {what_is_wrong(error)}") from error
    except CaptureError as error:
        raise _no_such_folder(folder, error.happened) from error
    except OSError as error:
        raise _no_such_folder(folder, str(error)) from error
    return saved


def _no_such_folder(folder: Path, why: str) -> UsageError:
    return UsageError(
        f"{folder} is no folder of newslake check --save, or not all of it: {why}",
        left="nothing was replayed",
        next="newslake check --save FOLDER",
    )


def saved_pages(folder: Path) -> Iterator[tuple[Capture, Source | None]]:
    """Yield the pages of articles in a folder with their sources, in the order in which they were fetched."""
    from spiders.warc.read import read_capture

    sources = {source.name: source for source in read_saved(folder).sources}
    for answer in read_answers(folder):
        if answer.file is None or answer.is_refused:
            continue
        about = _about(folder / answer.file, answer.offset)
        if about.get("kind") == "page":
            capture = read_capture(folder / answer.file, answer.offset)
            if capture.status == 200:
                yield capture, sources.get(about.get("source", ""))


def _about(file: Path, offset: int) -> dict[str, Any]:
    """Return what the metadata record of an answer says of it."""
    from warcio.archiveiterator import ArchiveIterator

    with file.open("rb") as stream:
        stream.seek(offset)
        for number, record in enumerate(ArchiveIterator(stream)):
            if number > 2:
                break
            if record.rec_type == "metadata":
                found: dict[str, Any] = json.loads(record.raw_stream.read())
                return found
    return {}


def _without_secrets(source: Source, secrets: Secrets) -> dict[str, Any]:
    record = source.model_dump(
        mode="json", include=set(Source.model_fields) - {"cookies"}, exclude_none=True, exclude_defaults=True
    )
    for name in ("url", "feeds", "sitemaps", "sections"):
        value = record.get(name)
        if isinstance(value, str):
            record[name] = secrets.hide(value)
        elif isinstance(value, list):
            record[name] = [secrets.hide(one) for one in value]
    return record
