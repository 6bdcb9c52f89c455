"""A run that cannot be loaded is set aside whole, later runs go on, and `newslake recover` takes it up again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.collect import Steps, collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import CATALOGS, ask, newslake
from warehouse.database.connect import open_writer

TOPIC = '[[topic]]\nname = "oil"\nquery = "oil"\n'
CRAWL = "[crawl]\ndelay = 0\nallow_private = true\nrevisit_hours = []\n"
REPORT = "".join(
    f"<p>The harbour office said on Thursday that tanker number {7 * place} had brought oil to the terminal, "
    f"and that {13 * place} wagons were waiting at the border crossing for papers from the ministry.</p>"
    for place in range(1, 6)
)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as found:
        yield found


def put(site: Site, path: str, title: str, text: str = REPORT, canonical: str | None = None, seconds: float = 0) -> None:
    link = f'<link rel="canonical" href="{site.url}{canonical}">' if canonical else ""
    body = (
        f'<html lang="en"><head><title>{title}</title>{link}<meta property="article:published_time" '
        f'content="2026-02-03T08:00:00Z"></head><body><article><h1>{title}</h1>{text}</article></body></html>'
    )
    site.routes[path] = Answer(body.encode(), seconds=seconds)


def watchlist(folder: Path, *feeds: str, catalog: str = "data/news.duckdb") -> Path:
    file = folder / "watchlist.toml"
    sources = "".join(f'[[source]]\nname = "source{place}"\nfeeds = ["{feed}"]\n' for place, feed in enumerate(feeds, start=1))
    file.write_text(f'[warehouse]\ncatalog = "{catalog}"\n{CRAWL}{TOPIC}{sources}')
    return file


def other_words(name: str) -> str:
    return "".join(
        f"<p>{' '.join(f'{name}{place}{word}' for word in range(30))} oil for {name} was shipped.</p>" for place in range(4)
    )


@pytest.mark.timeout(240)
@pytest.mark.parametrize("catalog", CATALOGS)
def test_an_article_its_print_page_and_another_outlets_copy_load(tmp_path: Path, site: Site, catalog: str) -> None:
    with Site() as other:
        put(site, "/news/oil", "Oil comes to the terminal", canonical="/news/oil")
        put(site, "/print/oil", "Oil comes to the terminal", f"{REPORT}<p>Printed page.</p>", "/news/oil", seconds=1.0)
        put(other, "/wire/oil", "Oil comes to terminal", seconds=2.0)
        site.feed("/feed", "/news/oil", "/print/oil")
        other.feed("/feed", "/wire/oil")
        config = watchlist(tmp_path, f"{site.url}/feed", f"{other.url}/feed", catalog=catalog)
        done = newslake("run", "--plain", "--config", config)
        assert done.returncode == 0, done.stderr
    assert ask(config, "SELECT source, outcome, url FROM fetches WHERE kind = 'page' ORDER BY ALL") == [
        ("source1", "copy", f"{site.url}/print/oil"),
        ("source1", "loaded", f"{site.url}/news/oil"),
        ("source2", "loaded", f"{other.url}/wire/oil"),
    ]
    assert ask(config, "SELECT articles, copies FROM stories") == [(2, 1)]


class Killed(BaseException):
    """Stands for the end of the process: nothing is put in order behind it."""


def killed(*_: Any) -> Any:
    raise Killed


def spoilt(config: Path, site: Site) -> str:
    """Stop a run behind its crawl and give its journal a word that no version knows; the run's id."""
    put(site, "/news/first", "Oil comes first", other_words("first"))
    site.feed("/feed", "/news/first", ETag='"one"')
    with pytest.raises(Killed):
        collect(load_watchlist(config), steps=replace(Steps(), clean=killed))
    (journal,) = config.parent.glob("data/state/runs/*/crawl/journal.jsonl")
    journal.write_text(journal.read_text("utf-8").replace('"outcome": null', '"outcome": "teleported"'), "utf-8")
    return journal.parents[1].name


@pytest.mark.timeout(300)
@pytest.mark.parametrize("catalog", CATALOGS)
def test_a_run_that_cannot_be_loaded_is_set_aside_and_taken_up_again(tmp_path: Path, site: Site, catalog: str) -> None:
    config = watchlist(tmp_path, f"{site.url}/feed", catalog=catalog)
    run_id = spoilt(config, site)
    put(site, "/news/second", "Oil comes again", other_words("second"))
    site.feed("/feed", "/news/second", "/news/first", ETag='"two"')

    done = newslake("run", "--plain", "--config", config)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"Run {run_id} cannot be loaded and was set aside" in done.stdout
    assert ask(config, "SELECT title FROM articles ORDER BY ALL") == [("Oil comes again",), ("Oil comes first",)]
    folder = tmp_path / "data/state/set-aside" / run_id
    reason = json.loads((folder / "reason.json").read_text("utf-8"))
    assert (reason["run_id"], reason["error"]) == (run_id, "CaptureError")
    assert "teleported" in reason["message"] and "Traceback" in reason["traceback"]
    assert list(folder.glob("crawl/*.warc.gz"))

    # it says so until it is dealt with, and later runs are as ever
    assert newslake("run", "--plain", "--config", config).returncode == 0
    assert "1 run is set aside" in newslake("status", "--config", config).stdout
    assert json.loads(newslake("status", "--json", "--config", config).stdout)["set_aside"] == [run_id]
    assert "1 run is set aside" in newslake("sources", "--config", config).stdout
    listed = newslake("recover", "--config", config)
    assert listed.returncode == 0 and run_id in listed.stdout and "teleported" in listed.stdout
    assert [aside["run_id"] for aside in json.loads(newslake("recover", "--json", "--config", config).stdout)] == [run_id]
    newslake("maintain", "--config", config)
    assert list(folder.glob("crawl/*.warc.gz"))

    failed = newslake("recover", run_id, "--config", config)
    assert failed.returncode == 1 and "still cannot be loaded" in failed.stdout
    assert newslake("recover", "no-such-run", "--config", config).returncode == 2
    assert newslake("recover", run_id, "--all", "--config", config).returncode == 2

    journal = folder / "crawl/journal.jsonl"  # as if a new version knew the word
    journal.write_text(journal.read_text("utf-8").replace('"teleported"', "null"), "utf-8")
    loaded = newslake("recover", "--all", "--config", config)
    assert loaded.returncode == 0 and f"Loaded run {run_id}" in loaded.stdout
    assert not folder.exists()
    assert ask(config, "SELECT count(*) FROM runs WHERE state = 'recovered'") == [(1,)]
    assert ask(config, "SELECT count(*), count(DISTINCT article_id) FROM articles") == [(2, 2)]
    assert newslake("recover", "--config", config).stdout.strip() == "No run is set aside."


@pytest.mark.timeout(240)
@pytest.mark.parametrize("catalog", CATALOGS)
def test_the_run_under_way_is_set_aside_where_its_own_load_fails(tmp_path: Path, site: Site, catalog: str) -> None:
    """In a warehouse that lost a table each load fails: in words, and without stopping the runs behind it."""
    put(site, "/news/first", "Oil comes first", other_words("first"))
    site.feed("/feed", "/news/first")
    config = watchlist(tmp_path, f"{site.url}/feed", catalog=catalog)
    assert newslake("run", "--plain", "--config", config).returncode == 0
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute("DROP TABLE fingerprints")  # which only a load needs
    put(site, "/news/second", "Oil comes again", other_words("second"))
    site.feed("/feed", "/news/second")
    done = newslake("run", "--plain", "--config", config)
    assert done.returncode == 1
    assert "was set aside" in done.stderr and "State:" in done.stderr and "newslake recover" in done.stderr
    assert len(list((tmp_path / "data/state/set-aside").iterdir())) == 1
    assert not list((tmp_path / "data/state/runs").iterdir())
