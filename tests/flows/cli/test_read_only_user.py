"""Users who may read the files of a warehouse and not write them can ask, and leave nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import COMMAND, ENVIRONMENT, Done
from tests.warehouse.children import numbered
from warehouse.database.connect import open_writer
from warehouse.load.run import load

NOBODY = 65534
pytestmark = [
    pytest.mark.skipif(os.getuid() != 0 or shutil.which("setpriv") is None, reason="only root can become another user"),
    pytest.mark.timeout(180),
]


@pytest.fixture(params=["ducklake:sqlite:data/catalog.sqlite", "data/news.duckdb"])
def readable(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A watchlist with a corpus that everybody may read; the log of a lake was not moved into its catalog."""
    # not below pytest's own folder, which only its owner may enter
    with tempfile.TemporaryDirectory(prefix="newslake-readable-") as folder:
        yield _corpus(Path(folder), request.param)


def _corpus(folder: Path, catalog: str) -> Path:
    config = folder / "watchlist.toml"
    config.write_text(
        f'[warehouse]\ncatalog = "{catalog}"\n[[topic]]\nname = "trade"\nquery = "oil"\n'
        '[[source]]\nname = "harbour"\nurl = "https://harbour.example/"\n'
    )
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, numbered(1, 300))  # data files, and rows in the catalog
    subprocess.run(["chmod", "-R", "a+rX,go-w", str(folder)], check=True)
    return config


def as_nobody(config: Path, *arguments: str) -> Done:
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return subprocess.run(
        [*user, *COMMAND, *arguments, "-c", str(config)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT | {"HOME": "/nonexistent"},
        cwd="/",
        timeout=120,
        check=False,
    )


def test_one_may_ask_without_writing(readable: Path) -> None:
    files = sorted(readable.parent.rglob("*"))
    done = as_nobody(readable, "sql", "--json", "SELECT count(*) AS n, count(text) AS texts FROM articles")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"n": 300, "texts": 300}]
    assert sorted(readable.parent.rglob("*")) == files
    catalog = readable.parent / "data" / "catalog.sqlite"
    if catalog.exists():  # a writer is at work, and its log holds what the catalog lacks
        with sqlite3.connect(catalog) as writing:
            writing.execute("CREATE TABLE under_way (x)")
            writing.commit()
            subprocess.run(["chmod", "-R", "a+rX,go-w", str(readable.parent)], check=True)
            again = as_nobody(readable, "sql", "--json", "SELECT count(*) AS n FROM articles")
        writing.close()
        assert json.loads(again.stdout) == [{"n": 300}], again.stderr
    assert [file for file in Path("/tmp").glob("newslake-query-*") if file.stat().st_uid == NOBODY] == []


def test_what_one_may_not_read_is_no_mistake_of_the_query(readable: Path) -> None:
    parquet = sorted(readable.parent.rglob("*.parquet"))
    closed = parquet or [readable.parent / "data" / "news.duckdb"]
    for file in closed:
        file.chmod(0o600)
    done = as_nobody(readable, "sql", "SELECT sum(length(text)) FROM articles")
    assert done.returncode == 1, done.stderr
    assert "no permission" in done.stderr and "give this user access" in done.stderr
    assert "correct the query" not in done.stderr


def test_one_may_read_notes_and_is_told_that_one_may_not_write_any(readable: Path) -> None:
    files = sorted(readable.parent.rglob("*"))
    listed = as_nobody(readable, "note", "--list")
    assert listed.returncode == 0 and listed.stdout.startswith("No notes."), listed.stderr
    done = as_nobody(readable, "note", "https://harbour.example/1/7", "Ask the port", "--author", "jun")
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert "permission" in done.stderr and "State:" in done.stderr and "Next:" in done.stderr, done.stderr
    assert sorted(readable.parent.rglob("*")) == files
