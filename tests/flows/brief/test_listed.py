"""Which entries of the user's lists of names the new articles of a brief name, in each format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.brief.delivery.letter import letter_of
from flows.brief.gather import brief_of
from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.flows.reading.listed import HANBIT, A, B, make
from tests.warehouse.makers import hours
from warehouse.database.connect import open_reader

NEWS = ("--since", "2026-02-28")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("briefed"))


def text(config: Path, form: str, *options: str) -> str:
    done = newslake("brief", "-c", config, "--format", form, *NEWS, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_format_tells_what_new_articles_name_of_the_lists(corpus: Path) -> None:
    assert f"On your lists: Ada Lund (2), {HANBIT} (1), MV Grey Heron (1)\n" in text(corpus, "txt")
    assert f"On your lists: Ada Lund (2: [strait](<{B}>), [harbour](<{A}>)), Hanbit \\<b\\>\\& Co" in text(corpus, "md")
    page = text(corpus, "html")
    assert "On your lists: <bdi>Ada Lund</bdi> (2: <a" in page and page.count(f'href="{A}"') > 1
    assert "<bdi>Hanbit &lt;b&gt;&amp; Co&lt;/b&gt;</bdi>" in page
    trade, arms = json.loads(text(corpus, "json"))["topics"]
    told = {one["entity"]: (one["lists"], [article["url"] for article in one["articles"]]) for one in trade["listed"]}
    assert told["Ada Lund"] == (["sanctions"], [B, A]) and told[HANBIT] == (["clients"], [A])
    assert [one["entity"] for one in arms["listed"]] == ["Ri Jong Ho"]


def test_a_message_has_them_and_a_feed_which_may_be_served_to_others_has_not(corpus: Path) -> None:
    watchlist = load_watchlist(corpus)
    with open_reader(watchlist.warehouse) as con:
        brief, _ = brief_of(watchlist, con, hours(-24), hours(99_999))
    assert "On your lists: Ada Lund (2), " in letter_of(brief).sections[0].text
    assert "your lists" not in text(corpus, "atom")


def test_what_is_not_new_counts_for_nothing_and_without_lists_there_is_no_line(corpus: Path, tmp_path: Path) -> None:
    assert "your lists" not in text(corpus, "txt", "--since", "9998-01-01", "--until", "9999-01-01")
    assert "your lists" not in text(make(tmp_path, lists=""), "html")
