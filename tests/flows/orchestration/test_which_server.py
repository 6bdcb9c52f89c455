"""Which Prefect server a run uses: one that the user configured and that answers, or none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.orchestration.settings import configured_server, has_server
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import ask, newslake, newslake_process
from tests.flows.orchestration.test_passwords import WATCHLIST

PROFILES = """
active = "mine"
[profiles.mine]
PREFECT_API_URL = "http://10.0.0.1:4200/api"
[profiles.other]
PREFECT_API_URL = "http://10.0.0.2:4200/api"
[profiles.ephemeral]
PREFECT_SERVER_ALLOW_EPHEMERAL_MODE = "true"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "watchlist.toml"
    file.write_text(f'[warehouse]\ncatalog = "data/news.duckdb"\n[crawl]\nallow_private = true\n{WATCHLIST}', "utf-8")
    return file


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, None),
        ({"PREFECT_API_URL": "http://127.0.0.1:1/api"}, "http://127.0.0.1:1/api"),
        ({"PREFECT_HOME": "{home}"}, "http://10.0.0.1:4200/api"),
        ({"PREFECT_HOME": "{home}", "PREFECT_PROFILE": "other"}, "http://10.0.0.2:4200/api"),
        ({"PREFECT_HOME": "{home}", "PREFECT_PROFILE": "ephemeral"}, None),
        ({"PREFECT_HOME": "{home}", "PREFECT_PROFILE": "nosuch"}, None),
        ({"PREFECT_HOME": "{home}/elsewhere"}, None),
        ({"PREFECT_HOME": "{home}", "PREFECT_API_URL": "http://127.0.0.1:1/api"}, "http://127.0.0.1:1/api"),
    ],
)
def test_the_variable_and_the_profile_of_a_home_of_the_user_name_a_server(
    given: dict[str, str], found: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "profiles.toml").write_text(PROFILES, "utf-8")
    for name in ("PREFECT_API_URL", "PREFECT_HOME", "PREFECT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    assert configured_server() == found


@pytest.mark.parametrize(("status", "is_used"), [(200, True), (401, True), (403, True), (404, False), (503, False)])
def test_a_server_is_used_that_answers_or_asks_who_asks(
    status: int, is_used: bool, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site() as server:
        server.routes["/api/health"] = Answer(b"true", status)
        monkeypatch.setenv("PREFECT_API_URL", f"{server.url}/api")
        assert has_server(load_watchlist(config)) is is_used


def test_a_run_without_a_server_needs_no_prefect_and_is_in_the_table_of_runs(config: Path) -> None:
    done = newslake("run", "--json", "-c", config)  # which fails if Prefect is loaded
    assert done.returncode == 1 and "refused" in done.stdout, done.stderr  # the source is a closed port
    assert ask(config, "SELECT run_id::VARCHAR FROM runs") == [(json.loads(done.stdout)["run_id"],)]
    assert not (config.parent / "data/state/prefect").exists()


def test_a_configured_server_that_does_not_answer_is_told_and_not_waited_for(config: Path) -> None:
    done = newslake_process("run", "--json", "-c", config, PREFECT_API_URL="http://ann:s3cr3t@127.0.0.1:9/api")
    assert "no Prefect server answers at http://ann:***@127.0.0.1:9/api; collecting without Prefect" in done.stderr
    assert "s3cr3t" not in done.stderr + done.stdout
    assert len(ask(config, "SELECT run_id FROM runs")) == 1


@pytest.mark.parametrize("command", ["run", "demo"])
def test_with_and_without_prefect_exclude_each_other(command: str, tmp_path: Path) -> None:
    done = newslake(command, "--plain", "--prefect", cwd=tmp_path)
    assert done.returncode == 2 and "--plain is without Prefect" in done.stderr
    assert not list(tmp_path.iterdir())
