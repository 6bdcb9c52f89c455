"""A source with `enabled = false`: not collected, told everywhere as disabled, and taken up again where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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
revisit_hours = []
user_agent = "test (+https://tide.example/contact)"
[[topic]]
name = "ferries"
query = "ferry"
[[source]]
name = "tide"
feeds = ["{tide}/feed"]
max_articles = 1
{switch}
[[source]]
name = "quay"
feeds = ["{quay}/feed"]
"""
OFF = "enabled = false"


class Told(NamedTuple):
    """What commands say while the source is disabled, and the addresses that were asked for before, meanwhile and after."""

    said: dict[str, str]
    config: Path
    before: list[str]
    meanwhile: list[str]
    after: list[str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    config = tmp_path_factory.mktemp("disabled") / "watchlist.toml"
    with Site() as tide, Site() as quay:
        for number in range(1, 5):
            tide.routes[f"/news/the-ferry-story-{number}"] = story(number)
        quay.routes["/ferry-story-9"] = story(9)
        tide.feed("/feed", *(f"/news/the-ferry-story-{number}" for number in (1, 2)))
        quay.feed("/feed", "/ferry-story-9", f"{tide.url}/news/the-ferry-story-3")

        def write(switch: str) -> None:
            config.write_text(WATCHLIST.format(tide=tide.url, quay=quay.url, switch=switch))

        def asked() -> list[str]:
            paths = [path for path in tide.paths() if path != "/robots.txt"]
            tide.asked.clear()
            return paths

        def say(*words: str) -> str:
            done = newslake(*words, "-c", config)
            return f"{done.returncode}\n{done.stdout}{done.stderr}"

        write("")
        assert newslake("run", "--plain", "-s", "tide", "-c", config).returncode == 0
        before = asked()
        write(OFF)
        commands = {
            "run": ["run", "--plain"],
            "named": ["run", "--plain", "-s", "tide"],
            "offline": ["check", "--offline"],
            "sources": ["sources"],
            "sources as JSON": ["sources", "--json"],
            "status": ["status"],
        }
        said = {name: say(*words) for name, words in commands.items()}
        meanwhile = asked()
        said["check"] = say("check", "-s", "tide")
        said["add"] = say("add", f"{tide.url}/news/the-ferry-story-4")
        asked()
        write("")
        assert newslake("run", "--plain", "-c", config).returncode == 0
        after = asked()
        write(OFF)
        quiet = config.read_text().replace('name = "quay"', f'name = "quay"\n{OFF}')
        config.write_text(quiet)
        said["none"] = say("run", "--plain")
        said["none, checked"] = say("check", "--offline")
        said["none, added"] = say("add", f"{quay.url}/ferry-story-9")
        yield Told(said, config, before, meanwhile, after)


def test_it_is_not_asked_for_anything_also_not_for_what_others_list(told: Told) -> None:
    assert told.said["run"].startswith("0\n")
    assert told.before == ["/feed", "/news/the-ferry-story-1"]
    assert told.meanwhile == []


def test_once_it_is_enabled_what_waited_is_fetched(told: Told) -> None:
    # The second story was over max_articles before, the third one was listed by another source meanwhile.
    assert sorted(told.after) == ["/feed", "/news/the-ferry-story-2", "/news/the-ferry-story-3"]
    rows = ask(told.config, "SELECT DISTINCT url_id FROM fetches WHERE source = 'tide' AND kind = 'page'")
    assert len(rows) == 4


def test_its_articles_stay_and_added_ones_are_its_own(told: Told) -> None:
    assert told.said["add"].startswith("0\n")
    articles = ask(told.config, "SELECT count(*) FROM articles WHERE source = 'tide'")
    assert articles == [(4,)]


def test_a_run_that_names_it_is_refused_with_the_way_out(told: Told) -> None:
    said = told.said["named"]
    assert said.startswith("2\n") and "tide is disabled in" in said
    assert "take  enabled = false  out of its [[source]], then newslake run" in said and "--source tide" in said


def test_check_names_it_and_tries_it_when_asked(told: Told) -> None:
    assert "2 sources" in told.said["offline"] and "Disabled, so not collected: tide." in told.said["offline"]
    assert told.said["check"].startswith("0\n") and "/feed" in told.said["check"]


def test_sources_and_status_call_it_disabled_and_nothing_else(told: Told) -> None:
    assert "Disabled, so not collected: tide." in told.said["sources"]
    assert "tide" not in told.said["sources"].partition("Disabled")[0]
    rows = json.loads(told.said["sources as JSON"].partition("\n")[2])
    assert {row["source"]: (row["state"], row["next_poll"]) for row in rows}["tide"] == ("disabled", None)
    assert "Disabled, so not collected: tide." in told.said["status"]


def test_a_watchlist_whose_sources_are_all_disabled_is_valid_and_collects_nothing(told: Told) -> None:
    assert told.said["none"].startswith("2\n") and "all sources of" in told.said["none"]
    assert told.said["none, checked"].startswith("0\n")
    assert told.said["none, added"].startswith("0\n")
