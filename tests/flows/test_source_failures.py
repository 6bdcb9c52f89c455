"""What a user is told when something fails, and what it costs: one source, one page, and never what was fetched."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows.demo.site import SampleSite
from newslake.testing import Answer, Site
from tests.flows import command
from tests.flows.command import Done, ask
from tests.flows.later import later


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with SampleSite() as site:
        yield site


@pytest.fixture
def broken() -> Iterator[Site]:
    with Site() as site:
        yield site


def newslake(*arguments: str, config: Path) -> Done:
    return command.newslake(*arguments, "--config", config)


def titles(config: Path) -> list[tuple[Any, ...]]:
    return ask(config, "SELECT title, source FROM articles ORDER BY ALL")


def with_source(config: Path, lines: str) -> Path:
    config.write_text(config.read_text("utf-8") + f"\n[[source]]\n{lines}\n", "utf-8")
    return config


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Day:
    """A run of good and broken sources, and then one of broken ones alone."""

    config: Path
    expected: int
    run: Done
    rows: dict[str, str]  # the outcome of each broken feed
    articles: int
    broken: Done
    state: str  # of the run of broken sources


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with SampleSite() as site, Site() as broken:
        broken.routes["/page.xml"] = Answer(b"<!doctype html><html><body><h1>We moved</h1></body></html>")
        broken.routes["/empty.xml"] = Answer(b"", headers={"Content-Type": "application/rss+xml"})
        broken.routes["/quiet.xml"] = Answer(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
        config = site.watchlist(tmp_path_factory.mktemp("broken"))
        with_source(config, f'name = "gone"\nfeeds = ["http://127.0.0.1:{closed_port()}/rss"]')
        with_source(config, f'name = "moved"\nfeeds = ["{broken.url}/page.xml"]')
        with_source(config, f'name = "blank"\nfeeds = ["{broken.url}/empty.xml"]')
        with_source(config, f'name = "missing"\nfeeds = ["{broken.url}/nothing.xml"]')
        with_source(config, f'name = "quiet"\nfeeds = ["{broken.url}/quiet.xml"]')
        run = newslake("run", "--plain", "--json", config=config)
        rows = ask(
            config,
            "SELECT source, outcome FROM fetches WHERE kind = 'feed'"
            " AND source IN ('gone', 'moved', 'blank', 'missing', 'quiet')",
        )
        articles = len(titles(config))
        with_source(config, f'name = "down"\nurl = "http://127.0.0.1:{closed_port()}/"')
        all_broken = newslake("run", "--plain", "--source", "moved", "--source", "down", config=config)
        ((state, *_),) = ask(config, "SELECT state, discovered, network_errors FROM runs ORDER BY started_at DESC LIMIT 1")
        yield Day(config, len(site.expected()), run, dict(rows), articles, all_broken, state)


def test_broken_sources_are_named(day: Day) -> None:
    assert day.run.returncode == 1, day.run.stderr
    told = json.loads(day.run.stdout)
    assert told["state"] == "partial"
    assert set(told["failed_sources"]) == {"gone", "moved", "blank", "missing"}
    assert "HTML where a feed should be" in told["failed_sources"]["moved"]
    assert "refused" in told["failed_sources"]["gone"].lower()


def test_each_broken_feed_has_an_outcome(day: Day) -> None:
    assert day.rows == {
        "gone": "network-error",
        "moved": "failed",
        "blank": "failed",
        "missing": "http-error",
        "quiet": "not-article",
    }


def test_broken_sources_cost_nobody_else(day: Day) -> None:
    assert day.articles == day.expected


def test_what_failed_is_shown_with_the_next_command(day: Day) -> None:
    assert day.broken.returncode == 1
    assert "moved failed" in day.broken.stdout and "HTML where a feed should be" in day.broken.stdout
    assert "Next: newslake sql" in day.broken.stdout


def test_sources_that_are_down_as_a_whole_leave_a_run_behind(day: Day) -> None:
    assert "down failed" in day.broken.stdout
    assert day.state == "partial"


def test_pages_of_a_site_that_asks_to_be_left_alone_come_with_a_later_run(tmp_path: Path, site: SampleSite, broken: Site) -> None:
    """One answer closes the site for the run; the pages that were never asked for are no failures of their own."""
    paths = [f"/news/{number}.html" for number in range(20)]
    for path in paths:
        broken.routes[path] = Answer(b"Not now", 503, {"Retry-After": "7200"})
    broken.feed("/rss", *paths)
    config = with_source(site.watchlist(tmp_path), f'name = "busy"\nfeeds = ["{broken.url}/rss"]')
    newslake("run", "--plain", "--source", "busy", config=config)
    asked_for = {path for path in broken.paths() if path in paths}
    assert 0 < len(asked_for) < len(paths)
    failed = "SELECT count(*) FROM urls WHERE kind = 'page' AND failures > 0"
    assert ask(config, failed) == [(len(asked_for),)]
    for path in paths:
        broken.page(path)
    broken.feed("/rss")  # meanwhile they have left the feed
    later(config, hours=3)
    newslake("run", "--plain", "--source", "busy", config=config)
    assert {path for path in broken.paths() if path in paths} == set(paths)
    assert ask(config, failed) == [(0,)]


def test_an_unknown_source_is_told_the_known_ones(tmp_path: Path, site: SampleSite) -> None:
    done = newslake("run", "--source", "harbour", config=site.watchlist(tmp_path))
    assert done.returncode == 2
    assert "unknown source 'harbour'" in done.stderr and "harbor-ledger" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_storage_that_cannot_be_written_is_told_in_words(tmp_path: Path, site: SampleSite) -> None:
    """A file where a folder should be stops any user, root too. Once nothing is in the way, nothing is lost."""
    config = site.watchlist(tmp_path)
    for place in ("data", "data/captures", "data/lake"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("in the way")
        done = newslake("run", "--plain", config=config)
        assert done.returncode == 1, place
        assert "Error:" in done.stderr and "State:" in done.stderr and "Next:" in done.stderr, place
        assert "Traceback" not in done.stderr + done.stdout, place
        (tmp_path / place).unlink()
    assert newslake("run", "--plain", config=config).returncode == 0
    assert len(titles(config)) == len(site.expected())


def run_folder(base: Path, told: str | None) -> Path:
    """A folder as a killed run leaves it, with this run.json."""
    folder = base / "data/state/runs" / str(uuid4())
    (folder / "crawl").mkdir(parents=True)
    if told is not None:
        (folder / "run.json").write_text(told.replace("ID", folder.name), "utf-8")
    return folder


RUN = '{"run_id": "ID", "flow": "collect", "started_at": "2026-01-02T03:04:05+00:00"}'
UNREADABLE = ["", "{", "[]", '{"run_id": 1}', RUN.replace("+00:00", ""), RUN.replace('"ID"', "7")]


def test_run_folders_that_hold_nothing_or_cannot_be_read_are_not_in_the_way(tmp_path: Path, site: SampleSite) -> None:
    """One of a run that was killed before its crawl goes; those that cannot be read are set aside whole; others stay."""
    config = site.watchlist(tmp_path)
    folder = run_folder(tmp_path, RUN)
    (folder / "known.txt").write_text("")
    (folder.parent / ".DS_Store").write_bytes(b"Bud1")
    (folder.parent / "mine").mkdir()
    unreadable = {run_folder(tmp_path, told): told for told in UNREADABLE}
    for damaged in unreadable:
        (damaged / "crawl" / "crawl-00000.warc.gz").write_bytes(b"fetched")
    done = newslake("run", "--plain", config=config)
    assert done.returncode == 1, done.stderr  # since runs were set aside
    assert ask(config, "SELECT state FROM runs") == [("completed",)]
    assert len(titles(config)) == len(site.expected())
    assert {left.name for left in folder.parent.iterdir()} == {".DS_Store", "mine"}  # not ours to remove
    assert done.stderr.count("set aside") == len(unreadable)
    listed = newslake("recover", config=config).stdout
    for damaged, told in unreadable.items():
        aside = tmp_path / "data/state/set-aside" / damaged.name
        assert damaged.name in listed
        assert str(aside) in done.stderr, told
        assert (aside / "run.json").read_text("utf-8") == told.replace("ID", damaged.name)
        assert (aside / "crawl" / "crawl-00000.warc.gz").read_bytes() == b"fetched"
