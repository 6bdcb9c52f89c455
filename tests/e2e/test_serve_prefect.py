"""`newslake serve` and its Prefect server when things break: no collection depends on it, and its records come right again."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.orchestration.api import Api
from flows.orchestration.server import PrefectServer
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.e2e.serving import Serving, flow_runs, free_port
from tests.e2e.test_serve_schedule import outlet, write
from tests.flows.command import COMMAND, ENVIRONMENT, ask, newslake

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def running(serving: Serving, module: str) -> list[psutil.Process]:
    def runs(process: psutil.Process) -> bool:
        try:
            return process.is_running() and module in " ".join(process.cmdline())
        except psutil.NoSuchProcess:  # it has just ended
            return False

    return [process for process in serving.family() if runs(process)]


def test_a_damaged_database_a_killed_server_and_a_killed_run(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper")
    feed = site.routes["/paper.xml"]
    assert isinstance(feed, Answer)
    config, port = write(tmp_path / "watchlist.toml", site, 'cron = "* * * * *"\nadaptive = false', ("paper", "")), free_port()
    prefect = load_watchlist(config).state / "prefect"
    prefect.mkdir(parents=True)
    (prefect / "prefect.db").write_bytes(b"no database " * 500)

    with Serving(config, "--port", str(port)) as serving:
        serving.wait_for("word that it serves", lambda: f"http://127.0.0.1:{port}/runs" in serving.log, 240)
        [aside] = prefect.glob("damaged-*/prefect.db")
        assert aside.read_bytes() == b"no database " * 500 and str(aside.parent) in serving.log
        serving.wait_for("the first run", lambda: " completed: " in serving.log)
        assert "Completed" in flow_runs(port)
        _requests_are_taken_up(serving, port)

        [server] = running(serving, "flows.orchestration.process")
        server.kill()
        serving.wait_for("word of it", lambda: "the Prefect server ended with code -9. It is restarted" in serving.log, 30)
        serving.wait_for("the server again", lambda: "the Prefect server answers again" in serving.log, 240)
        completed = serving.log.count(" completed: ")
        serving.forward(minutes=1)
        serving.wait_for("the next run", lambda: serving.log.count(" completed: ") > completed)
        assert "Traceback" not in serving.log

        feed.seconds = 8.0
        serving.forward(minutes=1)
        serving.wait_for("a run under way", lambda: "Running" in flow_runs(port), 90)
        for process in running(serving, "flows.serving.process"):
            process.kill()
        serving.stop(signal.SIGKILL)  # the server ends by itself
    feed.seconds = 0.0
    with Serving(config, "--port", str(port)) as serving:
        serving.forward(minutes=1)  # only runs of some age can be told from one that is about to begin
        serving.wait_for("the run of before", lambda: "Prefect shows it as crashed now" in serving.log, 240)
        serving.forward(minutes=1)
        serving.wait_for("the next run", lambda: " completed: " in serving.log)
        assert "Crashed" in flow_runs(port) and "Running" not in flow_runs(port)
        assert serving.stop() == 0
    assert ask(config, "SELECT count(*), count(DISTINCT url) FROM articles") == [(1, 1)]


def _requests_are_taken_up(serving: Serving, port: int) -> None:
    """Pause the schedule in Prefect, ask for a run there, and for one that cannot be; then resume it."""
    api = Api(f"http://127.0.0.1:{port}/api")
    flows = {flow["id"]: flow["name"] for flow in api.ask("/flows/filter", {})}
    deployments = {f"{flows[one['flow_id']]}/{one['name']}": one for one in api.ask("/deployments/filter", {})}
    assert set(deployments) == {"collect/scheduled", "maintain/scheduled"}
    collect = deployments["collect/scheduled"]
    [shown] = collect["schedules"]
    assert shown["schedule"]["cron"] == "* * * * *"
    switch = f"/deployments/{collect['id']}/schedules/{shown['id']}"

    api.ask(switch, {"active": False}, "PATCH")
    serving.wait_for("the pause", lambda: "collect/scheduled is paused in Prefect" in serving.log, 30)
    serving.wait_for("it in the status", lambda: _status(serving)["paused"] == ["collect/scheduled"], 30)
    [source] = json.loads(newslake("sources", "--json", "-c", serving.config).stdout)
    assert (source["next_poll"], source["why"]) == (None, "its schedule is paused in Prefect")
    completed = serving.log.count(" completed: ")
    serving.forward(minutes=2)
    serving.looks_around()
    assert serving.log.count(" completed: ") == completed

    asked = {"state": {"type": "SCHEDULED"}}
    run = api.ask(f"/deployments/{collect['id']}/create_flow_run", asked)
    wrong = api.ask(f"/deployments/{collect['id']}/create_flow_run", asked | {"parameters": {"sources": ["nosuch"]}})
    ends = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    def state(of: dict[str, Any]) -> dict[str, Any]:
        return dict(api.ask(f"/flow_runs/{of['id']}", method="GET"))

    serving.wait_for("their ends", lambda: state(run)["state_type"] in ends and state(wrong)["state_type"] in ends, 90)
    assert state(run)["state_type"] == "COMPLETED" and f"(run {state(run)['name']})" in serving.log
    assert state(wrong)["state_type"] == "FAILED" and "unknown source 'nosuch'" in state(wrong)["state"]["message"]

    api.ask(switch, {"active": True}, "PATCH")
    serving.wait_for("the end of the pause", lambda: "collect/scheduled is resumed in Prefect" in serving.log, 30)
    serving.wait_for("what is due", lambda: serving.log.count(" completed: ") > completed + 1, 90)


def _status(serving: Serving) -> dict[str, Any]:
    return dict(json.loads(newslake("status", "--json", "-c", serving.config).stdout))


def test_a_manual_run_is_finished_when_its_server_dies(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper", pages=12, seconds=0.5)
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', ("paper", ""))
    server = PrefectServer(load_watchlist(config), free_port())
    try:
        server.wait()
        run = subprocess.Popen(
            [*COMMAND, "run", "-c", str(config)],
            env=ENVIRONMENT | {"PREFECT_API_URL": server.api_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(site.paths()) < 4 and run.poll() is None:
            time.sleep(0.1)
        server.process.kill()
        out, err = run.communicate(timeout=300)
    finally:
        server.stop(0.0)
    assert run.returncode == 0, err
    assert "Prefect failed" in err and "Traceback" not in err + out
    assert ask(config, "SELECT count(*), count(DISTINCT url) FROM articles") == [(12, 12)]
    assert ask(config, "SELECT DISTINCT state FROM runs") in ([("completed",)], [("completed",), ("recovered",)])
