"""Runs through Prefect, which shows steps, log and artifacts: those of `newslake run`, and of a worker of the user's own."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.demo.site import SampleSite
from flows.orchestration.api import Api
from flows.orchestration.server import PrefectServer
from flows.watchlist import load_watchlist
from newslake import __version__
from newslake.testing import Answer, Site
from newslake.testing.site import Route
from tests.e2e.serving import free_port
from tests.flows.command import ENVIRONMENT, ask, newslake_process
from tests.flows.runs.test_set_aside import put, spoilt, watchlist
from tests.flows.test_source_failures import RUN, run_folder


class Server:
    """A Prefect server, and what it knows."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url

    def ask(self, what: str, **more: Any) -> Any:
        return Api(self.url).ask(f"/{what}/filter", more)

    def page(self, run_id: str) -> dict[str, Any]:
        """The flow run of a run of newslake, with the lines of its log and the keys of its artifacts."""
        [page] = self.ask("flow_runs", flow_runs={"name": {"any_": [run_id]}})
        of_page = {"flow_run_id": {"any_": [page["id"]]}}
        page["lines"] = [(line["message"], line["level"]) for line in self.ask("logs", logs=of_page, sort="TIMESTAMP_ASC")]
        artifacts = self.ask("artifacts", artifacts=of_page, sort="CREATED_DESC")
        page["artifacts"] = {one["key"] for one in artifacts if one["key"]}
        tasks = self.ask("task_runs", flow_runs={"id": {"any_": [page["id"]]}})
        page["tasks"] = {task["name"].partition("-")[0]: task["state_type"] for task in tasks}
        return page


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    running = PrefectServer(load_watchlist(watchlist(folder, "http://127.0.0.1:9/feed")), free_port())
    try:
        running.wait()
        yield Server(folder, running.api_url)
    finally:
        running.stop()


@pytest.mark.timeout(240)
def test_a_run_set_aside_is_told_to_prefect_and_notified(tmp_path: Path) -> None:
    with Site() as site, Site() as inbox:
        config = watchlist(tmp_path, f"{site.url}/feed")
        run_id = spoilt(config, site)
        config.write_text(f'[notify]\nurls = ["json://127.0.0.1:{inbox.port}/told"]\n{config.read_text()}')
        done = newslake_process("run", "--prefect", "--json", "--config", config, seconds=220)
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert [aside["run_id"] for aside in told["set_aside"]] == [run_id]
    assert told["new_articles"] == 1
    assert "no notification could be sent" in done.stderr  # the inbox answers 404: it was tried
    names, lines = _pages(tmp_path)
    assert names == {told["run_id"]}
    assert {f"run {told['run_id']} of newslake {__version__}", "crawling 1 source: source1", "loading 2 fetches"} <= set(lines)
    assert any("teleported" in line for line in lines) and any(line.startswith("completed: ") for line in lines)


def _pages(folder: Path) -> tuple[set[str], list[str]]:
    """The names of the flow runs, and the lines of their logs, in the database of the server."""
    with closing(sqlite3.connect(folder / "data/state/prefect/prefect.db")) as con:
        names = {name for (name,) in con.execute("SELECT name FROM flow_run")}
        return names, [line for (line,) in con.execute("SELECT message FROM log ORDER BY timestamp")]


@pytest.mark.timeout(240)
def test_the_cookies_of_a_subscriber_are_not_on_the_page_of_a_run(tmp_path: Path, server: Server) -> None:
    from_file, given = "f1l3Pl4nt3d9Kq8vR2mTx0", "s3tC00k13-7e1fA9b2c4d6"
    with Site() as site:
        config = watchlist(tmp_path, f"{site.url}/feed", "http://127.0.0.1:9/feed")
        config.write_text(config.read_text().replace("[[source]]", '[[source]]\ncookies = "cookies.txt"', 1))
        (tmp_path / "cookies.txt").write_text(f"127.0.0.1\tFALSE\t/\tFALSE\t0\tlogin\t{from_file}\n")
        site.routes["/news/oil-comes.html"] = Answer(
            f"<html><title>Oil comes</title><p>{from_file} {given}</p></html>".encode(),
            headers={"Set-Cookie": f"session={given}"},
        )
        site.redirect("/news/oil-goes.html", f"http://127.0.0.1:9/{from_file}")
        site.feed("/feed", "/news/oil-comes.html", "/news/oil-goes.html")
        done = newslake_process("run", "--json", "--config", config, PREFECT_API_URL=server.url)
        assert from_file in " ".join(asked.headers.get("cookie", "") for asked in site.asked)
    assert server.page(json.loads(done.stdout)["run_id"])["lines"]
    for secret in (from_file, given):
        assert secret not in done.stdout + done.stderr
        for file in (*tmp_path.rglob("*"), *server.folder.rglob("*")):
            if file.is_file() and file.name != "cookies.txt":
                data = file.read_bytes()
                assert secret.encode() not in (gzip.decompress(data) if file.suffix == ".gz" else data), file


@pytest.mark.timeout(240)
def test_captures_without_their_journal_are_set_aside(tmp_path: Path, server: Server) -> None:
    with SampleSite() as site:
        config = site.watchlist(tmp_path)
        folder = run_folder(tmp_path, RUN)
        (folder / "crawl" / "crawl-00000.warc.gz").write_bytes(b"fetched")
        done = newslake_process("run", "--json", "--source", "harbor-ledger", "-c", config, PREFECT_API_URL=server.url)
    page = server.page(json.loads(done.stdout)["run_id"])
    assert page["state_type"] == "FAILED" and "no journal" in page["state"]["message"]
    assert done.returncode == 1, done.stderr  # since a run was set aside
    assert "no journal" in done.stderr
    assert (tmp_path / "data/state/set-aside" / folder.name / "crawl" / "crawl-00000.warc.gz").read_bytes() == b"fetched"


@pytest.mark.timeout(240)
def test_a_page_has_artifacts_tasks_and_a_line_for_each_source(tmp_path: Path, server: Server) -> None:
    with Site() as site:
        config = watchlist(tmp_path, f"{site.url}/feed", "http://127.0.0.1:9/feed")
        put(site, "/news/oil", "Oil comes to the terminal")
        site.feed("/feed", "/news/oil")
        done = newslake_process("run", "--json", "--config", config, PREFECT_API_URL=server.url)
    page = server.page(json.loads(done.stdout)["run_id"])
    assert (page["state_type"], page["tags"]) == ("COMPLETED", ["newslake", "manual"])
    assert page["state"]["message"].startswith("partial: 1 new article")
    assert page["artifacts"] == {"collect-summary", "source-health"}
    assert page["tasks"] == dict.fromkeys(("recover", "crawl", "clean", "load", "notify", "tell"), "COMPLETED")
    assert any(line.startswith("source1: 1 loaded") and level == 20 for line, level in page["lines"])
    [(failed, level)] = [line for line in page["lines"] if line[0].startswith("source2: failed: ")]
    assert level == 30 and "refused" in failed


@pytest.mark.timeout(240)
def test_a_run_of_which_the_warehouse_is_wrong_is_shown_as_failed(tmp_path: Path, server: Server) -> None:
    with Site() as site:
        config = watchlist(tmp_path, f"{site.url}/feed")
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data/news.duckdb").write_bytes(b"no database " * 500)
        done = newslake_process("run", "--config", config, PREFECT_API_URL=server.url)
    assert done.returncode == 1, done.stdout + done.stderr
    last = server.ask("flow_runs", sort="START_TIME_DESC", limit=1)[0]
    assert last["parameters"]["config"] == str(config) and last["state_type"] == "FAILED"
    assert "Next: " in last["state"]["message"]


@pytest.mark.timeout(240)
def test_a_worker_of_the_user_collects_and_maintains(tmp_path: Path, server: Server) -> None:
    with Site() as site:
        config = watchlist(tmp_path, f"{site.url}/feed")
        put(site, "/news/oil", "Oil comes to the terminal")
        site.feed("/feed", "/news/oil")
        program = f"from flows.orchestrate import *\ncollect_flow({str(config)!r}, due=True)\nmaintain_flow({str(config)!r})"
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=ENVIRONMENT | {"PREFECT_API_URL": server.url, "PREFECT_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            timeout=200,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    [(run_id,)] = ask(config, "SELECT run_id::VARCHAR FROM runs WHERE flow = 'collect'")
    page = server.page(run_id)
    assert page["state_type"] == "COMPLETED" and page["artifacts"] == {"collect-summary", "source-health"}
    assert any(line.startswith("source1: 1 loaded") for line, _ in page["lines"])
    assert set(page["tasks"]) >= {"crawl", "clean", "load"}
    upkeep = server.ask("flow_runs", flows={"name": {"any_": ["maintain"]}})
    assert [one["state_type"] for one in upkeep] == ["COMPLETED"]


class _Refusing(dict[str, Route]):
    """The routes of a Prefect server that has another password: it answers, and refuses whatever is asked."""

    def get(self, path: str, default: object = None) -> Route:  # type: ignore[override]
        return Answer(b"true") if path == "/api/health" else Answer(b'{"detail":"Unauthorized"}', 401)


@pytest.mark.timeout(240)
def test_a_wrong_password_is_named_and_the_run_is_made_without_prefect(tmp_path: Path) -> None:
    with Site() as site, Site() as server:
        config = watchlist(tmp_path, f"{site.url}/feed")
        site.page("/news/oil-comes-to-port.html", "Oil comes to the port")
        site.feed("/feed", "/news/oil-comes-to-port.html")
        server.routes = _Refusing()
        done = newslake_process(
            *("run", "--json", "--config", config),
            seconds=220,
            PREFECT_API_URL=f"{server.url}/api",
            PREFECT_API_AUTH_STRING="ann:wrong",
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "its server refuses the password: give PREFECT_API_AUTH_STRING the NAME:PASSWORD" in done.stderr
    assert "ann:wrong" not in done.stdout + done.stderr
    assert json.loads(done.stdout)["state"] == "completed"
