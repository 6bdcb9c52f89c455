"""`data/open.sql`: any DuckDB opens the corpus, offline, with the settings that readers need."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import duckdb_cli
import pytest

from newslake.errors import StorageError
from tests.warehouse.children import numbered
from tests.warehouse.test_access import child, finished
from tests.warehouse.test_load import ask, load
from warehouse.backup import copy_catalog, take_over
from warehouse.location import Location
from warehouse.opening.extensions import extension_file
from warehouse.opening.script import without_secrets

# Not the launcher beside it, which looks for extensions of its own.
DUCKDB = str(Path(duckdb_cli.__file__).parent / "duckdb")
COUNT = "SELECT count(*), count(text) FROM articles"
# What a query in the middle of a load must never see: articles of a run that is not there, or not all of them.
WHOLE = "SELECT count(*), (SELECT coalesce(sum(loaded), 0) FROM runs) FROM articles"


def stock(script: str | Path, query: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask with DuckDB's own command line, which knows nothing of newslake, has no extensions, and reaches no network."""
    home = folder / "home of a stranger"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [DUCKDB, "-init", str(script), "-csv"],
        input=query,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "HTTP_PROXY": "http://127.0.0.1:9", **environment},
        timeout=120,
        check=False,
    )


def answered(script: str | Path, query: str, folder: Path, **environment: str) -> list[list[str]]:
    done = stock(script, query, folder, **environment)
    assert done.returncode == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout)))[1:]


def project(folder: Path, catalog: str = "ducklake:sqlite:data/catalog.sqlite", data: str = "data/lake") -> Location:
    folder.mkdir(parents=True)
    return Location(catalog=catalog, data=data).resolved(folder)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with twenty articles, in a folder whose name is hard to quote."""
    home = tmp_path_factory.mktemp("projects") / "o'brien [x] * 한국"
    load(project(home), numbered(1))
    return home


def test_it_opens_from_the_project_from_its_folder_and_from_anywhere(home: Path, tmp_path: Path) -> None:
    script = home / "data" / "open.sql"
    assert answered("data/open.sql", COUNT, home) == [["20", "20"]]
    assert answered("open.sql", COUNT, home / "data") == [["20", "20"]]
    assert answered(script, COUNT, tmp_path) == [["20", "20"]]
    assert answered(f"{home.name}/data/open.sql", COUNT, home.parent) == [["20", "20"]]
    assert list((home / "home of a stranger").iterdir()) == []  # nothing was installed


def test_it_has_the_settings_that_readers_need_and_cannot_write(home: Path) -> None:
    settings = ("sqlite_disable_multithreaded_scans", "disabled_optimizers", "TimeZone")
    query = f"SELECT {', '.join(f'current_setting({name!r})' for name in settings)}"
    ((scans, optimizers, zone),) = answered("data/open.sql", query, home)
    assert (scans, zone) == ("true", "UTC")
    assert set(optimizers.split(",")) == {"statistics_propagation", "compressed_materialization"}
    assert answered("data/open.sql", "SELECT count(*) FROM stories", home) == [["20"]]
    refused = stock("data/open.sql", "DELETE FROM articles", home)
    assert "read-only" in refused.stderr
    assert answered("data/open.sql", ".read data/open.sql\n" + COUNT, home) == [["20", "20"]]  # twice does no harm


def test_it_survives_a_move_and_never_opens_another_corpus(tmp_path: Path) -> None:
    load(project(tmp_path / "here"), numbered(1))
    shutil.move(tmp_path / "here", tmp_path / "there")
    assert answered("data/open.sql", COUNT, tmp_path / "there") == [["20", "20"]]
    lost = stock(tmp_path / "there" / "data" / "open.sql", COUNT, tmp_path)
    assert lost.returncode == 1
    assert f"the corpus is neither here nor in {tmp_path}/here/data, where newslake last loaded." in lost.stderr
    assert "Next: cd into the folder of its watchlist, then duckdb -init data/open.sql" in lost.stderr
    assert not (tmp_path / "data").exists() and not (tmp_path / "here").exists()  # no new catalog
    load(project(tmp_path / "other"), numbered(1))
    wrong = stock(tmp_path / "there" / "data" / "open.sql", COUNT, tmp_path / "other")
    assert wrong.returncode == 1
    assert "this is another corpus than the one for which open.sql was written" in wrong.stderr


def test_the_copy_of_a_backup_has_one_of_its_own(home: Path, tmp_path: Path) -> None:
    location = project(tmp_path / "project")
    load(location, numbered(1))
    folder = tmp_path / "backup" / "data"
    copied = copy_catalog(location, folder)
    for name in copied.files:
        (folder / "lake" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(location.data) / name, folder / "lake" / name)
    take_over(copied)
    load(location, numbered(2))
    assert answered(folder / "open.sql", COUNT, tmp_path) == [["20", "20"]]
    assert answered(tmp_path / "project" / "data" / "open.sql", COUNT, tmp_path) == [["40", "40"]]


@pytest.mark.parametrize(
    ("catalog", "data", "script"),
    [
        ("ducklake:sqlite:catalog.sqlite", "files/parquet", "open.sql"),
        ("ducklake:sqlite:var/db/catalog.sqlite", "var/files", "var/db/open.sql"),
        ("data/news.duckdb", "unused", "data/open.sql"),
    ],
)
def test_the_places_of_a_watchlist_are_found(tmp_path: Path, catalog: str, data: str, script: str) -> None:
    load(project(tmp_path / "project", catalog, data), numbered(1))
    assert answered(script, COUNT, tmp_path / "project") == [["20", "20"]]
    assert f"duckdb -init {script}" in (tmp_path / "project" / script).read_text("utf-8")
    shutil.move(tmp_path / "project", tmp_path / "moved")
    assert answered(script, COUNT, tmp_path / "moved") == [["20", "20"]]
    if catalog.endswith(".duckdb"):
        lost = stock(f"moved/{script}", COUNT, tmp_path)
        assert "there is no data/news.duckdb here, and nothing was opened. Next: cd into the folder that has it" in lost.stderr


def test_data_elsewhere_are_found_after_a_move(tmp_path: Path) -> None:
    load(project(tmp_path / "project", data=str(tmp_path / "disk" / "of its own" / "lake")), numbered(1))
    shutil.move(tmp_path / "project", tmp_path / "moved")
    assert answered("data/open.sql", COUNT, tmp_path / "moved") == [["20", "20"]]


def test_python_runs_the_same_statements(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As R, Java and DBeaver do: no statement is one of the command line's own."""
    monkeypatch.chdir(tmp_path)
    con = duckdb.connect()
    con.execute((home / "data" / "open.sql").read_text("utf-8"))
    assert con.execute(COUNT).fetchall() == [(20, 20)]
    con.close()


def test_it_is_written_after_a_load_and_only_when_it_changes(tmp_path: Path) -> None:
    location = project(tmp_path / "project")
    script = tmp_path / "project" / "data" / "open.sql"
    load(location, numbered(1))
    written = script.stat().st_mtime_ns
    load(location, numbered(2))
    assert script.stat().st_mtime_ns == written
    said = script.read_text("utf-8")
    script.write_text("SELECT 'older'")
    link = next(script.parent.rglob("ducklake.duckdb_extension"))
    link.unlink()
    link.symlink_to("/nowhere/at/all")
    (script.parent / "extensions" / "v1.4.0" / "linux_amd64").mkdir(parents=True)
    load(location, numbered(3))
    assert script.read_text("utf-8") == said
    assert answered("data/open.sql", COUNT, tmp_path / "project") == [["60", "60"]]
    assert [path.name for path in (script.parent / "extensions").iterdir()] == [f"v{duckdb.__version__}"]


def test_a_load_counts_although_it_cannot_be_written(tmp_path: Path) -> None:
    location = project(tmp_path / "project")
    (tmp_path / "project" / "data" / "open.sql").mkdir(parents=True)
    load(location, numbered(1))
    assert ask(location, "SELECT count(*) FROM articles") == [(20,)]


def test_without_extensions_it_asks_for_those_of_duckdb(tmp_path: Path) -> None:
    """On a machine that newslake was never on: the error is about the network, not about the corpus."""
    load(project(tmp_path / "project"), numbered(1))
    shutil.rmtree(tmp_path / "project" / "data" / "extensions")
    done = stock("data/open.sql", COUNT, tmp_path / "project")
    assert 'Failed to download extension "ducklake"' in done.stderr


@pytest.mark.e2e
def test_a_server_is_opened_without_its_password(postgres_location: Location, tmp_path: Path) -> None:
    load(postgres_location, numbered(1))
    script = tmp_path / "open.sql"
    assert answered(script, COUNT, tmp_path) == [["20", "20"]]
    assert answered(script, COUNT, tmp_path.parent) == [["20", "20"]]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("host=db dbname=news password=geheim user=me", "host=db dbname=news user=me"),
        (r"password='a \' b' host=db", "host=db"),
        ("host=db PASSWORD = x", "host=db"),
        ("host=db sslpassword=x passfile=/etc/pass sslkey=/etc/key", "host=db passfile=/etc/pass sslkey=/etc/key"),
        ("postgresql://me:p@ss:w/rd@db:5432/news?sslmode=require", "postgresql://me@db:5432/news?sslmode=require"),
        ("postgres://db/news?password=geheim&user=me", "postgres://db/news?user=me"),
        ("postgres://me@db/news?user=me&password=geheim", "postgres://me@db/news?user=me"),
        ("postgresql:///news?host=/var/run/postgresql", "postgresql:///news?host=/var/run/postgresql"),
    ],
)
def test_no_password_stays_in_a_connection(given: str, kept: str) -> None:
    assert without_secrets(given) == kept


@pytest.mark.e2e
def test_a_thousand_queries_beside_loads_see_committed_states_only(tmp_path: Path) -> None:
    location = project(tmp_path / "project")
    load(location, numbered(1))
    writer = child("write", location, 2, 40)
    reader = subprocess.Popen(
        [DUCKDB, "-init", "data/open.sql", "-csv", "-noheader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path / "project",
    )
    said, complaints = reader.communicate(f"{WHOLE};\n" * 1000, timeout=280)
    assert finished(writer) == (0, "")
    assert "Error" not in complaints
    states = [tuple(map(int, line.split(","))) for line in said.split()]
    assert len(states) == 1000
    assert [state for state in states if state[0] != state[1] or state[0] % 20] == []
    assert states == sorted(states)
    assert len(set(states)) > 3  # it was beside loads, and saw them


def test_whoever_has_another_duckdb_is_told_which_one_the_extensions_are_for(monkeypatch: pytest.MonkeyPatch) -> None:
    there = duckdb.__version__
    monkeypatch.setattr(duckdb, "__version__", "2.0.1")
    with pytest.raises(StorageError, match=r"DuckDB 2\.0\.1 is installed") as caught:
        extension_file.__wrapped__("ducklake")
    assert caught.value.next == f"pip install 'duckdb=={there}'"
