"""The corpus as one file."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from newslake.errors import UsageError
from tests.warehouse.makers import MATCH, article, fetch, hours, run, words
from tests.warehouse.test_access import child, finished
from tests.warehouse.test_load import ask, everything, load
from warehouse.database.connect import open_reader
from warehouse.export import export
from warehouse.location import Location
from warehouse.read import describe

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def corpus(location: Location) -> Location:
    arms = article("https://strait.example/2", "strait", title=FORMULA, published_at=hours(30), matches=())
    load(
        location,
        run(1, fetch(article("https://harbour.example/1")), fetch(arms)),
        run(2, fetch(article("https://harbour.example/1", text=words("edited"), seen_at=hours(2)))),
    )
    return location


@pytest.mark.every_catalog
def test_duckdb_holds_everything_with_its_meaning(corpus: Location, tmp_path: Path) -> None:
    file = tmp_path / "corpus.duckdb"
    with open_reader(corpus) as con:
        assert export(con, file) == 2
        meaning = describe(con)
    exported = Location(catalog=str(file))
    assert everything(exported) == everything(corpus)
    with open_reader(exported) as con:
        assert describe(con) == meaning
    con = duckdb.connect(str(file), read_only=True)
    assert con.execute("SELECT count(*) FROM stories").fetchall() == [(2,)]
    con.close()


def test_filters_leave_what_belongs_to_the_articles(corpus: Location, tmp_path: Path) -> None:
    with open_reader(corpus) as con:
        assert export(con, tmp_path / "topic.duckdb", topic=MATCH.topic) == 1
        assert export(con, tmp_path / "since.jsonl", since=datetime(2026, 3, 2)) == 1  # noqa: DTZ001 (naive is UTC)
        assert export(con, tmp_path / "none.csv", topic="nobody") == 0
    topic = Location(catalog=str(tmp_path / "topic.duckdb"))
    assert ask(topic, "SELECT source FROM articles") == [("harbour",)]
    assert ask(topic, "SELECT count(*) FROM revisions") == [(2,)]
    assert (tmp_path / "none.csv").read_text("utf-8").startswith("article_id,url,")


@pytest.mark.every_catalog
def test_flat_files_hold_articles_with_topics(corpus: Location, tmp_path: Path) -> None:
    with open_reader(corpus, allow_files=False) as con:
        assert [export(con, tmp_path / f"corpus{ending}") for ending in (".parquet", ".csv", ".jsonl")] == [2, 2, 2]
    parquet = duckdb.sql(f"SELECT source, topics, typeof(article_id) FROM '{tmp_path}/corpus.parquet' ORDER BY 1").fetchall()
    assert parquet == [("harbour", ["trade"], "UUID"), ("strait", [], "UUID")]
    with (tmp_path / "corpus.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["source"])
    assert [row["title"] for row in rows] == ["Oil for Rason", f"'{FORMULA}"]
    assert json.loads(rows[0]["authors"]) == ["Ada Park", "박 민"]
    lines = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text("utf-8").splitlines()]
    assert sorted((line["title"], line["published_at"]) for line in lines) == [
        (FORMULA, "2026-03-02T15:00:00+00:00"),
        ("Oil for Rason", "2026-03-01T09:00:00+00:00"),
    ]


def test_an_unknown_ending_names_the_known(file_location: Location, tmp_path: Path) -> None:
    load(file_location, run(1, fetch(article("https://harbour.example/1"))))
    with open_reader(file_location) as con, pytest.raises(UsageError) as caught:
        export(con, tmp_path / "corpus.xlsx")
    assert ".csv, .duckdb, .jsonl, .parquet" in str(caught.value)


@pytest.mark.parametrize("ending", [".duckdb", ".parquet", ".csv", ".jsonl"])
def test_a_full_disk_leaves_the_file_that_was_there(file_location: Location, tmp_path: Path, ending: str) -> None:
    load(file_location, run(1, fetch(article("https://harbour.example/1", text=words("long", 20_000)))))
    file = tmp_path / "out" / f"corpus{ending}"
    file.parent.mkdir()
    file.write_text("what was there")
    code, said = finished(child("export_too_much", file_location, file, 10_000))
    assert code == 1
    assert said.startswith(f"StorageError: could not write {file}")
    assert "Next: free disk space" in said
    assert [(left.name, left.read_text()) for left in file.parent.iterdir()] == [(file.name, "what was there")]
