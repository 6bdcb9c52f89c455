"""Keep `open.sql` beside the catalog: with it, any DuckDB opens the warehouse as newslake does.

The statements find the warehouse from the folder in which DuckDB runs, so they survive that the project is moved. A DuckDB that
runs elsewhere finds it where it was when the file was written. They make sure that it is this warehouse and no other. No
statement prints anything, so that the output of a command line is the answer to its query and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from newslake.disk import write_whole
from warehouse.location import POSTGRES, SQLITE, Location
from warehouse.opening import extensions
from warehouse.opening.settings import CATALOG, MARK, ONE_CONNECTION, WITHOUT_TRUST, quoted

FILE = "open.sql"
PLACE, EXTENSIONS, CHECKED = "newslake_place", "newslake_extensions", "newslake_checked"
LEVELS = 3  # how many folders, from its own up, may be the one in which DuckDB runs
# Parameters of a PostgreSQL connection that hold a secret.
_SECRET = r"\w*password|\w*secret|scram_(?:client|server)_key"
_IN_STRING = re.compile(rf"(?:^|(?<=\s))(?:{_SECRET})\s*=\s*(?:'(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)\s*", re.I)
_IN_ADDRESS = re.compile(rf"(?<=[?&])(?:{_SECRET})=[^&#]*&?", re.I)
_OF_USER = re.compile(r"^(\w+://[^:/@?#]*):.*@(?=[^@]*$)", re.S)


def keep(location: Location, catalog_id: str | None) -> None:
    """Write `open.sql` if it is missing or says something else, and lay out the extensions that it uses.

    Args:
        location: absolute (see Location.resolved).
        catalog_id: the id of a lake's catalog.
    Raises:
        OSError: the folder cannot be written.
        StorageError: an extension is not installed.
    """
    folder = location.home
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    file, said = folder / FILE, script(location, catalog_id).encode()
    if not file.exists() or file.read_bytes() != said:
        write_whole(file, said, durable=False)
    extensions.offer(location, folder)


def script(location: Location, catalog_id: str | None) -> str:
    """Return the statements that open a warehouse in a DuckDB that runs in its project, in a folder beside it, or anywhere."""
    command = f"duckdb -init {location.home_in_project}{FILE}"
    head = (
        f"-- The corpus of newslake for any DuckDB 1.5: `{command}` in the folder of the watchlist, or these\n"
        "-- statements in R, Java, DBeaver or Python (docs/sql.md). It holds no password. newslake writes it: do not edit it.\n"
    )
    statements = _of_file(location, command) if location.kind == "file" else _of_lake(location, command, catalog_id)
    return head + "".join(f"{statement};\n" for statement in statements)


def _of_file(location: Location, command: str) -> Iterator[str]:
    assert location.file is not None
    catalog = f"{location.home_in_project}{location.file.name}"
    lost = f"there is no {catalog} here, and nothing was opened. Next: cd into the folder that has it, then {command}"
    yield f"SET VARIABLE {PLACE} = (SELECT CASE WHEN {_exists(catalog)} THEN '' ELSE error({quoted(lost)}) END)"
    yield f"ATTACH IF NOT EXISTS {quoted(catalog)} AS {CATALOG} (READ_ONLY)"
    yield from _session()


def _of_lake(location: Location, command: str, catalog_id: str | None) -> Iterator[str]:
    folder = location.home
    assert folder is not None
    places = [*("/".join((*folder.parts[-levels:], "")) for levels in range(1, LEVELS)), "", f"{folder.as_posix()}/"]
    data = None if location.remote_data else _below(Path(location.data), folder)
    marks = [name for name in (location.file and location.file.name, data and f"{data}{MARK}") if name]
    if marks:
        lost = (
            f"the corpus is neither here nor in {folder}, where newslake last loaded. Nothing was opened. "
            f"Next: cd into the folder of its watchlist, then {command}"
        )
        found = "".join(f"\n  WHEN {_exists(f'{place}{marks[0]}')} THEN {quoted(place)}" for place in places)
        yield f"SET VARIABLE {PLACE} = (SELECT CASE{found}\n  ELSE error({quoted(lost)}) END)"
    yield from _load(location, places)
    yield from _attach(location, data)
    if catalog_id:
        other = f"this is another corpus than the one for which {FILE} was written. Next: newslake run, which writes it anew"
        same = f"{quoted(catalog_id)} IN (SELECT CAST(schema_uuid AS VARCHAR) FROM __ducklake_metadata_{CATALOG}.ducklake_schema)"
        yield f"SET VARIABLE {CHECKED} = (SELECT CASE WHEN {same}\n  THEN true ELSE error({quoted(other)}) END)"
    yield from _session()


def _load(location: Location, places: list[str]) -> Iterator[str]:
    """Yield what loads the extensions: those that newslake laid out, where they are, else those of DuckDB's own server."""
    tail = f"/' || version() || '/*/{extensions.needed(location)[0]}.duckdb_extension')"
    found = "".join(
        f"\n  WHEN exists(FROM glob('{_pattern(place)}{extensions.FOLDER}{tail}) THEN [{quoted(f'{place}{extensions.FOLDER}')}]"
        for place in places
    )
    yield f"SET VARIABLE {EXTENSIONS} = (SELECT CASE{found} END)"
    yield f"SET extension_directories = coalesce(getvariable({quoted(EXTENSIONS)}), current_setting('extension_directories'))"
    for name in extensions.needed(location):
        yield f"INSTALL {name}"
        yield f"LOAD {name}"


def _attach(location: Location, data: str | None) -> Iterator[str]:
    """Yield what attaches a lake.

    Args:
        data: its data folder, relative to the file, if both are moved together.
    """
    place = f"getvariable({quoted(PLACE)})"
    catalog = f"{POSTGRES}{without_secrets(location.connection)}"
    options = [f"DATA_PATH ({place} || {quoted(data)})" if data else f"DATA_PATH {quoted(location.data.rstrip('/') + '/')}"]
    if location.file is not None:
        yield ONE_CONNECTION
        catalog = f"{SQLITE}{location.home_in_project}{location.file.name}"
        options.append(f"METADATA_PATH ('sqlite:' || {place} || {quoted(location.file.name)})")
    yield WITHOUT_TRUST
    options += ["OVERRIDE_DATA_PATH true", "READ_ONLY", "CREATE_IF_NOT_EXISTS false"]
    given = ",\n  ".join(options)
    yield f"ATTACH IF NOT EXISTS {quoted(catalog)} AS {CATALOG} (\n  {given})"


def _session() -> Iterator[str]:
    yield f"USE {CATALOG}"
    yield "SET TimeZone = 'UTC'"


def _below(data: Path, folder: Path) -> str | None:
    """Return the path of the data folder from that of the file, if it lies there or beside it; else None."""
    if data.is_relative_to(folder):
        return f"{data.relative_to(folder).as_posix()}/"
    if data.is_relative_to(folder.parent):
        return f"../{data.relative_to(folder.parent).as_posix()}/"
    return None


def _exists(file: str) -> str:
    return f"exists(FROM glob('{_pattern(file)}'))"


def _pattern(file: str) -> str:
    """Return a pattern that only this file matches, for a string of SQL."""
    return re.sub(r"[\[*]", r"[\g<0>]", file).replace("'", "''")


def without_secrets(connection: str) -> str:
    """Return a connection string or address of PostgreSQL without its passwords, which libpq then takes from elsewhere."""
    if "://" in connection:
        address = _OF_USER.sub(r"\1@", connection)
        return _IN_ADDRESS.sub("", address).rstrip("?&")
    return _IN_STRING.sub("", connection).strip()
