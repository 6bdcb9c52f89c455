"""`newslake run` through Prefect, which has each step of a run as a task: what it says of damaged runs reaches the user."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.demo.site import SampleSite
from newslake import __version__
from newslake.testing import Answer, Site
from newslake.testing.site import Route
from tests.flows.command import newslake_process
from tests.flows.runs.test_set_aside import spoilt, watchlist
from tests.flows.test_source_failures import RUN, run_folder


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
def test_the_cookies_of_a_subscriber_are_not_on_the_page_of_a_run(tmp_path: Path) -> None:
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
        done = newslake_process("run", "--prefect", "--config", config, seconds=220)
        assert from_file in " ".join(asked.headers.get("cookie", "") for asked in site.asked)
    names, lines = _pages(tmp_path)
    assert len(names) == 1 and lines
    for secret in (from_file, given):
        assert secret not in done.stdout + done.stderr
        for file in tmp_path.rglob("*"):
            if file.is_file() and file.name != "cookies.txt":
                data = file.read_bytes()
                assert secret.encode() not in (gzip.decompress(data) if file.suffix == ".gz" else data), file


@pytest.mark.timeout(240)
def test_captures_without_their_journal_are_set_aside(tmp_path: Path) -> None:
    with SampleSite() as site:
        config = site.watchlist(tmp_path)
        folder = run_folder(tmp_path, RUN)
        (folder / "crawl" / "crawl-00000.warc.gz").write_bytes(b"fetched")
        done = newslake_process("run", "--prefect", "--source", "harbor-ledger", "-c", config, seconds=220)
    assert done.returncode == 1, done.stderr  # since a run was set aside
    assert "no journal" in done.stderr
    assert (tmp_path / "data/state/set-aside" / folder.name / "crawl" / "crawl-00000.warc.gz").read_bytes() == b"fetched"


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
