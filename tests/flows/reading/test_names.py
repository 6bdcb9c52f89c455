"""Whom and what the articles name, as commands, SQL and pages tell it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.warehouse.makers import article, fetch, hours, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

A, B, C = (f"https://{outlet}.example/1" for outlet in ("harbour", "strait", "cape"))
TEXTS = {
    A: "The tanker Grey Heron left Nakhodka, said Minister Ada Lund. Lund leads Hanbit Shipping Co.",
    B: "It was Dr. Ada Lund who paid, says a court in Seoul.",
    C: "Об этом сообщил министр Иван Лунин в Москве.",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tmp_path_factory.mktemp("names") / "watchlist.toml"
    config.write_text(
        '[[topic]]\nname = "trade"\nquery = "oil"\n[[source]]\nname = "harbour"\nurl = "https://harbour.example/"\n'
        '[warehouse]\ncatalog = "data/news.duckdb"\n'
    )
    pages = [
        fetch(article(A, "harbour", TEXTS[A], title="Lund: ferries stay")),
        fetch(article(B, "strait", TEXTS[B], title="Who paid", published_at=hours(30), matches=())),
        fetch(article(C, "cape", TEXTS[C], title="Кто платил", language="ru", matches=())),
    ]
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, *pages))
    return config


def listed(config: Path, *options: str) -> list[Any]:
    done = newslake("names", "-c", config, "--json", *options)
    assert done.returncode == 0, done.stderr
    return [(one["kind"], one["name"], one["articles"], one["titles"]) for one in json.loads(done.stdout)["names"]]


def test_names_are_listed_by_how_many_articles_have_them(corpus: Path) -> None:
    assert listed(corpus)[0] == ("person", "Ada Lund", 2, 1)
    assert listed(corpus, "--kind", "vessel", "--kind", "organisation") == [
        ("organisation", "Hanbit Shipping Co.", 1, 0),
        ("vessel", "Grey Heron", 1, 0),
    ]
    assert listed(corpus, "--language", "ru", "--kind", "place") == [("place", "Москва", 1, 0)]
    assert listed(corpus, "--source", "strait", "--kind", "person") == [("person", "Ada Lund", 1, 0)]
    assert listed(corpus, "--topic", "trade", "--kind", "person") == [("person", "Ada Lund", 1, 1)]
    assert listed(corpus, "--since", "2026-03-02", "--kind", "place") == [("place", "Seoul", 1, 0)]
    assert listed(corpus, "heron") == [("vessel", "Grey Heron", 1, 0)]
    assert listed(corpus, "--limit", "1") == [("person", "Ada Lund", 2, 1)]


def test_they_are_printed_for_people_and_for_spreadsheets(corpus: Path) -> None:
    done = newslake("names", "-c", corpus, "--kind", "person")
    assert "Ada Lund" in done.stdout and done.stdout.endswith("--name 'Ada Lund'\n")
    rows = list(csv.DictReader(io.StringIO(newslake("names", "-c", corpus, "-f", "csv").stdout)))
    assert rows[0]["name"] == "Ada Lund" and rows[0]["articles"] == "2"
    assert newslake("names", "-c", corpus, "nobody").stdout.startswith("No such name")
    refused = newslake("names", "-c", corpus, "-f", "xlsx")
    assert refused.returncode == 2 and '--output names.xlsx "FROM names"' in refused.stderr


def test_an_article_shows_whom_and_what_it_names(corpus: Path) -> None:
    shown = newslake("show", "-c", corpus, A).stdout
    assert "people  Ada Lund" in shown and "vessels  Grey Heron" in shown
    told = json.loads(newslake("show", "-c", corpus, A, "--json").stdout)["mentions"]
    assert {one["name"]: (one["times"], one["forms"]) for one in told}["Ada Lund"] == (3, ["Lund"])


def test_a_search_finds_the_articles_that_have_a_name(corpus: Path) -> None:
    def found(*options: str) -> set[str]:
        done = newslake("search", "-c", corpus, "--json", *options)
        assert done.returncode == 0, done.stderr
        return {hit["url"] for hit in json.loads(done.stdout)["hits"]}

    assert found("--name", "ada lund") == {A, B}
    assert found("--name", "Lund", "--name", "Москва") == {A, C}
    assert found("tanker", "--name", "Ada Lund") == {A}
    done = newslake("search", "-c", corpus, "--name", "Lund Ada")
    assert "'Lund Ada' is not found as a name in any article" in done.stderr
    assert "did you mean Ada Lund?" in newslake("search", "-c", corpus, "--name", "da lun").stderr


def test_sql_has_them(corpus: Path) -> None:
    query = "SELECT name, articles, sources, languages FROM names WHERE kind = 'person' ORDER BY articles DESC"
    told = json.loads(newslake("sql", "-c", corpus, "-f", "json", query).stdout)
    assert told[0] == {"name": "Ada Lund", "articles": 2, "sources": 2, "languages": ["en"]}


def test_who_switched_them_off_is_told_so(corpus: Path, tmp_path: Path) -> None:
    off = tmp_path / "watchlist.toml"
    off.write_text(corpus.read_text().replace('"data/news.duckdb"', f'"{corpus.parent}/data/news.duckdb"\nnames = false'))
    assert "names is false in [warehouse]" in newslake("names", "-c", off).stderr


def test_names_of_a_list_of_the_user_say_so(corpus: Path, tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(corpus.read_text().replace('"data/news.duckdb"', f'"{tmp_path}/news.duckdb"'))
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, fetch(article(A, "harbour", TEXTS[A]))))
        values = "article_id, 'ours', 'LUND, Ada', 'person', ['Ada Lund', 'Lund'], 'spelling', 'order', 0.9, false, 2"
        writer.con.execute(f"INSERT INTO listed SELECT {values} FROM articles")
    told = json.loads(newslake("names", "-c", config, "--json", "lund, ada").stdout)["names"]
    assert [(one["name"], one["entity"], one["times"]) for one in told] == [("Ada Lund", "LUND, Ada", 2)]
    found = json.loads(newslake("search", "-c", config, "--json", "--name", "lund, ada").stdout)["hits"]
    assert [hit["url"] for hit in found] == [A]
