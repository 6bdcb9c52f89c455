"""The two ways in which tests run the command `newslake` say the same: in this process, and in one of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import newslake, newslake_process
from tests.warehouse.children import numbered
from warehouse.database.connect import open_writer
from warehouse.load.run import load

WATCHLIST = """
[[topic]]
name = "trade"
query = "oil"

[[source]]
name = "post"
feeds = ["http://127.0.0.1:9/rss"]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "watchlist.toml").write_text(WATCHLIST)
    with open_writer(load_watchlist(folder / "watchlist.toml").warehouse, "test") as writer:
        load(writer, numbered(1))
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("check", "--offline"),
        ("sql", "SELECT url, title, text FROM articles ORDER BY url LIMIT 3"),
        ("sql", "--json", "SELECT url FROM articles ORDER BY url"),
        ("sql", "SELECT nothing FROM articles"),
        ("sql", "--formt", "csv"),
        ("sql", "-c", "nowhere.toml", "SELECT 1"),
    ],
)
def test_a_command_says_the_same_in_this_process_and_in_its_own(home: Path, words: tuple[str, ...]) -> None:
    here, apart = newslake(*words, cwd=home), newslake_process(*words, cwd=home)
    assert (here.returncode, here.stdout, here.stderr) == (apart.returncode, apart.stdout, apart.stderr)


def test_standard_input_is_read(home: Path) -> None:
    query = "SELECT count(*) AS n, '한' AS c FROM articles"
    here, apart = (run("sql", "--json", stdin=query, cwd=home) for run in (newslake, newslake_process))
    assert here.stdout == apart.stdout == '[{"n": 20, "c": "한"}]\n'


def test_a_command_leaves_nothing_behind(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ), Path.cwd(), sys.argv, sys.stdin, sys.stdout, sys.stderr
    newslake("sql", "SELECT 1", cwd=home)
    assert (dict(os.environ), Path.cwd(), sys.argv, sys.stdin, sys.stdout, sys.stderr) == before
    os.write(1, b"back")
    assert capfd.readouterr() == ("back", "")
