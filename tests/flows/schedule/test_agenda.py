"""What `newslake serve` does next, by a clock that the test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.maintain import maintain
from flows.schedule.agenda import Agenda
from flows.watchlist import Watchlist, load_watchlist
from warehouse.database.connect import open_writer

WATCHLIST = """
[schedule]
interval = "1d"
[warehouse]
catalog = "data/news.duckdb"
[maintain]
cron = "30 3 * * *"
[[topic]]
name = "oil"
query = "tanker"
[[source]]
name = "fast"
cron = "* * * * *"
feeds = ["http://127.0.0.1:9/fast.xml"]
[[source]]
name = "slow"
feeds = ["http://127.0.0.1:9/slow.xml"]
"""
NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}Z")


@pytest.fixture
def watchlist(tmp_path: Path) -> Watchlist:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST)
    return load_watchlist(tmp_path / "watchlist.toml")


def collect(agenda: Agenda, now: datetime) -> list[str]:
    """What is due, taken as collected at once."""
    agenda.look(now)
    due = agenda.due(now)
    if due:
        agenda.collected(due, now)
        agenda.plan(now)
    return due


def test_each_slot_of_a_schedule_is_collected_once(watchlist: Watchlist) -> None:
    agenda = Agenda(watchlist, NOON)
    assert collect(agenda, NOON) == ["fast", "slow"]  # never collected
    assert collect(agenda, NOON) == []
    assert agenda.next_start(NOON) == at("12:01:00")
    assert collect(agenda, at("12:00:59")) == []
    assert collect(agenda, at("12:01:00")) == ["fast"]
    assert collect(agenda, at("12:01:00")) == []
    # minutes that were missed are made up for once
    assert collect(agenda, at("12:06:30")) == ["fast"]
    assert collect(agenda, at("12:06:31")) == []
    assert collect(agenda, NOON + timedelta(days=1)) == ["fast", "slow"]


def test_a_clock_that_is_set_back_puts_nothing_off(watchlist: Watchlist) -> None:
    agenda = Agenda(watchlist, NOON)
    assert collect(agenda, NOON) == ["fast", "slow"]
    agenda.retry(NOON)
    assert collect(agenda, NOON - timedelta(hours=5)) == ["fast", "slow"]


def test_an_edited_watchlist_is_planned_at_once(watchlist: Watchlist) -> None:
    agenda = Agenda(watchlist, NOON)
    collect(agenda, NOON)
    watchlist.path.write_text(WATCHLIST.replace('name = "slow"', 'name = "late"'))
    agenda.use(load_watchlist(watchlist.path))
    assert collect(agenda, NOON) == ["late"]


def test_disabled_sources_are_never_due_and_a_watchlist_without_others_waits_for_an_edit(
    watchlist: Watchlist, capfd: pytest.CaptureFixture[str]
) -> None:
    one_off = WATCHLIST.replace('name = "slow"', 'name = "slow"\nenabled = false')
    watchlist.path.write_text(one_off)
    agenda = Agenda(load_watchlist(watchlist.path), NOON)
    assert collect(agenda, NOON) == ["fast"]
    watchlist.path.write_text(one_off.replace('name = "fast"', 'name = "fast"\nenabled = false'))
    agenda.use(load_watchlist(watchlist.path))
    for _ in range(2):
        agenda.announce(NOON)
    assert collect(agenda, NOON + timedelta(days=3)) == []
    assert agenda.next_start(NOON) is None
    (line,) = capfd.readouterr().out.splitlines()
    assert "all sources of the watchlist are disabled" in line
    watchlist.path.write_text(WATCHLIST)
    agenda.use(load_watchlist(watchlist.path))
    assert collect(agenda, NOON + timedelta(days=3)) == ["fast", "slow"]


def test_one_that_met_another_collection_waits_a_minute(watchlist: Watchlist) -> None:
    agenda = Agenda(watchlist, NOON)
    agenda.look(NOON)
    agenda.skipped(NOON)
    assert collect(agenda, at("12:01:09")) == []
    assert collect(agenda, at("12:01:10")) == ["fast", "slow"]


def test_a_warehouse_that_cannot_be_read_is_tried_again_after_ever_longer_waits(
    watchlist: Watchlist, capfd: pytest.CaptureFixture[str]
) -> None:
    blocked = watchlist.path.with_name("data") / "news.duckdb"
    blocked.parent.mkdir()
    blocked.write_bytes(b"this is no catalog" * 1000)
    agenda, now, waits = Agenda(watchlist, NOON), NOON, []
    for _ in range(7):
        assert collect(agenda, now) == []
        start = agenda.next_start(now)
        assert start is not None
        waits.append((start - now) / timedelta(minutes=1))
        now = start
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert agenda.problem and "the warehouse cannot be read" in agenda.problem
    assert capfd.readouterr().out.count("the warehouse cannot be read") == 1
    blocked.unlink()
    assert collect(agenda, now) == ["fast", "slow"] and agenda.problem is None
    agenda.retry(now)
    assert agenda.next_start(now) == now + timedelta(minutes=1)  # a success ends the longer waits


def test_the_next_start_is_told_when_it_changes(watchlist: Watchlist, capfd: pytest.CaptureFixture[str]) -> None:
    agenda = Agenda(watchlist, NOON)
    collect(agenda, NOON)
    for _ in range(2):
        agenda.announce(NOON)
    (line,) = capfd.readouterr().out.splitlines()
    assert f"next: {at('12:01:00').astimezone():%Y-%m-%d %H:%M}, 1 of 2 sources" in line


def test_maintenance_is_due_once_a_night_and_a_missed_night_at_once(watchlist: Watchlist) -> None:
    night = NOON.replace(hour=3, minute=30, second=0) + timedelta(days=1)
    agenda = Agenda(watchlist, NOON)
    assert not agenda.is_maintenance_due(night - timedelta(seconds=1))
    assert agenda.is_maintenance_due(night)
    agenda.maintained(night)
    assert not agenda.is_maintenance_due(night + timedelta(hours=23))
    assert agenda.is_maintenance_due(night + timedelta(days=1))
    with open_writer(watchlist.warehouse, "test"):
        pass  # without a warehouse there is nothing to maintain
    maintain(watchlist, now=NOON - timedelta(days=2))  # by another process
    assert Agenda(watchlist, NOON).is_maintenance_due(NOON)
    maintain(watchlist, now=NOON)
    assert not Agenda(watchlist, NOON).is_maintenance_due(NOON)


def test_maintenance_that_met_a_backup_is_tried_again_the_same_night(watchlist: Watchlist) -> None:
    agenda = Agenda(watchlist, NOON)
    night = NOON.replace(hour=3, minute=30, second=0) + timedelta(days=1)
    agenda.maintained(night)
    agenda.put_off_maintenance(night)
    assert not agenda.is_maintenance_due(night + timedelta(minutes=9))
    assert agenda.is_maintenance_due(night + timedelta(minutes=10))
    agenda.maintained(night + timedelta(minutes=10))
    assert not agenda.is_maintenance_due(night + timedelta(hours=23))
