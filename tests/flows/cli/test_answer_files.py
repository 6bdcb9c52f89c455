"""Answers to SQL in files that keep their types, and as pages of HTML."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from lxml import etree, html

from tests.flows.cli.conftest import NASTY
from tests.flows.command import Done, ask, newslake

MANY_TYPES = """
SELECT article_id, [article_id] AS ids, {'id': article_id} AS s, title, published_at, published_at::DATE AS day,
  sum(word_count) OVER () AS n, NULL AS missing, 'x' AS a, 2 AS A, 9007199254740993 AS long,
  'nan'::DOUBLE AS nan, 1.50::DECIMAL(5, 2) AS price,
  INTERVAL 3 DAY AS step, 'xy'::BLOB AS bytes, true AS yes, DATE '1812-06-24' AS old, '=1+1' AS formula
FROM articles ORDER BY url
"""


@pytest.fixture(scope="module")
def local(config: Path) -> Path:
    file = config.with_name("seoul.toml")
    file.write_text(f'{config.read_text()}\n[schedule]\ninterval = "1h"\ntimezone = "Asia/Seoul"\n')
    return file


def written(config: Path, file: Path, query: str) -> Done:
    done = newslake("sql", "-c", config, "-o", file, query)
    assert done.returncode == 0 and done.stdout == "", done.stderr
    assert re.search(rf"^Wrote [\d,]+ rows? to {re.escape(str(file))}\.$", done.stderr, re.M), done.stderr
    assert [one.name for one in file.parent.iterdir()] == [file.name], "nothing else is left"
    return done


def test_parquet_keeps_types_and_has_ids_as_text(local: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.parquet"
    written(local, file, MANY_TYPES)
    ((key,),) = ask(local, "SELECT min_by(article_id, url)::VARCHAR FROM articles")
    row = pq.read_table(file).to_pylist()[0]
    assert (row["article_id"], row["ids"], row["s"]) == (key, [key], {"id": key})
    assert str(row["published_at"]) == "2026-03-01 18:00:00+09:00" and str(row["day"]) == "2026-03-01"
    assert (row["long"], row["missing"], row["a"], row["A_1"], row["yes"]) == (9007199254740993, None, "x", 2, True)
    with duckdb.connect() as con:
        kinds = dict(con.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{file}')").fetchall())
    assert kinds["published_at"] == "TIMESTAMP WITH TIME ZONE" and kinds["n"] == "DOUBLE" and kinds["price"] == "DECIMAL(5,2)"


def test_csv_has_no_formula_in_its_cells_and_none_in_names_that_come_from_articles(local: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.csv"
    written(local, file, "PIVOT (SELECT unnest(['=1+1', '@x', 'plain']) AS title) ON title USING min(title)")
    rows = [line.split(",") for line in file.read_text("utf-8-sig").splitlines()]
    assert [sorted(row) for row in rows] == [["'=1+1", "'@x", "plain"]] * 2


def test_a_sheet_has_local_times_numbers_and_plain_text(local: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.xlsx"
    written(local, file, MANY_TYPES)
    with zipfile.ZipFile(file) as sheet:
        rows = [
            ["".join(cell.itertext()) for cell in row.iter("{*}c")]
            for row in etree.fromstring(sheet.read("xl/worksheets/sheet1.xml")).iter("{*}row")
        ]
        kinds = {cell.get("r"): cell.get("t") for cell in etree.fromstring(sheet.read("xl/worksheets/sheet1.xml")).iter("{*}c")}
    assert rows[0][:6] == ["article_id", "ids", "s", "title", "published_at", "day"] and len(rows) == 4
    assert abs(float(rows[1][4]) - 46082.75) < 1e-6, "18:00 in Seoul on 1 March 2026, in days since 1900"
    assert {"9007199254740993", "7879", "1812-06-24", "=1+1", "1.50"} <= set(rows[1])
    assert kinds["R2"] == "inlineStr", "a formula is text"
    assert rows[3][3] == NASTY.replace("\x1b", "").replace("\x07", ""), "XML has no control characters"


def test_what_a_sheet_cannot_hold_is_told(local: Path, tmp_path: Path) -> None:
    done = written(local, tmp_path / "long.xlsx", "SELECT repeat('x', 40000) AS t")
    assert "1 text was cut after 32,767 characters" in done.stderr
    far = "SELECT DATE '5000000-01-01' AS a, TIMESTAMP '290000-01-01' AS b, DATE '9999-12-31' AS c"
    written(local, tmp_path / "long.xlsx", far)
    with zipfile.ZipFile(tmp_path / "long.xlsx") as sheet:
        cells = list(etree.fromstring(sheet.read("xl/worksheets/sheet1.xml")).iter("{*}c"))[3:]
    assert ["".join(cell.itertext()) for cell in cells][:2] == ["5000000-01-01", "290000-01-01 00:00:00"]
    assert float("".join(cells[2].itertext())) == 2958465, "the last day of Excel"
    (tmp_path / "long.xlsx").unlink()
    many = newslake("sql", "-c", local, "-o", tmp_path / "many.xlsx", "SELECT range AS n FROM range(1048576)")
    assert many.returncode == 2 and "the answer has 1,048,576 rows" in many.stderr and ".parquet" in many.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "html"])
def test_a_file_is_whole_or_as_it_was(local: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"answer.{ending}"
    written(local, file, "SELECT title FROM articles WHERE false")
    before = file.read_bytes()
    late = "SELECT CASE WHEN range < 30000 THEN range ELSE error('late') END AS n FROM range(40000)"
    done = newslake("sql", "-c", local, "-o", file, late)
    assert done.returncode == 2 and "late" in done.stderr, done.stderr
    assert file.read_bytes() == before and list(tmp_path.iterdir()) == [file]
    silent = newslake("sql", "-c", local, "-o", file, "SET VARIABLE x = 1")
    assert "Traceback" not in silent.stderr
    nowhere = newslake("sql", "-c", local, "-o", tmp_path / "none" / f"x.{ending}", "SELECT 1")
    assert nowhere.returncode == 1 and "could not write" in nowhere.stderr


def test_a_page_is_text_that_needs_nothing_else(local: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.html"
    query = (
        "SELECT title, url, published_at, NULL AS none, word_count, '<script>alert(1)</script>&' AS t, "
        "'javascript:alert(1)' AS j, 'https://x.example/\"onclick=' AS q FROM articles ORDER BY articles.url"
    )
    written(local, file, query)
    page = html.fromstring(file.read_bytes())
    cells = [cell.text_content() for cell in page.xpath("//tbody/tr[1]/td")]
    assert cells[0] == "A tanker | leaves" and cells[2:4] == ["2026-03-01 18:00:00+09:00", "NULL"]
    assert cells[5:] == ["<script>alert(1)</script>&", "javascript:alert(1)", 'https://x.example/"onclick=']
    assert not page.xpath("//script | //link | //img | //*[@onclick]")
    assert page.xpath("//tbody/tr[1]//a/@href") == ["https://harbour.example/1", 'https://x.example/"onclick=']
    assert not set(file.read_text()) & set("\x1b\x9b\x07\u202e")
    assert newslake("sql", "-c", local, "-f", "html", query).stdout == file.read_text()


@pytest.mark.parametrize("ending", ["csv", "parquet", "svg"])
def test_a_pipe_gets_the_answer_and_stays_a_pipe(local: Path, tmp_path: Path, ending: str) -> None:
    pipe = tmp_path / f"answer.{ending}"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    more = ["--chart", "bar"] if ending == "svg" else []
    done = newslake("sql", "-c", local, "-o", pipe, *more, "SELECT 1 AS a, 2 AS b")
    assert done.returncode == 0, done.stderr
    assert os.read(reader, 60_000).startswith({"csv": "\ufeffa,b\n1,2\n".encode(), "parquet": b"PAR1", "svg": b"<svg"}[ending])
    os.close(reader)
    assert pipe.is_fifo()


def test_a_dash_is_standard_output_and_an_empty_name_no_file(local: Path, tmp_path: Path) -> None:
    done = newslake("sql", "-c", local, "-f", "csv", "-o", "-", "SELECT 1 AS a", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "a\n1\n")
    done = newslake("sql", "-c", local, "-f", "csv", "-o", "", "SELECT 1 AS a", cwd=tmp_path)
    assert done.returncode == 1 and "could not write" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_formats_of_files_need_a_file(local: Path) -> None:
    done = newslake("sql", "-c", local, "-f", "xlsx", "SELECT 1")
    assert done.returncode == 2 and "xlsx is for files" in done.stderr and "--output answer.xlsx" in done.stderr
    assert newslake("search", "-c", local, "-f", "parquet", "tanker").returncode == 2


def test_an_answer_is_drawn(local: Path, tmp_path: Path) -> None:
    query = "SELECT published_at::DATE AS day, count(*) AS articles, min(title) AS t FROM articles GROUP BY ALL"
    for name in ("chart.svg", "chart.html"):
        done = newslake("sql", "-c", local, "--chart", "bar", "--title", "북한 <b>", "-o", tmp_path / name, query)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert f"Wrote the chart to {tmp_path / name}." in done.stderr
    picture = etree.fromstring((tmp_path / "chart.svg").read_bytes())
    assert "북한 <b>" in ["".join(one.itertext()) for one in picture.iter("{*}text")]
    page = html.fromstring((tmp_path / "chart.html").read_bytes())
    assert page.xpath("//svg") and [cell.text_content() for cell in page.xpath("//tbody/tr[1]/td")][:2] == ["2026-03-01", "3"]
    assert "prefers-color-scheme:dark" in (tmp_path / "chart.html").read_text()
    before = (tmp_path / "chart.svg").read_bytes()
    for arguments, why in (
        (["--chart", "line", query], "a chart goes to a file"),
        (["--chart", "line", "-f", "csv", "-o", tmp_path / "c.svg", query], "--format"),
        (["--title", "A title", query], "--title"),
        (["--chart", "line", "-o", tmp_path / "x.png", query], "not x.png"),
        (["-o", tmp_path / "x.svg", query], "an .svg file is a chart"),
        (["--chart", "line", "-o", tmp_path / "chart.svg", query + " HAVING false"], "no rows"),
    ):
        done = newslake("sql", "-c", local, *arguments)
        assert done.returncode == 2 and why in done.stderr and "Next:" in done.stderr, done.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"chart.svg", "chart.html"}
    assert (tmp_path / "chart.svg").read_bytes() == before
