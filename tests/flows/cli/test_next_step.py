"""What commands advise to do next can be copied as it stands, and says what is worth looking at."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from newslake.testing import Site
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import Done, newslake, newslake_process
from tests.warehouse.makers import article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load


def next_commands(done: Done) -> list[str]:
    lines = [line for line in (done.stdout + done.stderr).splitlines() if "Next:" in line]
    return [command for line in lines for command in re.findall(r"newslake [a-z]+[^,;]*", line.partition("Next:")[2])]


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("topics",),
        ("check", "--offline"),
        ("check", "--source", "nosuch"),
        ("run", "--source", "nosuch"),
        ("recover", "nosuch"),
        ("sql", "SELECT 1"),
        ("sources",),
        ("export", "x.csv", "--topic", "trade"),
        ("topics", "try", "oil", "--topic", "nosuch"),
    ],
)
def test_the_next_command_repeats_the_watchlist(empty: Path, arguments: tuple[str, ...]) -> None:
    named = empty.rename(empty.with_name("my list.toml"))
    done = newslake(*arguments, "--config", named)
    commands = next_commands(done)
    assert commands, done.stdout + done.stderr
    for command in commands:
        assert f"--config '{named}'" in command, command
    # where the watchlist was not named, the command does not name it either
    named.rename(empty)
    for command in next_commands(newslake(*arguments, cwd=empty.parent)):
        assert "--config" not in command


def test_a_source_that_is_not_there_is_told_by_the_same_command(empty: Path) -> None:
    done = newslake("check", "--source", "habour", "--config", empty)
    assert done.returncode == 2 and f"newslake check --config {empty} --source harbour" in done.stderr


def test_status_says_what_to_do_next(empty: Path) -> None:
    done = newslake("status", cwd=empty.parent)
    assert done.returncode == 1 and done.stdout.rstrip().endswith("Next: newslake serve")


def test_a_run_in_the_future_is_explained(empty: Path) -> None:
    from dataclasses import replace

    batch = run(1, fetch(article("https://harbour.example/1")))
    ahead = datetime.now(UTC) + timedelta(days=2)
    with open_writer(load_watchlist(empty).warehouse, "test") as writer:
        load(writer, replace(batch, run=replace(batch.run, started_at=ahead, finished_at=ahead)))
    done = newslake("status", "--config", empty)
    assert "in the future: the clock of this machine was ahead" in done.stdout
    with open_writer(load_watchlist(empty).warehouse, "test") as writer:
        load(writer, run(2, fetch(article("https://harbour.example/2"))))
    assert "in the future" not in newslake("status", "--config", empty).stdout


def test_status_says_that_the_warehouse_cannot_be_read(empty: Path) -> None:
    catalog = load_watchlist(empty).warehouse.file
    assert catalog is not None
    catalog.parent.mkdir(parents=True)
    catalog.write_bytes(b"no catalog" * 900)
    assert "Problem: could not read the warehouse" in newslake("status", "--config", empty).stdout
    assert json.loads(newslake("status", "--json", "--config", empty).stdout)["problems"]


@pytest.mark.parametrize("command", [("run", "--plain"), ("maintain",), ("reclean",), ("backfill", "archive.warc.gz")])
def test_nothing_is_dated_by_a_clock_of_1970(empty: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """As seen: captures of such a run were pruned as too old, once the clock was right."""
    (empty.parent / "archive.warc.gz").write_bytes(b"")
    monkeypatch.setattr("flows.runs.clock.EARLIEST", datetime(2999, 1, 1, tzinfo=UTC))
    done = newslake(*command, "--config", empty, cwd=empty.parent)
    assert done.returncode == 1 and "the clock of this machine is wrong" in done.stderr
    assert "State: nothing was done" in done.stderr and "Next:" in done.stderr
    assert not list(empty.parent.glob("data/**/*.sqlite"))


def test_check_advises_on_contact_and_operators(empty: Path) -> None:
    empty.write_text(WATCHLIST.replace('"oil"', '"oil or gas"').replace('"missile"', '"missile ODER rocket"'))
    done = newslake("check", "--offline", "--config", empty)
    assert done.returncode == 0
    assert "user_agent: https://example.org/contact is a placeholder" in done.stdout
    assert '[[topic]] "trade": or (character 5)' in done.stdout and '"arms": ODER' in done.stdout
    told = json.loads(newslake("check", "--offline", "--json", "--config", empty).stdout)
    assert len(told["advice"]) == 3
    empty.write_text('[crawl]\nuser_agent = "newslake (+https://newsroom.kr/bot)"\n' + WATCHLIST)
    assert json.loads(newslake("check", "--offline", "--json", "--config", empty).stdout)["advice"] == []


@pytest.mark.parametrize(
    "agent",
    [
        "newslake (+https://example.org/contact)",
        "newslake (me@example.com)",
        "newslake (+http://www.example.net)",
        "newslake (+https://news.example/)",
        "newslake (+https://yourdomain.com)",
        "newslake (+http://localhost/)",
        "Mozilla/5.0",
    ],
)
def test_a_placeholder_is_no_contact(empty: Path, agent: str) -> None:
    empty.write_text(f'[crawl]\nuser_agent = "{agent}"\n{WATCHLIST}')
    told = json.loads(newslake("check", "--offline", "--json", "--config", empty).stdout)
    assert len(told["advice"]) == 1 and "user_agent" in told["advice"][0]


def test_topics_try_says_that_an_operator_was_meant(config: Path) -> None:
    done = newslake("topics", "try", "tanker ИЛИ coal", "--config", config)
    assert done.returncode == 0 and "ИЛИ (character 8) is looked for as a word" in done.stderr
    told = json.loads(newslake("topics", "try", "tanker or coal", "--json", "--config", config).stdout)
    assert [hint["instead"] for hint in told["hints"]] == ["OR"]
    assert json.loads(newslake("topics", "try", "tanker OR coal", "--json", "--config", config).stdout)["hints"] == []


def test_help_shows_no_types_of_python() -> None:
    for command in ("check", "run", "backfill", "reclean", "export", "sources"):
        said = newslake(command, "--help").stdout
        assert "list[" not in said and "%Y" not in said, command
    assert "MOMENT" in newslake("export", "--help").stdout


def test_sources_show_when_articles_were_published_and_no_poll_that_nobody_makes(config: Path) -> None:
    done = newslake("sources", "--config", config)
    assert "next_poll" not in done.stdout and "newslake serve is not running" in done.stdout
    (told, *_) = json.loads(newslake("sources", "--json", "--config", config).stdout)
    assert len(told["published_days"]) == 28 and told["next_poll"]


def test_the_bars_of_a_source_show_the_days_of_publication_on_its_first_day_too(empty: Path) -> None:
    now = datetime.now(UTC)
    ages = {"1": 3, "2": 1, "3": 1}  # all of them fetched now
    found = [
        article(f"https://harbour.example/{n}", published_at=now - timedelta(days=age), seen_at=now) for n, age in ages.items()
    ]
    with open_writer(load_watchlist(empty).warehouse, "test") as writer:
        load(writer, run(1, *map(fetch, found)))
    (told, *_) = json.loads(newslake("sources", "--json", "--config", empty).stdout)
    assert told["published_days"] == [*[0] * 24, 1, 0, 2, 0]
    assert f"{'·' * 24}▄·█·" in newslake("sources", "--config", empty).stdout


@pytest.mark.timeout(120)
def test_check_of_a_dead_host_lists_no_guesses(tmp_path: Path) -> None:
    with Site() as site:
        port = site.port
    config = tmp_path / "watchlist.toml"
    config.write_text(
        '[crawl]\ndelay = 0\nallow_private = true\n[[topic]]\nname = "oil"\nquery = "oil"\n'
        f'[[source]]\nname = "dead"\nurl = "http://127.0.0.1:{port}/"\n'
    )
    done = newslake("check", "--config", config)
    assert done.returncode == 1 and "dead failed" in done.stdout
    assert "usual addresses" not in done.stdout and "/feed" not in done.stdout, done.stdout


def test_the_environment_names_the_watchlist(config: Path, tmp_path: Path) -> None:
    done = newslake_process("sql", "--json", "SELECT count(*) AS n FROM articles", cwd=tmp_path, NEWSLAKE_CONFIG=str(config))
    assert json.loads(done.stdout) == [{"n": 3}], done.stderr


def test_a_folder_stands_for_the_watchlist_in_it_and_the_demo_is_named_where_there_is_no_warehouse(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "demo-data"):
        folder.mkdir(exist_ok=True)
        (folder / "watchlist.toml").write_text(WATCHLIST)
    for words in (["search", "oil"], ["sql", "FROM articles"], ["new"]):
        done = newslake(*words, cwd=tmp_path)
        assert done.returncode == 1
        assert "or the same with --config demo-data/watchlist.toml, for the demo" in done.stderr
    assert "--config demo-data/watchlist.toml" in newslake("topics", cwd=tmp_path).stdout
    done = newslake("search", "oil", "--config", "demo-data", cwd=tmp_path)
    assert done.returncode == 1
    assert "Next:  newslake run --config demo-data\n" in done.stderr
    nothing = newslake("topics", "--config", tmp_path / "demo-data" / "no", cwd=tmp_path)
    assert nothing.returncode == 2
