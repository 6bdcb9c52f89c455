"""A source that takes long is left when its time is used up: nobody waits for it, and nothing of it is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import Done, ask, newslake

WATCHLIST = """
[schedule]
interval = "30m"

[warehouse]
catalog = "data/news.duckdb"

[crawl]
user_agent = "newslake-test (+mailto:test@example.com)"
delay = 0.05
allow_private = true
max_minutes = {minutes}
revisit_hours = []

[[topic]]
name = "tankers"
query = "tanker"

[[source]]
name = "patient"
feeds = ["{patient}/feed"]

[[source]]
name = "listings"
feeds = {feeds}

[[source]]
name = "quick"
feeds = ["{quick}/feed"]
"""
SLOW = [f"/slow/{n}" for n in range(1, 13)]
FEEDS = [f"/feeds/{n}" for n in range(1, 7)]
SECONDS = 1.8


@dataclass
class Runs:
    """Two runs with little time for each source, and one with enough."""

    config: Path
    done: list[dict[str, Any]] = field(default_factory=list)  # what each run said
    asked: list[dict[str, list[str]]] = field(default_factory=list)  # by run and source
    sources: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)  # by the number of the run
    codes: list[int] = field(default_factory=list)


def article(site: Site, path: str) -> None:
    paragraphs = "".join(
        f"<p>The tanker {path} left port {n} at night and met another ship far out at sea, say harbour masters.</p>"
        for n in range(9)
    )
    page = f"<html><head><title>A tanker leaves {path}</title></head><body><article><h1>A tanker leaves {path}</h1>{paragraphs}"
    site.routes[path] = Answer(f"{page}</article></body></html>".encode())


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    # hosts of their own, as a delay is for all ports of a host
    with Site("127.0.0.2") as patient, Site("127.0.0.3") as listings, Site("127.0.0.4") as quick:
        sites = {"patient": patient, "listings": listings, "quick": quick}
        patient.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.5\n", headers={"Content-Type": "text/plain"})
        patient.feed("/feed", *SLOW)
        quick.feed("/feed", "/quick/1")
        for path in ("/new", *SLOW):
            article(patient, path)
        article(quick, "/quick/1")
        for path in FEEDS:
            listings.feed(path, f"{path}/article")
            listings.routes[path].seconds = 0.4  # type: ignore[union-attr]
            article(listings, f"{path}/article")
        config = tmp_path_factory.mktemp("time") / "watchlist.toml"
        runs = Runs(config)
        feeds = json.dumps([listings.url + path for path in FEEDS])
        for number, minutes in enumerate((SECONDS / 60, SECONDS / 60, 5), start=1):
            text = WATCHLIST.format(minutes=minutes, patient=patient.url, feeds=feeds, quick=quick.url)
            config.write_text(text, "utf-8")
            if number == 2:
                patient.feed("/feed", "/new", *SLOW)
            if number == 3:
                patient.routes["/robots.txt"] = Answer(b"", headers={"Content-Type": "text/plain"})
            for site in sites.values():
                site.asked.clear()
            done: Done = newslake("run", "--plain", "--json", "--config", config)
            runs.codes.append(done.returncode)
            runs.done.append(json.loads(done.stdout))
            runs.asked.append({name: site.paths() for name, site in sites.items()})
            if number != 2:
                said = json.loads(newslake("sources", "--json", "--config", config).stdout)
                runs.sources[number] = {one["source"]: one for one in said}
        yield runs


def test_a_crawl_leaves_a_slow_source_when_its_time_is_used_up(runs: Runs) -> None:
    asked = [path for path in runs.asked[0]["patient"] if path in SLOW]
    assert 1 <= len(asked) < 8  # one every half second
    assert runs.done[0]["crawl_seconds"] < SECONDS + 15  # a process starts in seconds on a busy machine
    assert "/quick/1" in runs.asked[0]["quick"]
    assert runs.done[0]["outcomes"]["quick"]["loaded"] == 1


def test_each_url_has_one_outcome_and_those_left_were_not_requested(runs: Runs) -> None:
    rows = ask(runs.config, "SELECT discovered, (SELECT sum(urls) FROM fetches f WHERE f.run_id = r.run_id) FROM runs r")
    assert all(discovered == urls for discovered, urls in rows)
    left = ask(
        runs.config,
        "SELECT DISTINCT outcome, requested_at, time_of FROM fetches WHERE reason = 'time-budget' AND source = 'patient'",
    )
    assert left == [("refused", None, "patient")]


def test_the_next_run_fetches_the_newest_and_goes_on_with_the_rest(runs: Runs) -> None:
    first, second, third = (set(asked["patient"]) for asked in runs.asked)
    assert "/new" in second
    assert (second & set(SLOW)) - first
    assert first | second | third >= {"/new", *SLOW}
    rows = ask(runs.config, "SELECT last_outcome, count(*) FROM urls WHERE source = 'patient' AND kind = 'page' GROUP BY 1")
    assert rows == [("loaded", 13)]


def test_listings_leave_time_for_pages_and_those_left_come_first_in_the_next_run(runs: Runs) -> None:
    first, second, third = ([path for path in run["listings"] if path in FEEDS] for run in runs.asked)
    assert 0 < len(first) < len(FEEDS)
    assert any(path.endswith("/article") for path in runs.asked[0]["listings"])
    assert second[0] not in first
    assert set(third) == set(FEEDS)


def test_it_is_no_failure_and_said_in_one_line(runs: Runs) -> None:
    for code, done in zip(runs.codes, runs.done, strict=True):
        assert (code, done["state"], done["failed_sources"]) == (0, "completed", {})
    assert {source["state"] for sources in runs.sources.values() for source in sources.values()} == {"ok"}
    [line] = runs.done[0]["warnings"]
    assert line.startswith("Out of time: patient (")
    assert line.endswith("the next newslake run goes on with them. For more time, raise max_minutes in the watchlist.")
    assert "of its URLs wait for the next one" in runs.sources[1]["patient"]["reason"]
    assert runs.sources[1]["patient"]["why"] == "it used up max_minutes last time, and some of its URLs wait"
    assert runs.sources[1]["quick"]["reason"] is None
    assert runs.done[2]["warnings"] == []
    assert runs.sources[3]["patient"]["reason"] is None


def test_a_run_that_did_not_read_all_listings_is_not_whole(runs: Runs) -> None:
    whole = ask(runs.config, "SELECT source, list(is_whole ORDER BY started_at) FROM source_runs GROUP BY 1 ORDER BY 1")
    assert whole == [("listings", [False, False, True]), ("patient", [True] * 3), ("quick", [True] * 3)]
