"""`newslake search`: what it finds, how it prints it, what it refuses; saved searches, and files of names."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.flows.command import newslake
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
        (["tanker", "--tag", "STRASSE"], [STORM]),
        (["tanker", "--tag", "Straße"], [STORM]),
        (["tanker", "--tag", "ΠΌΛΕΜΟΣ"], [STORM]),
        (["석유 OR oil", "--language", "KO"], [KOREAN]),
        (["tanker", "--since", "2026-03-01 00:00", "--until", "today"], [STORM, TANKER]),
        (["--topic", "trade"], [TANKER, OLD]),
        (["--topic", "trade", "--sort", "score"], [TANKER, OLD]),
        (["--topic", "trade", "--until", "2026-01-01"], [OLD]),
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
    assert (
        "3 articles match; the first one is shown, --limit shows more."
        in newslake("search", "tanker", "-n", "1", "-c", config).stdout
    )
    assert "3 articles match; the first 2 are shown" in newslake("search", "tanker", "-n", "2", "-c", config).stdout
    assert "At most 2 articles match; the first one is shown" in newslake("search", '"a tanker"', "-n", "1", "-c", config).stdout
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
        (["oil", "--since", "lately"], "--since 'lately' is no moment"),
        (["oil", "--since", "0001-01-01T00:00:00+14:00"], "is no moment"),
        (["oil", "--until", "9999-12-31"], "is no moment"),
        (["oil", "--since", "2026-03-02", "--until", "2026-03-01"], "--since is not before --until"),
        (["oil^2"], "Boosts (^) are not supported: a rare word"),
        (["--save", "alone"], "what to search for is missing"),
        (["--forget", "nothing"], "unknown saved search 'nothing'"),
        (["oil", "--forget", "nothing"], "--forget stands alone"),
        (["oil", "--column", "name"], "--column is for --batch"),
        (["oil", "--sort", "age"], "--sort is score or date, not 'age'"),
        (["oil", "--save", "a b"], "'a b' cannot be the name of a search"),
        (["oil", "--save", "n" * 101], "a name of 101 characters is too long for a search: at most 100"),
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


def test_a_topic_without_a_query_is_shown_with_its_matches(config: Path) -> None:
    said = searched(config, "--topic", "trade", "--limit", "1")
    assert (said["query"], said["articles"], said["exact"]) == (None, 2, True)
    assert [(hit["url"], hit["in_title"], bool(hit["terms"])) for hit in said["hits"]] == [(TANKER, True, True)]
    assert "2 articles match; the first one is shown" in newslake("search", "-t", "trade", "-n", "1", "-c", config).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["OIL"], "OIL in capitals finds capitals only, as an acronym. In small letters (oil), the search finds 2 articles."),
        (
            ["시아"],
            "시아 finds only words that begin so, as short Korean words do. Inside words, too (*시아), the search finds 1",
        ),
        (["oil", "--language", "English"], "no article is in the language 'english': there are en, ko."),
        (["oil", "--tag", "Wether"], "no article has the tag 'Wether': did you mean Weather?"),
        (["oil", "--tag", "Quux"], "no article has the tag 'Quux'."),
    ],
)
def test_what_nothing_matches_is_explained(config: Path, words: list[str], said: str) -> None:
    done = newslake("search", *words, "-c", config)
    assert (done.returncode, done.stdout) == (0, "No article matches.\n")
    assert said in done.stderr


def test_a_tried_topic_that_finds_nothing_is_explained_alike(config: Path) -> None:
    done = newslake("topics", "try", "시아 -zeppelin", "-c", config)
    assert "Inside words, too (*시아), the search finds 1 article." in done.stderr
    assert newslake("topics", "try", "북한", "-c", config).stderr == ""


def test_lines_of_rows_end_as_in_a_pipe(config: Path) -> None:
    assert "\r" not in newslake("search", "oil", "-f", "csv", "-c", config).stdout
    done = newslake("export", "-", "-f", "csv", "--columns", "url,title", "-c", config)
    assert done.returncode == 0 and "\r" not in done.stdout


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
