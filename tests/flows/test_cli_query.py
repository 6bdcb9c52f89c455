"""The commands that read: what they answer, in which form, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from flows.watchlist import load_watchlist
from newslake.outcomes import Origin, Outcome, Reason
from tests.flows.command import COMMAND, ENVIRONMENT, Done, newslake
from tests.warehouse.children import numbered
from tests.warehouse.makers import MATCH, article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

WATCHLIST = """
[[topic]]
name = "trade"
query = "oil"
[[topic]]
name = "arms"
query = "missile"
[[source]]
name = "harbour"
url = "https://harbour.example/"
[[source]]
name = "lighthouse"
url = "https://lighthouse.example/"
"""
NASTY = "Red \x1b[31malert\x1b[2J \x9b1m \u202eevil\u202c \x07bell"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A watchlist that nothing was collected for."""
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    return config


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A watchlist with a corpus of three articles, one of them out to harm terminals and spreadsheets."""
    config = tmp_path_factory.mktemp("corpus") / "watchlist.toml"
    config.write_text(WATCHLIST)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(
            writer,
            run(
                1,
                fetch(article("https://harbour.example/1", title="A tanker | leaves", matches=(MATCH,))),
                fetch(article("https://harbour.example/2", title="=HYPERLINK(1)", text="Another text. " * 9, matches=())),
                fetch(article("https://harbour.example/3", title=NASTY, text="A third text. " * 9, matches=(MATCH,))),
            ),
        )
    return config


@pytest.mark.parametrize("query", ["", " ; ", "-- nothing but a remark"])
def test_a_query_of_nothing_is_told(config: Path, query: str) -> None:
    done = newslake("sql", "-c", config, query)
    assert done.returncode == 2
    assert "there is no statement in this query" in done.stderr and "Traceback" not in done.stderr


def test_each_of_several_statements_is_answered(config: Path) -> None:
    done = newslake("sql", "-c", config, "SELECT 'first' AS a; SELECT 'second' AS b")
    assert done.returncode == 0 and "first" in done.stdout and "second" in done.stdout


def test_a_row_of_many_columns_stands_upright(config: Path) -> None:
    done = newslake("sql", "-c", config, "SELECT * FROM articles WHERE title LIKE 'A%'")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["domain", "harbour.example"] in lines and ["language", "en"] in lines


QUESTION = "SELECT title, headings, published_at FROM articles WHERE title LIKE '=%' OR title LIKE 'A%' ORDER BY title"


def test_each_format_gives_the_same_rows(config: Path) -> None:
    def printed(shape: str) -> str:
        done = newslake("sql", "-c", config, "--format", shape, QUESTION)
        assert done.returncode == 0, done.stderr
        return done.stdout

    records = json.loads(printed("json"))
    titles = [record["title"] for record in records]
    assert titles == ["=HYPERLINK(1)", "A tanker | leaves"]
    assert isinstance(records[0]["headings"], list)
    assert json.loads(newslake("sql", "-c", config, "--json", QUESTION).stdout) == records
    assert [json.loads(line) for line in printed("jsonl").splitlines()] == records
    assert [row["title"] for row in csv.DictReader(io.StringIO(printed("csv")))] == ["'=HYPERLINK(1)", "A tanker | leaves"]
    assert "| A tanker \\| leaves |" in printed("markdown")
    assert all(title in printed("table") for title in titles)


@pytest.mark.parametrize("query", ["SELECT 41 + 1 AS n", "-- the answer\nSELECT 42 AS n", "--the answer\nSELECT 42 AS n;\n"])
def test_a_query_may_come_as_a_word_or_on_standard_input(config: Path, query: str) -> None:
    for done in (
        newslake("sql", "-c", config, query, "--json"),
        newslake("sql", "-c", config, "--json", "-", stdin=query),
        newslake("sql", "-c", config, "--json", stdin=query),
    ):
        assert json.loads(done.stdout) == [{"n": 42}], done.stderr


def test_a_misspelt_option_is_no_comment(config: Path) -> None:
    done = newslake("sql", "-c", config, "--formt", "csv", "SELECT 1")
    assert done.returncode == 2 and "--formt" in done.stderr


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("SELECT titel FROM articles", "titel"),
        ("SELEC 1", "syntax error"),
        ("FROM nowhere", "nowhere"),
        ("INSERT INTO articles SELECT * FROM articles", "only read"),
        ("DELETE FROM articles", "only read"),
        ("CREATE TABLE t AS SELECT 1", "only read"),
        ("ATTACH 'other.duckdb'", "only read"),
        ("COPY articles TO 'out.csv'", "only read"),
        ("FROM read_csv('/etc/passwd')", "--allow-files"),
        ("FROM '/etc/passwd'", "Next:"),
        ("FROM sqlite_scan('catalog.sqlite', 't')", "beyond the warehouse"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(config: Path, query: str, word: str) -> None:
    done = newslake("sql", "-c", config, query)
    assert done.returncode == 2 and done.stdout == ""
    assert word in done.stderr and "Next:" in done.stderr
    assert "root:" not in done.stderr


def test_files_are_read_where_the_user_lets_them(config: Path, tmp_path: Path) -> None:
    (tmp_path / "ports.csv").write_text("port,country\nRason,KP\n")
    query = f"SELECT port FROM read_csv('{tmp_path}/ports.csv')"
    assert newslake("sql", "-c", config, query).returncode == 2
    done = newslake("sql", "-c", config, "--allow-files", "--json", query)
    assert json.loads(done.stdout) == [{"port": "Rason"}]


def test_json_is_valid_and_loses_no_column(config: Path) -> None:
    query = "SELECT 1 AS a, 2 AS a, 'nan'::DOUBLE AS a_1, ['inf'::DOUBLE, 2.5] AS b, {'x': '-inf'::FLOAT} AS c, 3 AS a"

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for shape in ("json", "jsonl"):
        told = json.loads(newslake("sql", "-c", config, "-f", shape, query).stdout, parse_constant=refuse)
        row = told[0] if shape == "json" else told
        assert list(row.values()) == [1, 2, None, [None, 2.5], {"x": None}, 3]
        assert list(row)[:1] == ["a"] and "a_1" in row
    done = newslake("sql", "-c", config, "--json", "SELECT 1 AS a, 2 AS a")
    assert json.loads(done.stdout) == [{"a": 1, "a_1": 2}]


@pytest.mark.parametrize("shape", ["table", "csv", "json", "jsonl", "markdown"])
def test_no_format_prints_control_characters(config: Path, shape: str) -> None:
    characters = "".join(map(chr, (*range(0x01, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))))
    query = "SELECT title || chr(155) || chr(13) AS t, [title] AS l, {'t': title} AS s, 1 AS \"\x1b[2J\x9b\" FROM articles"
    done = newslake("sql", "-c", config, "-f", shape, query)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.replace("\r\n", "\n")  # of the lines of CSV
    assert not set(printed) & set(characters)
    assert "\\u001b[31malert" in printed and "\\u009b" in printed


def test_errors_print_no_control_characters(config: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text('[[topic]]\nname = "t"\nquery = "x"\n[[source]]\nname = "a\\u001b[2J\\u009b"\nurl = "https://x.example/"\n')
    done = newslake("check", "--offline", "-c", odd)
    assert done.returncode == 2 and "odd.toml:5:" in done.stderr
    assert not set(done.stderr) & set("\x1b\x9b")


@pytest.mark.parametrize("shape", ["table", "markdown"])
def test_what_pages_say_cannot_steer_the_terminal(config: Path, shape: str) -> None:
    done = newslake("sql", "-c", config, "-f", shape, "SELECT title FROM articles WHERE title LIKE 'Red%'")
    assert done.returncode == 0
    assert not set(done.stdout) & set("\x1b\x9b\x07\u202e\u202c")
    assert "\\u001b[31malert" in done.stdout


def test_schema_means_something_everywhere(config: Path) -> None:
    relations = json.loads(newslake("schema", "-c", config, "--json").stdout)
    assert {"articles", "revisions", "matches", "copies", "fetches", "runs", "stories", "timeline", "source_health"} <= {
        relation["name"] for relation in relations
    }
    shown = newslake("schema", "-c", config).stdout
    for relation in relations:
        assert relation["comment"] and f"{relation['name']} ({relation['kind']})" in shown
        for column in relation["columns"]:
            # Columns of views cannot carry comments in DuckLake; the view's own explains them.
            explained = (
                column["comment"] or column["name"].removeprefix("usual_").replace("story_id", "story") in relation["comment"]
            )
            assert explained, f"{relation['name']}.{column['name']}"
            assert column["name"] in shown
    lines = [line.split(maxsplit=1) for line in shown.splitlines()]
    (fetches,) = (relation for relation in relations if relation["name"] == "fetches")
    listed = {column["name"]: column["values"] for column in fetches["columns"] if "values" in column}
    assert list(listed) == ["outcome", "reason", "origin"]
    for name, values in (("outcome", Outcome), ("reason", Reason), ("origin", Origin)):
        assert listed[name] == {one.value: one.meaning for one in values}
        for one in values:
            assert len(one.meaning) > 10 and one.meaning.endswith("."), one
            assert [one.value, one.meaning] in [[*map(str.strip, line)] for line in lines], one


def test_sources_tells_health_and_who_was_never_collected(config: Path) -> None:
    done = newslake("sources", "-c", config)
    assert done.returncode == 0
    assert "harbour" in done.stdout and "lighthouse: on the watchlist, never collected" in done.stdout
    told = {source["source"]: source["state"] for source in json.loads(newslake("sources", "-c", config, "--json").stdout)}
    assert told == {"harbour": "ok", "lighthouse": "never collected"}


def test_export_writes_each_kind_of_file(config: Path, tmp_path: Path) -> None:
    for ending in (".duckdb", ".parquet", ".csv", ".jsonl"):
        done = newslake("export", "-c", config, tmp_path / f"corpus{ending}")
        assert done.returncode == 0 and "Wrote 3 articles" in done.stdout, done.stderr
    with duckdb.connect(str(tmp_path / "corpus.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(3,)]
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/corpus.parquet'").fetchall() == [(3,)]
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "corpus.csv").read_text())))) == 3
    lines = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text().splitlines()]
    assert {line["title"] for line in lines} >= {"A tanker | leaves", NASTY}


def test_export_of_one_topic_and_what_it_refuses(config: Path, tmp_path: Path) -> None:
    assert "Wrote 2 articles" in newslake("export", "-c", config, tmp_path / "trade.csv", "--topic", "trade").stdout
    ending = newslake("export", "-c", config, tmp_path / "corpus.docx")
    assert ending.returncode == 2 and ".docx" in ending.stderr and ".parquet" in ending.stderr
    topic = newslake("export", "-c", config, tmp_path / "x.csv", "--topic", "tarde")
    assert topic.returncode == 2 and "'tarde'" in topic.stderr and "trade, arms" in topic.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"trade.csv"}


@pytest.mark.parametrize("words", [("sql", "SELECT 1"), ("sources",), ("schema",), ("export", "x.csv")])
def test_before_the_first_run_the_next_command_is_named(empty: Path, words: tuple[str, ...]) -> None:
    done = newslake(*words, cwd=empty.parent)
    assert done.returncode == 1
    assert "there is no warehouse" in done.stderr and "newslake run" in done.stderr
    assert not (empty.parent / "x.csv").exists() and not (empty.parent / "data").exists()


def _folder(catalog: Path) -> None:
    catalog.mkdir()


def _text(catalog: Path) -> None:
    catalog.write_text("this is no database, and is longer than the head of one would be" * 40)


def _foreign(catalog: Path) -> None:
    con = sqlite3.connect(catalog)
    con.execute("CREATE TABLE mine (x)")
    con.commit()
    con.close()


@pytest.mark.parametrize("made", [_folder, _text, _foreign])
@pytest.mark.parametrize("words", [("sql", "SELECT 1"), ("sources",)])
def test_a_catalog_that_is_none_is_told_in_words(empty: Path, made: object, words: tuple[str, ...]) -> None:
    (empty.parent / "data").mkdir()
    made(empty.parent / "data" / "catalog.sqlite")  # type: ignore[operator]
    done = newslake(*words, cwd=empty.parent)
    assert done.returncode == 1 and done.stdout == ""
    assert "catalog.sqlite" in done.stderr and "Next:" in done.stderr


@pytest.fixture
def large(empty: Path) -> Path:
    """A watchlist with a corpus that is too large to stay in the catalog."""
    with open_writer(load_watchlist(empty).warehouse, "test") as writer:
        load(writer, numbered(1, 1200))
    return empty


def test_missing_and_damaged_data_files_are_no_mistake_of_the_query(large: Path) -> None:
    files = list((large.parent / "data" / "lake").rglob("*.parquet"))
    assert files
    for file in files:
        file.write_bytes(b"no parquet" * 100)
    damaged = newslake("sql", "SELECT sum(length(text)) FROM articles", cwd=large.parent)
    assert damaged.returncode == 1 and "damaged" in damaged.stderr and "backup" in damaged.stderr
    shutil.rmtree(large.parent / "data" / "lake")
    gone = newslake("sql", "SELECT sum(length(text)) FROM articles", cwd=large.parent)
    assert gone.returncode == 1 and gone.stdout == ""
    assert "data files of the warehouse are missing" in gone.stderr
    assert "backup" in gone.stderr and "mend the query" not in gone.stderr
    assert newslake("sql", "SELECT tilte FROM articles", cwd=large.parent).returncode == 2


@pytest.mark.parametrize("words", [("sql", "SELECT count(*) FROM articles"), ("run", "--plain")])
def test_a_damaged_catalog_is_told_with_what_to_do(large: Path, words: tuple[str, ...]) -> None:
    catalog = large.parent / "data" / "catalog.sqlite"
    content = bytearray(catalog.read_bytes())
    content[100:8000] = b"\xa5" * 7900
    catalog.write_bytes(content)
    done = newslake(*words, cwd=large.parent)
    assert done.returncode == 1
    assert "catalog is damaged" in done.stderr and "from a backup" in done.stderr


def test_a_warehouse_of_a_newer_version_is_told_in_words(empty: Path) -> None:
    watchlist = load_watchlist(empty)
    with open_writer(watchlist.warehouse, "test") as writer:
        writer.con.execute("INSERT INTO schema_migrations VALUES ('9999_future', now(), '99.0')")
    for words in (("sql", "SELECT 1"), ("sources",)):
        done = newslake(*words, cwd=empty.parent)
        assert done.returncode == 1 and "newer newslake" in done.stderr and "9999_future" in done.stderr


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


class Terminal:
    """`newslake sql` in a pseudo-terminal."""

    def __init__(self, config: Path) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "sql", "-c", str(config)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=ENVIRONMENT | {"HOME": str(config.parent)},
        )
        os.close(slave)

    def until(self, text: str, seconds: float = 30) -> str:
        """What is printed up to and with `text`."""
        seen, end = b"", time.monotonic() + seconds
        while text.encode() not in seen:
            assert time.monotonic() < end, f"no {text!r} in {seen!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                seen += os.read(self.master, 65536)
        return seen.decode()

    def type(self, line: str) -> None:
        os.write(self.master, f"{line}\n".encode())


def test_the_shell_answers_until_exit(config: Path) -> None:
    shell = Terminal(config)
    try:
        shell.until("sql> ")
        shell.type(".tables")
        assert "source_health" in shell.until("sql> ")
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
    finally:
        if shell.process.poll() is None:
            shell.process.kill()
            shell.process.wait()
        os.close(shell.master)
