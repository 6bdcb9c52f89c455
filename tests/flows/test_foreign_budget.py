"""What one source lists of another's site never takes the place of that other's own news, however much it is."""

from __future__ import annotations

from pathlib import Path

from newslake.testing import Site
from tests.flows.command import ask, newslake
from tests.flows.ferries import story

WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
per_domain = 8
max_articles = 20
allow_private = true
user_agent = "test (+https://tide.example/contact)"
[[topic]]
name = "ferries"
query = "ferry"
[[source]]
name = "mallory"
feeds = ["{mallory}/feed"]
[[source]]
name = "tide"
feeds = ["{tide}/feed"]
max_articles = 4
"""


def test_addresses_of_a_site_that_another_source_lists_never_delay_its_own_news(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    with Site("127.0.0.2") as tide, Site("127.0.0.3") as mallory:
        invented = [f"{tide.url}/invented/the-ferry-story-{number}" for number in range(60)]
        mallory.feed("/feed", *invented)
        config.write_text(WATCHLIST.format(tide=tide.url, mallory=mallory.url), "utf-8")
        for run in (1, 2):
            for number in range(4):
                tide.routes[f"/news/the-ferry-story-{run}{number}"] = story(10 * run + number)
            tide.feed("/feed", *(f"{tide.url}/news/the-ferry-story-{run}{number}" for number in range(4)))
            newslake("run", "--plain", "--config", config)
            asked = sum(path.startswith("/invented/") for path in tide.paths())
            assert ask(config, "SELECT count(*) FROM articles WHERE source = 'tide'") == [(4 * run,)], f"run {run}"
            assert asked <= 20 * run, f"run {run}"  # what waited for this run takes the lister's budget too
