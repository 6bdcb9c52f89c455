"""Streams that are closed, full, no text or a terminal: what `newslake sql` does with each."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.flows.cli.terminal import Terminal
from tests.flows.command import COMMAND, ENVIRONMENT, Done


def through_shell(config: Path, words: str, query: str = "SELECT title FROM articles") -> Done:
    """`newslake sql` with redirections of bash."""
    return subprocess.run(
        ["bash", "-c", f'"$0" -m flows.cli sql -c "$1" "$2" {words}', COMMAND[0], str(config), query],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("shape", ["table", "csv", "json", "jsonl", "markdown"])
def test_output_that_cannot_be_written_is_told(config: Path, shape: str) -> None:
    for query in ("SELECT title FROM articles", "SELECT range FROM range(100000)"):  # at the end; in the middle
        done = through_shell(config, f"-f {shape} > /dev/full", query)
        assert done.returncode == 1, done.stderr
        assert "cannot write the output: No space left" in done.stderr and "Next:" in done.stderr
        assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize("words", ["-f csv >&-", ">&-", "-f csv >&- 2>&-", "-f json <&- >&- 2>&-"])
def test_closed_streams_are_no_error(config: Path, words: str) -> None:
    done = through_shell(config, words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_reader_that_goes_away_is_no_error(config: Path) -> None:
    done = through_shell(config, '-f csv | head -1; exit "${PIPESTATUS[0]}"', "SELECT range FROM range(1000000)")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "range", "")


@pytest.mark.parametrize("given", [r"-- $'SELECT \xff'", r"- < <(printf 'SELECT \xff')"])
def test_a_query_that_is_no_text_is_told(config: Path, given: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"$0" -m flows.cli sql -c "$1" {given}', COMMAND[0], str(config)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "the query is not UTF-8" in done.stderr and "Traceback" not in done.stderr


def test_the_shell_answers_until_exit(config: Path) -> None:
    with Terminal(config) as shell:
        shell.until("sql> ")
        shell.type(".tables")
        listed = shell.until("sql> ")
        assert "source_health" in listed and "schema_migrations" not in listed
        shell.type("SELECT count(*) + 100 AS n")
        shell.until("… ")
        shell.type("FROM articles;")
        assert "103" in shell.until("sql> ")
        shell.type("SELECT titel FROM articles;")
        assert "titel" in shell.until("sql> ")
        shell.type("DROP VIEW stories;")
        assert "only read" in shell.until("sql> ")
        shell.type(".schema copies")
        assert "similarity" in shell.until("sql> ")
        shell.type(".exit")
        assert shell.process.wait(20) == 0
