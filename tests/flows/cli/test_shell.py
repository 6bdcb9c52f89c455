"""The SQL shell in a terminal that can do everything: completion, history, keys, pager, formats."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.cli.terminal import Terminal

CODES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()=>].?)")
SIZE = (30, 100)


@pytest.fixture(scope="module")
def local(config: Path) -> Path:
    """The watchlist with a time zone, beside the same corpus."""
    file = config.with_name("seoul.toml")
    file.write_text(f'{config.read_text()}\n[schedule]\ninterval = "1h"\ntimezone = "Asia/Seoul"\n')
    return file


@pytest.fixture
def shell(local: Path) -> Iterator[Terminal]:
    with Terminal(local, size=SIZE, PAGER="") as terminal:
        terminal.until("sql>")
        yield terminal


def asked(shell: Terminal, keys: str, until: str) -> str:
    """Type keys and return what is printed up to a text that only the answer has."""
    shell.press(keys)
    return CODES.sub("", shell.until(until))


def test_names_are_completed_and_answers_are_laid_out(shell: Terminal) -> None:
    asked(shell, "SELECT title, published_at, word_cou\t", "nt\x1b")  # what is added to the line
    shown = asked(shell, ", NULL AS none FROM articles\rWHERE title LIKE 'A %';\r", "1 row, ")
    assert "A tanker | leaves" in shown
    assert "+09:00" in shown, "times are in the zone of the watchlist"
    assert re.search(r"word_count +none", shown) and "NULL" in shown
    assert "ms" in shell.until("sql>")
    assert "similarity" in asked(shell, "\\d copies\r", "docs/stories.md")
    assert "published_precision" in asked(shell, "FROM articles LIMIT 1;\r", "1 row, "), "wide rows are records"
    printed = asked(shell, ".last json\r", "}]")
    assert json.loads(printed[printed.index("[{") :])[0]["published_precision"]
    asked(shell, ".mode csv\r", "sql>")
    assert "n,none\r\n42,\r\n" in asked(shell, "SELECT 42 AS n, NULL AS none;\r", "1 row, ")
    asked(shell, ".timer off\r.maxrows 2\r.mode box\r", "box")
    said = asked(shell, "SELECT range + 500 AS many FROM range(3);\r", "of 3 rows")
    assert "501" in said and "502" not in said and "│" in said
    assert "502" in asked(shell, ".last full\r", "3 rows")
    assert "504" in asked(shell, f".maxrows {'9' * 20}\rSELECT range + 500 AS many FROM range(5);\r", "5 rows")
    said = asked(shell, "SELECT 1200 + 34; SELECT wrong;\r", "Binder Error")
    assert "1234" in said, "answers come before the error of a later statement"
    assert "did you mean .tables?" in asked(shell, ".tabels\r", ".tables?")
    shell.press("quit\r")
    assert shell.process.wait(20) == 0


def test_a_query_is_remembered_whole_after_the_window_was_closed(local: Path, tmp_path: Path) -> None:
    query = "SELECT 'first\r  second' AS a,\r1200 + 34 AS b;\r"
    with Terminal(local, size=SIZE, XDG_STATE_HOME=str(tmp_path)) as shell:
        shell.until("sql>")
        asked(shell, query, "1 row")
        os.kill(shell.process.pid, signal.SIGHUP)
        assert shell.process.wait(20) == -signal.SIGHUP
    history = tmp_path / "newslake" / "sql_history"
    assert history.stat().st_mode & 0o777 == 0o600
    with Terminal(local, size=SIZE, XDG_STATE_HOME=str(tmp_path)) as shell:
        shell.until("sql>")
        assert "1234" in asked(shell, "\x1b[A\r", "1 row")
        asked(shell, "", "sql>")
        shell.press("\x04")  # Ctrl-D
        assert shell.process.wait(20) == 0


def test_ctrl_c_clears_what_is_typed_and_stops_what_runs(shell: Terminal) -> None:
    asked(shell, "SELECT 'never'\r", "…")
    shell.interrupt()
    asked(shell, "SELECT count(*) FROM range(1000000000000);\r", "[?2004l")  # the terminal is given back for the query
    time.sleep(1)
    shell.interrupt()
    shell.until("The query was stopped.", 5)
    assert "1234" in asked(shell, "SELECT 1200 + 34 AS n;\r", "1 row")


def test_what_cannot_be_remembered_stops_nothing(local: Path, tmp_path: Path) -> None:
    (tmp_path / "newslake").write_text("a file in the place of the folder")
    with Terminal(local, size=SIZE, XDG_STATE_HOME=str(tmp_path)) as shell:
        shell.until("sql>")
        assert "1234" in asked(shell, "SELECT 1200 + 34 AS n;\r", "1 row")


def test_long_answers_go_through_the_pager(local: Path, tmp_path: Path) -> None:
    with Terminal(local, size=SIZE, PAGER="sed s/^/paged:/") as shell:
        shell.until("sql>")
        assert "paged:" in asked(shell, "SELECT range AS n FROM range(50);\r", "50 rows")
        assert "paged:" not in asked(shell, "SELECT range AS n FROM range(5);\r", "5 rows")
        assert "paged:" not in asked(shell, ".pager off\rSELECT range AS n FROM range(51);\r", "51 rows")
        file = tmp_path / "many.csv"
        asked(shell, f".output {file}\r", "written to")
        asked(shell, "SELECT range AS n FROM range(300);\r", "300 rows")
        assert file.read_text("utf-8-sig").split("\n")[:2] == ["n", "0"]
    with Terminal(local, "SELECT range AS n FROM range(50)", size=SIZE, PAGER="sed s/^/paged:/") as terminal:
        assert "paged:" in CODES.sub("", terminal.until("50 rows"))
    with Terminal(local, "--no-pager", "SELECT range AS n FROM range(50)", size=SIZE, PAGER="sed s/^/paged:/") as terminal:
        assert "paged:" not in CODES.sub("", terminal.until("50 rows"))


def test_another_corpus_is_opened(shell: Terminal, local: Path) -> None:
    assert "there is no watchlist" in asked(shell, ".open nowhere.toml\r", "nowhere.toml\r\n")
    asked(shell, f".open {local.with_name('watchlist.toml')}\r", "Times: UTC.")
    assert "+00:00" in asked(shell, "SELECT published_at FROM articles LIMIT 1;\r", "1 row")
