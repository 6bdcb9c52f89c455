"""What is new since the user last looked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from newslake.outcomes import Outcome, Reason
from tests.flows.command import ENVIRONMENT, newslake
from tests.warehouse.makers import MATCH, article, fetch, hours, page, run, words
from warehouse.database.connect import open_writer
from warehouse.load.run import load

A, B, C = (f"https://harbour.example/{name}" for name in "abc")
MISSILE = (MATCH.__class__("arms", ("missile",), True, 1.0, "missile"),)


def loaded(config: Path, *batches: Any) -> None:
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        for batch in batches:
            load(writer, batch)


@pytest.fixture
def corpus(empty: Path) -> Path:
    """A watchlist with a corpus of two articles; see `conftest.py`."""
    loaded(empty, run(1, fetch(article(A)), fetch(article(B, text=words("b"), title="Missile", matches=MISSILE))))
    return empty


def told(config: Path, *options: str) -> dict[str, Any]:
    done = newslake("new", "-c", config, "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def kinds(config: Path, *options: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["url"]) for one in told(config, *options)["new"]]


def test_each_look_begins_where_the_last_one_ended(corpus: Path) -> None:
    first = told(corpus, "--peek")
    assert first["first_look"] and first["counts"]["article"] == 2
    assert kinds(corpus, "--topic", "arms") == [("article", B)]
    assert kinds(corpus, "--topic", "arms") == []  # the topic has a mark of its own
    assert len(kinds(corpus)) == 2  # peeking has not moved the mark, nor did the topic
    assert kinds(corpus) == []
    done = newslake("new", "-c", corpus)
    assert done.returncode == 0 and done.stdout.startswith("Nothing new since 2")
    gone = page(B, Outcome.HTTP_ERROR, reason=Reason.GONE, status=404, requested_at=hours(3))
    loaded(
        corpus,
        run(2, fetch(article(A, text=words("edited"), seen_at=hours(2)))),
        run(3, gone, fetch(article(C, text=words("c")))),
    )
    again = told(corpus, "--peek")
    assert not again["first_look"] and again["since"] < again["until"]
    shown = newslake("new", "-c", corpus, "--limit", "2").stdout
    assert "1 new article, 1 edit, 1 take-down since" in shown
    assert "1 earlier one is not shown. Next: newslake new" in shown
    assert shown.index("takedown") < shown.index("Missile") < shown.index(B)
    assert kinds(corpus) == []
    assert len(kinds(corpus, "--since", "2026-01-01")) == 5  # all that was ever loaded
    assert kinds(corpus, "--topic", "arms") == []  # who has seen everything has seen every topic


def test_the_edit_of_an_article_is_told_with_the_command_that_shows_it(corpus: Path) -> None:
    told(corpus)
    loaded(corpus, run(2, fetch(article(A, text=words("edited"), seen_at=hours(2)))))
    shown = newslake("new", "-c", corpus).stdout
    identity = str(article(A).article_id)
    assert f"{A}  {identity}" in shown and f"Next: newslake diff --config {corpus} {identity}" in shown


def test_nobody_looks_for_another(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(kinds(corpus)) == 2
    monkeypatch.setitem(ENVIRONMENT, "LOGNAME", "somebody/else")
    assert len(kinds(corpus)) == 2
    names = sorted(file.name for file in (load_watchlist(corpus).state / "looked").iterdir())
    assert "somebody_else.json" in names and len(names) == 2


def test_what_is_not_understood_is_told(corpus: Path) -> None:
    done = newslake("new", "-c", corpus, "--topic", "none")
    assert done.returncode == 2 and "there are arms, trade" in done.stderr
    done = newslake("new", "-c", corpus, "--since", "lately")
    assert done.returncode == 2 and "--since 'lately' is no moment" in done.stderr
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31"):
        done = newslake("new", "-c", corpus, "--since", moment)
        assert done.returncode == 2 and f"--since '{moment}' is no moment" in done.stderr
    assert len(kinds(corpus, "--since", "yesterday")) == 2
    assert "Times: when newslake saw it, not when it was published." in newslake("new", "-c", corpus).stdout


def test_a_saved_search_is_a_topic_with_a_mark_of_its_own(corpus: Path) -> None:
    assert newslake("search", "-c", corpus, "missile", "--save", "rockets").returncode == 0
    assert kinds(corpus, "--topic", "rockets") == [("article", B)]
    assert kinds(corpus, "--topic", "rockets") == [] and len(kinds(corpus)) == 2
    assert kinds(corpus, "--topic", "rockets", "--since", "1d") == [("article", B)]


def test_a_corpus_that_is_not_there_is_told(empty: Path) -> None:
    done = newslake("new", "-c", empty)
    assert done.returncode == 1 and "there is no warehouse" in done.stderr and "newslake run" in done.stderr
    with open_writer(load_watchlist(empty).warehouse, "test"):
        pass
    assert "Nothing was collected yet." in newslake("new", "-c", empty).stdout


def test_a_mark_that_cannot_be_written_hides_nothing(corpus: Path) -> None:
    (load_watchlist(corpus).state).mkdir(parents=True, exist_ok=True)
    (load_watchlist(corpus).state / "looked").write_text("a file in the place of the folder")
    done = newslake("new", "-c", corpus)
    assert done.returncode == 1 and A in done.stdout
    assert "cannot be noted" in done.stderr and "--since" in done.stderr
    assert len(kinds(corpus, "--peek")) == 2
