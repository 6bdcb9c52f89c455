"""The loop of `newslake serve` by a clock that the test sets: what it starts, when, and what it does not start twice.

Each look is called here; the collections are real processes. What is due is in schedule/test_agenda.py; signals, kills and
Prefect are in tests/e2e.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.schedule.status import read_status
from flows.serve import Server
from flows.watchlist import load_watchlist
from newslake.testing import Site
from tests.flows.command import ask

WATCHLIST = """
[schedule]
interval = "1d"
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0
allow_private = true
[[topic]]
name = "oil"
query = "tanker"
[[source]]
name = "fast"
cron = "* * * * *"
feeds = ["{url}/fast.xml"]
"""
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=10, microsecond=0) + timedelta(days=1)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        site.feed("/fast.xml")
        yield site


def serving(site: Site, folder: Path, clock: Clock) -> Server:
    config = folder / "watchlist.toml"
    config.write_text(WATCHLIST.format(url=site.url))
    return Server(load_watchlist(config), None, None, clock)


def finish(server: Server) -> None:
    """Look once, and until whatever was started has ended."""
    server.look()
    end = time.monotonic() + 240
    while server.collection:
        assert time.monotonic() < end
        time.sleep(0.02)
        server.look()


def test_each_minute_of_a_cron_brings_one_run(site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    server = serving(site, tmp_path, clock)
    finish(server)
    assert site.paths().count("/fast.xml") == 1
    finish(server)
    clock.forward(seconds=49)
    finish(server)
    assert site.paths().count("/fast.xml") == 1  # not again within the minute
    clock.forward(seconds=1)
    finish(server)
    assert site.paths().count("/fast.xml") == 2
    assert ask(server.watchlist.path, "SELECT state, count(*) FROM runs GROUP BY ALL") == [("completed", 2)]
    status = read_status(server.watchlist.state)
    assert status is not None and status.at in (NOON, clock())
    log = capfd.readouterr().out
    assert "Without Prefect" in log and "next: " in log and "Traceback" not in log


def test_an_edited_watchlist_is_used_and_one_that_cannot_be_used_is_not(
    site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server = serving(site, tmp_path, Clock())
    file, good = server.watchlist.path, server.text

    file.write_text(good.replace("* * * * *", "61 * * * *"))
    server.look_at_file()
    line = good[: good.index('cron = "* * * * *"')].count("\n") + 1
    log = capfd.readouterr().out
    assert f'watchlist.toml:{line}: [[source]] "fast" → cron' in log and "The previous watchlist stays in use" in log
    server.look_at_file()
    assert capfd.readouterr().out == ""  # said once

    file.write_text(good.replace("[crawl]", '[crawl]\ncaptures = "elsewhere/captures"'))
    server.look_at_file()
    assert "needs a restart. The previous watchlist stays in use" in capfd.readouterr().out
    assert server.text == good

    file.write_text(good.replace('name = "oil"', 'name = "ships"').replace('"1d"', '"12h"'))
    server.look_at_file()
    assert [topic.name for topic in server.watchlist.topics] == ["ships"]
    assert "The watchlist was edited: every 12h, 1 sources." in capfd.readouterr().out
