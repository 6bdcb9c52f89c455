"""`newslake backfill` killed at random moments: started again it gives the corpus of an undisturbed one, doubling nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.flows.command import ENVIRONMENT
from tests.flows.test_backfill import WATCHLIST, archive, corpus, sql

# Segments of 20 kB: one file has several.
DRIVER = "import flows.archives.scan; flows.archives.scan.SEGMENT = 20_000; from flows.cli import main; main()"


def driven(home: Path, file: Path, stop_after: float | None = None) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, "backfill", str(file), "--workers", "2"],
        cwd=home,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(timeout=stop_after or 120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return -9


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    file = archive(tmp_path / "crawl.warc.gz", count=400)
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    (undisturbed / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    started = time.monotonic()
    assert driven(undisturbed, file) == 0
    whole = time.monotonic() - started
    expected = corpus(undisturbed)
    assert len(expected) == 41
    kills = random.Random(5)
    home = tmp_path / "killed"
    home.mkdir()
    (home / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    for _ in range(6):
        driven(home, file, stop_after=kills.uniform(0.3, 1.1) * whole)
    assert driven(home, file) == 0
    assert corpus(home) == expected
    assert sql(home, "SELECT count(*) AS n, count(DISTINCT run_id) AS runs FROM runs") == sql(
        undisturbed, "SELECT count(*) AS n, count(DISTINCT run_id) AS runs FROM runs"
    )
