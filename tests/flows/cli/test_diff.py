"""`newslake diff`: edits are shown word by word, and text from the web stays text."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from flows.reports.diff import Span, paragraphs, words
from flows.watchlist import load_watchlist
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import newslake
from tests.warehouse.makers import START, article, fetch, run
from tests.warehouse.makers import words as prose
from warehouse.database.connect import open_writer
from warehouse.load.run import load

URL = "https://harbour.example/tanker"
FIRST = f"{prose('lead')}.\nThe tanker left the port on Monday with 12 men on board.\n{prose('end')}."
SECOND = FIRST.replace("Monday with 12", "Tuesday with 14")
THIRD = SECOND + "\nA <b>spokesman</b> \x1b[31mdeclined\x1b[0m to comment."


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tmp_path_factory.mktemp("diff") / "watchlist.toml"
    config.write_text(f'[schedule]\ninterval = "1h"\ntimezone = "Asia/Seoul"\n{WATCHLIST}')
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        for number, (title, text) in enumerate(
            (("Tanker leaves", FIRST), ("Tanker has left", SECOND), ("Tanker has left", THIRD))
        ):
            at = START + timedelta(hours=number)
            edition = article(URL, text=text, title=title, content_hash=str(number), seen_at=at)
            load(writer, run(number + 1, fetch(edition), fetch(article(f"{URL}-{number}", title="Another"))))
    return config


def test_each_edit_is_shown_by_its_words(config: Path) -> None:
    done = newslake("diff", "-c", config, URL)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == URL
    assert "revision 1 → 2, seen 2026-03-01 18:00 → 2026-03-01 19:00 (Asia/Seoul): +4 −3 words" in lines[1]
    assert lines[2] == "Tanker [-leaves-]{+has left+}"
    assert lines[3:6] == [
        "… 1 unchanged paragraph …",
        "The tanker left the port on [-Monday-]{+Tuesday+} with [-12-]{+14+} men on board.",
        "… 1 unchanged paragraph …",
    ]
    assert "{+A <b>spokesman</b> \\u001b[31mdeclined\\u001b[0m to comment.+}" in done.stdout


def test_an_article_is_named_by_its_id_too_and_two_revisions_can_be_chosen(config: Path) -> None:
    begin = str(article(URL).article_id)[:8]
    done = newslake("diff", "-c", config, begin, "--from", "1", "--to", "3", "--all", "--json")
    (found,) = json.loads(done.stdout)
    assert (found["from"]["revision"], found["to"]["revision"], found["words_removed"]) == (1, 3, 3)
    assert [[span["kind"] for span in part] for part in found["text"]][-1] == ["come"]
    assert "".join(span["text"] for span in found["text"][1] if span["kind"] != "come") == FIRST.splitlines()[1]


def test_the_page_holds_text_and_no_code_of_the_article(config: Path, tmp_path: Path) -> None:
    page = tmp_path / "changes.html"
    assert newslake("diff", "-c", config, URL, "--html", page).returncode == 0
    written = page.read_text("utf-8")
    assert "<del>Monday</del><ins>Tuesday</ins>" in written
    assert "&lt;b&gt;spokesman&lt;/b&gt;" in written and "\x1b" not in written


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["https://harbour.example/none"], "no article is 'https://harbour.example/none'"),
        (["' OR 1=1 --x"], "no article is"),
        ([URL, "--from", "9"], "the article has no revision 9: it has 1, 2, 3"),
        ([URL, "--html", "/nowhere/at/all.html"], "cannot write /nowhere/at/all.html"),
        ([URL, "--html", "watchlist.toml"], "is the watchlist"),
    ],
)
def test_what_cannot_be_compared_is_said(config: Path, arguments: list[str], says: str) -> None:
    done = newslake("diff", "-c", config, *arguments, cwd=config.parent)
    assert done.returncode in (1, 2)
    assert says in done.stderr and "Traceback" not in done.stderr


def test_an_article_that_nobody_edited(config: Path) -> None:
    done = newslake("diff", "-c", config, f"{URL}-1")
    assert done.returncode == 0
    assert "one revision, of 2026-03-01 18:00 (Asia/Seoul): nothing was changed since" in done.stdout


def test_a_text_that_was_replaced_by_thousands_of_lines_is_compared_in_no_time() -> None:
    old, new = (" ".join(f"{mark}{number}" for number in range(9)) for mark in "ab")
    parts = list(paragraphs("\n".join(f"{old} {n}" for n in range(5_000)), "\n".join(f"{new} {n}" for n in range(5_000))))
    assert len(parts) == 10_000


def test_both_texts_can_be_read_out_of_a_comparison() -> None:
    before, after = "One.\nTwo is here.\nThree 세 번째.", "Zero.\nOne.\nTwo was there.\n東京で二人\nThree 세 번."
    parts = list(paragraphs(before, after))
    for kind, text in (("come", before), ("gone", after)):
        assert [line for part in parts if (line := "".join(s.text for s in part if s.kind != kind))] == text.splitlines()
    assert words("東京で二人", "東京で三人") == [
        Span("same", "東京で"), Span("gone", "二"), Span("come", "三"), Span("same", "人")
    ]  # fmt: skip
