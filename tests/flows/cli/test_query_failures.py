"""What the commands that read say of a warehouse that is not there, damaged or of another version."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.warehouse.children import numbered
from warehouse.database.connect import open_writer
from warehouse.load.run import load


@pytest.mark.parametrize("words", [("sql", "SELECT 1"), ("sources",), ("schema",), ("export", "x.csv")])
def test_before_the_first_run_the_next_command_is_named(empty: Path, words: tuple[str, ...]) -> None:
    done = newslake(*words, cwd=empty.parent)
    assert done.returncode == 1
    assert "there is no warehouse" in done.stderr and "newslake run" in done.stderr
    assert not (empty.parent / "x.csv").exists() and not (empty.parent / "data").exists()


def _folder(catalog: Path) -> None:
    catalog.mkdir()


def _text(catalog: Path) -> None:
    catalog.write_text("this is no database, and is longer than the head of one would be" * 40)


def _foreign(catalog: Path) -> None:
    con = sqlite3.connect(catalog)
    con.execute("CREATE TABLE mine (x)")
    con.commit()
    con.close()


@pytest.mark.parametrize("made", [_folder, _text, _foreign])
@pytest.mark.parametrize("words", [("sql", "SELECT 1"), ("sources",)])
def test_a_catalog_that_is_none_is_told_in_words(empty: Path, made: object, words: tuple[str, ...]) -> None:
    (empty.parent / "data").mkdir()
    made(empty.parent / "data" / "catalog.sqlite")  # type: ignore[operator]
    done = newslake(*words, cwd=empty.parent)
    assert done.returncode == 1 and done.stdout == ""
    assert "catalog.sqlite" in done.stderr and "Next:" in done.stderr


@pytest.fixture
def large(empty: Path) -> Path:
    """A watchlist with a corpus that is too large to stay in the catalog."""
    with open_writer(load_watchlist(empty).warehouse, "test") as writer:
        load(writer, numbered(1, 1200))
    return empty


@pytest.mark.parametrize("query", ["FROM articles AT (VERSION => NULL)", "FROM repeat_row(NULL, num_rows := NULL)"])
def test_a_fault_of_duckdb_is_told_without_its_trace(large: Path, query: str) -> None:
    done = newslake("sql", "-c", large, query)
    assert done.returncode == 1 and "a fault of DuckDB's own: INTERNAL Error" in done.stderr
    assert "Stack Trace" not in done.stderr and ".duckdb_extension" not in done.stderr and "site-packages" not in done.stderr


def test_missing_and_damaged_data_files_are_no_mistake_of_the_query(large: Path) -> None:
    files = list((large.parent / "data" / "lake").rglob("*.parquet"))
    assert files
    for file in files:
        file.write_bytes(b"no parquet" * 100)
    damaged = newslake("sql", "SELECT sum(length(text)) FROM articles", cwd=large.parent)
    assert damaged.returncode == 1 and "damaged" in damaged.stderr and "backup" in damaged.stderr
    shutil.rmtree(large.parent / "data" / "lake")
    gone = newslake("sql", "SELECT sum(length(text)) FROM articles", cwd=large.parent)
    assert gone.returncode == 1 and gone.stdout == ""
    assert "data files of the warehouse are missing" in gone.stderr
    assert "backup" in gone.stderr and "correct the query" not in gone.stderr
    assert newslake("sql", "SELECT tilte FROM articles", cwd=large.parent).returncode == 2


@pytest.mark.parametrize("words", [("sql", "SELECT count(*) FROM articles"), ("run", "--plain")])
def test_a_damaged_catalog_is_told_with_what_to_do(large: Path, words: tuple[str, ...]) -> None:
    catalog = large.parent / "data" / "catalog.sqlite"
    content = bytearray(catalog.read_bytes())
    content[100:8000] = b"\xa5" * 7900
    catalog.write_bytes(content)
    done = newslake(*words, cwd=large.parent)
    assert done.returncode == 1
    assert "catalog is damaged" in done.stderr and "from a backup" in done.stderr


def test_a_warehouse_of_a_newer_version_is_told_in_words(empty: Path) -> None:
    watchlist = load_watchlist(empty)
    with open_writer(watchlist.warehouse, "test") as writer:
        writer.con.execute("INSERT INTO schema_migrations VALUES ('9999_future', now(), '99.0')")
    for words in (("sql", "SELECT 1"), ("sources",)):
        done = newslake(*words, cwd=empty.parent)
        assert done.returncode == 1 and "newer newslake" in done.stderr and "9999_future" in done.stderr
