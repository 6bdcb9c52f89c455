"""A catalog admits only its own data folder, wherever both were moved or copied, and a folder only its own catalog."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from newslake.errors import ForeignData
from tests.warehouse.children import numbered
from tests.warehouse.test_load import ask, load
from warehouse.database.connect import open_reader, open_writer
from warehouse.location import Location

INLINED, IN_FILES = 20, 120  # articles: as few as stay in the catalog, and enough for files of their own


def lake(catalog: Path, data: Path) -> Location:
    return Location(catalog=f"ducklake:sqlite:{catalog / 'catalog.sqlite'}", data=str(data / "lake")).resolved(Path("/"))


def project(folder: Path, articles: int) -> Location:
    location = lake(folder, folder)
    load(location, numbered(1, articles))
    return location


def counted(location: Location) -> int:
    return int(ask(location, "SELECT count(text) FROM articles")[0][0])


def files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")}


@pytest.mark.parametrize("articles", [INLINED, IN_FILES])
@pytest.mark.parametrize("was_copied", [False, True])
def test_another_folder_is_refused_before_anything_is_written(tmp_path: Path, articles: int, was_copied: bool) -> None:
    ours = project(tmp_path / "ours", articles)
    other = tmp_path / "other"
    other.mkdir()
    if was_copied:  # with a watchlist that names the catalog by its absolute path
        shutil.copytree(ours.data, other / "lake")
    before = files(other)
    theirs = lake(tmp_path / "ours", other)
    for opened in (open_reader(theirs), open_writer(theirs, "test")):
        with pytest.raises(ForeignData, match="is the catalog of the data in") as refused, opened:
            pass
        assert ours.data in str(refused.value.next) and refused.value.exit_code == 2
    assert files(other) == before
    assert counted(ours) == articles


@pytest.mark.parametrize("articles", [INLINED, IN_FILES])
@pytest.mark.parametrize("take", [shutil.move, shutil.copytree])
def test_a_project_folder_that_is_moved_or_copied_goes_on(
    tmp_path: Path, articles: int, take: Callable[[Path, Path], object]
) -> None:
    project(tmp_path / "old", articles)
    take(tmp_path / "old", tmp_path / "new")
    moved = lake(tmp_path / "new", tmp_path / "new")
    assert counted(moved) == articles
    load(moved, numbered(2, 120))
    assert counted(moved) == articles + 120
    recorded = sqlite3.connect(str(moved.file)).execute("SELECT value FROM ducklake_metadata WHERE key = 'data_path'").fetchall()
    assert recorded == [(moved.data + "/",)]  # also for the stock command line, which follows this path
    if take is shutil.copytree:
        assert counted(lake(tmp_path / "old", tmp_path / "old")) == articles


def test_a_folder_of_an_older_version_may_be_moved_or_copied(tmp_path: Path) -> None:
    old = project(tmp_path / "old", IN_FILES)
    (Path(old.data) / "belongs-to.json").unlink()
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    assert counted(lake(tmp_path / "new", tmp_path / "new")) == IN_FILES
    with pytest.raises(ForeignData), open_writer(lake(tmp_path / "new", tmp_path / "third"), "test"):
        pass
    load(old, numbered(2))
    assert (Path(old.data) / "belongs-to.json").exists()


def test_the_same_folder_by_a_link_is_the_same(tmp_path: Path) -> None:
    ours = project(tmp_path / "ours", IN_FILES)
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    linked = Location(catalog=ours.catalog, data=str(tmp_path / "link" / "lake"))
    load(linked, numbered(2))
    assert counted(ours) == counted(linked) == IN_FILES + 20


def test_two_catalogs_cannot_have_one_data_folder(tmp_path: Path) -> None:
    """The upkeep of either would delete the files of the other, which no row of its own names."""
    ours = project(tmp_path / "ours", INLINED)
    theirs = Location(catalog=f"ducklake:sqlite:{tmp_path}/their.sqlite", data=ours.data)
    with pytest.raises(ForeignData, match="holds the data files of another catalog"), open_writer(theirs, "test"):
        pass
    assert not (tmp_path / "their.sqlite").exists()
    assert counted(ours) == INLINED


@pytest.mark.e2e
def test_a_postgres_catalog_admits_only_its_own_folder(postgres_location: Location, tmp_path: Path) -> None:
    load(postgres_location, numbered(1))
    theirs = postgres_location.model_copy(update={"data": str(tmp_path / "other")})
    for opened in (open_reader(theirs), open_writer(theirs, "test")):
        with pytest.raises(ForeignData), opened:
            pass
    assert not (tmp_path / "other").exists()
    Path(postgres_location.data).rename(tmp_path / "other")
    load(theirs, numbered(2))
    assert counted(theirs) == 40
