"""`newslake search --batch` finds the names of a list in whichever way articles write them, and says why each is a hit."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.flows.search.corpus import WATCHLIST
from tests.warehouse.makers import article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

TEXTS = {
    "korean": "어제 리정호가 회의에 참석했다고 관계자가 밝혔다.",
    "english": "Lee Jung-ho signed the contract on Monday, two officials said. Petr Ivanov was there.",
    "russian": "Письмо передали Петру Иванову во вторник. Судно «Капитан Орлов» вышло из порта.",
    "chinese": "据报道,李正浩出席了会议。",
    "other": "Lee Jung-hee and Pavel Ivanov spoke of New Haesong Trading and the captain Orlov.",
    "company": "They paid Haesong Trading Co. on Monday.",
}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("named")
    file = folder / "watchlist.toml"
    file.write_text(f'{WATCHLIST}[warehouse]\ncatalog = "data/news.duckdb"\n', "utf-8")
    made = [article(url(name), title=f"A report of {name}", text=text, matches=()) for name, text in TEXTS.items()]
    with open_writer(load_watchlist(file).warehouse, "test") as writer:
        load(writer, run(1, *map(fetch, made)))
    return file


def url(name: str) -> str:
    return f"https://harbour.example/{name}"


def searched(config: Path, file: Path, table: str, *words: str) -> tuple[dict[tuple[str, str], dict[str, str]], str]:
    file.write_text(table, "utf-8")
    done = newslake("search", "--batch", file, "-f", "csv", *words, "-c", config)
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout))
    return {(row["name"], row["url"].rpartition("/")[2]): row for row in rows}, done.stderr


def test_names_are_found_as_articles_write_them_with_the_reason(config: Path, tmp_path: Path) -> None:
    table = (
        "name,aliases,kind\n이정호,,person\nИванов Пётр Сергеевич,,person\nOrlov ship,Капитан Орлов;Kapitan Orlov,vessel\n"
        "Haesong Trading Ltd,,company\nNobody Known,,person\n"
    )
    rows, said = searched(config, tmp_path / "list.csv", table)
    assert set(rows) == {
        ("이정호", "korean"),
        ("이정호", "english"),
        ("이정호", "chinese"),
        ("Иванов Пётр Сергеевич", "english"),
        ("Иванов Пётр Сергеевич", "russian"),
        ("Orlov ship", "russian"),
        ("Haesong Trading Ltd", "company"),
        ("Nobody Known", ""),
    }
    english = rows["이정호", "english"]
    assert (english["match"], english["reason"]) == ("sound", "transliterated from 이정호")
    assert english["terms"] == "Lee Jung-ho" or "Lee Jung-ho" in english["terms"]
    assert rows["Haesong Trading Ltd", "company"]["match"] == "exact"
    assert "another ending" in rows["Иванов Пётр Сергеевич", "russian"]["reason"]
    assert "4 of 5 names found, in 7 hits." in said


def test_a_stricter_match_finds_fewer(config: Path, tmp_path: Path) -> None:
    table = "name,kind\n이정호,person\nПётр Иванов,person\n"
    found = {}
    for match in ("exact", "spelling", "sound"):
        rows, _ = searched(config, tmp_path / "list.csv", table, "--match", match)
        found[match] = {key for key in rows if key[1]}
    assert found["exact"] == set()
    assert found["spelling"] == {("이정호", "korean"), ("Пётр Иванов", "russian")}
    assert found["sound"] > found["spelling"]


def test_a_kind_that_is_not_known_is_told(config: Path, tmp_path: Path) -> None:
    rows, said = searched(config, tmp_path / "list.csv", "name,type\n이정호,wizard\n")
    assert ("이정호", "korean") in rows
    assert "line 2: the kind wizard is not person, company or vessel" in said


def test_match_is_for_batch(config: Path) -> None:
    done = newslake("search", "oil", "--match", "exact", "-c", config)
    assert done.returncode == 2
    assert "--match is for --batch" in done.stderr
