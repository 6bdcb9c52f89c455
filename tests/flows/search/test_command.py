"""`newslake search`: what it finds, how it prints it, what it refuses; saved searches, and files of names."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.flows.command import ask, newslake
from tests.flows.search.corpus import KOREAN, OLD, STORM, TANKER, made


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("search"))


def found(config: Path, *words: str) -> list[str]:
    """The addresses that a search finds, in its order."""
    return [hit["url"] for hit in searched(config, *words)["hits"]]


def searched(config: Path, *words: str) -> dict[str, Any]:
    done = newslake("search", *words, "-c", config, "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_best_come_first_with_id_address_and_passage(config: Path) -> None:
    said = searched(config, "oil")
    assert said["articles"] == 2
    first, *_ = said["hits"]
    assert (first["url"], first["rank"], first["source"], first["in_title"]) == (TANKER, 1, "harbour", True)
    assert first["article_id"] == str(uuid5(NAMESPACE_URL, TANKER))
    assert "crude oil to Rason" in first["snippet"]
    assert [hit["score"] for hit in said["hits"]] == sorted((hit["score"] for hit in said["hits"]), reverse=True)


@pytest.mark.parametrize(
    ("words", "urls"),
    [
        (["tanker", "--source", "strait"], [STORM]),
        (["tanker", "--topic", "trade", "--sort", "date"], [TANKER, OLD]),
        (["tanker", "--since", "2026-03-02"], [STORM]),
        (["tanker", "--until", "2026-01-01T00:00:00Z"], [OLD]),
        (["tanker", "--tag", "weather"], [STORM]),
        (["석유 OR oil", "--language", "ko"], [KOREAN]),
        (["tanker", "--sort", "date"], [STORM, TANKER, OLD]),
        (["tanker", "--sort", "date", "--limit", "1"], [STORM]),
        (['"oil to rason"'], [TANKER]),
        (["title:storm"], [STORM]),
        (["tank*", "--topic", "trade", "--source", "strait"], []),
        (["북한"], [KOREAN]),
        (["zzz yyy OR storm"], [STORM]),
        (["storm OR zzz yyy"], [STORM]),
        (["title:(zzz yyy OR storm)"], [STORM]),
    ],
)  # fmt: skip
def test_a_search_can_be_restricted_and_sorted(config: Path, words: list[str], urls: list[str]) -> None:
    assert found(config, *words) == urls


def test_what_is_printed_is_for_people_in_their_zone_and_harmless(config: Path) -> None:
    done = newslake("search", "tanker", "-c", config)
    assert done.returncode == 0
    assert f"{uuid5(NAMESPACE_URL, TANKER)}  {TANKER}" in done.stdout
    assert "2026-03-01 18:00  harbour  Oil for Rason" in done.stdout
    assert "2025-12-01  " in done.stdout  # known to the day
    assert "3 articles match. Times: Asia/Seoul." in done.stdout
    assert "\x1b" not in done.stdout


def test_more_than_are_shown_are_counted(config: Path) -> None:
    assert "3 articles match; the first 1 are shown" in newslake("search", "tanker", "-n", "1", "-c", config).stdout
    assert "The first 1 of at most" in newslake("search", '"a tanker"', "-n", "1", "-c", config).stdout
    assert "No article matches." in newslake("search", "zeppelin", "-c", config).stdout


def test_rows_for_programs_have_ids_as_text_and_no_formulas(config: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(newslake("search", "nets", "-f", "csv", "-c", config).stdout)))
    assert [row["article_id"] for row in rows] == [str(uuid5(NAMESPACE_URL, OLD))]
    assert rows[0]["snippet"].startswith("'=Fishing")
    line = json.loads(newslake("search", "북한", "-f", "jsonl", "-c", config).stdout)
    assert (line["url"], line["language"]) == (KOREAN, "ko")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["oil AND ("], "never closed"),
        ([], "what to search for is missing"),
        (["oil", "--topic", "trad"], "unknown topic or saved search 'trad': did you mean trade?"),
        (["oil", "--source", "harbor"], "unknown source 'harbor': did you mean harbour?"),
        (["oil", "--since", "yesterday"], "--since 'yesterday' is no moment"),
        (["oil", "--sort", "age"], "--sort is score or date, not 'age'"),
        (["oil", "--save", "a b"], "'a b' cannot be the name of a search"),
        (["oil", "--save", "trade"], "trade is a topic of the watchlist"),
        (["oil", "--batch", "names.csv"], "--batch takes its queries from the file"),
        (["--batch", "nowhere.csv"], "cannot read nowhere.csv"),
    ],
)
def test_mistakes_are_told_before_anything_is_searched(config: Path, words: list[str], said: str) -> None:
    done = newslake("search", *words, "-c", config)
    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout


def test_a_saved_search_serves_as_a_topic(tmp_path: Path) -> None:
    config = made(tmp_path)
    done = newslake("search", 'tanker AND "crude oil"', "--save", "crude", "-c", config)
    assert done.returncode == 0, done.stderr
    pasted = done.stdout[done.stdout.index("[[topic]]") :].partition("\n\n")[0]
    assert """name = "crude"\nquery = 'tanker AND "crude oil"'""" in pasted
    assert found(config, "oil", "--topic", "crude") == [TANKER]
    assert "Replaced" in newslake("search", "storm", "--save", "crude", "-c", config).stdout
    assert found(config, "oil", "--topic", "crude") == [STORM]
    assert ask(config, "SELECT name, query FROM searches") == [("crude", "storm")]
    listed = json.loads(newslake("topics", "-c", config, "--json").stdout)
    assert [(row["topic"], row["query"]) for row in listed if row["saved_search"]] == [("crude", "storm")]
    assert "saved search" in newslake("topics", "-c", config).stdout
    tried = json.loads(newslake("topics", "try", "oil", "--topic", "crude", "-c", config, "--json").stdout)
    assert [hit["url"] for hit in tried["hits"] if hit["has_topic"]] == [STORM]
    assert newslake("export", tmp_path / "crude.csv", "--topic", "crude", "--columns", "url", "-c", config).returncode == 0
    assert (tmp_path / "crude.csv").read_text("utf-8-sig").split() == ["url", STORM]
    config.write_text(config.read_text() + "\n" + pasted)  # what is printed is a topic
    assert newslake("topics", "-c", config).returncode == 0
    mixed = newslake("search", "oil", "-t", "trade", "-t", "other", "-c", config)
    assert "unknown topic or saved search 'other'" in mixed.stderr


def test_every_name_of_a_file_is_searched_for(config: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("id;name\n1;crude oil\n2;북한\n3;Nobody Here\n4;***\n5;crude oil\n6;\n", "utf-8-sig")
    done = newslake("search", "--batch", names, "-f", "csv", "-c", config)
    assert done.returncode == 1
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["line"], row["name"], row["url"]) for row in rows] == [("2", "crude oil", TANKER), ("3", "북한", KOREAN)]
    assert "2 of 3 names found, in 2 hits." in done.stderr
    assert "Line 5: ***" in done.stderr
    lines = tmp_path / "names.txt"
    lines.write_text("crude oil\nTanker, with oil\n")
    table = newslake("search", "--batch", lines, "--source", "strait", "-c", config)
    assert table.returncode == 0
    assert "Tanker, with oil" in table.stdout
    assert "1 of 2 names found, in 1 hit." in table.stderr


def test_articles_that_the_index_lacks_are_told(tmp_path: Path) -> None:
    from flows.watchlist import load_watchlist
    from warehouse.database.connect import open_writer

    config = made(tmp_path)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute("DELETE FROM docs WHERE article_id = (SELECT article_id FROM articles WHERE url = ?)", [TANKER])
    done = newslake("search", "tanker", "-c", config)
    assert "1 article from before the search index is not in it yet" in done.stderr
    newslake("maintain", "-c", config)
    assert TANKER in found(config, "tanker")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["oil", "--tag", "\udcff"], r"tag '\udcff' is not text: it has bytes that are not UTF-8"),
        (["oil", "--language", "\udcff"], r"language '\udcff' is not text: it has bytes that are not UTF-8"),
        (["oil\udcff", "--save", "xx"], "the query is not UTF-8"),
        (["oil", "-n", "99999999999999999999"], "Input should be less than or equal to 10000000"),
    ],
)
def test_what_is_no_text_or_no_number_is_told(config: Path, arguments: list[str], said: str) -> None:
    done = newslake("search", *arguments, "-c", config)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize("command", [["topics", "try", "oil"], ["new", "--peek"]])
def test_other_commands_take_as_many_at_most(config: Path, command: list[str]) -> None:
    done = newslake(*command, "-n", "99999999999999999999", "-c", config)
    assert done.returncode == 2
    assert "Input should be less than or equal to 10000000" in " ".join(done.stderr.replace("│", " ").split())
