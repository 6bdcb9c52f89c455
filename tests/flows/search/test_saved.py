"""Saved searches: kept, replaced, listed, deleted; and which answers where a topic has the same name."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import ask, newslake
from tests.flows.search.corpus import OLD, STORM, TANKER, made
from tests.flows.search.test_command import found
from tests.warehouse.makers import article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.records import MatchRecord


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return made(tmp_path)


def test_a_saved_search_serves_as_a_topic(config: Path, tmp_path: Path) -> None:
    done = newslake("search", 'tanker AND "crude oil"', "--save", "crude", "-c", config)
    assert done.returncode == 0, done.stderr
    pasted = done.stdout[done.stdout.index("[[topic]]") :].partition("\n\n")[0]
    assert """name = "crude"\nquery = 'tanker AND "crude oil"'""" in pasted
    assert found(config, "oil", "--topic", "crude") == [TANKER]
    again = newslake("search", "storm", "--save", "crude", "-c", config).stdout
    assert "Replaced" in again and 'It was: tanker AND "crude oil"' in again
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


def test_what_is_printed_for_programs_is_what_was_found(config: Path) -> None:
    for shape in ("json", "jsonl", "csv", "markdown"):
        done = newslake(
            "search", "storm", "--save", "storms", "-f", shape, "--source", "strait", "--since", "9999d", "-c", config
        )
        assert done.returncode == 0
        assert "[[topic]]" not in done.stdout and "Saved" not in done.stdout
        assert "[[topic]]" in done.stderr
        assert "Only the query is kept, without --source and --since." in done.stderr
    done = newslake("search", "storm", "--save", "storms", "--json", "-c", config)
    assert json.loads(done.stdout)["articles"] == 1
    assert "Only the query" not in done.stderr


def test_a_search_is_saved_before_it_is_printed(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("flows.cli.search.show.show_hits", gone)
    newslake("search", "storm", "--save", "storms", "-c", config)
    assert ask(config, "SELECT name FROM searches") == [("storms",)]


def test_a_name_is_the_same_however_its_letters_are_made_up(config: Path) -> None:
    for form in ("NFD", "NFC"):
        name = unicodedata.normalize(form, "nét")  # type: ignore[arg-type]
        assert newslake("search", f"storm {form}", "--save", name, "-c", config).returncode == 0
    assert ask(config, "SELECT name, query FROM searches") == [("nét", "storm NFC")]
    assert newslake("search", "storm", "--save", "nét", "-c", config).returncode == 0
    assert found(config, "--topic", unicodedata.normalize("NFD", "nét")) == [STORM]


def test_a_saved_search_is_run_by_itself_and_deleted(config: Path) -> None:
    newslake("search", "tanker -nets", "--save", "tankers", "-c", config)
    assert sorted(found(config, "--topic", "tankers")) == sorted([TANKER, STORM])
    assert found(config, "--topic", "tankers", "--source", "strait") == [STORM]
    listed = {row["topic"]: row for row in json.loads(newslake("topics", "-c", config, "--json").stdout)}
    assert (listed["tankers"]["articles"], listed["tankers"]["exact"]) == (2, True)
    done = newslake("search", "--forget", "tankers", "-c", config)
    assert done.returncode == 0
    assert "newslake search 'tanker -nets' --save tankers" in done.stdout
    assert ask(config, "FROM searches") == []
    assert newslake("search", "--forget", "tankers", "-c", config).returncode == 2
    assert newslake("search", "--topic", "tankers", "-c", config).returncode == 2


def test_a_saved_search_that_cannot_be_read_is_named(config: Path) -> None:
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        writer.con.execute("INSERT INTO searches VALUES ('old', 'oil AND (', now())")
    for words in (["search", "oil"], ["search"], ["new"], ["topics", "try", "oil"]):
        done = newslake(*words, "--topic", "old", "-c", config)
        assert done.returncode == 2
        assert "the saved search old (oil AND () can no longer be read: The parenthesis" in done.stderr
        assert "newslake search --forget old" in done.stderr.replace(f" --config {config}", "")
    assert "its query cannot be read" in newslake("topics", "-c", config).stdout


def test_a_saved_search_answers_until_the_topic_of_its_name_has_an_article(config: Path) -> None:
    newslake("search", "storm", "--save", "weather", "-c", config)
    config.write_text(config.read_text() + '\n[[topic]]\nname = "weather"\nquery = "nets"\n')
    done = newslake("search", "--topic", "weather", "--json", "-c", config)
    assert [hit["url"] for hit in json.loads(done.stdout)["hits"]] == [STORM]
    assert "the topic weather has not selected an article yet, so the saved search of this name answers." in done.stderr
    match = MatchRecord("weather", ("Storm",), True, 1.0, "Storm")
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(2, fetch(article("https://harbour.example/new", title="Storm", text="A storm. " * 9, matches=(match,)))))
    done = newslake("search", "--topic", "weather", "--json", "-c", config)
    assert [hit["url"] for hit in json.loads(done.stdout)["hits"]] == ["https://harbour.example/new"]
    assert "the topic weather answers, and no longer the saved search of this name." in done.stderr
    assert "the topic of this name answers" in newslake("topics", "-c", config).stdout


def test_the_name_of_a_topic_that_left_the_watchlist_is_taken(config: Path) -> None:
    config.write_text(config.read_text().replace('name = "trade"', 'name = "commerce"'))
    done = newslake("search", "storm", "--save", "trade", "-c", config)
    assert done.returncode == 2
    assert "trade is a topic that is no longer on the watchlist" in done.stderr
    assert ask(config, "FROM searches") == []
    assert "the topic commerce has not selected an article yet" in newslake("search", "--topic", "commerce", "-c", config).stderr


def test_several_topics_are_exported_and_looked_at(config: Path, tmp_path: Path) -> None:
    newslake("search", "storm", "--save", "storms", "-c", config)
    newslake("search", "nets", "--save", "fishing", "-c", config)

    def exported(*words: str) -> set[str]:
        done = newslake("export", "-", "-f", "csv", "--columns", "url", *words, "-c", config)
        assert done.returncode == 0, done.stderr
        return {row["url"] for row in csv.DictReader(io.StringIO(done.stdout))}

    assert exported("--topic", "storms", "--topic", "fishing") == {STORM, OLD}
    assert exported("--topic", "storms", "--topic", "trade") == {STORM, TANKER, OLD}
    assert exported("--topic", "trade", "--since", "2026-02-01", "--topic", "storms") == {STORM, TANKER}
    assert exported("--since", "1d") == set()
    looked = json.loads(newslake("new", "--topic", "storms", "--topic", "fishing", "--json", "-c", config).stdout)
    assert {one["url"] for one in looked["new"]} == {STORM, OLD}
    for name in ("storms", "fishing"):
        assert json.loads(newslake("new", "--topic", name, "--json", "-c", config).stdout)["new"] == []
    assert json.loads(newslake("topics", "try", "oil", "--since", "yesterday", "--json", "-c", config).stdout)["articles"] == 0
