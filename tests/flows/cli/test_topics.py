"""`newslake topics` and `newslake topics try`: what topics have in the corpus, and what a query would have."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.warehouse.makers import MATCH, START, article, fetch, run
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load
from warehouse.records import MatchRecord

WATCHLIST = """
[[topic]]
name = "trade"
query = "oil"
[[topic]]
name = "vitamins"
query = "title:C"
[[source]]
name = "harbour"
url = "https://harbour.example/"
"""
OLD = "https://harbour.example/old"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tmp_path_factory.mktemp("topics") / "watchlist.toml"
    config.write_text(WATCHLIST)
    in_text = article("https://harbour.example/2", title="Ports", text="A tanker with crude, then coal. " * 9, matches=())
    gone = MatchRecord("fishing", ("net",), False, 0.5, "net")
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(
            writer,
            run(
                1,
                fetch(
                    article("https://harbour.example/1", title="Coal for \x1b[31mRason", text="Coal, coal and more coal. " * 9)
                ),
                fetch(in_text),
                fetch(article(OLD, title="Nets", published_at=START - timedelta(days=90), matches=(gone, MATCH))),
            ),
        )
    return config


def listed(config: Path) -> dict[str, dict[str, Any]]:
    done = newslake("topics", "-c", config, "--json")
    assert done.returncode == 0, done.stderr
    return {row["topic"]: row for row in json.loads(done.stdout)}


def tried(config: Path, *words: str) -> dict[str, Any]:
    done = newslake("topics", "try", *words, "-c", config, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_topics_are_listed_with_what_they_have(config: Path) -> None:
    rows = listed(config)
    assert list(rows) == ["trade", "vitamins", "fishing"]
    trade, vitamins, fishing = rows.values()
    assert (trade["articles"], trade["share_in_title"], trade["query"]) == (2, 1.0, "oil")
    assert trade["newest"] == START.isoformat()
    assert (vitamins["articles"], vitamins["newest"], vitamins["has_literal"]) == (0, None, False)
    assert (fishing["on_watchlist"], fishing["articles"], fishing["share_in_title"]) == (False, 1, 0.0)
    shown = newslake("topics", "-c", config).stdout
    assert "no longer on the watchlist" in shown and "newslake reclean" in shown
    assert "vitamins has no word that every article of it must have" in shown


def test_before_the_first_run_topics_are_listed_all_the_same(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    assert {name: row["articles"] for name, row in listed(config).items()} == {"trade": 0, "vitamins": 0}
    shown = newslake("topics", "-c", config)
    assert shown.returncode == 0 and "no warehouse yet" in shown.stdout and "newslake run" in shown.stdout
    done = newslake("topics", "try", "oil", "-c", config)
    assert done.returncode == 1 and "there is no warehouse" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_query_is_tried_best_first(config: Path) -> None:
    answer = tried(config, "coal")
    assert (answer["articles"], answer["matches"]) == (3, 2)
    first, second = answer["hits"]
    assert first["score"] > second["score"] and first["in_title"] and not second["in_title"]
    assert first["terms"] == ["Coal", "coal"] and "coal" in second["snippet"] and second["source"] == "harbour"
    limited = tried(config, "coal", "--limit", "1")
    assert limited["hits"] == [first] and limited["matches"] == 2
    assert tried(config, "nets OR coal", "--since", "2026-02-01")["articles"] == 2
    shown = newslake("topics", "--config", config, "try", "coal", "-n", "1").stdout
    assert "2 of 3 articles match; the best one is shown" in shown
    assert "\x1b" not in shown and "\\u001b[31mRason" in shown


def test_a_query_is_held_against_a_topic(config: Path) -> None:
    answer = tried(config, "coal", "--topic", "trade")
    assert (answer["matches_of_topic"], answer["topic_without_match"]) == (1, 1)
    assert [hit["has_topic"] for hit in answer["hits"]] == [True, False]
    shown = newslake("topics", "try", "coal", "-c", config, "--topic", "trade").stdout
    assert "(in trade)" in shown and "(not in trade)" in shown and "1 article that this query does not match" in shown
    assert tried(config, "coal", "--topic", "fishing")["topic_without_match"] == 1
    unknown = newslake("topics", "try", "coal", "-c", config, "--topic", "tarde")
    assert unknown.returncode == 2 and "'tarde': did you mean trade?" in unknown.stderr


@pytest.mark.parametrize(("query", "word"), [("oil AND", "ends where"), ("NOT oil", "only excludes"), ("/oi./", "Regular")])
def test_a_bad_query_is_told_in_words(config: Path, query: str, word: str) -> None:
    done = newslake("topics", "try", query, "-c", config)
    assert done.returncode == 2 and done.stdout == "" and word in done.stderr and "Next:" in done.stderr


def test_nothing_is_changed(config: Path) -> None:
    def everything() -> list[Any]:
        with open_reader(load_watchlist(config).warehouse) as con:
            return [con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in ("articles", "matches", "runs", "fetches")]

    before = everything()
    tried(config, "coal", "--topic", "trade")
    assert everything() == before
