"""What the SQL shell makes of what is typed: words to offer, commands, whole queries, the history. Pure."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console

from flows.cli.sql.shell.completion import Names, candidates
from flows.cli.sql.shell.history import QueryHistory
from flows.cli.sql.shell.typed import command_of, is_whole
from flows.cli.sql.tables import drawn

NAMES = Names(
    relations={"articles": "table", "stories": "view", "search(": "table macro"},
    columns={
        "articles": {"title": "varchar", "text": "varchar", "odd name": "integer"},
        "stories": {"title": "varchar", "outlets": "bigint"},
        "search": {"score": "double"},
    },
    functions={"sum": "function", "substr": "function"},
)


@pytest.mark.parametrize(
    ("before", "after", "offered"),
    [
        ("SELECT * FROM ar", "", ["articles"]),
        ("SELECT * FROM ", "", ["articles", "stories", "search("]),
        ("SELECT t", " FROM stories", ["title", "table", "tables", "temp", "then", "timestamp", "to", "true", "try_cast"]),
        ("SELECT a.t", " FROM articles AS a JOIN stories s USING (story_id)", ["title", "text"]),
        ("SELECT s.", " FROM articles a, stories s", ["title", "outlets"]),
        ("SELECT sc", " FROM search('oil')", ["score"]),
        ("SELECT su", "", ["summarize", "sum(", "substr("]),
        ("SEL", "", ["SELECT"]),
        ("SELECT od", " FROM articles", ['"odd name"']),
        ("SELECT 'ti", "", []),
        ("SELECT 1 -- ti", "", []),
        ("SELECT 'it''s' AS a, outl", " FROM stories", ["outlets"]),
        ("SELECT 북", " FROM stories", []),
    ],
)
def test_what_can_stand_at_the_cursor(before: str, after: str, offered: list[str]) -> None:
    assert [one.text for one in candidates(before, after, NAMES)] == offered


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("help", [".help"]),
        ("?", [".help"]),
        ("QUIT;", [".quit"]),
        ("exit", [".quit"]),
        ("\\q", [".quit"]),
        ("\\d", [".tables"]),
        ("\\dt", [".tables"]),
        ("\\d articles;", [".schema", "articles"]),
        (".output 'my file.csv'", [".output", "my file.csv"]),
        (".output it's.csv", [".output", "it's.csv"]),
        ("help me", None),
        ("SELECT 1", None),
        ("", None),
    ],
)
def test_commands_are_told_from_queries(typed: str, words: list[str] | None) -> None:
    assert command_of(typed) == words


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("SELECT 1;", True),
        ("SELECT 1; -- done", True),
        ("SELECT 1", False),
        ("SELECT ';", False),
        ("SELECT 1 -- ;", False),
        ("SELECT $$ ;", False),
        ("quit", True),
        (" ; ", True),
        ("SELECT 'é北';", True),
    ],
)
def test_a_query_ends_with_a_semicolon_outside_of_strings(typed: str, whole: bool) -> None:
    assert is_whole(typed) is whole


def test_the_history_keeps_queries_as_they_were_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".newslake_history").write_text("SELECT 'old';\nSELECT 'older habits';\n")
    queries = ["SELECT 1;", "SELECT 'a\n\n  # b\n+c' AS \"북한\";", "\n  FROM articles;  "]
    for query in queries:
        QueryHistory(tmp_path / "state" / "history").store_string(query)
    kept = list(QueryHistory(tmp_path / "state" / "history").load_history_strings())
    assert kept == [*reversed(queries), "SELECT 'older habits';", "SELECT 'old';"]
    (tmp_path / "state" / "history").write_bytes(b"\xff\xfe nonsense \x00\n+lost\n# 1\n+kept\n")
    assert next(iter(QueryHistory(tmp_path / "state" / "history").load_history_strings())) == "kept"
    QueryHistory(Path(os.devnull) / "nowhere").store_string("SELECT 1;")
    assert next(iter(QueryHistory(Path(os.devnull) / "nowhere").load_history_strings())) == "SELECT 'older habits';"


def lines(headers: list[str], rows: list[tuple[object, ...]], width: int, **how: bool) -> list[str]:
    console = Console(width=width, no_color=True)
    with console.capture() as said:
        console.print(drawn(headers, rows, width, **how))
    return [line.rstrip() for line in said.get().splitlines() if line.strip()]


def test_wide_characters_and_numbers_are_aligned() -> None:
    shown = lines(["title", "n"], [("북한 유조선", 7), ("oil", 12345), (None, None)], 60, box=True)
    assert shown[3:6] == ["│ 북한 유조선 │     7 │", "│ oil         │ 12345 │", "│ NULL        │  NULL │"]


def test_rows_that_do_not_fit_are_records_and_long_texts_are_cut_unless_asked_for() -> None:
    shown = lines(["title", "text"], [("a", "word " * 200)], 50)
    assert shown[0].startswith("── 1 ─") and shown[1].split() == ["title", "a"]
    assert shown[-1].endswith("…") and len(shown) < 15
    assert sum(line.count("word") for line in lines(["title", "text"], [("a", "word " * 200)], 50, whole=True)) == 200
    assert lines(["text"], [("one\n  two",)], 50, whole=True)[-1].endswith("  two")
    assert len(lines([f"column{n}" for n in range(9)], [tuple("x" * 30 for _ in range(9))], 100)) == 10


def test_old_queries_make_room_and_two_shells_lose_none(tmp_path: Path) -> None:
    file = tmp_path / "history"
    one, other = QueryHistory(file), QueryHistory(file)
    file.write_text("".join(f"# 2026-03-01 09:00:00\n+SELECT {number}\n+# of many;\n" for number in range(10_050)))
    with ThreadPoolExecutor(2) as shells:
        list(shells.map(lambda number: other.store_string(f"SELECT 'new {number}';") if number else one.shorten(), range(50)))
    kept = list(QueryHistory(file).load_history_strings())
    new = {query for query in kept if "new" in query}
    assert new == {f"SELECT 'new {number}';" for number in range(1, 50)}
    assert kept[-1] in {f"SELECT {number}\n# of many;" for number in range(50, 100)} and "SELECT 10049\n# of many;" in kept
    one.shorten()
    assert len(list(QueryHistory(file).load_history_strings())) == 10_000
