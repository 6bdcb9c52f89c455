"""Copy the warehouse while others read it and load into it: a catalog of one moment, and the data files that it names.

A DuckLake with a SQLite catalog and a plain file are copied as they are. A lake whose catalog is on a PostgreSQL server, or whose
data are in an object store, becomes one .duckdb file with the current rows; its old snapshots are not copied.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from newslake.disk import sync, whole_file
from newslake.errors import StorageError, WarehouseMissing, WarehouseOutdated
from warehouse.database import lock, owner
from warehouse.database.connect import LONG_WAIT, open_reader
from warehouse.database.errors import translated
from warehouse.database.statements import statement
from warehouse.export import export
from warehouse.location import SQLITE, Location
from warehouse.opening import script

CATALOG, LAKE, FILE = "catalog.sqlite", "lake", "news.duckdb"


@dataclass(frozen=True, slots=True)
class Copied:
    """A copied catalog that does not yet replace the earlier one.

    Attributes:
        new: where it is; call `take_over` once the data files are there.
        place: where it belongs.
        files: the data files that it names, relative to the data folder; none in a plain file.
        is_export: whether it holds the current rows only, as the warehouse cannot be copied file by file.
        id: that of the catalog of a lake.
    """

    new: Path
    place: Path
    files: tuple[str, ...] = ()
    is_export: bool = False
    id: str | None = None

    @property
    def catalog(self) -> str:
        """The catalog as a watchlist beside the folder `data` names it."""
        prefix = SQLITE if self.place.name == CATALOG else ""
        return f"{prefix}{self.place.parent.name}/{self.place.name}"


def copy_catalog(location: Location, folder: Path, note: lock.Note = lock.ignore) -> Copied:
    """Copy the catalog into `folder`, beside the one of an earlier copy, which stays until `take_over`.

    Args:
        note: called with a line for the user while another process writes to a plain file.
    Raises:
        NewslakeError: as open_reader; the folder cannot be written.
    """
    with translated(f"copy {location.in_words} to {folder}", "the earlier copy, if there is one, is as it was"):
        folder.mkdir(parents=True, exist_ok=True)
        if location.kind == "sqlite" and not location.remote_data:
            return _copy_sqlite(location, folder)
        new = folder / f"new-{FILE}"
        new.unlink(missing_ok=True)
        if location.kind == "file":
            _copy_file(location, new, note)
            return Copied(new, folder / FILE)
    with open_reader(location) as con:
        export(con, new)
    return Copied(new, folder / FILE, is_export=True)


def take_over(copied: Copied) -> None:
    """Replace the earlier catalog by the new one, remove a catalog of another kind, and write `open.sql` beside it."""
    with translated(f"write {copied.place}", "the earlier copy is as it was"):
        if copied.place.exists() and copied.place.name == CATALOG:
            with closing(sqlite3.connect(copied.place)) as con:  # or a log that readers left would be read into the new one
                con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sync(copied.new)
        copied.new.replace(copied.place)
        sync(copied.place.parent)
        other = copied.place.with_name(FILE if copied.place.name == CATALOG else CATALOG)
        for file in other.parent.glob(f"{other.name}*"):
            file.unlink()
    location = Location.model_validate({"catalog": copied.catalog, "data": f"{copied.place.parent.name}/{LAKE}"})
    with suppress(OSError, StorageError):  # the copy is whole without it
        script.keep(location.resolved(copied.place.parents[1]), copied.id)


def runs_of(location: Location) -> set[str]:
    """Return the ids of all runs in a warehouse; none where there is none, or where an older newslake wrote it."""
    try:
        with open_reader(location) as con:
            return {str(run) for (run,) in con.execute("SELECT run_id FROM runs").fetchall()}
    except (WarehouseMissing, WarehouseOutdated):
        return set()


def _copy_sqlite(location: Location, folder: Path) -> Copied:
    """Copy a SQLite catalog as of one commit, without waiting for writers, and record the data folder of the copy in it."""
    assert location.file is not None
    if not location.file.exists():
        raise WarehouseMissing(f"there is no warehouse at {location} yet", left="nothing was copied", next="newslake run")
    new, place, lake = folder / f"new-{CATALOG}", folder / CATALOG, folder / LAKE
    lake.mkdir(exist_ok=True)
    for left in folder.glob(f"{new.name}*"):
        left.unlink()
    with closing(sqlite3.connect(location.file, timeout=30)) as source, closing(sqlite3.connect(new)) as copy:
        source.backup(copy)
        with copy:
            copy.execute("UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'", [f"{lake}/"])
        files = tuple(str(path) for (path,) in copy.execute(statement("catalog_all_files")).fetchall())
        ((found,),) = copy.execute(
            "SELECT schema_uuid FROM ducklake_schema ORDER BY schema_id, begin_snapshot LIMIT 1"
        ).fetchall()
    owner.write_mark(lake, owner.Mark(str(found), str(place)))
    return Copied(new, place, files, id=str(found))


def _copy_file(location: Location, new: Path, note: lock.Note) -> None:
    """Copy a plain file while no newslake writes to it."""
    assert location.file is not None
    if not location.file.exists():
        raise WarehouseMissing(f"there is no warehouse at {location} yet", left="nothing was copied", next="newslake run")
    with lock.file_lock(location.file, "backup", LONG_WAIT, note):
        if location.file.with_name(f"{location.file.name}.wal").exists():  # a killed writer left commits there
            with closing(duckdb.connect(str(location.file))) as con:
                con.execute("CHECKPOINT")
        with whole_file(new) as out, location.file.open("rb") as data:
            shutil.copyfileobj(data, out, 1 << 20)
