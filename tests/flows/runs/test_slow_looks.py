"""Older articles are looked at again, and never at the cost of new ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.collect import collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import ask
from tests.flows.later import later

WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0
allow_private = true
max_articles = 8
[[topic]]
name = "oil"
query = "oil"
[[source]]
name = "herald"
feeds = ["{url}/feed"]
"""


def path(name: str) -> str:
    return f"/news/{name}-in-the-oil-port.html"


def put(site: Site, name: str, *more: str) -> str:
    words = "".join(f"<p>{' '.join(f'{name}{line}x{word}' for word in range(30))} and oil came.</p>" for line in range(4))
    text = words + "".join(f"<p>{line}</p>" for line in more)
    dated = '<meta property="article:published_time" content="2026-02-03T08:00:00Z">'
    head = f'<html lang="en"><head><title>Oil and {name}</title>{dated}</head>'
    site.routes[path(name)] = Answer(f"{head}<body><h1>Oil and {name}</h1><article>{text}</article></body></html>".encode())
    return path(name)


def asked(site: Site, config: Path) -> list[str]:
    """The articles that a run asks for, in order."""
    site.asked.clear()
    collect(load_watchlist(config))
    return [each.partition("-in-the")[0].removeprefix("/news/") for each in site.paths() if "-in-the" in each]


@pytest.mark.parametrize("still_listed", [True, False])
def test_late_edits_and_take_downs_are_found_when_new_articles_leave_room(tmp_path: Path, still_listed: bool) -> None:
    config = tmp_path / "watchlist.toml"
    with Site() as site:
        config.write_text(WATCHLIST.format(url=site.url))
        old = [put(site, f"old{number}") for number in range(3)]
        site.feed("/feed", *old)
        assert len(asked(site, config)) == 3
        later(config, 8 * 24)
        put(site, "old0", "A correction was made to this article on the oil trade.")
        del site.routes[path("old1")]
        new = [put(site, f"new{number}") for number in range(8)]
        site.feed("/feed", *new, *(old if still_listed else ()))
        first = asked(site, config)
        assert sorted(first) == sorted(f"new{number}" for number in range(8))  # they need the whole budget
        health = ask(config, "SELECT found FROM source_runs ORDER BY started_at DESC LIMIT 1")
        assert health == [(11 if still_listed else 8,)]
        looks = [asked(site, config) for _ in range(2)]  # a quarter of the budget in each run
        assert sorted(name for run in looks for name in run) == ["old0", "old1", "old2"], looks
        assert [len(run) for run in looks] == [2, 1]
    assert ask(config, "SELECT url FROM articles WHERE revision = 2") == [(f"{site.url}{path('old0')}",)]
    assert ask(config, "SELECT url FROM takedowns") == [(f"{site.url}{path('old1')}",)]
    assert ask(config, "SELECT count(*) FROM fetches WHERE origin = 'revisit' AND requested_at IS NULL") == [(0,)]


def test_a_source_that_always_has_more_new_articles_than_it_may_fetch_is_looked_at_all_the_same(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    with Site() as site:
        config.write_text(WATCHLIST.format(url=site.url))
        old = [put(site, f"old{number}") for number in range(3)]
        site.feed("/feed", *old)
        assert len(asked(site, config)) == 3
        later(config, 15 * 24)  # the look after 7 days is more than a week late
        del site.routes[path("old1")]
        site.feed("/feed", *(put(site, f"new{number}") for number in range(40)))
        runs = [asked(site, config) for _ in range(3)]
        assert [sum(name.startswith("old") for name in run) for run in runs] == [1, 1, 1], runs
        assert sum(name.startswith("new") for run in runs for name in run) == 3 * 7
    assert ask(config, "SELECT url FROM takedowns") == [(f"{site.url}{path('old1')}",)]
