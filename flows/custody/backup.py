"""Copy a project while `newslake serve` runs: catalog, data, captures, runs, watchlist, lists. Work can go on from the copy.

The copy is a project of its own: `newslake sql --config FOLDER/watchlist.toml`. The order makes it consistent at every moment:
runs under way are copied before the catalog, since a run leaves their folder once the catalog has it; so is the outbox, since
alerts that have looked less far than the catalog goes miss nothing; data files and captures after it, since they are on disk
before a commit names them. Only then do the new catalog and outbox replace the earlier ones, and what nothing names any more is
removed. So an interrupted backup leaves the earlier one whole, and the next one goes on.

    FOLDER/UNFINISHED.txt    a backup is under way, or was interrupted; what that means, for whoever finds it
    FOLDER/backup.json       when it was made, from where, by which version; written last
    FOLDER/watchlist.toml    the watchlist, with the places of this folder
    FOLDER/data/             catalog, lake, captures, state, lists of names
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit

from flows.custody.copying import Copying, known_backups, remember_backup
from flows.custody.lists import LISTS, copy_lists
from flows.messages.copies import copy_outbox, replace_outbox
from flows.watchlist import Watchlist, load_watchlist
from newslake import __version__
from newslake.disk import storage_errors, write_whole
from newslake.errors import UsageError
from newslake.locks import only_one
from newslake.text import counted
from spiders.warc.manifest import FOLDER as MANIFEST
from spiders.warc.manifest import GONE, Event, own_files, read_manifest
from warehouse.backup import LAKE, Copied, copy_catalog, runs_of, take_over
from warehouse.captures import captures_named
from warehouse.database.connect import open_reader
from warehouse.upgrade import bring_up_to_date

SAID = "backup.json"
BEGUN = ".newslake-backup"  # a backup was begun here, so the folder is ours
UNFINISHED = "UNFINISHED.txt"
# The parts of the state folder from which work goes on. Caches, locks and Prefect's own files are made again.
STATE = ("runs", "set-aside", "damaged", "backfill")

__all__ = ["Backup", "backup", "known_backups"]


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup.

    Attributes:
        copied: number of files that were copied, apart from the catalog; `bytes` is their size.
        kept: files of the earlier backup that are still right.
        removed: files of the earlier backup that nothing names any more.
        missing: captures that the manifest names and that are gone; the backup keeps its earlier copies of them.
        altered: captures that are not what the manifest says; the backup keeps its earlier copies of them.
        outside: archives of the user to which articles point; they are not copied.
        is_export: the warehouse was written as one .duckdb file with the current rows.
        resumed: an earlier backup into the folder had been interrupted, and is replaced by this one.
    """

    folder: Path
    seconds: float
    copied: int
    bytes: int
    kept: int
    removed: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]
    outside: tuple[str, ...]
    is_export: bool
    resumed: bool


def backup(watchlist: Watchlist, folder: Path, note: Callable[[str], None] = lambda _line: None) -> Backup:
    """Bring the copy of a project in `folder` up to date, or make it.

    Raises:
        UsageError: the folder is part of the project, holds something else, or has runs that the project does not have.
        NewslakeError: a maintenance is under way, there is no warehouse yet, the folder cannot be written.
    """
    began = datetime.now(UTC)
    folder = folder.expanduser().absolute()
    _check(watchlist, folder)
    data = folder / "data"
    command = f"newslake backup {shlex.quote(str(folder))}"
    earlier = "the earlier backup, if there is one, is whole, and this one goes on where it stopped"
    with only_one(watchlist.state, "maintenance", command), storage_errors(folder, earlier, command):
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        _refuse_other_runs(watchlist, folder)
        folder.mkdir(parents=True, exist_ok=True)
        resumed = (folder / UNFINISHED).exists() or ((folder / BEGUN).exists() and not (folder / SAID).exists())
        (folder / BEGUN).touch()
        write_whole(folder / UNFINISHED, _unfinished(folder, began, is_first=not (folder / SAID).exists()).encode())
        copying = Copying()
        states = [copying.tree(watchlist.state / part, data / "state" / part) for part in STATE]
        lists = copy_lists(copying, watchlist, data, note)
        outbox = copy_outbox(watchlist.state, data / "state")
        catalog = copy_catalog(watchlist.warehouse, data, note)
        lake = Path(watchlist.warehouse.data)
        for name in catalog.files:
            copying.file(lake / name, data / LAKE / name, same_size_is_same=True)
        captures = _copy_captures(copying, watchlist.captures, data / "captures")
        take_over(catalog)
        replace_outbox(data / "state", outbox)
        write_whole(folder / "watchlist.toml", _watchlist(watchlist, catalog, lists).encode())
        (folder / "watchlist.toml").chmod(watchlist.path.stat().st_mode & 0o777)
        wanted = {data / LAKE / name for name in catalog.files} | captures | {file for state in states for file in state}
        wanted |= set(lists.values())
        removed = _remove_others(data, wanted)
        said = {"made_at": began.isoformat(), "of": str(watchlist.path), "version": __version__, "is_export": catalog.is_export}
        write_whole(folder / SAID, json.dumps(said, indent=1).encode())
        (folder / UNFINISHED).unlink()
        with storage_errors(watchlist.state, "the backup is complete, but the project does not know of it", command):
            remember_backup(watchlist.state, folder, began)
    return Backup(
        folder,
        (datetime.now(UTC) - began).total_seconds(),
        copying.copied,
        copying.bytes,
        copying.kept,
        removed,
        tuple(copying.missing),
        tuple(copying.altered),
        tuple(_outside(watchlist)),
        catalog.is_export,
        resumed,
    )


def _unfinished(folder: Path, began: datetime, *, is_first: bool) -> str:
    """Return what a folder says while its backup is not finished."""
    state = (
        "It is no backup yet: parts are missing." if is_first else "The earlier backup in this folder is whole; this one is not."
    )
    return (
        f"A backup into this folder began at {began:%Y-%m-%d %H:%M} UTC and is not finished. {state}\n"
        f"If newslake backup is not at work any more, it was interrupted. Next: newslake backup {shlex.quote(str(folder))}\n"
    )


def _check(watchlist: Watchlist, folder: Path) -> None:
    """Raise UsageError unless the folder is new, empty, or a backup."""
    ours = [watchlist.captures, watchlist.state, watchlist.base / "data"]
    ours += [Path(watchlist.warehouse.data)] if watchlist.warehouse.is_lake and not watchlist.warehouse.remote_data else []
    place = folder.resolve()
    if place == watchlist.base.resolve() or any(place.is_relative_to(each.resolve()) for each in ours):
        why = "it is part of the project itself"
    elif folder.exists() and not folder.is_dir():
        why = "it is a file"
    elif folder.exists() and any(folder.iterdir()) and not ((folder / SAID).exists() or (folder / BEGUN).exists()):
        why = "it is not empty, and no backup of newslake"
    else:
        return
    raise UsageError(
        f"{folder} cannot take the backup: {why}",
        left="nothing was copied",
        next="name a new or an empty folder, best on another disk",
    )


def _refuse_other_runs(watchlist: Watchlist, folder: Path) -> None:
    """Raise UsageError if the backup has runs that the project does not have: it was used, or is of another project."""
    if not (folder / SAID).exists():
        return
    others = runs_of(load_watchlist(folder / "watchlist.toml").warehouse) - runs_of(watchlist.warehouse)
    if others:
        raise UsageError(
            f"the backup in {folder} has {counted(len(others), 'run')} that {watchlist.path} does not have,"
            " and a copy over it would lose them",
            left="nothing was copied; both are as they were",
            next="name another folder; if this project was restored from an older backup, look first which of the two is right",
        )


def _copy_captures(copying: Copying, captures: Path, target: Path) -> set[Path]:
    """Copy the captures and their manifest; return all files that belong in the copy."""
    manifest = read_manifest(captures)
    days = {file.name: file.read_bytes() for file in sorted((captures / MANIFEST).glob("*.sha256"))}
    own = {file.relative_to(captures).as_posix() for file in own_files(captures)}
    listed = {name: entry.sha256 for name, entry in manifest.entries.items() if entry.event not in GONE}
    foreign = {
        file.relative_to(captures).as_posix()
        for file in captures.rglob("*.warc*")
        if file.is_file() and not file.name.endswith((".part", ".new"))
    } - own
    unlisted = own if manifest.head is None else set()  # else of a run that is under way, and recorded later
    lost = {name for name, entry in manifest.entries.items() if entry.event is Event.LOST}
    for name in sorted({*listed, *foreign, *unlisted}):
        if name in lost and ((target / name).exists() or not (captures / name).exists()):
            continue  # a copy from before the loss stays as it is
        copying.file(captures / name, target / name, sha256=None if name in lost else listed.get(name))
    for name, text in days.items():
        (target / MANIFEST).mkdir(parents=True, exist_ok=True)
        if not (target / MANIFEST / name).exists() or (target / MANIFEST / name).read_bytes() != text:
            write_whole(target / MANIFEST / name, text)
    names = {*listed, *foreign, *unlisted, *(f"{MANIFEST}/{name}" for name in days)}
    return {target / name for name in names}


def _remove_others(data: Path, wanted: set[Path]) -> int:
    """Remove the files of an earlier backup that nothing names any more, and folders that are empty then."""
    parts = [data / LISTS, *(data / "state" / part for part in STATE)]
    removed = 0
    for file in [
        *(data / LAKE).rglob("*.parquet"),
        *own_files(data / "captures"),
        *(file for part in (LAKE, "captures") for file in (data / part).rglob("*.new")),  # of a backup that was killed
        *(file for part in parts for file in part.rglob("*")),
    ]:
        if file.is_file() and file not in wanted:
            file.unlink()
            removed += 1
    for folder in sorted((path for part in (data / LAKE, *parts) for path in part.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return removed


def _watchlist(watchlist: Watchlist, catalog: Copied, lists: Mapping[str, Path]) -> str:
    """Return the text of the watchlist with the places of a backup; comments and the rest stay as they are."""
    document: Any = tomlkit.parse(watchlist.path.read_text("utf-8-sig"))
    places = {"warehouse": {"catalog": catalog.catalog, "data": f"data/{LAKE}"}, "crawl": {"captures": "data/captures"}}
    for table, values in places.items():
        if table not in document:
            document[table] = tomlkit.table()
        for key, value in values.items():
            if document[table].get(key) != value:
                document[table][key] = value
    for entity in document.get("entity", []):
        if copy := lists.get(entity["name"]):
            entity["file"] = f"data/{LISTS}/{copy.name}"
    return str(tomlkit.dumps(document))


def _outside(watchlist: Watchlist) -> list[str]:
    with open_reader(watchlist.warehouse) as con:
        return [name for name in captures_named(con) if name.startswith(("/", "../"))]
