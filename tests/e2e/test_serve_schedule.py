"""`newslake serve` over the days: schedules of sources, an edited watchlist, stops, kills.

Without Prefect, and with a clock that the tests set, for speed.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.maintain import last_maintained, maintain
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.e2e.serving import Serving
from tests.flows.command import ask, newslake, newslake_process

pytestmark = pytest.mark.timeout(400)

HEAD = """\
[schedule]
{schedule}

[warehouse]
catalog = "{catalog}"

[crawl]
delay = 0
per_domain = 1
allow_private = true
user_agent = "newslake-test"

[[topic]]
name = "oil"
query = "tanker"
"""
SOURCE = """
[[source]]
name = "{name}"
feeds = ["{url}/{name}.xml"]
{more}
"""
PARAGRAPH = "The tanker left the port at night with its lights switched off and was met by another one far from the coast. "


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def article(site: Site, path: str, seconds: float = 0.0) -> str:
    body = "".join(f"<p>{path} paragraph {n}: {PARAGRAPH}</p>" for n in range(6))
    title = f"Tanker seen: {path}"
    page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
    site.routes[path] = Answer(page.encode(), seconds=seconds)
    return path


def outlet(site: Site, name: str, pages: int = 1, seconds: float = 0.0) -> None:
    site.feed(f"/{name}.xml", *(article(site, f"/{name}/story-of-the-day-{n}", seconds) for n in range(pages)))


def write(
    config: Path, site: Site, schedule: str, *sources: tuple[str, str], catalog: str = "ducklake:sqlite:data/catalog.sqlite"
) -> Path:
    named = (SOURCE.format(name=name, url=site.url, more=more) for name, more in sources)
    config.write_text(HEAD.format(schedule=schedule, catalog=catalog) + "".join(named), "utf-8")
    return config


def test_a_source_has_its_own_schedule_and_an_edited_watchlist_is_taken_up(site: Site, tmp_path: Path) -> None:
    for name in ("fast", "slow", "late"):
        outlet(site, name)
    sources = [("fast", 'cron = "* * * * *"'), ("slow", "")]
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', *sources)
    with Serving(config, "--plain") as serving:
        serving.wait_for("the first run", lambda: "next: " in serving.log)
        serving.forward(minutes=1)
        serving.wait_for("second run of the fast source", lambda: site.paths().count("/fast.xml") >= 2)
        assert "every 1d" in serving.log and "1 of 2 sources" in serving.log
        told = json.loads(newslake("status", "-c", config, "--json").stdout)
        assert told["serving"] and told["wrong"] is None and told["prefect"] is None
        listed = json.loads(newslake("sources", "-c", config, "--json").stdout)
        polls = {row["source"]: (datetime.fromisoformat(row["next_poll"]), row["why"]) for row in listed}
        now = datetime.now(UTC)
        assert polls["fast"][0] <= now + timedelta(minutes=1)
        assert polls["slow"][0].strftime("%H:%M:%S") == "00:00:00" and polls["slow"][0] > now
        assert polls["slow"][1] == "new pages last time: 1"

        # Broken: told with its line, and the one of before goes on.
        good = config.read_text("utf-8")
        config.write_text(good.replace('cron = "* * * * *"', 'cron = "61 * * * *"'), "utf-8")
        line = good[: good.index('cron = "')].count("\n") + 1
        serving.wait_for("word of the mistake", lambda: f'watchlist.toml:{line}: [[source]] "fast" → cron' in serving.log, 30)
        asked = site.paths().count("/fast.xml")
        serving.forward(minutes=1)
        serving.wait_for("a run of the watchlist before", lambda: site.paths().count("/fast.xml") > asked)

        write(config, site, 'interval = "12h"', ("slow", ""), ("late", ""))
        serving.wait_for("the new source", lambda: "/late/story-of-the-day-0" in site.paths(), 60)
        assert "The watchlist was edited: every 12h, 2 sources" in serving.log
        serving.wait_for("its load", lambda: ask(config, "FROM articles WHERE source = 'late'"), 60)
        assert serving.stop() == 0
        assert "Stopped." in serving.log and "Traceback" not in serving.log
    assert site.paths().count("/slow.xml") == 1
    assert ask(config, "SELECT count(*) FROM runs WHERE run_id NOT IN (SELECT run_id FROM fetches)") == [(0,)]
    after = newslake("status", "-c", config)
    assert after.returncode == 1 and "not running" in after.stdout


def test_what_was_missed_is_made_up_for_once(site: Site, tmp_path: Path) -> None:
    outlet(site, "daily")
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', ("daily", ""), catalog="data/news.duckdb")
    assert newslake("run", "--plain", "-c", config).returncode == 0
    with duckdb.connect(str(tmp_path / "data" / "news.duckdb")) as con:  # the machine was off for five days
        con.execute("LOAD icu; UPDATE runs SET started_at = started_at - INTERVAL 5 DAYS")
    with Serving(config, "--plain") as serving:
        serving.wait_for("the run that was missed", lambda: site.paths().count("/daily.xml") == 2)
        serving.wait_for("word of the next", lambda: "next: " in serving.log)
        serving.looks_around()
        assert serving.stop(signal.SIGHUP) == 0  # as when its terminal is closed
    assert site.paths().count("/daily.xml") == 2
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0).astimezone()
    assert f"next: {tomorrow:%Y-%m-%d %H:%M}, 1 of 1 sources" in serving.log


def test_a_night_that_was_missed_is_maintained_at_once_and_once(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper")
    config = write(tmp_path / "watchlist.toml", site, 'interval = "12h"', ("paper", ""))
    assert newslake("run", "--plain", "-c", config).returncode == 0
    watchlist = load_watchlist(config)
    maintain(watchlist, now=datetime.now(UTC) - timedelta(days=2))
    before = ask(config, "FROM articles")
    with Serving(config, "--plain") as serving:
        serving.wait_for("the maintenance", lambda: "maintained: " in serving.log)
        last = last_maintained(watchlist.state)
        assert last is not None and datetime.now(UTC) - last < timedelta(minutes=10)
        asked = len(site.paths())
        serving.looks_around()
        assert serving.log.count("maintained: ") == 1 and len(site.paths()) == asked
        assert serving.stop() == 0
        assert "Traceback" not in serving.log
    assert ask(config, "FROM articles") == before


def test_a_stop_in_the_middle_loads_what_was_fetched(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper", pages=30, seconds=0.7)
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', ("paper", ""))
    with Serving(config, "--plain") as serving:
        serving.wait_for("some pages", lambda: len(site.paths()) > 5)
        assert serving.stop() == 0
        assert "Stopping: " in serving.log and "interrupted: " in serving.log
    [(stored,)] = ask(config, "SELECT count(*) FROM articles")
    assert 3 <= stored < 30
    assert ask(config, "SELECT state FROM runs") == [("interrupted",)]
    for route in site.routes.values():
        assert isinstance(route, Answer)
        route.seconds = 0.0
    assert newslake("run", "--plain", "-c", config).returncode == 0
    assert ask(config, "SELECT count(*), count(DISTINCT url) FROM articles") == [(30, 30)]


def test_killed_in_the_middle_it_leaves_nothing_behind_and_goes_on(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper", pages=24, seconds=0.7)
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', ("paper", ""))
    with Serving(config, "--plain") as serving:
        serving.wait_for("some pages", lambda: len(site.paths()) > 4)
        family = serving.family()
        assert len(family) >= 2  # the collection and its crawl
        # all at once, as when the power goes: nobody closes any books
        for process in family:
            process.kill()
        serving.stop(signal.SIGKILL)
    assert "hangs" not in newslake("status", "-c", config).stdout
    with Serving(config, "--plain") as serving:
        asked = len(site.paths())
        serving.wait_for("some more pages", lambda: len(site.paths()) > asked + 5)
        serving.family()
        serving.stop(signal.SIGKILL)  # it alone: the collection notices, ends its crawl and loads
    with Serving(config, "--plain") as serving:
        asked = len(site.paths())
        serving.wait_for("a page, or the end", lambda: len(site.paths()) > asked + 2 or " completed: " in serving.log)
        serving.family()
        serving.process.send_signal(signal.SIGTERM)
        serving.process.send_signal(signal.SIGTERM)
        assert serving.stop(signal.SIGTERM, seconds=20) in (0, 130)
    for route in site.routes.values():
        assert isinstance(route, Answer)
        route.seconds = 0.0
    with Serving(config, "--plain") as serving:
        serving.wait_for("all pages", lambda: ask(config, "SELECT count(*) FROM articles") == [(24,)])
        serving.wait_for("word of the next", lambda: "next: " in serving.log)
        assert serving.stop() == 0
    assert ask(config, "SELECT count(*), count(DISTINCT url) FROM articles") == [(24, 24)]


def test_a_collection_that_fails_as_a_whole_is_tried_again(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper")
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', ("paper", ""))
    blocked = tmp_path / "data" / "catalog.sqlite"
    blocked.parent.mkdir()
    blocked.write_bytes(b"this is no catalog" * 100)
    with Serving(config, "--plain") as serving:
        serving.wait_for(
            "word of the failure", lambda: "the warehouse cannot be read" in serving.log or "failed: " in serving.log, 60
        )
        problems = json.loads(newslake("status", "-c", config, "--json").stdout)
        blocked.unlink()
        serving.forward(minutes=1)
        serving.wait_for("the articles", lambda: blocked.exists() and ask(config, "FROM articles"), 150)
        assert serving.stop() == 0
    assert problems["serving"]
    assert serving.log.count("the warehouse cannot be read") <= 1


def test_two_do_not_serve_the_same_watchlist(site: Site, tmp_path: Path) -> None:
    outlet(site, "paper")
    config = write(tmp_path / "watchlist.toml", site, 'interval = "1d"', ("paper", ""))
    with Serving(config, "--plain") as serving:
        serving.wait_for("word of the next", lambda: "next: " in serving.log)
        second = newslake_process("serve", "--plain", "-c", config)
        assert second.returncode == 1 and "served already" in second.stderr and "newslake status" in second.stderr
        assert serving.stop() == 0
