"""DuckDB's extensions, from the packages that newslake is installed with. Nothing is downloaded."""

from __future__ import annotations

import shutil
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from newslake.errors import StorageError
from warehouse.location import Location

FOLDER = "extensions"  # beside the catalog, for DuckDBs that know nothing of newslake


@cache
def extension_file(name: str) -> str:
    """Return the file of a DuckDB extension in its wheel."""
    folder = files(f"duckdb_extension_{name}") / "extensions" / f"v{duckdb.__version__}"
    file = Path(str(folder)) / f"{name}.duckdb_extension"
    if not file.is_file():
        from importlib.metadata import version

        there = version(f"duckdb-extension-{name.replace('_', '-')}")
        raise StorageError(
            f"the DuckDB extension {name} is that for DuckDB {there}, and DuckDB {duckdb.__version__} is installed",
            left="nothing was opened",
            next=f"pip install 'duckdb=={there}'",
        )
    return str(file)


def needed(location: Location) -> list[str]:
    """Return the names of the extensions that open a warehouse, in the order in which they are loaded."""
    if not location.is_lake:
        return []
    catalog = "sqlite_scanner" if location.kind == "sqlite" else "postgres_scanner"
    return ["ducklake", catalog, *(["httpfs"] if location.remote_data else [])]


def offer(location: Location, folder: Path) -> None:
    """Lay out the extensions below `folder` as DuckDB looks for them, without copying them where the disk is the same.

    What an earlier version of DuckDB needed is removed.
    """
    names = needed(location)
    if not names:
        return
    here = f"v{duckdb.__version__}"
    place = folder / FOLDER / here / _platform()
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        source, link = Path(extension_file(name)), place / f"{name}.duckdb_extension"
        if not (link.exists() and link.samefile(source)):
            _link(source, link)
    for other in (folder / FOLDER).glob("v*"):
        if other.name != here:
            shutil.rmtree(other, ignore_errors=True)


def _link(source: Path, link: Path) -> None:
    """Give a file a second name, or, on another disk, a name that leads to it."""
    new = link.with_name(f"{link.name}.new")
    new.unlink(missing_ok=True)
    try:
        new.hardlink_to(source)
    except OSError:  # another disk, or one without such names
        new.symlink_to(source)
    try:
        new.replace(link)
    finally:
        with suppress(OSError):  # replacing a name by another of the same file leaves both
            new.unlink()


@cache
def _platform() -> str:
    with duckdb.connect() as con:
        return str(con.execute("SELECT platform FROM pragma_platform()").fetchall()[0][0])
