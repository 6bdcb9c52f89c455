"""Addresses where feeds usually are, and where an outlet has none, are asked for once a day, not by every run."""

from __future__ import annotations

from pathlib import Path

from newslake.testing import Answer, Site
from tests.flows.command import newslake
from tests.flows.later import later

WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"

[crawl]
user_agent = "newslake-test (+mailto:test@example.com)"
delay = 0
allow_private = true

[[topic]]
name = "tankers"
query = "tanker"

[[source]]
name = "post"
url = "{url}/"
"""
HOME = b"<!doctype html><title>Post</title><p>Hello</p>"
USUAL = ("/feed", "/rss", "/atom.xml", "/sitemap.xml")


def asked(site: Site, config: Path) -> set[str]:
    """The paths for which a run asks, its usual ones aside."""
    before = len(site.paths())
    done = newslake("run", "--plain", "--config", config)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(site.paths()[before:]) - {"/", "/robots.txt"}


def test_where_no_feed_was_none_is_looked_for_until_tomorrow(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    with Site() as site:
        site.routes["/"] = Answer(HOME)
        site.page("/2026/11/28/a-tanker-leaves")
        config.write_text(WATCHLIST.format(url=site.url), "utf-8")
        # the last of the usual addresses holds one: every run reads it, without asking for the others first
        site.sitemap("/wp-sitemap.xml", "/2026/11/28/a-tanker-leaves")
        first, second = asked(site, config), asked(site, config)
        assert first.issuperset({*USUAL, "/wp-sitemap.xml"}), first
        assert second == {"/wp-sitemap.xml"}, second
        later(config, 25)
        third = asked(site, config)
        assert third.issuperset(USUAL), third
