"""Which fetched pages stay on disk: those of matched articles, all, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from spiders.warc.model import Capture
from spiders.warc.read import iter_captures
from tests.flows.command import CATALOGS
from warehouse.database.connect import open_reader


@pytest.mark.parametrize("catalog", CATALOGS)
@pytest.mark.parametrize("policy", ["matched", "all", "none"])
def test_captures_stay_as_the_watchlist_says(tmp_path: Path, policy: str, catalog: str) -> None:
    with SampleSite() as site:
        path = site.watchlist(tmp_path)
        text = path.read_text("utf-8").replace("ducklake:sqlite:data/catalog.sqlite", catalog)
        path.write_text(text.replace("[crawl]", f'[crawl]\nkeep_captures = "{policy}"'), "utf-8")
        watchlist = load_watchlist(path)
        collect(watchlist, ["harbor-ledger"])
    with open_reader(watchlist.warehouse) as con:
        named = con.execute(
            "SELECT outcome, capture_file, capture_offset FROM fetches WHERE status = 200 AND kind = 'page' ORDER BY ALL"
        ).fetchall()
        articles = con.execute("SELECT capture_file, capture_offset FROM articles").fetchall()
    kept = {
        (watchlist.capture_name(file), capture.offset)
        for file in (tmp_path / "data/captures").rglob("*.warc.gz")
        for capture in iter_captures(file)
        if isinstance(capture, Capture)
    }
    assert {(file, offset) for _, file, offset in named if file} <= kept
    with_capture = {outcome for outcome, file, _ in named if file}
    assert with_capture == {"matched": {"loaded"}, "all": {"loaded", "off-topic", "not-article"}, "none": set()}[policy]
    assert all((file is None) == (policy == "none") for file, _ in articles)
    assert bool(kept) == (policy != "none")
    assert not list((tmp_path / "data/state/runs").iterdir())
