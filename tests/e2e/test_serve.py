"""`newslake serve` as a user meets it: scheduled runs, a manual one between them, and an end that leaves nothing behind."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from tests.e2e.serving import flow_runs, free_port
from tests.flows.command import COMMAND, ENVIRONMENT, ask, newslake, newslake_process

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with SampleSite() as site:
        yield site


def every_minute(config: Path) -> Path:
    text = config.read_text("utf-8")
    config.write_text(text.replace('interval = "1m"', 'cron = "* * * * *"\ntimezone = "Asia/Seoul"'), "utf-8")
    assert load_watchlist(config).schedule.cron
    return config


def wait_for(what: str, known: Callable[[], Any], seconds: float, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + seconds
    while not known():
        assert process.poll() is None, f"serve ended with {process.returncode} before {what}"
        assert time.monotonic() < end, f"no {what} within {seconds:.0f} s"
        time.sleep(1)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_scheduled_runs_come_and_the_end_leaves_nothing(site: SampleSite, tmp_path: Path) -> None:
    config, port, log = every_minute(site.watchlist(tmp_path)), free_port(), tmp_path / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "serve", "-c", str(config), "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
            text=True,
        )
    family: list[psutil.Process] = []
    try:
        wait_for("word that it serves", lambda: "Serving " in log.read_text(), 200, process)
        assert f"http://127.0.0.1:{port}/runs" in log.read_text() and "cron * * * * * (Asia/Seoul)" in log.read_text()
        done = "SELECT run_id FROM runs WHERE state = 'completed'"
        wait_for("first scheduled run", lambda: ask(config, done), 200, process)
        before = set(ask(config, "SELECT url, title FROM articles"))
        assert before

        second = newslake_process("serve", "-c", config, "--port", str(free_port()))
        assert second.returncode == 1 and f"served already, at http://127.0.0.1:{port}" in second.stderr

        site.edition = 2
        wait_for("second scheduled run", lambda: len(ask(config, done)) >= 2, 200, process)
        wait_for(
            "news of the second edition",
            lambda: {url for url, _ in ask(config, "SELECT url, title FROM articles")} - {url for url, _ in before},
            130,
            process,
        )
        scheduled = flow_runs(port).count("Completed")
        assert scheduled >= 1

        manual = newslake_process("run", "--json", "-c", config)
        if manual.returncode:  # a scheduled one was just at work, and is named
            assert "another collection is under way" in manual.stderr
        else:
            assert json.loads(manual.stdout)["state"] == "completed"
            assert flow_runs(port).count("Completed") > scheduled
        assert not {"Failed", "Crashed"} & set(flow_runs(port))

        family = psutil.Process(process.pid).children(recursive=True)
        assert family
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0, log.read_text()
        assert " completed: " in log.read_text() and " new articles, " in log.read_text()
        assert "Stopped." in log.read_text() and "Traceback" not in log.read_text()
        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive
        assert not answers(port)
    finally:
        for left in [*family, *([psutil.Process(process.pid)] if process.poll() is None else [])]:
            if left.is_running():
                left.terminate()
    # What the end interrupted, if anything, is taken up by the next run.
    following = newslake("run", "--plain", "--json", "-c", config)
    assert following.returncode == 0, following.stderr
    assert ask(config, "SELECT count(*), count(DISTINCT url) FROM articles") == [(len(site.expected()),) * 2]


def test_a_port_that_is_taken_is_told_with_the_next_command(site: SampleSite, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = newslake_process("serve", "-c", site.watchlist(tmp_path), "--port", str(port))
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr and f"--port {port + 1}" in done.stderr
