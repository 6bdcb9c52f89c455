"""Runs that are killed, stopped or out of disk space, and what others may do meanwhile: nothing that was fetched is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.demo.site import SampleSite
from tests.e2e.interrupting import INTERRUPTIBLE, interrupted
from tests.flows.command import COMMAND, ask, newslake


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with SampleSite() as site:
        yield site


def titles(config: Path) -> list[tuple[Any, ...]]:
    return ask(config, "SELECT title, source FROM articles ORDER BY ALL")


def test_a_full_disk_loses_nothing(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\nfrom flows.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", limited, "run", "--plain", "--config", str(config)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # or Python would leave modules behind that are cut off
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert newslake("run", "--plain", "-c", config).returncode == 0
    assert len(titles(config)) == len(site.expected())


@pytest.mark.parametrize("when", ['"event": "found"', '"outcome": null', '"event": "finished"'])
def test_a_killed_run_is_finished_by_the_next(tmp_path: Path, site: SampleSite, when: str) -> None:
    config = site.watchlist(tmp_path)
    interrupted(config, when).communicate(timeout=60)
    done = newslake("run", "--plain", "-c", config)
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


def test_ctrl_c_keeps_what_was_fetched(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    process = interrupted(config, '"outcome": null', signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (1, 130), out + err
    assert "Traceback" not in out + err
    assert newslake("run", "--plain", "-c", config).returncode == 0
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
    assert newslake("run", "--plain", "-c", config).returncode == 0
    assert len(titles(config)) == len(site.expected())


def test_damaged_captures_of_an_interrupted_run_cost_their_pages_alone(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    interrupted(config, '"event": "finished"').communicate(timeout=60)
    (warc,) = tmp_path.glob("data/state/runs/*/crawl/*.warc.gz")
    data = bytearray(warc.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    warc.write_bytes(data)
    done = newslake("run", "--plain", "-c", config)
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
    second = newslake("run", "--plain", "-c", config)
    assert first.wait(120) == 0
    assert second.returncode == 1
    assert "another collection is under way" in second.stderr and f"process {first.pid} on" in second.stderr


def test_sql_answers_while_a_run_is_loading(tmp_path: Path, site: SampleSite) -> None:
    config = site.watchlist(tmp_path)
    assert newslake("run", "--plain", "-c", config).returncode == 0
    site.edition = 2
    second = subprocess.Popen([*COMMAND, "run", "--plain", "--config", str(config)], stdout=subprocess.DEVNULL)
    counts = []
    while second.poll() is None:
        counts.append(ask(config, "SELECT count(*) FROM articles")[0][0])
    assert second.wait(60) == 0
    assert len(counts) > 3 and counts == sorted(counts)
    assert ask(config, "SELECT count(*) FROM articles") == [(len(site.expected()),)]
