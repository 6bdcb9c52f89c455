"""Which sources are meant by their names."""

from __future__ import annotations

from pathlib import Path

from flows.watchlist import load_watchlist
from flows.watchlist.choose import collected_sources
from newslake.testing import Site
from tests.flows.command import newslake
from tests.flows.runs.test_set_aside import put, watchlist


def test_a_source_that_is_named_twice_is_collected_once(tmp_path: Path) -> None:
    config = watchlist(tmp_path, "http://127.0.0.1:9/a", "http://127.0.0.1:9/b")
    chosen = collected_sources(load_watchlist(config), ["source2", "source1", "source2"])
    assert [source.name for source in chosen] == ["source2", "source1"]


def test_the_pages_of_a_source_that_is_named_twice_are_fetched(tmp_path: Path) -> None:
    with Site() as site:
        config = watchlist(tmp_path, f"{site.url}/feed")
        put(site, "/news/oil", "Oil comes to the terminal")
        site.feed("/feed", "/news/oil")
        done = newslake("run", "--plain", "--json", "--source", "source1", "--source", "source1", "-c", config)
    assert "/news/oil" in site.paths(), done.stdout
