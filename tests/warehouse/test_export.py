"""The corpus as one file."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from newslake.errors import UsageError
from tests.warehouse.makers import MATCH, article, fetch, hours, run, words
from tests.warehouse.test_access import child, finished
from tests.warehouse.test_load import ask, everything, load
from warehouse.database.connect import open_reader, open_writer
from warehouse.describe import describe
from warehouse.export import Wanted, export
from warehouse.location import Location

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


def test_every_table_is_exported_whatever_its_name(corpus: Location, tmp_path: Path) -> None:
    """The catalog says which tables there are: one that nobody thought of in the export is copied too."""
    with open_writer(corpus, "test") as writer:
        writer.con.execute("CREATE TABLE \"their notes\" AS SELECT article_id, 'read this' AS note FROM articles")
    file = tmp_path / "corpus.duckdb"
    with open_reader(corpus) as con:
        export(con, file)
    con = duckdb.connect(str(file), read_only=True)
    rows = {
        name: con.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    }
    con.close()
    assert rows["their notes"] == 2
    assert rows == {name: ask(corpus, f'SELECT count(*) FROM "{name}"')[0][0] for name in rows}
    assert all(rows[name] for name in ("fingerprints", "source_runs", "source_states", "fetches", "urls", "matches"))


def test_a_corpus_that_goes_on_from_an_export_finds_copies(corpus: Location, tmp_path: Path) -> None:
    file = tmp_path / "corpus.duckdb"
    with open_reader(corpus) as con:
        export(con, file)
    copy = article(
        "https://strait.example/copy", "strait", text=f"{words('edited')} and a sentence of its own", published_at=hours(3)
    )
    for location in (corpus, Location(catalog=str(file))):
        load(location, run(3, fetch(copy, source="strait")))
        assert ask(location, "SELECT kind FROM copies") == [("near",)]


@pytest.mark.parametrize("name", ["o'brien", "what?", 'say "so"', "[x] *", "한국 뉴스", "100%25 #1"])
def test_a_file_is_written_whatever_its_path_is(corpus: Location, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for ending in ("duckdb", "parquet", "csv", "jsonl"):
        with open_reader(corpus) as con:
            assert export(con, folder / f"{name}.{ending}") == 2
    assert {file.name for file in folder.iterdir()} == {f"{name}.{ending}" for ending in ("duckdb", "parquet", "csv", "jsonl")}
    shutil.copy(folder / f"{name}.duckdb", tmp_path / "copy.duckdb")
    con = duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True)
    assert con.execute("SELECT count(*) FROM articles").fetchall() == [(2,)]
    con.close()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_filters_leave_what_belongs_to_the_articles(corpus: Location, tmp_path: Path) -> None:
    with open_reader(corpus) as con:
        assert export(con, tmp_path / "topic.duckdb", Wanted((MATCH.topic,))) == 1
        assert export(con, tmp_path / "since.jsonl", Wanted(since=datetime(2026, 3, 2))) == 1  # noqa: DTZ001 (naive is UTC)
        assert export(con, tmp_path / "none.csv", Wanted(("nobody",))) == 0
    topic = Location(catalog=str(tmp_path / "topic.duckdb"))
    assert ask(topic, "SELECT source FROM articles") == [("harbour",)]
    assert ask(topic, "SELECT count(*) FROM revisions") == [(2,)]
    assert (tmp_path / "none.csv").read_text("utf-8-sig").startswith("article_id,url,")


@pytest.mark.every_catalog
def test_flat_files_hold_articles_with_topics(corpus: Location, tmp_path: Path) -> None:
    with open_reader(corpus, allow_files=False) as con:
        assert [export(con, tmp_path / f"corpus{ending}") for ending in (".parquet", ".csv", ".jsonl")] == [2, 2, 2]
    parquet = duckdb.sql(f"SELECT source, topics, typeof(article_id) FROM '{tmp_path}/corpus.parquet' ORDER BY 1").fetchall()
    assert parquet == [("harbour", ["trade"], "VARCHAR"), ("strait", [], "VARCHAR")]
    with (tmp_path / "corpus.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["source"])
    assert [row["title"] for row in rows] == ["Oil for Rason", f"'{FORMULA}"]
    assert json.loads(rows[0]["authors"]) == ["Ada Park", "박 민"]
    lines = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text("utf-8").splitlines()]
    assert sorted((line["title"], line["published_at"]) for line in lines) == [
        (FORMULA, "2026-03-02T15:00:00+00:00"),
        ("Oil for Rason", "2026-03-01T09:00:00+00:00"),
    ]


def test_files_open_in_a_spreadsheet_and_in_data_frames(file_location: Location, tmp_path: Path) -> None:
    titles = ["북한, 석유 반입", "Нефть для Расона"]
    load(file_location, run(1, *(fetch(article(f"https://harbour.example/{n}", title=title)) for n, title in enumerate(titles))))
    with open_reader(file_location) as con:
        export(con, tmp_path / "excel.csv")
        export(con, tmp_path / "pipe.csv", Wanted(for_spreadsheets=False))
        export(con, tmp_path / "corpus.parquet")
        export(con, tmp_path / "corpus.jsonl")
    # Excel takes a file for one of the local code page unless it begins so
    assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbfarticle_id,url,")
    assert (tmp_path / "pipe.csv").read_bytes() == (tmp_path / "excel.csv").read_bytes()[3:].replace(b"\r\n", b"\n")
    ids = {str(key) for (key,) in ask(file_location, "SELECT article_id FROM articles")}
    frames = [
        pl.read_csv(tmp_path / "excel.csv"),
        pl.read_parquet(tmp_path / "corpus.parquet"),
        pl.read_ndjson(tmp_path / "corpus.jsonl"),
    ]
    for frame in frames:
        assert set(frame["article_id"]) == ids
        assert set(frame["title"]) == set(titles)
    assert (
        set(pd.read_csv(tmp_path / "excel.csv")["article_id"])
        == set(pd.read_parquet(tmp_path / "corpus.parquet")["article_id"])
        == ids
    )


def test_columns_are_chosen(file_location: Location, tmp_path: Path) -> None:
    load(file_location, run(1, fetch(article("https://harbour.example/1"))))
    with open_reader(file_location) as con:
        for ending in ("csv", "parquet", "jsonl"):
            export(con, tmp_path / f"few.{ending}", Wanted(columns=("title", "topics", "url")))
        with pytest.raises(
            UsageError, match=r"articles have no column titel\nState: nothing was written\nNext: choose among article_id, url"
        ):
            export(con, tmp_path / "wrong.csv", Wanted(columns=("titel",)))
    assert (tmp_path / "few.csv").read_text("utf-8-sig").splitlines()[0] == "title,topics,url"
    assert json.loads((tmp_path / "few.jsonl").read_text("utf-8")) == {
        "title": "Oil for Rason",
        "topics": ["trade"],
        "url": "https://harbour.example/1",
    }
    assert pl.read_parquet(tmp_path / "few.parquet").columns == ["title", "topics", "url"]
    assert not (tmp_path / "wrong.csv").exists()


def test_an_unknown_ending_names_the_known(file_location: Location, tmp_path: Path) -> None:
    load(file_location, run(1, fetch(article("https://harbour.example/1"))))
    with open_reader(file_location) as con, pytest.raises(UsageError) as caught:
        export(con, tmp_path / "corpus.xlsx")
    assert ".csv, .duckdb, .jsonl or .parquet" in str(caught.value)


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
