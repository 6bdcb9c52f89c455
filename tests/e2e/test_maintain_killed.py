"""`newslake maintain` killed at several moments: the corpus stays as it is, and the next one finishes the work."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.maintain import maintain
from flows.watchlist import load_watchlist
from tests.flows.command import ask, killed_after, newslake
from tests.flows.test_maintain import CORPUS


def contents(config: Path) -> list[list[tuple[Any, ...]]]:
    return [ask(config, f"{query} ORDER BY ALL") for query in CORPUS]


def maintained(config: Path) -> dict[str, Any]:
    done = newslake("maintain", "--json", "-c", config)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_killed_at_any_moment_the_next_one_goes_on(tmp_path: Path) -> None:
    home, aside = tmp_path / "home", tmp_path / "aside"
    with SampleSite() as site:
        config = site.watchlist(home)
        for edition in (1, 2, 2):
            site.edition = edition
            collect(load_watchlist(config))
    before = contents(config)
    shutil.copytree(home, aside)  # put back where it was, for its captures are known by their paths
    started = time.monotonic()
    maintained(config)
    whole = time.monotonic() - started
    shutil.rmtree(home)
    aside.rename(home)
    for moment in (0.4, 0.6, 0.75, 0.9):
        killed_after(moment * whole, "maintain", "-c", config)
        assert contents(config) == before
    assert maintained(config)["pointers_broken"] == 0
    for days in (10, 13):
        maintain(load_watchlist(config), now=datetime.now(UTC) + timedelta(days=days))
    assert contents(config) == before
    files = list((home / "data/lake").rglob("*.parquet"))
    assert len(files) <= 2 * len({file.relative_to(home / "data/lake").parts[:2] for file in files})  # two of each table
