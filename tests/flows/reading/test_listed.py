"""The user's lists of names, where the user looks: which of their entries articles have, and how they write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newslake import connect
from tests.flows.command import newslake
from tests.flows.reading.listed import HANBIT, A, B, C, D, E, make


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
