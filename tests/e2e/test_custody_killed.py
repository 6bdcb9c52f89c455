"""A backup and a forget that get kill -9 in their midst: the next one finishes it, and says so."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.command import ask, newslake, started
from tests.flows.custody.collected import two_editions
from tests.flows.custody.test_forget import edited, holding

SEED = 3


def killed_once(is_at_work: Callable[[], bool], seconds: float, *arguments: str | Path) -> None:
    """Kill a command so long after it has begun its work."""
    process = started(*arguments)
    deadline = time.monotonic() + 60
    while not is_at_work() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.timeout(300)
def test_a_backup_and_a_forget_that_are_killed_are_finished_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    home = two_editions(tmp_path / "home")
    config, folder = home / "watchlist.toml", tmp_path / "backup"
    for _ in range(2):
        unfinished = folder / "UNFINISHED.txt"
        killed_once(unfinished.exists, chance.random() / 10, "backup", folder, "-c", config)
        was_unfinished = unfinished.exists()
        done = newslake("backup", folder, "-c", config)
        assert done.returncode == 0 and ("had been interrupted" in done.stdout) == was_unfinished, done.stdout + done.stderr
        articles = "SELECT article_id, text FROM articles ORDER BY ALL"
        assert ask(folder / "watchlist.toml", articles) == ask(config, articles)
        assert newslake("verify", "-c", folder / "watchlist.toml").returncode == 0
        assert not [file for file in folder.rglob("*") if file.suffix == ".new" or file == unfinished]
    _, url, passage = edited(home)
    pending = home / "data/state/forgetting.json"
    killed_once(pending.exists, chance.random() / 5, "forget", url, "--yes", "-c", config)
    was_pending = pending.exists()
    done = newslake("forget", url, "--yes", "-c", config)
    assert done.returncode == 0 and ("that was interrupted is finished" in done.stdout) == was_pending
    assert holding(home, passage) == [] and not pending.exists()
    assert newslake("verify", "-c", config).returncode == 0
