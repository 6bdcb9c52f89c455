"""A budget of pages: a source with more news than `max_articles` is taken up over several runs, and nothing of it is lost."""

from __future__ import annotations

import re
from pathlib import Path

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from warehouse.database.connect import open_reader


def test_what_a_run_leaves_comes_in_over_the_next_ones(tmp_path: Path) -> None:
    with SampleSite() as site:
        path = site.watchlist(tmp_path)
        text = path.read_text("utf-8").replace("ducklake:sqlite:data/catalog.sqlite", "data/news.duckdb")  # which is quicker
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
        left = con.execute(
            "SELECT count(*) FROM fetches WHERE outcome = 'refused' AND detail LIKE 'over max_articles = 4 %'"
        ).fetchall()
        titles = con.execute("SELECT count(*) FROM articles").fetchall()
    assert most[0][0] <= 4
    assert left[0][0] > 0
    assert titles == [(len(expected),)]
