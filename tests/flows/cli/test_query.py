"""The commands that read: what they answer, in which form, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from newslake.outcomes import Origin, Outcome, Reason
from tests.flows.cli.conftest import NASTY
from tests.flows.command import ask, newslake, newslake_process


@pytest.mark.parametrize("query", ["", " ; ", "-- nothing but a remark"])
def test_a_query_of_nothing_is_told(config: Path, query: str) -> None:
    done = newslake("sql", "-c", config, query)
    assert done.returncode == 2
    assert "there is no statement in this query" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "value",
    ["TIMESTAMPTZ '9999-12-31 23:59:59+00'", "[DATE '9999-12-31'::TIMESTAMPTZ + INTERVAL 1 day]", "INTERVAL 100000000 years"],
)
@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_a_moment_that_no_calendar_has_is_told_in_words(config: Path, value: str, form: str) -> None:
    done = newslake("sql", f"SET TimeZone = 'Asia/Kathmandu'; SELECT {value}", "-f", form, "-c", config)
    assert done.returncode == 2 and "cannot be shown" in done.stderr and "::VARCHAR" in done.stderr


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
        is_macro = "macro" in relation["kind"]
        assert relation["comment"] and f"{relation['name']}{'(' if is_macro else ' (' + relation['kind'] + ')'}" in shown
        assert is_macro == ("parameters" in relation)
        for part in [*relation["columns"], *relation.get("parameters", ())]:
            assert part["comment"], f"{relation['name']}.{part['name']}"
            assert part["name"] in shown
    assert "corpus_as_of(moment) (table macro)" in shown and "blind_spots(outlet, others := 2, of_topic := '')" in shown
    lines = [line.split(maxsplit=1) for line in shown.splitlines()]
    (fetches,) = (relation for relation in relations if relation["name"] == "fetches")
    listed = {column["name"]: column["values"] for column in fetches["columns"] if "values" in column}
    assert list(listed) == ["outcome", "reason", "origin"]
    for name, values in (("outcome", Outcome), ("reason", Reason), ("origin", Origin)):
        assert listed[name] == {one.value: one.meaning for one in values}
        for one in values:
            assert len(one.meaning) > 10 and one.meaning.endswith("."), one
            assert [one.value, one.meaning] in [[*map(str.strip, line)] for line in lines], one
    some = newslake("schema", "coverage", "top_words()", "-c", config).stdout
    assert "coverage (view)" in some and "top_words(" in some and "articles (table)" not in some and len(some) < len(shown) / 5
    assert [one["name"] for one in json.loads(newslake("schema", "fetches", "-c", config, "--json").stdout)] == ["fetches"]
    wrong = newslake("schema", "converage", "-c", config)
    assert wrong.returncode == 2 and "near it are: coverage" in wrong.stderr


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
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "corpus.csv").read_text("utf-8-sig"))))) == 3
    lines = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text().splitlines()]
    assert {line["title"] for line in lines} >= {"A tanker | leaves", NASTY}


def test_export_of_one_topic_and_what_it_refuses(config: Path, tmp_path: Path) -> None:
    assert "Wrote 2 articles" in newslake("export", "-c", config, tmp_path / "trade.csv", "--topic", "trade").stdout
    ending = newslake("export", "-c", config, tmp_path / "corpus.docx")
    assert ending.returncode == 2 and ".docx" in ending.stderr and ".parquet" in ending.stderr
    topic = newslake("export", "-c", config, tmp_path / "x.csv", "--topic", "tarde")
    assert topic.returncode == 2 and "'tarde': did you mean trade?" in topic.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"trade.csv"}


def test_export_writes_over_nothing_that_the_project_keeps(config: Path, tmp_path: Path) -> None:
    shutil.copytree(config.parent, tmp_path / "mine")
    mine = tmp_path / "mine" / config.name
    lake = mine.parent / "data" / "lake"
    stored = lake / "main" / "articles" / "ducklake-1.parquet"
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_text("articles")
    (tmp_path / "link.parquet").symlink_to(stored)
    for file in (stored, tmp_path / "link.parquet", mine.parent / "data" / "captures" / "x.csv"):
        file.parent.mkdir(parents=True, exist_ok=True)
        done = newslake("export", "-c", mine, file)
        assert done.returncode == 2 and "what the project keeps" in done.stderr, file
    assert stored.read_text() == "articles"


def test_export_does_not_replace_a_plain_warehouse(config: Path, tmp_path: Path) -> None:
    plain = tmp_path / "watchlist.toml"
    plain.write_text(f'{config.read_text()}\n[warehouse]\ncatalog = "news.duckdb"\n')
    assert newslake("export", "-c", config, tmp_path / "news.duckdb").returncode == 0
    before = (tmp_path / "news.duckdb").stat().st_ino
    os.link(tmp_path / "news.duckdb", tmp_path / "second-name.duckdb")
    for name in ("news.duckdb", "second-name.duckdb"):
        done = newslake("export", "-c", plain, name, "--topic", "trade", cwd=tmp_path)
        assert done.returncode == 2 and "the warehouse itself" in done.stderr
    assert (tmp_path / "news.duckdb").stat().st_ino == before
    assert newslake("export", "-c", plain, "copy.duckdb", cwd=tmp_path).returncode == 0


def test_export_to_standard_output(config: Path) -> None:
    done = newslake("export", "-c", config, "-")
    assert done.returncode == 0, done.stderr
    assert {json.loads(line)["title"] for line in done.stdout.splitlines()} >= {"A tanker | leaves", NASTY}
    rows = list(csv.DictReader(io.StringIO(newslake("export", "-c", config, "-", "--format", "csv").stdout)))
    assert len(rows) == 3 and "title" in rows[0]
    named = newslake("export", "-c", config, "x.csv", "--format", "parquet")
    assert named.returncode == 2 and "the format of a file is the end of its name" in named.stderr


def test_export_of_some_columns(config: Path, tmp_path: Path) -> None:
    done = newslake("export", "-c", config, tmp_path / "few.csv", "--columns", "url, topics")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "few.csv").read_text("utf-8-sig").splitlines()[0] == "url,topics"
    wrong = newslake("export", "-c", config, tmp_path / "few.csv", "--columns", "url,topic")
    assert wrong.returncode == 2 and "articles have no column topic" in wrong.stderr and "earlier_topics" in wrong.stderr
    whole = newslake("export", "-c", config, tmp_path / "few.duckdb", "--columns", "url")
    assert whole.returncode == 2 and "a .duckdb file has whole tables" in whole.stderr
    assert not newslake("export", "-c", config, "-", "--format", "csv").stdout.startswith("\ufeff")


def test_an_answer_goes_to_a_file_as_its_name_ends(config: Path, tmp_path: Path) -> None:
    query = "SELECT article_id, '북한 석유, Нефть' AS said FROM articles ORDER BY url LIMIT 1"
    ((key,),) = ask(config, "SELECT min_by(article_id, url)::VARCHAR FROM articles")
    for ending in ("csv", "json", "jsonl", "md"):
        done = newslake("sql", "-c", config, "-o", tmp_path / f"answer.{ending}", query)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    said = {file.suffix: file.read_bytes().decode() for file in tmp_path.iterdir()}
    assert said[".csv"] == f'\ufeffarticle_id,said\n{key},"북한 석유, Нефть"\n'  # Excel knows UTF-8 by this mark
    assert json.loads(said[".json"]) == [json.loads(said[".jsonl"])] == [{"article_id": key, "said": "북한 석유, Нефть"}]
    assert f"| {key} | 북한 석유, Нефть |" in said[".md"]
    piped = said[".csv"].removeprefix("\ufeff").replace("\r\n", "\n")
    assert newslake("sql", "-c", config, "-f", "csv", query).stdout == piped
    wrong = newslake("sql", "-c", config, "-o", tmp_path / "answer.csv", "SELECT nonsense")
    assert wrong.returncode == 2 and (tmp_path / "answer.csv").read_bytes().decode() == said[".csv"]
    assert len(list(tmp_path.iterdir())) == 4


def test_where_an_answer_cannot_go(config: Path, tmp_path: Path) -> None:
    ending = newslake("sql", "-c", config, "-o", tmp_path / "answer.ods", "SELECT 1")
    assert ending.returncode == 2 and "it ends in .ods" in ending.stderr and ".csv, .json, .jsonl, .md" in ending.stderr
    own = newslake("sql", "-c", config, "-o", config.parent / "data" / "state" / "x.csv", "SELECT 1")
    assert own.returncode == 2 and "what the project keeps" in own.stderr
    assert "--output" in own.stderr.partition("Next: ")[2], own.stderr
    nowhere = newslake("sql", "-c", config, "-o", tmp_path / "no folder" / "x.csv", "SELECT 1")
    assert nowhere.returncode == 1 and "could not write" in nowhere.stderr and "State: " in nowhere.stderr


def test_a_pivot_prints_one_table(config: Path) -> None:
    done = newslake("sql", "-c", config, "PIVOT matches ON topic USING count(*) GROUP BY in_title")
    assert done.returncode == 0 and "Count" not in done.stdout and done.stdout.count("in_title") == 1
    kept = newslake("sql", "-c", config, "CREATE TEMP TABLE t AS PIVOT matches ON topic; SELECT count(*) AS many FROM t")
    assert kept.returncode == 0 and kept.stdout.split()[0] == "many", kept.stdout


@pytest.mark.parametrize("shape", ["table", "csv", "json", "jsonl", "markdown"])
def test_bytes_are_printed_in_hexadecimal(config: Path, shape: str) -> None:
    query = "SELECT '\\x00\\xABc'::BLOB AS b, ['\\xFF'::BLOB] AS l, {'x': '\\xEE'::BLOB} AS s"
    done = newslake("sql", "-c", config, "-f", shape, query)
    assert done.returncode == 0, done.stderr
    assert all(digits in done.stdout for digits in ("00ab63", "ff", "ee"))
    assert "b'" not in done.stdout and "\\x" not in done.stdout


def test_the_path_of_data_files_is_hidden(config: Path) -> None:
    for query in (
        "SELECT filename FROM articles",
        'SELECT a."FileName" FROM articles AS a',
        "FROM articles JOIN copies USING (filename)",
    ):
        done = newslake("sql", "-c", config, query)
        assert done.returncode == 2 and "the name filename, which shows where" in done.stderr
    assert newslake("sql", "-c", config, "SELECT parse_filename(url) AS filename FROM articles").returncode == 0


@pytest.mark.parametrize(
    "locale", [pytest.param("ISO-8859-1", marks=pytest.mark.e2e), pytest.param("KOI8-R", marks=pytest.mark.e2e), "ascii"]
)
def test_what_programs_read_is_utf_8_in_every_locale(config: Path, locale: str) -> None:
    """PYTHONIOENCODING does what such a locale does, on machines that have it not."""
    words = "Café 北京 🛢 Путин 김정은"
    for shape in ("csv", "json", "jsonl", "markdown"):
        done = newslake_process("sql", "-c", config, "-f", shape, f"SELECT '{words}' AS t", PYTHONIOENCODING=locale)
        assert done.returncode == 0 and words in done.stdout, done.stderr
    told = newslake_process("schema", "-c", config, "--json", PYTHONIOENCODING=locale)
    assert json.loads(told.stdout)
