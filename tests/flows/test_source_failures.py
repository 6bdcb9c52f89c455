"""What a user is told when something fails, and what it costs: one source, one page, and never what was fetched."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest

from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from tests.spiders.loopback import Answer, Site, serve
from warehouse.database.connect import open_reader

COMMAND = [sys.executable, "-m", "flows.cli"]
# SIGINT is ignored where the tests run in a shell's background, and a child would inherit that.
INTERRUPTIBLE = [
    sys.executable,
    "-c",
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom flows.cli import main; main()",
]


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with SampleSite() as site:
        yield site


@pytest.fixture
def broken() -> Iterator[Site]:
    with serve() as site:
        yield site


def newslake(*arguments: str, config: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments, "--config", str(config)], capture_output=True, text=True, timeout=240, check=False, **options
    )


def ask(config: Path, query: str) -> list[tuple[Any, ...]]:
    with open_reader(load_watchlist(config).warehouse) as con:
        return con.execute(query).fetchall()


def titles(config: Path) -> list[tuple[Any, ...]]:
    return ask(config, "SELECT title, source FROM articles ORDER BY ALL")


def with_source(config: Path, lines: str) -> Path:
    config.write_text(config.read_text("utf-8") + f"\n[[source]]\n{lines}\n", "utf-8")
    return config


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_broken_sources_are_named_and_cost_nobody_else(tmp_path: Path, site: SampleSite, broken: Site) -> None:
    broken.routes["/page.xml"] = Answer(b"<!doctype html><html><body><h1>We moved</h1></body></html>")
    broken.routes["/empty.xml"] = Answer(b"", headers={"Content-Type": "application/rss+xml"})
    broken.routes["/quiet.xml"] = Answer(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
    config = site.watchlist(tmp_path)
    with_source(config, f'name = "gone"\nfeeds = ["http://127.0.0.1:{closed_port()}/rss"]')
    with_source(config, f'name = "moved"\nfeeds = ["{broken.url}/page.xml"]')
    with_source(config, f'name = "blank"\nfeeds = ["{broken.url}/empty.xml"]')
    with_source(config, f'name = "missing"\nfeeds = ["{broken.url}/nothing.xml"]')
    with_source(config, f'name = "quiet"\nfeeds = ["{broken.url}/quiet.xml"]')
    done = newslake("run", "--plain", "--json", config=config)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert told["state"] == "partial"
    assert set(told["failed_sources"]) == {"gone", "moved", "blank", "missing"}
    assert "HTML where a feed should be" in told["failed_sources"]["moved"]
    assert "refused" in told["failed_sources"]["gone"].lower()
    outcomes = dict(
        ask(
            config,
            "SELECT source, outcome FROM fetches WHERE kind = 'feed'"
            " AND source IN ('gone', 'moved', 'blank', 'missing', 'quiet')",
        )
    )
    assert outcomes == {
        "gone": "network-error",
        "moved": "failed",
        "blank": "failed",
        "missing": "http-error",
        "quiet": "not-article",
    }
    assert len(titles(config)) == len(site.expected())
    shown = newslake("run", "--plain", config=config)
    assert shown.returncode == 1
    assert "moved failed" in shown.stdout and "HTML where a feed should be" in shown.stdout
    assert "Next: newslake sql" in shown.stdout


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
    for path in paths:
        broken.page(path)
    broken.feed("/rss")  # meanwhile they have left the feed
    newslake("run", "--plain", "--source", "busy", config=config)
    assert {path for path in broken.paths() if path in paths} == set(paths)
    failures = "SELECT DISTINCT failures FROM urls WHERE kind = 'page' AND last_fetched_at < (SELECT max(started_at) FROM runs)"
    assert ask(config, failures) == [(1,)]


def test_an_unknown_source_is_told_the_known_ones(tmp_path: Path, site: SampleSite) -> None:
    done = newslake("run", "--source", "harbour", config=site.watchlist(tmp_path))
    assert done.returncode == 2
    assert "unknown source 'harbour'" in done.stderr and "harbor-ledger" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_site_that_is_down_as_a_whole_leaves_a_run_behind(tmp_path: Path, site: SampleSite) -> None:
    config = with_source(site.watchlist(tmp_path), f'name = "down"\nurl = "http://127.0.0.1:{closed_port()}/"')
    done = newslake("run", "--plain", "--source", "down", config=config)
    assert done.returncode == 1
    assert "down failed" in done.stdout
    assert ask(config, "SELECT state, discovered, network_errors FROM runs")[0][0] == "partial"


@pytest.mark.parametrize("place", ["data/captures", "data/lake", "data"])
def test_storage_that_cannot_be_written_is_told_in_words(tmp_path: Path, site: SampleSite, place: str) -> None:
    """A file where a folder should be stops any user, root too."""
    config = site.watchlist(tmp_path)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")
    done = newslake("run", "--plain", config=config)
    assert done.returncode == 1
    assert "Error:" in done.stderr and "State:" in done.stderr and "Next:" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    (tmp_path / place).unlink()
    assert newslake("run", "--plain", config=config).returncode == 0
    assert len(titles(config)) == len(site.expected())


def test_a_full_disk_loses_nothing(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\nfrom flows.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", limited, "run", "--plain", "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert newslake("run", "--plain", config=config).returncode == 0
    assert len(titles(config)) == len(site.expected())


def interrupted(config: Path, when: str, number: int = signal.SIGKILL) -> subprocess.Popen[str]:
    """A run that gets a signal as soon as its journal holds `when`; all of its processes, where it is killed."""
    process = subprocess.Popen(
        [*INTERRUPTIBLE, "run", "--plain", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not any(when in journal.read_text("utf-8") for journal in config.parent.glob("data/state/runs/*/crawl/journal.jsonl")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    if number == signal.SIGKILL:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    os.kill(process.pid, number)
    return process


@pytest.mark.parametrize("when", ['"event": "found"', '"outcome": null', '"event": "finished"'])
def test_a_killed_run_is_finished_by_the_next(tmp_path: Path, site: SampleSite, when: str) -> None:
    config = site.watchlist(tmp_path)
    interrupted(config, when).communicate(timeout=60)
    done = newslake("run", "--plain", config=config)
    assert done.returncode == 0, done.stderr
    assert "Finished the interrupted run" in done.stdout
    assert ask(config, "SELECT state FROM runs ORDER BY started_at") == [("recovered",), ("completed",)]
    got = titles(config)
    assert len(got) == len(set(got)) == len(site.expected())
    assert ask(config, "SELECT count(*) FROM fetches WHERE outcome IS NULL") == [(0,)]
    for discovered, rows in ask(
        config, "SELECT discovered, count(*) FROM runs JOIN fetches USING (run_id) GROUP BY run_id, discovered"
    ):
        assert discovered == rows
    assert not list((tmp_path / "data/state/runs").iterdir())


def run_folder(base: Path, told: str | None) -> Path:
    """A folder as a killed run leaves it, with this run.json."""
    folder = base / "data/state/runs" / str(uuid4())
    (folder / "crawl").mkdir(parents=True)
    if told is not None:
        (folder / "run.json").write_text(told.replace("ID", folder.name), "utf-8")
    return folder


RUN = '{"run_id": "ID", "flow": "collect", "started_at": "2026-01-02T03:04:05+00:00"}'


def test_a_run_that_was_killed_before_its_crawl_leaves_nothing_in_the_way(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    folder = run_folder(tmp_path, RUN)
    (folder / "known.txt").write_text("")
    (folder.parent / ".DS_Store").write_bytes(b"Bud1")
    (folder.parent / "mine").mkdir()
    done = newslake("run", "--plain", config=config)
    assert done.returncode == 0, done.stderr
    assert ask(config, "SELECT state FROM runs") == [("completed",)]
    assert len(titles(config)) == len(site.expected())
    assert {left.name for left in folder.parent.iterdir()} == {".DS_Store", "mine"}  # not ours to remove


@pytest.mark.parametrize("told", ["", "{", "[]", '{"run_id": 1}', RUN.replace("+00:00", ""), RUN.replace('"ID"', "7")])
def test_a_run_folder_that_cannot_be_read_is_set_aside_whole(tmp_path: Path, site: SampleSite, told: str) -> None:
    config = site.watchlist(tmp_path)
    folder = run_folder(tmp_path, told)
    (folder / "crawl" / "crawl-00000.warc.gz").write_bytes(b"fetched")
    done = newslake("run", "--plain", "--source", "harbor-ledger", config=config)
    assert done.returncode == 0, done.stderr
    aside = tmp_path / "data/state/damaged" / folder.name
    assert done.stderr.count("set aside") == 1 and str(aside) in done.stderr
    assert (aside / "run.json").read_text("utf-8") == told.replace("ID", folder.name)
    assert (aside / "crawl" / "crawl-00000.warc.gz").read_bytes() == b"fetched"


def test_captures_without_their_journal_are_set_aside(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    folder = run_folder(tmp_path, RUN)
    (folder / "crawl" / "crawl-00000.warc.gz").write_bytes(b"fetched")
    done = newslake("run", "--source", "harbor-ledger", config=config)  # through Prefect, which has the step as a task
    assert done.returncode == 0, done.stderr
    assert "no journal" in done.stderr
    assert (tmp_path / "data/state/damaged" / folder.name / "crawl" / "crawl-00000.warc.gz").read_bytes() == b"fetched"


def test_ctrl_c_keeps_what_was_fetched(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    process = interrupted(config, '"outcome": null', signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (1, 130), out + err
    assert "Traceback" not in out + err
    assert newslake("run", "--plain", config=config).returncode == 0
    assert len(titles(config)) == len(site.expected())


def test_ctrl_c_while_loading_stops_in_words(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    process = subprocess.Popen(
        [*INTERRUPTIBLE, "run", "--plain", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "data/catalog.sqlite.writer").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(0.2)  # well into it, as a rule; wherever it is, the end is the same
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Stopped." in err and "Traceback" not in out + err
    assert newslake("run", "--plain", config=config).returncode == 0
    assert len(titles(config)) == len(site.expected())


def test_damaged_captures_of_an_interrupted_run_cost_their_pages_alone(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    interrupted(config, '"event": "finished"').communicate(timeout=60)
    (warc,) = tmp_path.glob("data/state/runs/*/crawl/*.warc.gz")
    data = bytearray(warc.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    warc.write_bytes(data)
    done = newslake("run", "--plain", config=config)
    assert done.returncode == 0, done.stderr
    first = ask(
        config, "SELECT outcome, detail FROM fetches JOIN runs USING (run_id) WHERE state = 'recovered' AND outcome = 'failed'"
    )
    loaded = ask(config, "SELECT count(*) FROM fetches JOIN runs USING (run_id) WHERE state = 'recovered' AND outcome = 'loaded'")
    assert len(first) <= 2 and all(detail for _, detail in first)
    assert loaded[0][0] >= len(site.expected()) - 2


def test_a_second_collection_is_told_who_is_at_work(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    first = subprocess.Popen([*COMMAND, "run", "--plain", "--config", str(config)], stdout=subprocess.DEVNULL)
    while not (tmp_path / "data/state/collect.holder").exists():
        time.sleep(0.005)
    second = newslake("run", "--plain", config=config)
    assert first.wait(120) == 0
    assert second.returncode == 1
    assert "another collection is under way" in second.stderr and f"process {first.pid} on" in second.stderr


def test_sql_answers_while_a_run_is_loading(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    assert newslake("run", "--plain", config=config).returncode == 0
    site.edition = 2
    second = subprocess.Popen([*COMMAND, "run", "--plain", "--config", str(config)], stdout=subprocess.DEVNULL)
    counts = []
    while second.poll() is None:
        counts.append(ask(config, "SELECT count(*) FROM articles")[0][0])
    assert second.wait(60) == 0
    assert len(counts) > 3 and counts == sorted(counts)
    assert ask(config, "SELECT count(*) FROM articles") == [(len(site.expected()),)]
