"""What `newslake status` says while something is paused in Prefect: nothing comes that does not come."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.schedule.status import Status, read_status, status_file, what_is_wrong, write_status
from flows.watchlist import load_watchlist
from newslake.locks import only_one
from tests.flows.command import newslake
from tests.flows.orchestration.test_passwords import WATCHLIST


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_paused_brief_has_no_next_time(is_paused: bool, tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(f'[warehouse]\ncatalog = "data/news.duckdb"\n[brief]\nevery = "day"\n{WATCHLIST}', "utf-8")
    state = load_watchlist(config).state
    state.mkdir(parents=True)
    paused = ["brief/scheduled"] if is_paused else []
    now = datetime.now(UTC)
    with only_one(state, "schedule", "newslake serve"):
        write_status(state, Status(os.getpid(), now, config, None, None, None, None, [], [], paused))
        said = newslake("status", "-c", config).stdout
        told = json.loads(newslake("status", "--json", "-c", config).stdout)
    assert ("Next brief" in said, "Paused in Prefect: brief/scheduled" in said) == (not is_paused, is_paused)
    assert ("newslake serve --plain" in said) == is_paused  # as its server does not answer, nobody can resume it there
    assert (told["next_brief"] is None, told["paused"]) == (is_paused, paused)


def test_a_serve_of_an_earlier_version_that_hangs_is_noticed(tmp_path: Path) -> None:
    then = datetime.now(UTC) - timedelta(days=1, hours=1)
    write_status(tmp_path, Status(os.getpid(), then, tmp_path, None, None, None, None, [], []))
    told = json.loads(status_file(tmp_path).read_text("utf-8"))
    status_file(tmp_path).write_text(json.dumps({name: told[name] for name in told if name not in ("paused", "requested")}))
    with only_one(tmp_path, "schedule", "newslake serve"):
        assert "newslake serve hangs: its last sign of life was 90,000 s ago" in (
            what_is_wrong(tmp_path, read_status(tmp_path)) or "nothing"
        )
