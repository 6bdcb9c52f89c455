"""Make sure that a catalog and a data folder belong together, before anything is read or written.

The catalog records its data folder. The folder holds a mark with the id of its catalog. A folder that was moved or copied
together with its catalog still belongs to it, although the recorded path is another one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from newslake.disk import write_whole
from newslake.errors import ForeignData
from warehouse.database.statements import statement
from warehouse.location import Location
from warehouse.opening.settings import MARK

# The tables of a DuckLake catalog that is attached as `lake`.
METADATA = "__ducklake_metadata_lake"
# Data files that are looked for where a folder has no mark, the latest ones: those that an outdated copy lacks.
SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Catalog:
    """What a DuckLake catalog says about itself."""

    id: str  # a UUID, made with the catalog and kept by its copies
    place: str  # the file, or the database of the PostgreSQL server
    data: str  # the recorded data folder or prefix, with a slash at its end


@dataclass(frozen=True, slots=True)
class Mark:
    """What a data folder says about its catalog."""

    id: str
    place: str


def check_belongs(con: duckdb.DuckDBPyConnection, location: Location) -> Catalog:
    """Return what the catalog says of itself; `con` has it attached.

    Raises:
        ForeignData: the data folder of `location` belongs to another catalog, or the catalog to another folder.
    """
    catalog = _read_catalog(con, location)
    if _is_same(catalog.data, location.data):
        check_unclaimed(location, catalog.id)
        return catalog
    if location.remote_data:
        if _has_files(con, location.data):
            return catalog
        raise _other_data(location, catalog)
    recorded = Path(catalog.data)
    check_unclaimed(location, catalog.id)
    if not _has_files(con, location.data) or _is_in_use(recorded, catalog, location):
        raise _other_data(location, catalog)
    return catalog


def check_unclaimed(location: Location, catalog_id: str | None = None) -> None:
    """Raise ForeignData if another catalog than this one, which still exists, has the data folder of `location`.

    Args:
        catalog_id: None for a catalog that is yet to be created.
    """
    mark = None if location.remote_data else _read_mark(Path(location.data))
    if mark is None or mark.id == catalog_id:
        return
    is_gone = mark.place.startswith("/") and (not Path(mark.place).exists() or _is_same(mark.place, str(location.file)))
    if not is_gone:
        raise ForeignData(
            f"{location.data} holds the data files of another catalog, {mark.place}, not of {location}",
            left="nothing was read or written",
            next="name another folder as [warehouse] data, or that catalog as [warehouse] catalog; then `newslake check`",
        )


def claim(con: duckdb.DuckDBPyConnection, location: Location, catalog: Catalog) -> None:
    """Record the data folder in the catalog and the catalog in the folder, where they say otherwise. Call after check_belongs."""
    if not _is_same(catalog.data, location.data):
        data = location.data.rstrip("/") + "/"
        con.execute(f"UPDATE {METADATA}.ducklake_metadata SET value = ? WHERE key = 'data_path' AND scope IS NULL", [data])
    if not location.remote_data:
        mark = Mark(catalog.id, catalog.place)
        if _read_mark(Path(location.data)) != mark:
            write_mark(Path(location.data), mark)


def write_mark(folder: Path, mark: Mark) -> None:
    """Write into a data folder to which catalog it belongs."""
    said = {"catalog_id": mark.id, "catalog": mark.place, "note": "newslake: the catalog that these data files belong to"}
    write_whole(folder / MARK, json.dumps(said, indent=1).encode())


def _read_mark(folder: Path) -> Mark | None:
    """Return the mark of a folder; None if it has none that can be read."""
    try:
        said = json.loads((folder / MARK).read_text("utf-8"))
        return Mark(str(said["catalog_id"]), str(said["catalog"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read_catalog(con: duckdb.DuckDBPyConnection, location: Location) -> Catalog:
    found, data = con.execute(statement("catalog_identity")).fetchall()[0]
    if location.file is not None:
        place = str(location.file)
    else:
        query = "SELECT oid || ' ' || datname AS place FROM pg_database WHERE datname = current_database()"
        place = "postgres " + str(con.execute(f"SELECT place FROM postgres_query('{METADATA}', ?)", [query]).fetchall()[0][0])
    return Catalog(str(found), place, str(data))


def _is_same(recorded: str, given: str) -> bool:
    if recorded.rstrip("/") == given.rstrip("/"):
        return True
    if "://" in recorded or "://" in given:
        return False
    try:
        return Path(recorded).samefile(given)
    except OSError:
        return False


def _is_in_use(recorded: Path, catalog: Catalog, location: Location) -> bool:
    """Whether the recorded folder is still there and belongs to this very catalog, not to one that it was copied from."""
    if not recorded.is_dir():
        return False
    mark = _read_mark(recorded)
    if mark is not None:
        return mark.id == catalog.id and _is_same(mark.place, catalog.place)
    # Folders of older versions have no mark. A catalog beside the folder that is given was moved or copied together with it.
    return location.file is None or not Path(location.data).is_relative_to(location.file.parent)


def _has_files(con: duckdb.DuckDBPyConnection, root: str) -> bool:
    """Whether the latest data files that the catalog names lie below `root`."""
    root = root.rstrip("/")
    files = [f"{root}/{path}" for (path,) in con.execute(statement("catalog_files"), [SAMPLE]).fetchall()]
    if "://" not in root:
        return all(Path(file).is_file() for file in files)
    return all(con.execute("SELECT file FROM glob(?) LIMIT 1", [file]).fetchall() for file in files)


def _other_data(location: Location, catalog: Catalog) -> ForeignData:
    data = catalog.data.rstrip("/")
    return ForeignData(
        f"{location} is the catalog of the data in {data}, but this watchlist names {location.data} for its data",
        left="nothing was read or written",
        next=f"set [warehouse] data = {data!r} to share that warehouse, or name another catalog for one of your own; "
        "if the data files were moved, move all of them; then `newslake check`",
    )
