"""Briefs by schedule: each begins where the last one ended, is written and sent, and loses nothing when that fails."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from flows.brief.atom import ATOM
from flows.brief.delivery.files import feed_names
from tests.flows.alerts.told import Desk, desk
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, run

SITE = "https://harbour.example"
TODAY: datetime
DAILY: str
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> None:
    """Begin each test now, since loads are stamped with the clock of this machine, and make the brief ten hours later."""
    global TODAY, DAILY
    TODAY = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(minutes=1)
    DAILY = f'[brief]\nevery = "day"\nat = "{TODAY + timedelta(hours=10):%H:%M}"\nsend = true\n'


@pytest.fixture
def daily(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, DAILY) as made:
        made.load(run(1, fetch(article(f"{SITE}/one", title="Oil one", published_at=TODAY, seen_at=TODAY))))
        yield made


def another(desk: Desk, number: int, title: str) -> None:
    desk.load(run(number, fetch(article(f"{SITE}/{number}", title=title, published_at=TODAY, seen_at=TODAY))))


def test_the_first_one_is_made_at_once_and_the_next_one_after_its_time(daily: Desk) -> None:
    told = daily.tell(TODAY)
    assert told.brief is not None and "Oil one" in told.brief and not told.warnings
    assert "1 new article on 1 of 2 topics" in told.lines[0]
    (message,) = daily.messages
    assert "Oil one" in message["message"] and message["title"].startswith("newslake: brief of")
    another(daily, 2, "Oil two")
    assert daily.tell(TODAY + timedelta(hours=8)).brief is None
    told = daily.tell(TODAY + timedelta(hours=20))  # a run that ends after the time makes it
    assert told.brief is not None and "Oil two" in told.brief and "Oil one" not in told.brief
    assert len(daily.messages) == 2 and "Oil one" not in daily.messages[1]["message"]


def test_the_page_goes_with_the_message_and_into_the_folder(daily: Desk, tmp_path: Path) -> None:
    daily.tell(TODAY)
    [attached] = daily.messages[0]["attachments"]  # type: ignore[misc]
    page = base64.b64decode(attached["base64"])  # type: ignore[index]
    assert b"<!doctype html>" in page and b"Oil one" in page
    folder = tmp_path / "briefs"
    names = {file.name for file in folder.iterdir()}
    assert names == {f"{TODAY:%Y-%m-%d}.html", "latest.html", "feed.atom", "trade.atom", "arms.atom"}
    assert (folder / "latest.html").read_bytes() == page
    trade, arms = (ET.parse(folder / f"{name}.atom").getroot() for name in ("trade", "arms"))
    assert [one.findtext(f"{{{ATOM}}}title") for one in trade.iter(f"{{{ATOM}}}entry")] == ["Oil one"]
    assert not list(arms.iter(f"{{{ATOM}}}entry"))


def test_feeds_cover_a_week_and_follow_each_run(daily: Desk, tmp_path: Path) -> None:
    daily.tell(TODAY)
    another(daily, 2, "Oil two")
    daily.tell(TODAY + timedelta(hours=1))
    assert (tmp_path / "briefs" / "feed.atom").read_text().count("<entry>") == 2


def test_a_brief_that_cannot_be_sent_is_sent_later_and_nothing_is_told_twice(daily: Desk) -> None:
    daily.refuse()
    told = daily.tell(TODAY)
    assert "nothing could be sent to [notify] urls[0] (json://…)" in told.warnings[0]
    again = (TODAY + timedelta(minutes=5)).astimezone(daily.watchlist.zone)
    assert f"1 message waits to be sent, not before {again:%Y-%m-%d %H:%M} (Europe/Berlin): newslake alerts" in told.lines
    daily.accept()
    tried = len(daily.messages)
    daily.tell(TODAY + timedelta(minutes=1))  # too early for another try
    assert len(daily.messages) == tried
    another(daily, 2, "Oil two")
    daily.tell(TODAY + DAY)
    first, second = daily.messages[tried:]
    assert "Oil one" in first["message"] and "Oil two" not in first["message"]
    assert "Oil two" in second["message"] and "Oil one" not in second["message"]
    assert first["message"].splitlines()[-1] == daily.messages[0]["message"].splitlines()[-1]  # the same id


def test_an_address_that_had_it_does_not_get_it_again(daily: Desk) -> None:
    good, bad = f"json://127.0.0.1:{daily.site.port}/hook", "json://127.0.0.1:9/x"
    daily.write(DAILY, f'"{good}", "{bad}"')
    assert "urls[1]" in daily.tell(TODAY).warnings[0]
    assert len(daily.messages) == 1
    daily.write(DAILY, f'"{good}", "{good}/corrected"')
    daily.site.routes["/hook/corrected"] = daily.site.routes["/hook"]
    assert not daily.tell(TODAY + timedelta(hours=1)).warnings
    assert [asked.path for asked in daily.site.asked] == ["/hook", "/hook/corrected"]


def test_a_folder_that_cannot_be_written_costs_a_warning_and_is_written_later(daily: Desk, tmp_path: Path) -> None:
    (tmp_path / "briefs").write_text("in the way")
    told = daily.tell(TODAY)
    assert any("could not be written" in warning and "newslake run" in warning for warning in told.warnings)
    assert len(daily.messages) == 1
    (tmp_path / "briefs").unlink()
    assert not daily.tell(TODAY + timedelta(hours=1)).warnings
    assert b"Oil one" in (tmp_path / "briefs" / f"{TODAY:%Y-%m-%d}.html").read_bytes()


def test_nothing_new_is_said_in_a_line_and_not_sent(daily: Desk, tmp_path: Path) -> None:
    daily.tell(TODAY)
    told = daily.tell(TODAY + DAY)
    assert told.lines == ("Brief: Nothing new on 2 topics. Not sent.",)
    assert len(daily.messages) == 1 and not (tmp_path / "briefs" / f"{TODAY + DAY:%Y-%m-%d}.html").exists()
    daily.write(f"{DAILY}send_empty = true\n")
    daily.tell(TODAY + 2 * DAY)
    assert daily.messages[1]["message"].startswith("Nothing new on 2 topics.")


def test_a_day_that_was_missed_is_in_the_next_brief(daily: Desk) -> None:
    daily.tell(TODAY)
    another(daily, 2, "Oil two")
    told = daily.tell(TODAY + 5 * DAY)  # the laptop was closed
    assert told.brief is not None and "Oil two" in told.brief
    assert daily.tell(TODAY + 5 * DAY + timedelta(hours=1)).brief is None


def test_only_the_clock_asks_for_it_too(daily: Desk) -> None:
    daily.tell(TODAY)
    another(daily, 2, "Oil two")
    assert daily.tell(TODAY + DAY, after_run=False).brief is not None


def test_one_after_each_run(tmp_path: Path) -> None:
    with desk(tmp_path, '[brief]\nevery = "run"\ntopics = ["trade"]\nformats = ["md"]\n') as made:
        another(made, 1, "Oil one")
        assert made.tell(TODAY).brief is not None
        another(made, 2, "Oil two")
        assert made.tell(TODAY + timedelta(minutes=5), after_run=False).brief is None
        told = made.tell(TODAY + timedelta(minutes=30))
        assert told.brief is not None and "Oil two" in told.brief and "Oil one" not in told.brief
        assert not made.messages and len(list((tmp_path / "briefs").glob("20*.md"))) == 2


def test_a_name_that_nothing_has_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    with desk(tmp_path, '[brief]\ntopics = ["trade", "trode"]\n') as made:
        another(made, 1, "Oil one")
        told = made.tell(TODAY)
        assert told.brief is not None and "Oil one" in told.brief
        [warning] = told.warnings
        assert "unknown topic or saved search 'trode': did you mean trade?" in warning and "newslake check" in warning


def test_names_of_feeds_are_safe_and_differ() -> None:
    names = feed_names(["trade", "feed", "a/b", "a\\b", "../x", "한국"])
    assert names[0] == "trade.atom" and names[-1] == "한국.atom" and len({name.casefold() for name in names}) == 6
    assert not any("/" in name or "\\" in name or name.startswith(".") or name == "feed.atom" for name in names)


def test_status_names_when_it_is_due(daily: Desk) -> None:
    assert "Next brief: now" in newslake("status", "-c", daily.config).stdout
    daily.tell(datetime.now(UTC))
    assert "Next brief: 2" in newslake("status", "-c", daily.config).stdout


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('[brief]\nat = "7 am"', ['watchlist.toml:2: [brief] → at: a time is written like "07:00"']),
        ('[brief]\nevery = "day"\non = "friday"', ["`on` is the day of a weekly brief"]),
        ("[brief]\nsend = true", ["watchlist.toml:2: [brief] → send: there is nobody to send it to"]),
        ('[brief]\nfolder = "data/captures/x"', ["watchlist.toml:2: [brief] → folder", "in the folder of captures"]),
        ('[brief]\ntopics = ["trade", "arms", "trade"]', ["watchlist.toml:2: [brief] → topics[2]: the same as topics[0]"]),
        ('[brief]\ntopics = ["trade", "tade"]', ["watchlist.toml:2: [brief] → topics[1]", "did you mean trade?"]),
    ],
)
def test_mistakes_have_lines(tmp_path: Path, table: str, words: list[str]) -> None:
    from tests.flows.alerts.told import TOPICS

    config = tmp_path / "watchlist.toml"
    config.write_text(table + "\n" + TOPICS)
    done = newslake("check", "--offline", "-c", config)
    assert done.returncode == 2, done.stdout
    assert all(word in done.stderr for word in words), done.stderr
