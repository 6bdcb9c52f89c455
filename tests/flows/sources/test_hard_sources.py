"""Hard sources: `newslake check` finds what outlets like those of the shipped watchlist list, and `newslake run` reads it all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from newslake.testing import Site
from tests.flows.command import ask, newslake
from tests.flows.sources.drawn import DRAWN
from tests.flows.sources.listed import LISTED
from tests.flows.sources.model import Outlet
from tests.flows.sources.old import OLD

MAKERS = (*DRAWN, *LISTED, *OLD)
NAMES = [maker.__name__ for maker in MAKERS]
WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
timeout = 20
allow_private = true
[[topic]]
name = "tankers"
query = "tanker OR 유조선 OR タンカー OR Танкер* OR 油轮"
"""


@dataclass
class Told:
    """What check and run said of all outlets."""

    outlets: dict[str, Outlet]
    check: dict[str, Any]
    articles: dict[str, dict[str, tuple[Any, ...]]]
    fetches: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    config = tmp_path_factory.mktemp("hard") / "watchlist.toml"
    with ExitStack() as stack:
        outlets = {}
        for number, maker in enumerate(MAKERS):
            site = stack.enter_context(Site(f"127.0.1.{number + 1}"))
            outlets[maker.__name__] = maker(site, 1000 + 100 * number)
        config.write_text(WATCHLIST + "\n".join(outlet.toml() for outlet in outlets.values()), "utf-8")
        check = json.loads(newslake("check", "--json", "--config", config).stdout)
        newslake("run", "--plain", "--config", config)
        rows = ask(config, "SELECT source, url, title, text, published_at FROM articles")
        fetches = ask(config, "SELECT source, kind, url, outcome, reason, detail FROM fetches")
        names = {outlet.name for outlet in outlets.values()}
        yield Told(
            outlets,
            check,
            {name: {row[1]: row[2:] for row in rows if row[0] == name} for name in names},
            {name: [row[1:] for row in fetches if row[0] == name] for name in names},
        )


@pytest.mark.parametrize("name", NAMES)
def test_check_finds_the_articles(told: Told, name: str) -> None:
    outlet = told.outlets[name]
    listings = [row for row in told.check["listings"] if row["source"] == outlet.name]
    assert outlet.name not in told.check["failed_sources"], listings
    assert any(row["end"] == "read" and row["reason"] == "listing" for row in listings), listings


@pytest.mark.parametrize("name", NAMES)
def test_run_reads_each_article_once_as_it_is(told: Told, name: str) -> None:
    outlet = told.outlets[name]
    found = told.articles[outlet.name]
    assert {outlet.site.absolute(path) for path in outlet.stories} == set(found), told.fetches[outlet.name]
    for path, story in outlet.stories.items():
        title, text, published = found[outlet.site.absolute(path)]
        assert title == story.title
        assert text.splitlines() == list(story.paragraphs)
        assert published is not None and abs(published - story.published) < timedelta(days=1)  # some give the day alone
