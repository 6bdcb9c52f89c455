"""`newslake add`, killed: what it had fetched is loaded by the next run, and what it had not is fetched by the next `add`."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import ask, newslake, started
from tests.flows.reading.test_add import WATCHLIST
from tests.flows.test_edits import LINES, page

FETCHED, SLOW = "/news/fetched.html", "/news/slow.html"


def oil(name: str) -> Answer:
    return page(f"Oil of {name}", *LINES, f"The oil of {name} was brought to the quay by night.")


@pytest.mark.timeout(240)
def test_what_a_killed_add_had_fetched_is_loaded_and_the_rest_is_told(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    with Site() as herald, Site(address="127.0.0.2") as other:
        config.write_text(WATCHLIST.format(herald=herald.url, catalog="data/news.duckdb"))
        herald.feed("/feed")
        herald.routes |= {FETCHED: oil("fetched"), SLOW: oil("slow")}
        other.routes |= {FETCHED: oil("other"), SLOW: oil("other and slow")}
        for site in (herald, other):
            site.routes[SLOW].seconds = 30.0  # type: ignore[union-attr]
        asked = [site.url + path for site in (herald, other) for path in (FETCHED, SLOW)]
        process = started("add", "-c", config, *asked)
        try:
            while captured(tmp_path) < 2 or not {SLOW} <= set(herald.paths()) & set(other.paths()):
                assert process.poll() is None
                time.sleep(0.1)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert ask(config, "SELECT count(*) FROM articles") in ([], [(0,)])
        for site in (herald, other):
            site.routes[SLOW].seconds = 0.0  # type: ignore[union-attr]

        done = newslake("run", "--plain", "-c", config)
        assert done.returncode == 0, done.stdout + done.stderr
        loaded = "SELECT title FROM articles ORDER BY title"
        runs = "SELECT flow, state FROM runs ORDER BY started_at"
        assert ask(config, runs) == [("add", "recovered"), ("collect", "completed")]
        by_domain = f"127.0.0.2-{other.port}"
        ended = """SELECT f.source, title, reason FROM fetches AS f LEFT JOIN articles USING (article_id)
            WHERE origin = 'added' ORDER BY ALL"""
        assert ask(config, ended) == [
            (by_domain, "Oil of other", None),
            (by_domain, None, "interrupted"),
            ("herald", "Oil of fetched", None),
            ("herald", None, "interrupted"),
        ]
        # Of a source of the watchlist the run fetches the rest, as it says; of another site nobody else does.
        assert ask(config, loaded) == [("Oil of fetched",), ("Oil of other",), ("Oil of slow",)]

        again = newslake("add", "-c", config, *asked)
        assert again.returncode == 0, again.stdout + again.stderr
        assert len(ask(config, loaded)) == 4
    assert not list((tmp_path / "data/state/runs").iterdir())


def captured(folder: Path) -> int:
    """How many pages the run that is under way has captured."""
    return sum(file.read_text().count('"outcome": null') for file in folder.glob("data/state/runs/*/crawl/journal.jsonl"))
