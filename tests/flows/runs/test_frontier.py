"""A budget of pages: a source with more news than `max_articles` is taken up over several runs, and nothing of it is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flows.collect import Steps, collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from newslake.testing import Site
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.runs.test_set_aside import Killed, killed, other_words, put, watchlist
from warehouse.database.connect import open_reader


@pytest.mark.parametrize("catalog", CATALOGS)
def test_what_a_run_leaves_comes_in_over_the_next_ones(tmp_path: Path, catalog: str) -> None:
    with SampleSite() as site:
        path = site.watchlist(tmp_path)
        text = path.read_text("utf-8").replace("ducklake:sqlite:data/catalog.sqlite", catalog)
        text = re.sub("revisit_hours = .*", "revisit_hours = []\nmax_articles = 4", text)
        path.write_text(text, "utf-8")
        watchlist = load_watchlist(path)
        for _ in range(5):
            collect(watchlist, ["harbor-ledger", "meridian-dispatch"])
        expected = [article for article in site.expected() if article.source in ("harbor-ledger", "meridian-dispatch")]
    with open_reader(watchlist.warehouse) as con:
        most = con.execute(
            "SELECT max(pages) FROM (SELECT count(*) AS pages FROM fetches WHERE kind = 'page' AND requested_at IS NOT NULL"
            " GROUP BY run_id, source)"
        ).fetchall()
        left = con.execute("SELECT count(*) FROM fetches WHERE outcome = 'refused' AND reason = 'budget'").fetchall()
        titles = con.execute("SELECT count(*) FROM articles").fetchall()
    assert most[0][0] <= 4
    assert left[0][0] > 0
    assert titles == [(len(expected),)]


def test_what_waits_is_fetched_when_its_source_has_another_name(tmp_path: Path) -> None:
    """Also if no listing names it any more: what waits belongs to the address, and the address to the site."""
    paths = [f"/news/{number}" for number in range(8)]
    with Site() as site:
        for number, path in enumerate(paths):
            put(site, path, f"Oil comes again {number}", other_words(f"again{number}"))
        site.feed("/feed", *paths)
        config = watchlist(tmp_path, f"{site.url}/feed")
        config.write_text(config.read_text("utf-8").replace("[crawl]\n", "[crawl]\nmax_articles = 4\n"), "utf-8")
        newslake("run", "--plain", "--config", config)
        assert ask(config, "SELECT source, count(*) FROM articles GROUP BY ALL") == [("source1", 4)]
        site.feed("/feed", *paths[:4])
        config.write_text(config.read_text("utf-8").replace('"source1"', '"harbour"'), "utf-8")
        for _ in range(2):  # what waits takes half of the budget
            newslake("run", "--plain", "--config", config)
    found = ask(config, "SELECT source, count(*), count(DISTINCT url) FROM articles GROUP BY ALL ORDER BY ALL")
    assert found == [("harbour", 4, 4), ("source1", 4, 4)]


def test_a_source_is_not_silent_because_a_killed_run_had_found_its_pages(tmp_path: Path) -> None:
    """The next run asks for them because they wait, and its listing names them all the same."""
    with Site() as site:
        for number in range(5):
            put(site, f"/news/{number}", f"Oil comes again {number}", other_words(f"again{number}"))
        site.feed("/feed", *(f"/news/{number}" for number in range(5)))
        config = watchlist(tmp_path, f"{site.url}/feed")
        with pytest.raises(Killed):
            collect(load_watchlist(config), steps=replace(Steps(), clean=killed))
        (journal,) = tmp_path.glob("data/state/runs/*/crawl/journal.jsonl")
        lines = journal.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if '"outcome": null' not in line and '"event": "finished"' not in line]
        assert len(kept) < len(lines) - 4  # as if it had been killed before the first page was there
        journal.write_text("".join(kept), "utf-8")
        newslake("run", "--plain", "--config", config)
    assert ask(config, "SELECT state, count(*) FROM runs GROUP BY ALL ORDER BY ALL") == [("completed", 1), ("recovered", 1)]
    assert ask(config, "SELECT state, discovered FROM source_health") == [("ok", 5)]
