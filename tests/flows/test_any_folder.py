"""A project works in a folder of any name: quotes, wildcards, other scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.demo.site import SampleSite
from tests.flows.command import newslake


@pytest.mark.parametrize("name", ["o'brien", *(pytest.param(name, marks=pytest.mark.e2e) for name in ("what?", "한국 [뉴스] *"))])
def test_every_step_works_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    with SampleSite() as site:
        config = site.watchlist(home)
        for command in (["check"], ["run", "--plain"]):
            done = newslake(*command, "-c", config)
            assert done.returncode == 0, done.stdout + done.stderr
    counted = newslake("sql", "SELECT count(*) AS n, count(text) AS texts FROM articles", "--format", "json", "-c", config)
    ((articles, texts),) = (row.values() for row in json.loads(counted.stdout))
    assert articles == texts > 0
    for file in ("corpus.duckdb", "corpus.csv"):
        done = newslake("export", home / file, "-c", config)
        assert done.returncode == 0, done.stderr
        assert f"Wrote {articles} articles" in done.stdout
    done = newslake("maintain", "--json", "-c", config)
    assert done.returncode == 0 and json.loads(done.stdout)["pointers"] > 0, done.stdout + done.stderr


def test_a_catalog_that_duckdb_cannot_write_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    home = tmp_path / "what?"
    with SampleSite() as site:
        config = site.watchlist(home)
        text = config.read_text("utf-8").replace("ducklake:sqlite:data/catalog.sqlite", "data/news.duckdb")
        config.write_text(text, "utf-8")
        assert 'catalog = "data/news.duckdb"' in text
        done = newslake("run", "--plain", "-c", config)
    assert done.returncode == 2 and "there is a ? in its path" in done.stderr
    assert not (home / "data").exists()
