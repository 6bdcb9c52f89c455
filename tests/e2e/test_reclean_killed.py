"""`newslake reclean` killed at several moments: started again it gives the corpus that an undisturbed one gives."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from tests.flows.command import ask, killed_after, newslake

EVERYTHING = '\n[[topic]]\nname = "everything"\nquery = "the OR 이 OR a"\n'
# All that does not name a folder or the moment of a run.
CORPUS = (
    "SELECT article_id, url, title, text, revision, published_at, authors, story_id, first_seen_at, last_seen_at FROM articles",
    "SELECT article_id, revision, title, text, content_hash FROM revisions",
    "FROM matches",
    "FROM copies",
    "SELECT url_id, last_outcome, article_id, is_carrier FROM urls",
    "SELECT source, line_hash, place FROM repeated_lines",
)
MOMENTS = (0.3, 0.6, 0.8, 0.95)


def contents(config: Path) -> list[list[tuple[Any, ...]]]:
    return [ask(config, f"{query} ORDER BY ALL") for query in CORPUS]


def test_killed_at_any_moment_it_is_simply_started_again(tmp_path: Path) -> None:
    home, aside = tmp_path / "home", tmp_path / "aside"
    home.mkdir()
    with SampleSite() as site:
        config = site.watchlist(home)
        config.write_text(config.read_text("utf-8").replace("[crawl]", '[crawl]\nkeep_captures = "all"'), "utf-8")
        for edition in (1, 2):
            site.edition = edition
            collect(load_watchlist(config), ["harbor-ledger"])
    config.write_text(config.read_text("utf-8") + EVERYTHING, "utf-8")
    before = contents(config)
    shutil.copytree(home, aside)  # put back where it was, for its captures are known by their paths

    started = time.monotonic()
    assert newslake("reclean", "-c", config).returncode == 0
    whole = time.monotonic() - started
    undisturbed = contents(config)
    assert undisturbed != before

    shutil.rmtree(home)
    aside.rename(home)
    assert contents(config) == before
    for moment in MOMENTS:
        killed_after(moment * whole, "reclean", "-c", config)
        assert contents(config) in (before, undisturbed)
    assert newslake("reclean", "-c", config).returncode == 0
    assert contents(config) == undisturbed
    assert not list(home.rglob("*.part"))
