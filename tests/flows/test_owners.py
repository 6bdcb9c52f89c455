"""An article belongs to the source whose site hosts it: no other source suppresses, claims or dates it, whoever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newslake.testing import Site
from tests.flows.command import ask, newslake
from tests.flows.ferries import story

WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
timeout = 5
allow_private = true
revisit_hours = [0.0001]
user_agent = "test (+https://tide.example/contact)"
[[topic]]
name = "ferries"
query = "ferry"
[[source]]
name = "{name}"
feeds = ["{tide}/feed"]
[[source]]
name = "mallory"
feeds = ["{mallory}/feed"]
"""


@dataclass
class Told:
    """The rows after each run."""

    tide: str
    alone: list[tuple[Any, ...]]
    articles: list[tuple[Any, ...]]
    listed: dict[str, str | None]
    stored: str
    health: list[tuple[Any, ...]]
    sources: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    config = tmp_path_factory.mktemp("owners") / "watchlist.toml"
    with Site() as tide, Site() as mallory:
        for number in range(1, 6):
            tide.routes[f"/news/the-ferry-story-{number}"] = story(number)
        first, second, third, fourth, fifth = (f"{tide.url}/news/the-ferry-story-{number}" for number in range(1, 6))
        tide.feed("/feed", first, second, third, fourth, fifth.replace("://", "://user:secret@"))
        mallory.redirect("/elsewhere", to=fourth)
        mallory.routes["/own"] = story(9, f'<link rel="canonical" href="{fifth}"><meta property="og:url" content="{fifth}">')
        broken = [second.replace("http:", "https:"), f"{third}/index.html", f"{mallory.url}/elsewhere", f"{mallory.url}/own"]
        mallory.feed("/feed", first, *broken)
        where = {"tide": tide.url, "mallory": mallory.url}
        config.write_text(WATCHLIST.format(name="tide", **where), "utf-8")
        newslake("run", "--plain", "--config", config, "--source", "mallory")
        alone = ask(config, "SELECT source, url FROM articles")
        newslake("run", "--plain", "--config", config)
        articles = ask(config, "SELECT source, url, year(published_at) FROM articles ORDER BY url")
        listed = dict(ask(config, "SELECT url, listed_by FROM fetches WHERE kind = 'page' AND requested_at IS NOT NULL"))
        config.write_text(WATCHLIST.format(name="harbour", **where), "utf-8")
        newslake("run", "--plain", "--config", config)
        stored = repr(ask(config, "SELECT url, canonical_url, detail FROM fetches")) + repr(
            ask(config, "SELECT raw_url FROM articles")
        )
        health = ask(config, "SELECT state, discovered FROM source_health WHERE source = 'harbour'")
        sources = newslake("sources", "--config", config).stdout
        yield Told(tide.url, alone, articles, listed, stored, health, sources)


def test_a_source_alone_brings_only_what_is_on_its_own_site(told: Told) -> None:
    assert [source for source, _ in told.alone] == ["mallory"] and told.alone[0][1].endswith("/own")


def test_every_article_is_loaded_for_its_own_source_with_the_dates_of_that_source(told: Told) -> None:
    own = [row for row in told.articles if row[0] == "tide"]
    assert own == [("tide", f"{told.tide}/news/the-ferry-story-{number}", 2024) for number in range(1, 6)]
    assert len(told.articles) == 6


def test_who_listed_an_address_is_kept_beside(told: Told) -> None:
    assert told.listed[f"{told.tide}/news/the-ferry-story-1"] == "tide"


def test_credentials_are_stored_nowhere(told: Told) -> None:
    assert "secret" not in told.stored


def test_a_feed_whose_articles_are_all_due_again_is_not_silent_also_under_another_name(told: Told) -> None:
    assert told.health == [("ok", 5)]


def test_a_source_that_left_the_watchlist_is_not_ok(told: Told) -> None:
    assert "Not on the watchlist any more, so not shown: tide" in told.sources
    assert not [line for line in told.sources.splitlines() if line.split()[:2] == ["tide", "ok"]]


def test_a_canonical_link_takes_no_address_of_another_source_on_the_same_host(tmp_path: Path) -> None:
    """Neither the address nor, for the real article that comes later, its place in the corpus."""
    config = tmp_path / "watchlist.toml"
    with Site() as site:
        address = f"{site.url}/tide/the-ferry-story-of-today"
        site.routes["/tide/the-ferry-story-of-today"] = story(1)
        site.routes["/mallory/own"] = story(9, f'<link rel="canonical" href="{address}">')
        site.feed("/tide/feed", address)
        site.feed("/mallory/feed", f"{site.url}/mallory/own")
        config.write_text(WATCHLIST.format(name="tide", tide=f"{site.url}/tide", mallory=f"{site.url}/mallory"), "utf-8")
        newslake("run", "--plain", "--config", config, "--source", "mallory")
        assert ask(config, "SELECT url FROM articles") == [(f"{site.url}/mallory/own",)]
        newslake("run", "--plain", "--config", config, "--source", "tide")
    found = ask(config, "SELECT source, url, title FROM articles ORDER BY source")
    assert [(source, url.removeprefix(site.url)) for source, url, _ in found] == [
        ("mallory", "/mallory/own"),
        ("tide", "/tide/the-ferry-story-of-today"),
    ]
    assert len({title for *_, title in found}) == 2
    assert ask(config, "SELECT count(*) FROM fetches WHERE outcome = 'copy'") == [(0,)]
