"""The [notify] table: its mistakes have lines, its secrets are never shown, and its messages can be tried."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from flows.reports.notify import notify_changes, notify_load, send
from flows.watchlist import load_watchlist
from flows.watchlist.notify import Notify
from newslake.outcomes import Outcome, Reason
from newslake.testing import Answer, Site
from tests.flows.alerts.told import desk
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, hours, page, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.records import LoadReport, StateChange

REST = """
[[topic]]
name = "harbours"
query = "harbour"
[[source]]
name = "post"
feeds = ["http://127.0.0.1:9/rss"]
"""
BLOCKED = StateChange("post", "blocked", "ok", "3 of 3 requests met a wall.\x1b[31m")
WELL = StateChange("ledger", "ok", "stale", None)


def watchlist(folder: Path, table: str) -> Path:
    file = folder / "watchlist.toml"
    file.write_text(f"{table}\n{REST}")
    return file


@pytest.fixture
def hook() -> Iterator[Site]:
    """Where notifications go."""
    with Site() as site:
        site.routes["/hook"] = site.routes["/hook/s3cret"] = Answer()
        yield site


def address(hook: Site) -> str:
    return f"json://127.0.0.1:{hook.port}/hook"


def sent(hook: Site) -> list[dict[str, str]]:
    return [json.loads(asked.body) for asked in hook.asked]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            '[notify]\nurls = [\n  "json://127.0.0.1/x",\n  "slak://s3cret/token"]',
            ["watchlist.toml:4: ", "urls[1]: unknown scheme slak://", "slack"],
        ),
        ('[notify]\nurls = ["slack://s3cret"]', ["watchlist.toml:2: ", "incomplete: apprise cannot use this slack:// address"]),
        ('[notify]\nurls = ["s3cret"]', ["watchlist.toml:2: ", "not an address such as mailto://"]),
        ('[notify]\nurls = "json://s3cret@host"', ["watchlist.toml:2: ", "[notify] → urls", "list"]),
        ("[notify]\nurls = [{ s3cret = 1 }]", ["watchlist.toml:2: ", "[notify] → urls[0]"]),
        ('[notify]\nevents = ["s3cret"]', ["watchlist.toml:2: ", "events[0]: expected 'trouble', 'recovery' or 'takedown'"]),
        ('[notify]\nurl = ["json://s3cret"]', ["watchlist.toml:2: ", "unknown key `url`"]),
    ],
)
def test_mistakes_have_lines_and_no_secrets(tmp_path: Path, table: str, words: list[str]) -> None:
    done = newslake("check", "--offline", "-c", watchlist(tmp_path, table))
    assert done.returncode == 2
    assert all(word in done.stderr for word in words), done.stderr
    assert "s3cret" not in done.stdout + done.stderr


def test_a_run_does_not_begin_with_an_address_that_cannot_be_used(tmp_path: Path) -> None:
    done = newslake("run", "--plain", "-c", watchlist(tmp_path, '[notify]\nurls = ["slak://s3cret/token"]'))
    assert done.returncode == 2 and "unknown scheme slak://" in done.stderr
    assert not (tmp_path / "data").exists()


def test_check_sends_a_test_message(tmp_path: Path, hook: Site) -> None:
    url = address(hook)
    file = watchlist(tmp_path, f'[notify]\nurls = ["{url}/s3cret", "json://s3cret:pass@127.0.0.1:9/x"]')
    done = newslake("check", "--offline", "--notify", "-c", file)
    assert done.returncode == 1
    assert "no notification could be sent to [notify] urls[1] (json://…)" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert [message["title"] for message in sent(hook)] == ["newslake: a test"]
    told = json.loads(newslake("check", "--offline", "--json", "-c", file).stdout)
    assert told["notifications"] == {"addresses": 2, "failed": None}
    watchlist(tmp_path, f'[notify]\nurls = ["{url}"]')
    done = newslake("check", "--offline", "--notify", "-c", file)
    assert done.returncode == 0 and "Sent a test message to 1 address of [notify]." in done.stdout
    watchlist(tmp_path, "")
    done = newslake("check", "--offline", "--notify", "-c", file)
    assert done.returncode == 2 and "has no addresses to notify" in done.stderr


@pytest.mark.parametrize(
    ("events", "told"),
    [('["trouble", "recovery"]', {"post", "ledger"}), ('["trouble"]', {"post"}), ('["recovery"]', {"ledger"})],
)
def test_only_what_is_wanted_is_told(tmp_path: Path, hook: Site, events: str, told: set[str]) -> None:
    url = address(hook)
    wanted = load_watchlist(watchlist(tmp_path, f'[notify]\nurls = ["{url}"]\nevents = {events}'))
    assert notify_changes(wanted, [BLOCKED, WELL]) == []
    (message,) = sent(hook)
    assert {name for name in ("post", "ledger") if f"{name} is" in message["message"]} == told
    assert "\x1b" not in message["message"]
    assert notify_changes(wanted, []) == [] and len(hook.asked) == 1


def test_a_failure_is_logged_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    notify = Notify.model_validate({"urls": ["json://s3cret:pass@127.0.0.1:9/s3cret", "mailto://s3cret:s3cret@127.0.0.1:9"]})
    with caplog.at_level(logging.DEBUG):
        failed = send(notify, "title", "body")
    assert len(failed) == 2
    assert "s3cret" not in caplog.text + repr(notify) + str(failed)


def test_a_run_that_found_articles_taken_down_says_so_once(tmp_path: Path, hook: Site) -> None:
    config = load_watchlist(watchlist(tmp_path, f'[notify]\nurls = ["{address(hook)}"]'))
    run = UUID("0b2c0f0e-0000-4000-8000-000000000000")
    quiet = LoadReport(run, {}, 9, 0, 0, 0)
    assert notify_load(config, quiet) == [] and not hook.asked
    assert notify_load(config, replace(quiet, taken_down=2, came_back=1)) == []
    (message,) = sent(hook)
    assert message["title"] == "newslake: 2 articles taken down, 1 article put back"
    assert f"FROM takedowns WHERE run_id = '{run}'" in message["message"]
    unwanted = replace(config, notify=Notify(urls=config.notify.urls, events=["trouble"]))
    assert notify_load(unwanted, replace(quiet, taken_down=2)) == [] and len(hook.asked) == 1


def test_a_take_down_is_told_with_its_headline(tmp_path: Path) -> None:
    with desk(tmp_path, "") as made:
        gone = page("https://harbour.example/one", Outcome.HTTP_ERROR, reason=Reason.GONE, status=410, requested_at=hours(9))
        with open_writer(made.watchlist.warehouse, "test") as writer:
            load(writer, run(1, fetch(article("https://harbour.example/one", title="Oil one"))))
            report = load(writer, run(9, gone))
        assert report and notify_load(made.watchlist, report) == []
        text = made.messages[-1]["message"]
    assert "- Oil one\n  https://harbour.example/one\n  harbour, gone (HTTP status 404 or 410)" in text


def test_what_a_service_refused_waits_and_is_sent_later(tmp_path: Path) -> None:
    with desk(tmp_path, "") as made:
        good = f"json://127.0.0.1:{made.site.port}/hook"
        made.write("", f'"{good}", "{good}/2"')
        made.site.routes["/hook/2"] = Answer(status=500)
        [failed] = notify_changes(made.watchlist, [BLOCKED])
        assert "no notification could be sent to [notify] urls[1]" in failed
        assert "1 message waits to be sent, not before" in made.tell(datetime.now(UTC)).lines[0]
        made.site.routes["/hook/2"] = Answer()
        assert made.tell(datetime.now(UTC) + timedelta(hours=1)).lines == ("Sent 1 message.",)
        assert [asked.path for asked in made.site.asked if asked.path == "/hook"] == ["/hook"]
        assert "post is blocked" in made.messages[-1]["message"]


def test_hours_of_quiet_hold_back_trouble_too(tmp_path: Path) -> None:
    with desk(tmp_path, "") as made:
        text = made.config.read_text()
        now = datetime.now(UTC)
        hours_of_quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
        quiet = text.replace("[notify]\n", f'[notify]\nquiet = "{hours_of_quiet}"\n').replace("Europe/Berlin", "UTC")
        made.config.write_text(quiet)
        assert notify_changes(made.watchlist, [BLOCKED]) == [] and not made.messages
        made.tell(now + timedelta(hours=2))
        assert "post is blocked" in made.messages[0]["message"]
