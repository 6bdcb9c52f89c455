"""The user's lists of names, where the user looks: which of their entries articles have, and how they write them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from newslake import connect
from newslake.errors import UsageError
from tests.flows.command import newslake
from tests.flows.reading.listed import HANBIT, WATCHLIST, A, B, C, D, E, make
from tests.warehouse.makers import article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("listed"))


def told(config: Path, *given: str) -> str:
    done = newslake(*given, "-c", config)
    assert done.returncode == 0, done.stderr
    return done.stdout


def data(config: Path, *given: str) -> Any:
    return json.loads(told(config, *given, "--json"))


def test_an_article_shows_the_entries_of_lists_that_it_names(corpus: Path) -> None:
    shown = told(corpus, "show", A)
    head, _, sections = shown.partition("The tanker")
    assert f"On your lists: Ada Lund, {HANBIT}, MV Grey Heron\n" in head
    assert (
        "sanctions  MV Grey Heron  Grey Heron  as written" in sections
        and f"clients  {HANBIT}  Hanbit Shipping  as written" in sections
    )
    assert "sanctions  Ada Lund  A. Lund  initials" in told(corpus, "show", B)
    assert "sanctions  Ri Jong Ho  리정호  리정호 for 이정호" in told(corpus, "show", C)
    for nobody in (D, E):
        assert "On your lists" not in told(corpus, "show", nobody)


def test_it_shows_them_as_data_and_on_its_page(corpus: Path, tmp_path: Path) -> None:
    [one] = data(corpus, "show", C)["listed"]
    assert (one["list"], one["entity"], one["kind"], one["written"]) == ("sanctions", "Ri Jong Ho", "person", ["리정호"])
    assert data(corpus, "show", D)["listed"] == []
    told(corpus, "show", A, "--html", str(tmp_path / "a.html"))
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.count("Hanbit &lt;b&gt;&amp; Co&lt;/b&gt;") == 2 and HANBIT not in page


def test_an_earlier_revision_shows_none(corpus: Path) -> None:
    assert "On your lists" not in told(corpus, "show", E, "--revision", "1")


def test_a_search_finds_the_articles_of_an_entry(corpus: Path) -> None:
    def found(*given: str) -> set[str]:
        return {hit["url"] for hit in data(corpus, "search", *given)["hits"]}

    assert found("--entity", "ada lund") == {A, B} and found("--entity", "Ada Lund", "--source", "strait") == {B}
    assert found("paid", "--entity", "Ada Lund") == {B}
    assert found("--entity", HANBIT, "--entity", "Ri Jong Ho") == {A, C}
    done = newslake("search", "-c", corpus, "--entity", "Ada Lunt")
    assert "'Ada Lunt' is no entry of a list that an article is known to name: did you mean Ada Lund?" in done.stderr
    with connect(corpus) as con:
        assert {row[0] for row in con.search("oil", entity="Ada Lund").project("url").fetchall()} == {A, B}


def test_a_hit_shows_where_the_name_stands_and_not_why_its_topic_chose_it(corpus: Path) -> None:
    def hits(*restricted: str) -> dict[str, dict[str, object]]:
        done = newslake("search", "-c", corpus, "--json", *restricted)
        assert done.returncode == 0, done.stderr
        return {hit["url"]: hit for hit in json.loads(done.stdout)["hits"]}

    # Behind fifty words, where no excerpt of the beginning has it.
    assert "Hanbit Shipping Co. took it" in str(hits("--entity", HANBIT)[A]["snippet"])
    assert "Hanbit Shipping" not in str(hits("--topic", "trade")[A]["snippet"])
    assert "Hanbit Shipping" in hits("--entity", HANBIT)[A]["terms"]
    assert "A. Lund who paid" in str(hits("--entity", "Ada Lund", "--topic", "trade")[B]["snippet"])
    named = hits("--name", "Ada Lund")
    assert "said Ada Lund" in str(named[A]["snippet"]) and "A. Lund" in named[B]["terms"]


def test_names_lists_the_entries_that_articles_name(corpus: Path) -> None:
    def entries(*given: str) -> dict[str, Any]:
        return {one["entity"]: one for one in data(corpus, "names", *given)["entries"]}

    ada = entries("--listed")["Ada Lund"]
    assert (ada["list"], ada["kind"], ada["articles"], ada["sources"]) == ("sanctions", "person", 2, 2)
    assert (ada["written"], ada["titles"], ada["first_at"][:10], ada["last_at"][:10]) == (
        ["A. Lund", "Ada Lund"], 1, "2026-03-01", "2026-03-02",
    )  # fmt: skip
    assert list(entries("--listed")) == ["Ada Lund", HANBIT, "MV Grey Heron", "Ri Jong Ho"]
    assert list(entries("--list", "clients")) == [HANBIT]
    assert list(entries("--listed", "--kind", "vessel")) == ["MV Grey Heron"]
    assert list(entries("--listed", "--topic", "arms")) == ["Ri Jong Ho"] == list(entries("--listed", "리정"))
    assert entries("--listed", "--source", "strait")["Ada Lund"]["articles"] == 1
    assert list(entries("--listed", "--limit", "1")) == ["Ada Lund"] and not entries("--listed", "--since", "2027-01-01")


def test_they_are_printed_for_people_and_for_spreadsheets(corpus: Path) -> None:
    shown = told(corpus, "names", "--listed")
    assert "A. Lund, Ada Lund" in shown and shown.endswith("--entity 'Ada Lund'\n")
    rows = list(csv.DictReader(io.StringIO(told(corpus, "names", "--list", "sanctions", "-f", "csv"))))
    assert [row["entity"] for row in rows] == ["Ada Lund", "MV Grey Heron", "Ri Jong Ho"] and "리정호" in rows[2]["written"]
    assert told(corpus, "names", "--listed", "nobody") == "No article names such an entry.\n"
    done = newslake("names", "-c", corpus, "--list", "sanction")
    assert done.returncode == 2 and "did you mean sanctions?" in done.stderr


def test_without_lists_it_says_so(corpus: Path, tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST.replace("CATALOG", "data/news.duckdb"))
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        load(writer, run(1, fetch(article(A))))
    assert told(config, "names", "--listed").startswith("The watchlist has no list of names")


def test_another_name_of_an_entry_stands_for_it(corpus: Path) -> None:
    done = newslake("search", "--entity", "이정호", "--json", "-c", corpus)
    assert [hit["url"] for hit in json.loads(done.stdout)["hits"]] == [C]
    assert "'이정호' is another name of Ri Jong Ho." in done.stderr
    assert "is no entry of a list" in newslake("search", "--entity", "이정회", "-c", corpus).stderr


def test_a_program_finds_them_without_a_query_and_is_warned_of_what_there_is_not(corpus: Path) -> None:
    with connect(corpus) as con:
        assert {url for (url,) in con.search(entity="Ada Lund").project("url").fetchall()} == {A, B}
        assert {url for (url,) in con.search(name="Ada Lund", source="strait").project("url").fetchall()} == {B}
        with pytest.warns(UserWarning, match="'Ada Lumd' is no entry of a list .* did you mean Ada Lund"):
            assert con.search(entity="Ada Lumd").fetchall() == []
        with pytest.raises(UsageError, match="what to search for is missing"):
            con.search(source="strait")
