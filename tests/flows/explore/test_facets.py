"""What the explorer counts beside a search, and that it holds it no longer than until the next load."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from flows.explore.asked import Asked
from flows.explore.room import Room
from flows.explore.worker import answer
from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.flows.explore.corpus import SITE, make
from tests.flows.explore.serving import explorer, links, shown
from tests.flows.reading.listed import make as listed
from tests.warehouse.makers import MATCH, article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load


def counts(page: str) -> dict[str, dict[str, int]]:
    """The facets beside a search: how many articles have each value."""
    found: dict[str, dict[str, int]] = {}
    for name, choices in re.findall(r"<summary>(\w+)</summary>\n<ul>(.*?)</ul>", page, re.S):
        pairs = re.findall(r'<bdi>(.*?)</bdi>.*?<span class="dim">([\d,]+)</span>', choices)
        found[name.lower()] = {unescape(value): int(count.replace(",", "")) for value, count in pairs}
    return found


def test_a_load_meanwhile_is_seen_and_the_pages_go_on(tmp_path: Path) -> None:
    config = make(tmp_path, "ducklake:sqlite:data/catalog.sqlite")
    on_news = {"matches": (replace(MATCH, topic="arms"),)}
    with explorer(config) as site:
        paths = ("/", "/?q=oil", "/topics", "/sources", "/?topic=trade", "/topic/trade")
        before = {path: shown(site, path) for path in paths}
        assert "4 articles" in before["/?q=oil"] and counts(before["/"])["topic"] == {"trade": 4}
        with open_writer(load_watchlist(config).warehouse, "test") as writer:
            assert "4 articles" in shown(site, "/?q=oil")
            load(writer, run(9, fetch(article(f"{SITE}/new", "pier", title="Oil anew", text="oil " * 30, **on_news))))
        after = {path: shown(site, path) for path in paths}
        assert "5 articles" in after["/?q=oil"] and counts(after["/"])["topic"] == {"trade": 4, "arms": 1}
        assert counts(after["/"])["source"] == counts(before["/"])["source"] | {"pier": 1}
        assert ">pier<" in after["/sources"] and ">pier<" not in before["/sources"]
        assert shown(site, "/topic/arms").count("Oil anew") and after["/topic/trade"] == before["/topic/trade"]
        assert after["/topics"] != before["/topics"]


def test_a_tag_of_the_outlet_and_of_notes_counts_an_article_once(tmp_path: Path) -> None:
    config = make(tmp_path)
    for text in ("seen", "seen again"):
        done = newslake("note", str(article(f"{SITE}/nasty?a=\"'><script>").article_id), text, "--tag", "ports", "-c", config)
        assert done.returncode == 0, done.stderr
    with explorer(config) as site:
        page = shown(site, "/")
        assert counts(page)["tag"]["ports"] == 4
        assert "4 articles" in shown(site, "/?tag=ports")


def test_many_names_are_counted_when_they_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.explore.found.MANY", 0)
    room = Room(listed(tmp_path))

    def page(**query: str) -> str:
        return answer(room, Asked("search", "/", query=tuple(query.items())), 20.0).body.decode()

    assert "name" not in counts(page(q="oil"))
    assert "/?q=oil&count=names" in links(page(q="oil"))
    assert counts(page(q="oil", count="names"))["name"]["Ada Lund"] == 1
    assert "Ada Lund" in counts(page(q="oil", name="Ada Lund"))["name"], "who has chosen a name sees the others"
    assert "count=names" not in page(q="nowhere")
