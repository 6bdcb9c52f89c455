"""A page about bot walls is no bot wall: outlets choose their titles, and a title never decides how a URL ended."""

from __future__ import annotations

import json
from pathlib import Path

from flows.collect import collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from warehouse.database.connect import open_reader

TITLE = "Inside the bot wall: how outlets fight scrapers"
STORY = "/2026/11/14/inside-the-bot-wall-how-outlets-fight-scrapers"
WATCHLIST = """
[crawl]
user_agent = "newslake-test (+mailto:test@example.com)"
delay = 0
allow_private = true

[[topic]]
name = "scrapers"
query = "scrapers"

[[source]]
name = "post"
feeds = ["{site}/rss"]
"""


def page(head: str, body: str) -> Answer:
    return Answer(f"<!doctype html><html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>".encode())


def test_a_page_about_bot_walls_is_no_bot_wall(tmp_path: Path) -> None:
    article = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-11-14T08:00:00Z"}
    words = "".join(f"<p>Outlet number {n} told us on Friday how it keeps scrapers off its pages.</p>" for n in range(9))
    with Site() as site:
        site.routes["/rss"] = page("", "<p>Our feed has moved, and so has the rest of the site.</p>")
        site.routes["/"] = page('<link rel="alternate" type="application/rss+xml" href="/new/rss.xml">', "<p>The Post</p>")
        site.feed("/new/rss.xml", STORY)
        ld = f'<script type="application/ld+json">{json.dumps(article)}</script>'
        site.routes[STORY] = page(ld, f"<article><h1>{TITLE}</h1>{words}</article>")
        config = tmp_path / "watchlist.toml"
        config.write_text(WATCHLIST.format(site=site.url), "utf-8")
        watchlist = load_watchlist(config)
        collect(watchlist)
    with open_reader(watchlist.warehouse) as con:
        rows = con.execute("SELECT * FROM fetches").to_arrow_table().to_pylist()
        states = con.execute("SELECT state, reason FROM source_health").fetchall()
    ended = {row["url"].removeprefix(site.url): row for row in rows}
    assert TITLE in ended["/rss"]["detail"]
    # The dead feed is replaced in the same run, and the source is not called blocked.
    assert "/new/rss.xml" in ended, ended["/rss"]["detail"]
    assert [state for state, _ in states] != ["blocked"], states
    assert ended[STORY]["outcome"] == "loaded", ended[STORY]["detail"]
    assert ended["/rss"]["reason"] == "not-a-listing"
