"""A site that asks to be left alone is left alone, in this run and in later ones, and nobody calls it broken for that."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from newslake.testing import Answer, Site
from tests.flows.command import COMMAND, ENVIRONMENT, Done, ask, newslake

WATCHLIST = """
[schedule]
interval = "30m"

[warehouse]
catalog = "data/news.duckdb"

[crawl]
user_agent = "newslake-test (+mailto:test@example.com)"
delay = 0.05
allow_private = true

[[topic]]
name = "tankers"
query = "tanker"
"""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# What a feed answers, and how long the site is to be left alone.
FEEDS = {
    "a-day": ("86400", DAY),
    "twice": ("3600, 3600", timedelta(hours=1)),
    "iso": ("{tomorrow}", DAY),
    "huge": ("9" * 25, WEEK),
    "milliseconds": ("1795000000000", WEEK),
    "float": ("7200.5", timedelta(hours=2)),
}


def watchlist(folder: Path, feeds: dict[str, str]) -> Path:
    config = folder / "watchlist.toml"
    sources = "".join(f'\n[[source]]\nname = "{name}"\nfeeds = ["{url}"]\n' for name, url in feeds.items())
    config.write_text(WATCHLIST + sources, "utf-8")
    return config


def polls(config: Path) -> dict[str, dict[str, Any]]:
    return {one["source"]: one for one in json.loads(newslake("sources", "--json", "--config", config).stdout)}


@dataclass
class Runs:
    """Three runs of sites that ask to be left alone, the last of which wants one source alone."""

    config: Path
    began: datetime
    done: list[Done] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)  # by run and source
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    # hosts of their own, as a pause is for all ports of a host
    sites = {name: Site(f"127.0.0.{number}") for number, name in enumerate((*FEEDS, "pages", "past", "negative"), start=2)}
    for site in sites.values():
        site.__enter__()
    tomorrow = (datetime.now(UTC) + DAY).isoformat()
    for name, (header, _) in FEEDS.items():
        sites[name].routes["/feed"] = Answer(b"slow down", 429, {"Retry-After": header.format(tomorrow=tomorrow)})
    busy = sites["pages"]
    busy.feed("/feed", "/one", "/two", "/three")
    busy.routes["/one"] = Answer(b"busy", 503, {"Retry-After": "7200"})
    for name, header in (("past", "Wed, 21 Oct 2015 07:28:00 GMT"), ("negative", "-86400")):
        sites[name].routes["/feed"] = Answer(b"slow down", 429, {"Retry-After": header})
    config = watchlist(tmp_path_factory.mktemp("waits"), {name: f"{site.url}/feed" for name, site in sites.items()})
    runs = Runs(config, datetime.now(UTC))
    for only in ((), (), ("--source", "a-day")):
        for site in sites.values():
            site.asked.clear()
        runs.done.append(newslake("run", "--plain", "--json", "--config", config, *only))
        runs.asked.append({name: site.paths() for name, site in sites.items()})
        runs.sources = runs.sources or polls(config)
    yield runs
    for site in sites.values():
        site.__exit__(None, None, None)


@pytest.mark.parametrize("name", FEEDS)
def test_any_value_is_obeyed_and_bounded(runs: Runs, name: str) -> None:
    assert runs.asked[0][name] == ["/robots.txt", "/feed"]
    [(until, host)] = ask(
        runs.config, f"SELECT retry_at, retry_host FROM fetches WHERE source = '{name}' AND retry_at IS NOT NULL"
    )
    assert abs(until - runs.began - FEEDS[name][1]) < timedelta(minutes=2)
    assert host.startswith("127.0.0.")


@pytest.mark.parametrize("name", FEEDS)
def test_later_runs_ask_nothing_and_say_so(runs: Runs, name: str) -> None:
    assert runs.asked[1][name] == []
    rows = ask(runs.config, f"SELECT outcome, reason, requested_at FROM fetches WHERE source = '{name}' AND outcome = 'refused'")
    assert rows[0] == ("refused", "host-closed", None)


@pytest.mark.parametrize("name", FEEDS)
def test_the_next_poll_is_after_that_time(runs: Runs, name: str) -> None:
    planned = datetime.fromisoformat(runs.sources[name]["next_poll"])
    wait = FEEDS[name][1]
    assert wait - timedelta(minutes=2) < planned - runs.began < wait + timedelta(minutes=40)
    assert "asked to be left alone until" in runs.sources[name]["why"]


def test_a_source_that_is_left_alone_has_not_failed(runs: Runs) -> None:
    assert set(json.loads(runs.done[0].stdout)["failed_sources"]) == {*FEEDS, "past", "negative"}
    assert set(json.loads(runs.done[1].stdout)["failed_sources"]) == {"past", "negative"}
    assert json.loads(runs.done[2].stdout)["failed_sources"] == {}
    assert runs.done[2].returncode == 0
    assert dict(ask(runs.config, "SELECT source, count(*) FROM source_runs GROUP BY 1"))["a-day"] == 1
    now = polls(runs.config)
    assert [now[name]["state"] for name in FEEDS] == [runs.sources[name]["state"] for name in FEEDS]


def test_a_run_of_one_source_obeys_too(runs: Runs) -> None:
    assert runs.asked[2]["a-day"] == []
    assert "Not asked, because the site asked to be left alone (Retry-After): a-day (until " in runs.done[2].stderr


def test_pages_wait_for_a_later_run_and_are_not_lost(runs: Runs) -> None:
    assert runs.asked[0]["pages"] == ["/robots.txt", "/feed", "/one"]
    assert runs.asked[1]["pages"] == []
    rows = dict(ask(runs.config, "SELECT url.split('/')[-1], last_outcome FROM urls WHERE source = 'pages' AND kind = 'page'"))
    assert rows == dict.fromkeys(("one", "two", "three"), "http-error")


def test_a_moment_in_the_past_is_no_wait(runs: Runs) -> None:
    for name in ("past", "negative"):
        assert "/feed" in runs.asked[1][name]
        assert ask(runs.config, f"SELECT count(retry_at) FROM fetches WHERE source = '{name}'") == [(0,)]


def test_a_time_that_a_wrong_clock_wrote_is_not_believed(runs: Runs) -> None:
    with duckdb.connect(str(runs.config.parent / "data/news.duckdb")) as con:
        con.execute("UPDATE fetches SET retry_at = now() + INTERVAL 400 DAYS WHERE source = 'iso' AND retry_at IS NOT NULL")
    assert datetime.fromisoformat(polls(runs.config)["iso"]["next_poll"]) < datetime.now(UTC) + DAY


@pytest.mark.e2e
def test_a_killed_run_does_not_forget_it(tmp_path: Path) -> None:
    with Site("127.0.0.2") as busy, Site() as slow:
        busy.routes["/feed"] = Answer(b"slow down", 429, {"Retry-After": "86400"})
        slow.feed("/feed", "/page")
        slow.routes["/page"] = Answer(b"late", seconds=20)
        config = watchlist(tmp_path, {"busy": f"{busy.url}/feed", "slow": f"{slow.url}/feed"})
        run = subprocess.Popen(
            [*COMMAND, "run", "--plain", "--config", str(config)],
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while not ("/feed" in busy.paths() and "/page" in slow.paths()) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        assert "/feed" in busy.paths()
        busy.asked.clear()
        slow.page("/page")
        newslake("run", "--plain", "--config", config)
        assert busy.paths() == []
    assert polls(config)["busy"]["why"].startswith("the site asked to be left alone")
