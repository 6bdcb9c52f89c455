"""`newslake reclean` on the sample site: topics change, pages do not, and SQL says what today's topics select."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from newslake.locks import only_one_collection
from tests.flows.command import CATALOGS, ask, newslake
from warehouse.database.connect import open_writer

COAL = '\n[[topic]]\nname = "coal"\nquery = "coal OR ports"\n'
EVERYTHING = '\n[[topic]]\nname = "everything"\nquery = "the OR 이 OR a"\n'
UNTOUCHED = "SELECT article_id, revision, seen_at, run_id, capture_file, capture_offset FROM revisions ORDER BY ALL"
TIMES = "SELECT article_id, url, revision, first_seen_at, last_seen_at, story_id, run_id FROM articles ORDER BY ALL"


@pytest.fixture(scope="module", params=CATALOGS)
def collected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions of one outlet, every capture kept; and a copy of the folder beside it, as `config` finds it."""
    home = tmp_path_factory.mktemp("sample") / "home"
    with SampleSite() as site:
        path = site.watchlist(home)
        text = path.read_text("utf-8").replace("ducklake:sqlite:data/catalog.sqlite", request.param)
        path.write_text(text.replace("[crawl]", '[crawl]\nkeep_captures = "all"'), "utf-8")
        for edition in (1, 2):
            site.edition = edition
            collect(load_watchlist(path), ["harbor-ledger"])
    shutil.copytree(home, home.with_name("untouched"))
    return path


@pytest.fixture
def config(collected: Path) -> Path:
    """The watchlist and all that was collected, as it was."""
    home = collected.parent
    shutil.rmtree(home)
    shutil.copytree(home.with_name("untouched"), home)
    return collected


def reclean(config: Path, *options: str, code: int = 0) -> dict[str, Any]:
    done = newslake("reclean", "-c", config, "--json", *options)
    assert done.returncode == code, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def outcomes(report: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = report["outcomes"]["harbor-ledger"]
    return found


def matches(config: Path, topic: str) -> set[str]:
    return {str(row[0]) for row in ask(config, f"SELECT article_id FROM matches WHERE topic = '{topic}'")}


def add(config: Path, topic: str) -> None:
    config.write_text(config.read_text("utf-8") + topic, "utf-8")


def test_with_nothing_new_nothing_changes(config: Path) -> None:
    tables = ("articles", "revisions", "matches", "copies", "urls")
    before = {table: ask(config, f"FROM {table} ORDER BY ALL") for table in tables}
    report = reclean(config)
    assert set(outcomes(report)) == {"unchanged", "off-topic", "not-article"} and report["changes"] == []
    assert {table: ask(config, f"FROM {table} ORDER BY ALL") for table in tables} == before
    ((flow, state, discovered, rows),) = ask(
        config,
        "SELECT flow, state, discovered, (SELECT count(*) FROM fetches AS f WHERE f.run_id = r.run_id)"
        f" FROM runs AS r WHERE run_id = '{report['run_id']}'",
    )
    assert (flow, state) == ("reclean", "completed") and discovered == rows == sum(outcomes(report).values())


def test_a_new_topic_gets_the_articles_that_are_there_and_off_topic_pages_become_articles(config: Path) -> None:
    known = {str(row[0]) for row in ask(config, "SELECT article_id FROM articles")}
    revisions, times = ask(config, UNTOUCHED), ask(config, TIMES)
    off_topic = ask(config, "SELECT url FROM urls WHERE last_outcome = 'off-topic'")
    add(config, EVERYTHING)

    planned = reclean(config, "--dry-run")
    assert planned["run_id"] is None and ask(config, UNTOUCHED) == revisions
    assert matches(config, "everything") == set()

    report = reclean(config)
    assert report["outcomes"] == planned["outcomes"] and report["topics"] == planned["topics"]
    assert outcomes(report)["loaded"] == len(off_topic) > 0
    assert outcomes(report)["updated"] == len(known) and report["new_revisions"] == len(off_topic)
    assert known < matches(config, "everything") == {str(row[0]) for row in ask(config, "SELECT article_id FROM articles")}
    assert set(revisions) < set(ask(config, UNTOUCHED)) and set(times) < set(ask(config, TIMES))
    # what the next collection needs to know of their URLs, and only that
    now = ask(config, "SELECT url, last_outcome, is_carrier, article_id IS NULL FROM urls WHERE kind = 'page'")
    assert {row for row in now if (row[0],) in off_topic} == {(url, "loaded", True, False) for (url,) in off_topic}
    seen = "SELECT count(*) FROM articles JOIN fetches USING (article_id) WHERE outcome = 'loaded' AND found_by = 'reclean'"
    assert ask(config, f"{seen} AND first_seen_at < (SELECT max(started_at) FROM runs)") == [(len(off_topic),)]

    tables = ("articles", "revisions", "matches", "copies", "urls")
    before = {table: ask(config, f"FROM {table} ORDER BY ALL") for table in tables}
    again = reclean(config)
    assert set(outcomes(again)) == {"unchanged", "not-article"} and again["changes"] == []
    assert {table: ask(config, f"FROM {table} ORDER BY ALL") for table in tables} == before


def test_an_edited_query_drops_matches_and_an_article_without_any_stays(config: Path) -> None:
    articles, matched = ask(config, TIMES), ask(config, "FROM matches ORDER BY ALL")
    text = config.read_text("utf-8")
    config.write_text(re.sub("query = '''.*?'''", 'query = "zeppelin"', text, flags=re.S), "utf-8")
    report = reclean(config)
    assert outcomes(report)["off-topic"] > 0 and "updated" not in outcomes(report)
    assert ask(config, "FROM matches") == [] and ask(config, TIMES) == articles
    lost = {change["detail"] for change in report["changes"]}
    assert lost and all(detail.startswith("no longer selected by ") for detail in lost)
    assert outcomes(reclean(config))["unchanged"] == len(articles)
    # the query as it was gives the matches that were
    config.write_text(text, "utf-8")
    reclean(config)
    assert ask(config, "FROM matches ORDER BY ALL") == matched != []


def test_a_topic_that_is_gone_loses_its_matches(config: Path) -> None:
    add(config, COAL)
    assert reclean(config)["topics"]["coal"]["gained"] == len(matches(config, "coal")) > 0
    config.write_text(config.read_text("utf-8").replace(COAL, ""), "utf-8")
    reclean(config)
    assert matches(config, "coal") == set()


def test_what_older_rules_stored_is_cleaned_anew_without_a_revision(config: Path) -> None:
    """As after an upgrade of what cleans."""
    as_they_are = "SELECT * EXCLUDE (layout) FROM articles ORDER BY ALL"  # it is read by what was learned since
    good = ask(config, as_they_are)
    of_pages = "SELECT * EXCLUDE (rewritten_at) FROM revisions ORDER BY ALL"
    revisions = ask(config, of_pages)
    with open_writer(load_watchlist(config).warehouse, "test") as writer:
        spoilt = "article_id = (SELECT min(article_id) FROM articles WHERE revision = 2)"
        writer.con.execute(f"UPDATE articles SET text = 'Menu', content_hash = 'x', authors = ['Admin'] WHERE {spoilt}")
        writer.con.execute(f"UPDATE revisions SET text = 'Menu', content_hash = 'x' WHERE {spoilt} AND revision = 2")
    report = reclean(config)
    (change,) = report["changes"]
    assert (change["outcome"], change["detail"]) == ("updated", "cleaned again: text, authors, content_hash")
    assert ask(config, as_they_are) == good
    assert ask(config, of_pages) == revisions
    assert ask(config, "SELECT count(*) FROM revisions WHERE rewritten_at IS NOT NULL") == [(1,)]
    assert report["new_revisions"] == 0


def test_a_capture_that_is_gone_is_an_outcome_and_the_rest_goes_on(config: Path) -> None:
    articles = ask(config, "FROM articles ORDER BY ALL")
    (first, *_), *_ = ask(config, "SELECT capture_file FROM articles ORDER BY first_seen_at, capture_file")
    gone = {row[0] for row in ask(config, f"SELECT article_id::VARCHAR FROM articles WHERE capture_file = '{first}'")}
    file = load_watchlist(config).capture_path(first)
    file.rename(f"{file}.gone")
    add(config, EVERYTHING)
    report = reclean(config, code=1)
    assert report["state"] == "partial" and outcomes(report)["failed"] >= len(gone) > 0
    failed = [change["detail"] for change in report["changes"] if change["outcome"] == "failed"]
    assert all("the file is not there" in detail for detail in failed)
    there = {row[0] for row in ask(config, "SELECT article_id::VARCHAR FROM articles")}
    assert matches(config, "everything") == there - gone != set()
    kept = [row for row in ask(config, "FROM articles ORDER BY ALL") if str(row[0]) in gone]
    assert kept == [row for row in articles if str(row[0]) in gone]
    shown = newslake("reclean", "-c", config)
    assert shown.returncode == 1 and "captures could not be cleaned" in shown.stdout


def test_a_capture_that_is_damaged_is_an_outcome(config: Path) -> None:
    (first, *_), *_ = ask(config, "SELECT capture_file FROM articles ORDER BY first_seen_at, capture_file")
    file = load_watchlist(config).capture_path(first)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert outcomes(reclean(config, code=1))["failed"] > 0


def test_captures_are_chosen_by_source_and_day(config: Path) -> None:
    assert reclean(config, "--since", "2999-01-01")["outcomes"] == {}
    assert list(reclean(config, "--source", "harbor-ledger", "--since", "2000-01-01")["outcomes"]) == ["harbor-ledger"]
    assert reclean(config, "--source", "northwind-wire")["outcomes"] == {}
    unknown = newslake("reclean", "-c", config, "--source", "harbour-ledger")
    assert unknown.returncode == 2 and "harbor-ledger" in unknown.stderr and "Next:" in unknown.stderr


def test_it_waits_for_no_collection_and_needs_a_warehouse(config: Path, tmp_path: Path) -> None:
    with only_one_collection(load_watchlist(config).state):
        busy = newslake("reclean", "-c", config)
    assert busy.returncode == 1 and "under way" in busy.stderr and "newslake reclean" in busy.stderr
    empty = tmp_path / "watchlist.toml"
    empty.write_text(config.read_text("utf-8"), "utf-8")
    done = newslake("reclean", "-c", empty)
    assert done.returncode == 1 and "there is no warehouse" in done.stderr
