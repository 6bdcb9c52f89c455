"""The watchlist file: what a good one gives, and what each mistake is told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from cronsim import CronSim
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.watchlist import load_watchlist
from flows.watchlist.schedule import Schedule
from newslake.errors import WatchlistError
from spiders.settings import CrawlSettings

GOOD = """\
[schedule]
cron = "*/30 * * * *"
timezone = "Asia/Seoul"

[warehouse]
catalog = "ducklake:sqlite:data/catalog.sqlite"
data = "data/lake"

[crawl]
delay = 0
captures = "kept/captures"

[[topic]]
name = "oil"
query = 'oil AND "North Korea"'

[[source]]
name = "gazette"
url = "https://gazette.example/"
timezone = "Asia/Tokyo"

[[source]]
name = "courier"
feeds = [
    "https://courier.example/rss",
    "https://courier.example/atom",
]
"""
ROOT = Path(__file__).resolve().parents[3]

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "watchlist.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def problems(path: Path) -> list[str]:
    """The problems that a watchlist is refused for, each as "LINE: …"."""
    with pytest.raises(WatchlistError) as caught:
        load_watchlist(path)
    assert caught.value.exit_code == 2
    head, *rest = caught.value.happened.splitlines()
    assert str(path) in head
    listed: list[str] = []
    for line in rest:
        if line.startswith(f"  {path.name}:"):
            listed.append(line.removeprefix(f"  {path.name}:"))
        else:
            listed[-1] += f"\n{line.removeprefix('      ')}"
    return listed


def test_a_good_watchlist(write: Write) -> None:
    path = write(GOOD)
    watchlist = load_watchlist(path)
    assert watchlist.path == path.resolve() and watchlist.base == path.resolve().parent
    assert (watchlist.schedule.cron, watchlist.schedule.timezone) == ("*/30 * * * *", "Asia/Seoul")
    assert [topic.name for topic in watchlist.topics] == ["oil"]
    assert [source.name for source in watchlist.sources] == ["gazette", "courier"]
    assert watchlist.sources[1].feeds == ["https://courier.example/rss", "https://courier.example/atom"]
    assert watchlist.captures == watchlist.base / "kept/captures"
    assert watchlist.state == watchlist.base / "kept/state"
    assert watchlist.crawl.delay == 0


def test_paths_are_relative_to_the_file_wherever_it_is_called_from(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(GOOD)
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    watchlist = load_watchlist(Path("../watchlist.toml"))
    assert watchlist.captures == path.resolve().parent / "kept/captures"
    assert str(path.resolve().parent / "data/catalog.sqlite") in watchlist.warehouse.catalog
    absolute = load_watchlist(write(GOOD.replace('"kept/captures"', f'"{elsewhere}/captures"')))
    assert absolute.captures == elsewhere / "captures" and absolute.state == elsewhere / "state"


def test_topics_and_sources_are_enough(write: Write) -> None:
    watchlist = load_watchlist(
        write('[[topic]]\nname = "oil"\nquery = "oil"\n[[source]]\nname = "a"\nurl = "https://a.example/"\n')
    )
    assert watchlist.schedule.every == timedelta(minutes=30)
    assert watchlist.crawl == CrawlSettings()


def test_every_mistake_is_told_at_once_each_with_its_line(write: Write) -> None:
    text = (
        GOOD.replace('cron = "*/30 * * * *"', 'cron = "61 * * * *"')
        .replace('"Asia/Seoul"', '"Asia/Soul"')
        .replace("delay = 0", 'delay = "0"\nuser-agent = "me"')
        .replace("feeds = [", "feed = [")
        .replace('"https://gazette.example/"', '"gazette.example"')
    )
    found = problems(write(text))
    assert [problem.partition(":")[0] for problem in found] == ["2", "3", "10", "11", "20", "25"]
    assert "[schedule] → cron" in found[0] and "minute" in found[0]
    assert "did you mean 'Asia/Seoul'?" in found[1]
    assert "[crawl] → delay" in found[2]
    assert "unknown key `user-agent`; did you mean `user_agent`?" in found[3]
    assert '[[source]] "gazette" → url' in found[4]
    assert '[[source]] "courier" → feed: unknown key `feed`; did you mean `feeds`?' in found[5]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("[crawl]", "[crowl]", 9, "unknown key `crowl`; did you mean `crawl`?"),
        ("[[source]]", "[[sources]]", 17, "unknown key `sources`; did you mean `source`?"),
        ("delay = 0", 'timezone = "UTC"', 10, "unknown key `timezone`; it belongs in [schedule]"),
        ("delay = 0", "zzz = 0", 10, "unknown key `zzz`; known are `delay`, `concurrency`"),
        ("delay = 0", "delay = -1", 10, "[crawl] → delay: expected at least 0, found -1"),
        ("delay = 0", "concurrency = 1.5", 10, "[crawl] → concurrency: expected a whole number, such as 10, found 1.5"),
        (
            "delay = 0",
            'obey_robots = "no"',
            10,
            "[crawl] → obey_robots: expected true or false, without quotation marks, found 'no'",
        ),
        ("delay = 0", 'keep_captures = "some"', 10, "expected 'matched', 'all' or 'none', found 'some'"),
        ("[[topic]]", "[topic]", 13, "`topic` is a list of tables: write each as [[topic]]"),
        ("[crawl]", "[[crawl]]", 9, "`crawl` is one table: write it as [crawl]"),
        ('cron = "*/30 * * * *"', 'cron = "*/30 * * * *"\ninterval = "1h"', 1, "exactly one of `cron` and `interval`"),
        ('cron = "*/30 * * * *"\n', "", 1, "exactly one of `cron` and `interval`"),
        ('cron = "*/30 * * * *"', 'cron = "0 */30 * * * *"', 2, "five fields"),
        ('cron = "*/30 * * * *"', 'cron = "@hourly"', 2, "five fields"),
        ('cron = "*/30 * * * *"', 'interval = "half an hour"', 2, '"30m", "2h"'),
        (
            'cron = "*/30 * * * *"',
            'cron = "*/30 * * * *"\nadaptive = "no"',
            3,
            "[schedule] → adaptive: expected true or false",
        ),
        ('name = "gazette"', 'name = "gazette"\ncron = "61 * * * *"', 19, '[[source]] "gazette" → cron: bad cron'),
        ('name = "gazette"', 'name = "gazette"\ninterval = "10s"', 19, '[[source]] "gazette" → interval: an interval is written'),
        (
            'name = "gazette"',
            'name = "gazette"\ncron = "0 * * * *"\ninterval = "1h"',
            17,
            "give one of `cron` and `interval`, or neither",
        ),
        ('url = "https://gazette.example/"\n', "", 17, '[[source]] "gazette": a source needs url, feeds, sitemaps or sections'),
        ('name = "gazette"\n', "", 17, "[[source]] number 1 → name: the key `name` is missing"),
        (
            'name = "gazette"',
            'name = "the gazette"',
            18,
            "begins with a letter or digit, found 'the gazette'",
        ),
        ('name = "courier"', 'name = "Gazette"', 23, "the name is taken: line 18 has it too"),
        ('timezone = "Asia/Tokyo"', 'timezone = "Tokio"', 20, "unknown time zone 'Tokio'"),
        ('timezone = "Asia/Tokyo"', 'article_pattern = "(news"', 20, "not a regular expression"),
        ('timezone = "Asia/Tokyo"', 'sections = "https://gazette.example/"', 20, "sections: expected a list in brackets"),
        ('"https://courier.example/atom"', '"ftp://courier.example/atom"', 26, '[[source]] "courier" → feeds[1]'),
        ('"https://courier.example/atom"', "7", 26, 'feeds[1]: expected text in quotation marks, such as "text", found 7'),
        ("delay = 0", "delay = nan", 10, "[crawl] → delay: expected at most 3600, found nan"),
        ("delay = 0", "revisit_hours = [1, inf]", 10, "at most 87600"),
        ("delay = 0", "revisit_hours = [nan]", 10, "ages in hours"),
        ("delay = 0", "revisit_hours = [1e300]", 10, "at most 87600"),
        ("delay = 0", 'user_agent = "me\\r\\nX-Evil: 1"', 10, "one line without control characters"),
        ("delay = 0", 'user_agent = "me\\u001b[2J"', 10, "one line without control characters"),
        ('name = "oil"', 'name = "oil"\nqwery = "x"', 15, "unknown key `qwery`; did you mean `query`?"),
    ],
)
def test_one_mistake(write: Write, old: str, new: str, line: int, told: str) -> None:
    assert old in GOOD
    found = problems(write(GOOD.replace(old, new, 1)))
    assert any(problem.startswith(f"{line}:") and told in problem for problem in found), found


@pytest.mark.parametrize(
    "line",
    [
        'url = "https://me:hunter2@gazette.example/"',
        'url = "https://hunter2@gazette.example/"',
        'url = "http:\\\\\\\\me:hunter2@gazette.example/"',
        'url = "me:hunter2@gazette.example/"',
        'url = "ftp://me:hunter2@gazette.example/"',
        'url = "https://me:hunter2/x@gazette.example/"',
        'url = "https://me:hunter2 x@gazette.example/"',
        'feeds = ["https://me:hunter2@gazette.example/rss"]',
        'feeds = "https://me:hunter2@gazette.example/rss"',
    ],
)
def test_a_password_in_an_address_is_refused_and_never_repeated(write: Write, line: str) -> None:
    found = problems(write(GOOD.replace('url = "https://gazette.example/"', line)))
    assert found and "hunter2" not in " ".join(found), found
    assert "user name or password" in found[0] or "may be secret" in found[0] or "a list in brackets" in found[0]


def test_an_at_sign_in_a_path_is_no_password(write: Write) -> None:
    path = write(GOOD.replace("https://gazette.example/", "https://gazette.example/@desk?to=a@b"))
    assert load_watchlist(path).sources[0].url == "https://gazette.example/@desk?to=a@b"


def test_both_lines_of_a_name_used_twice(write: Write) -> None:
    text = GOOD + '\n[[topic]]\nname = "OIL"\nquery = "coal"\n'
    (found,) = problems(write(text))
    assert found.startswith("30:") and "line 14" in found


def test_a_bad_query_is_shown_with_a_caret_where_it_broke(write: Write) -> None:
    query = "oil\nAND (coal OR gas"
    (found,) = problems(write(GOOD.replace("'oil AND \"North Korea\"'", f"'''{query}'''")))
    message, line, caret = found.splitlines()
    assert message.startswith('15: [[topic]] "oil" → query: ')
    assert (line, caret) == ("AND (coal OR gas", "    ^")


@pytest.mark.parametrize(("keep", "missing"), [("[[source]]", "topic"), ("[[topic]]", "source")])
def test_nothing_to_watch_or_nowhere_to_look(write: Write, keep: str, missing: str) -> None:
    start = GOOD.index(keep)
    text = GOOD[start:] if keep == "[[source]]" else GOOD[start : GOOD.index("[[source]]")]
    assert problems(write(text)) == [f"1: [[{missing}]]: the watchlist needs at least one [[{missing}]]"]


def test_no_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError) as caught:
        load_watchlist(tmp_path / "watchlist.toml")
    assert caught.value.next == "newslake init"
    assert str(tmp_path) in caught.value.happened


def test_a_folder_stands_for_the_watchlist_in_it(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match=f"there is no watchlist at {tmp_path}/watchlist.toml"):
        load_watchlist(tmp_path)
    (tmp_path / "watchlist.toml").mkdir()
    with pytest.raises(WatchlistError, match=r"cannot read|no watchlist"):
        load_watchlist(tmp_path / "watchlist.toml")


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("[schedule]\ncron = */30\n", 2, 'text needs quotation marks: write "*/30"'),
        ("[schedule]\ninterval = 30m\n", 2, 'text needs quotation marks: write "30m"'),
        ("a = 1\nb = 2\na = 3\n", 3, "the key a is given twice in one table, first on line 1"),
        ("[crawl]\na = 1\n[notify]\na = 1\na = 2\n", 5, "the key a is given twice in one table, first on line 4"),
        ("[crawl]\ndelay = 1\n\n[crawl]\n", 4, "the table [crawl] stands twice, first on line 1"),
        ("[source]\nname = 'a'\n[source]\nname = 'b'\n", 3, "write each as [[source]]"),
        ('[[topic]]\nname = "never closed\n', 2, "has no closing quotation mark"),
        ("a = 1\nb = '''never closed\n\nc = 1\n", 2, "has no closing quotation mark"),
        ("[crawl]\nuser_agent = “newslake”\n", 2, "“ is no quotation mark of TOML"),
        ("[[topic]]\nname = „oil“\n", 2, "„ is no quotation mark of TOML"),
        ("[[topic]]\nname = «oil»\n", 2, "« is no quotation mark of TOML"),
        ('name\u00a0= "a"\n', 1, "an invisible space"),
        ('name ＝ "a"\n', 1, "＝ is not =: write ="),
        ('[[source]]\nname: "a"\n', 2, 'joined by =: write name = "a"'),
        ("[[source]]\nname = chosun\n", 2, 'text needs quotation marks: write "chosun"'),
        ("[crawl]\nobey_robots = True\n", 2, "True is no value of TOML: write true"),
        ("[crawl]\nobey_robots = yes # please\n", 2, "yes is no value of TOML: write true"),
        ("[crawl]\ndelay = 1,5\n", 2, "a number has a point, no comma"),
        ('[crawl]\ncaptures = "C:\\data"\n', 2, "write the text in single quotes"),
        ('feeds = ["a"\n"b"]\n', 2, "a comma is missing"),
        ("[crawl", 1, "the closing ] of the table is missing"),
        ("[crawl]]\n", 1, "something follows the table"),
        ("a = " + "[" * 20_000, 1, "nested too deeply"),
        ("a = 2026-13-45\n", 1, "text needs quotation marks"),
        ("a =\n", 1, "a value is missing"),
        ("oil\n", 1, "a key stands here without ="),
    ],
)
def test_what_is_not_toml(write: Write, text: str, line: int, cause: str) -> None:
    (found,) = problems(write(text))
    assert found.startswith(f"{line}: ") and cause in found


@pytest.mark.parametrize("name", ["..", ".", "-x", "../a", "a/b", "a\\\\b", "a\\u0007", "a\\n", "a b", "", "x" * 101])
def test_a_name_is_no_path_and_no_option(write: Write, name: str) -> None:
    """It becomes part of file names, of commands and of messages."""
    for table, good in (("source", "gazette"), ("topic", "oil")):
        (found,) = problems(write(GOOD.replace(f'name = "{good}"', f'name = "{name}"')))
        assert f"[[{table}]]" in found and "name" in found


def test_encodings(write: Write) -> None:
    path = write(GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_watchlist(path).topics[0].name == "oil"
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load_watchlist(path).topics[0].name == "oil"
    path.write_bytes(GOOD.replace('"oil"', '"油"').encode("shift-jis"))
    (found,) = problems(path)
    assert found.startswith("14: not UTF-8")


@pytest.mark.parametrize(
    "cron",
    ["*/30 * * * *", "0 7-22 * * 1-5", "5,35 */2 * * *", "0 0 1 jan,jul *", "15 6 * * MON-FRI", "0 9 * * 7", "5/15 * * * *"],
)
def test_cron_means_the_same_to_the_schedule_and_to_prefect(cron: str) -> None:
    from prefect._vendor.croniter import croniter
    from prefect.client.schemas.schedules import CronSchedule

    start = datetime(2026, 11, 24, 3, 7, tzinfo=UTC)
    assert CronSchedule(cron=Schedule(cron=cron).cron or "", timezone="Asia/Seoul")
    ours, theirs = CronSim(cron, start), croniter(cron, start)
    assert [next(ours) for _ in range(20)] == [theirs.get_next(datetime) for _ in range(20)]


@pytest.mark.parametrize(
    "cron", ["0 0 L * *", "0 0 LW * *", "0 0 * * 5L", "0 0 * * 1#2", "r r * * *", "h * * * *", "0 0 30 2 *", "", "a b c d e"]
)
def test_cron_that_one_of_them_reads_otherwise_is_refused(cron: str) -> None:
    with pytest.raises(ValidationError):
        Schedule(cron=cron)


@pytest.mark.parametrize(
    ("interval", "minutes"), [("1m", 1), ("30m", 30), ("2h", 120), ("1h30m", 90), ("1d", 1440), ("1d2h3m", 1563)]
)
def test_intervals(interval: str, minutes: int) -> None:
    assert Schedule(interval=interval).every == timedelta(minutes=minutes)


@pytest.mark.parametrize("interval", ["", "0m", "30", "30s", "-5m", "m", "1m1h", "9" * 30 + "d", "400d"])
def test_what_is_no_interval(interval: str) -> None:
    with pytest.raises(ValidationError):
        Schedule(interval=interval)


def test_the_template_of_init_loads_and_shows_every_crawl_key_with_its_default() -> None:
    with as_file(files("flows.watchlist") / "template.toml") as path:
        watchlist = load_watchlist(path)
        shown = tomllib.loads(path.read_text("utf-8"))["crawl"]
    assert watchlist.topics and watchlist.sources
    assert shown == CrawlSettings().model_dump()


def test_the_shipped_watchlist() -> None:
    path = ROOT / "watchlist.toml"
    watchlist = load_watchlist(path)
    assert len(watchlist.sources) >= 12 and len(watchlist.topics) >= 3
    assert watchlist.crawl == CrawlSettings()
    assert set(tomllib.loads(path.read_text("utf-8"))["crawl"]) == set(CrawlSettings.model_fields)
    assert all(source.timezone for source in watchlist.sources)


# Pieces that turn a good file into one that somebody mistyped.
SLIPS = st.sampled_from(
    ["", "x", "=", "[", "]", "[[", '"', "'", "\n", "\\", "7", "-1", "true", "{ a = 1 }", "[[1], {}]", "é", "\x00", "name = 3\n"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), SLIPS), min_size=1, max_size=3))
def test_whatever_was_mistyped_it_loads_or_says_which_line(write: Write, slips: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, slip in slips:
        text = text[:start] + slip + text[start + length :]
    path = write(text)
    try:
        load_watchlist(path)
    except WatchlistError as error:
        lines = re.findall(rf"^  {path.name}:(\d+): ", error.happened, re.MULTILINE)
        assert lines and all(1 <= int(line) <= text.count("\n") + 1 for line in lines)


def test_a_source_may_have_a_schedule_of_its_own(write: Write) -> None:
    text = GOOD.replace('name = "gazette"', 'name = "gazette"\ncron = "5 * * * *"').replace(
        'name = "courier"', 'name = "courier"\ninterval = "2h"'
    )
    watchlist = load_watchlist(write(text))
    gazette, courier = watchlist.sources
    schedule = watchlist.schedule
    assert schedule.adaptive
    assert (schedule.of(gazette).cron, schedule.of(gazette).timezone) == ("5 * * * *", "Asia/Seoul")
    assert (schedule.of(courier).cron, schedule.of(courier).every) == (None, timedelta(hours=2))
    assert schedule.of(load_watchlist(write(GOOD)).sources[0]) == schedule.timetable
