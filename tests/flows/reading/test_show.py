"""`newslake show`: an article as a reader wants it, in the terminal and as a page, with nothing of the web that runs."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.reading.times import day_of, lag, published_day, shown
from flows.watchlist import load_watchlist
from newslake.outcomes import Outcome, Reason
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import COMMAND, ENVIRONMENT, newslake
from tests.warehouse.makers import MATCH, START, article, changed, fetch, hours, page, run, words
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.similarity.shingles import content_hash

URL, COPY, ARABIC, CHINESE = (f"https://harbour.example/{name}" for name in ("tanker", "copy", "ar", "zh"))
HARM = "A \x1b[31mred\x1b[0m \x9b1m <script>alert(1)</script> [bold]line[/] \u202eback\u202c."
FIRST = f"The boiler held oil for Rason.\nNext steps\n{words('lead', 60)}.\n{HARM}"
SECOND = FIRST.replace("held oil", "held diesel oil")
HAN = "港口" * 60


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tmp_path_factory.mktemp("show") / "watchlist.toml"
    config.write_text(f'[schedule]\ninterval = "1h"\ntimezone = "Asia/Seoul"\n{WATCHLIST}')
    first = article(URL, text=FIRST, headings=("Next steps",), content_hash=content_hash(FIRST), published_precision="minute")
    second = changed(
        first, word_count=75, text=SECOND, title="Oil\x1b[2J for Rason", content_hash=content_hash(SECOND), seen_at=hours(2)
    )
    copied = article(
        COPY, "lighthouse", text=FIRST, content_hash=content_hash(FIRST), published_at=hours(1.5), seen_at=hours(1.6)
    )
    day = datetime(2026, 2, 27, tzinfo=ZoneInfo("Pacific/Auckland"))
    arabic = article(
        ARABIC, text="غادرت الناقلة الميناء بالنفط.", language="ar", published_at=day, published_precision="day",
        matches=(replace(MATCH, terms=("النفط",)),),
    )  # fmt: skip
    chinese = article(CHINESE, text=HAN, language="zh", matches=(replace(MATCH, terms=("港",)),), authors=(), free_to_read=False)
    gone = page(COPY, Outcome.HTTP_ERROR, "lighthouse", reason=Reason.GONE, status=410, requested_at=hours(3))
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, fetch(first), fetch(arabic), fetch(chinese)))
        load(writer, run(2, fetch(copied), fetch(second)))
        load(writer, run(3, gone))
    return config


def told(config: Path, *given: str | Path) -> str:
    done = newslake("show", "-c", config, *given)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_article_is_shown_with_all_that_a_reader_asks(config: Path) -> None:
    said = told(config, URL)
    lines = said.splitlines()
    assert lines[0] == "Oil[2J for Rason"
    assert lines[1] == "Ada Park, 박 민 · harbour (harbour.example) · 2026-03-01 18:00 (Asia/Seoul)"
    assert lines[2:4] == [URL, str(article(URL).article_id)]
    assert "Edited after publication: 2 revisions, this one first seen 2026-03-01 20:00." in lines
    assert "trade: Rason, oil (also in the headline)" in lines
    at = lines.index("The boiler held diesel oil for Rason.")
    assert lines[at + 1 : at + 3] == ["", "Next steps"]
    assert words("lead", 60) in said  # in full, on one line where nobody reads it on a screen
    assert "  2 (shown)  2026-03-01 20:00  headline and text changed (1 word more)" in said
    assert "Story: 2 articles of 2 outlets" in lines
    assert "+1 h 30 min  lighthouse  near copy, 9" in said or "+1 h 30 min  lighthouse  exact copy, 100%, taken down" in said
    assert "  title  json-ld" in lines and "  page  captures/one.warc.gz, byte 77 (newslake page)" in lines
    assert f"What changed: newslake diff {article(URL).article_id}" in lines


def test_nothing_of_the_web_reaches_the_terminal_or_is_taken_for_markup(config: Path) -> None:
    said = told(config, URL)
    assert not any(char in said for char in "\x1b\x9b\u202e\u202c")
    assert "A [31mred[0m 1m <script>alert(1)</script> [bold]line[/] back." in said


def test_an_earlier_revision_is_shown_as_it_was(config: Path) -> None:
    said = told(config, URL, "--revision", "1")
    assert said.startswith("Oil for Rason\n") and "held oil" in said
    assert "This is revision 1 of 2, as it was first seen 2026-03-01 18:00." in said
    assert "title  json-ld (of the current revision)" in said
    done = newslake("show", "-c", config, URL, "--revision", "7")
    assert done.returncode == 2 and "no revision 7: it has revisions 1 to 2" in done.stderr


def test_a_day_stays_the_day_of_the_outlet(config: Path) -> None:
    said = told(config, ARABIC)
    assert "· 2026-02-27 (only the day is known)" in said
    found = newslake("search", "-c", config, "الناقلة")
    assert found.returncode == 0 and "  2026-02-27  " in found.stdout, found.stdout
    midnights = [datetime(2026, 2, 27, tzinfo=ZoneInfo(zone)) for zone in ("Asia/Seoul", "Pacific/Honolulu", "Pacific/Auckland")]
    assert {str(day_of(at)) for at in midnights} == {"2026-02-27"}


@pytest.mark.parametrize("precision", ["second", "minute", "day"])
def test_a_moment_at_the_ends_of_the_calendar_is_shown_in_any_zone(precision: str) -> None:
    for moment in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        for zone in map(ZoneInfo, ("Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns")):
            assert shown(moment, precision, zone)[:4].strip("0").endswith(("1", "9"))
            assert published_day(moment, precision, zone)
    assert shown(START.replace(second=7), "second", ZoneInfo("UTC")) == "2026-03-01 09:00:07"
    assert [lag(seconds) for seconds in (0, 40, 3_600, 4_800, 97_200)] == ["0 s", "40 s", "1 h", "1 h 20 min", "1 d 3 h"]


def test_the_outlet_took_it_down_or_has_it_for_subscribers(config: Path) -> None:
    said = told(config, COPY)
    assert "Taken down: gone since 2026-03-01 21:00 (HTTP 410)." in said
    assert "2026-03-01 21:00  gone  HTTP 410  still gone" in said
    said = told(config, CHINESE)
    assert "declares it paywalled" in said and said.splitlines()[1].startswith("harbour (")


def test_programs_get_everything(config: Path) -> None:
    found = json.loads(told(config, URL, "--json"))
    assert (found["revision"], found["text"], found["title_from"]) == (2, SECOND, "json-ld")
    assert [one["revision"] for one in found["revisions"]] == [1, 2]
    assert [(one["source"], one["lag_seconds"]) for one in found["story"]] == [("harbour", 0), ("lighthouse", 5400)]
    earlier = json.loads(told(config, URL, "--json", "-r", "1"))
    assert (earlier["revision"], earlier["current_revision"], earlier["text"]) == (1, 2, FIRST)
    assert earlier["title_from"] is None and earlier["content_hash"] == content_hash(FIRST)


def test_the_page_is_whole_and_harmless(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "article.html"
    assert f"Wrote {URL} to {file}." in told(config, URL, "--html", file)
    written = file.read_text("utf-8")
    assert "<script" not in written and "&lt;script&gt;" in written and "\x1b" not in written
    assert "default-src &#x27;none&#x27;" in written and "prefers-color-scheme: dark" in written
    assert "<mark>oil</mark> for <mark>Rason</mark>" in written and "<mark>oil</mark>er" not in written
    assert '<h2 dir="auto">Next steps</h2>' in written
    assert told(config, ARABIC, "--html", file) and 'lang="ar"' in file.read_text("utf-8")
    assert told(config, URL, "--html", "-").startswith("<!doctype html>")
    done = newslake("show", "-c", config, URL, "--html", config)
    assert done.returncode == 2 and "is the watchlist" in done.stderr and "harbour" in config.read_text()
    done = newslake("show", "-c", config, URL, "--html", "/nowhere/at/all.html")
    assert done.returncode == 1 and "cannot write /nowhere/at/all.html" in done.stderr


def on_a_screen(config: Path, given: str, **environment: str) -> list[str]:
    """The lines of a terminal of 40 columns and 24 lines."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    usual = {name: value for name, value in ENVIRONMENT.items() if name not in ("COLUMNS", "LINES", "TERM")}
    process = subprocess.Popen(
        [*COMMAND, "show", "-c", str(config), given],
        stdin=slave, stdout=slave, stderr=slave, env=usual | {"TERM": "xterm"} | environment,
    )  # fmt: skip
    os.close(slave)
    printed = b""
    while True:
        try:
            printed += os.read(master, 65536)
        except OSError:  # the command has ended
            break
    os.close(master)
    assert process.wait() == 0
    return printed.decode().replace("\r", "").split("\n")


def test_a_terminal_gets_wrapped_lines_in_a_pager(config: Path) -> None:
    lines = on_a_screen(config, CHINESE, PAGER="sed s/^/pager:/")
    assert all(line.startswith("pager:") for line in lines[:-1])
    assert [line.count("港") + line.count("口") for line in lines if "口" in line] == [20] * 6  # of two columns each
    lines = on_a_screen(config, ARABIC, PAGER="there-is-no-such-pager")
    (line,) = (line for line in lines if "الميناء" in line)
    assert line.startswith("  ") and not line.endswith(" ")  # begins at the right
