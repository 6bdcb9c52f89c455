"""Warehouses for the tests of commands that read."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from tests.warehouse.makers import MATCH, article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

WATCHLIST = """
[[topic]]
name = "trade"
query = "oil"
[[topic]]
name = "arms"
query = "missile"
[[source]]
name = "harbour"
url = "https://harbour.example/"
[[source]]
name = "lighthouse"
url = "https://lighthouse.example/"
"""
NASTY = "Red \x1b[31malert\x1b[2J \x9b1m \u202eevil\u202c \x07bell"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A watchlist that nothing was collected for."""
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    return config


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A watchlist with a corpus of three articles, one of them out to harm terminals and spreadsheets."""
    config = tmp_path_factory.mktemp("corpus") / "watchlist.toml"
    config.write_text(WATCHLIST)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(
            writer,
            run(
                1,
                fetch(article("https://harbour.example/1", title="A tanker | leaves", matches=(MATCH,))),
                fetch(article("https://harbour.example/2", title="=HYPERLINK(1)", text="Another text. " * 9, matches=())),
                fetch(article("https://harbour.example/3", title=NASTY, text="A third text. " * 9, matches=(MATCH,))),
            ),
        )
    return config
