"""`newslake maintain`: what grows is bounded, what points stays true, and nobody is in its way."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.maintain import maintain
from flows.watchlist import load_watchlist
from flows.watchlist.schedule import Maintenance
from spiders.warc.model import Capture
from spiders.warc.read import iter_captures
from tests.flows.command import Done, newslake, newslake_process
from warehouse.database.connect import open_reader

TEMPLATE = Path(__file__).resolve().parents[2] / "flows" / "watchlist" / "template.toml"
CORPUS = (
    "SELECT * EXCLUDE (capture_file, capture_offset) FROM articles",
    "SELECT * EXCLUDE (capture_file, capture_offset) FROM revisions",
    "FROM matches",
    "FROM copies",
    "FROM urls",
    "FROM runs",
)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a watchlist, collected three times; and a copy of it beside it, as `home` finds it."""
    home = tmp_path_factory.mktemp("collected") / "home"
    with SampleSite() as site:
        config = site.watchlist(home)
        for edition in (1, 2, 2):
            site.edition = edition
            collect(load_watchlist(config))
    shutil.copytree(home, home.with_name("untouched"))
    return home


@pytest.fixture
def home(collected: Path) -> Path:
    """The folder as it was."""
    shutil.rmtree(collected, ignore_errors=True)
    shutil.copytree(collected.with_name("untouched"), collected)
    return collected


def ask(home: Path, query: str) -> list[tuple[Any, ...]]:
    with open_reader(load_watchlist(home / "watchlist.toml").warehouse) as con:
        return con.execute(query).fetchall()


def contents(home: Path) -> list[list[tuple[Any, ...]]]:
    return [ask(home, f"{query} ORDER BY ALL") for query in CORPUS]


def told(home: Path, *options: str, code: int = 0, run: Callable[..., Done] = newslake) -> dict[str, Any]:
    done = run("maintain", "--json", *options, "-c", home / "watchlist.toml")
    assert done.returncode == code, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def later(**given: float) -> datetime:
    return datetime.now(UTC) + timedelta(**given)


def parquet(home: Path) -> int:
    return len(list((home / "data/lake").rglob("*.parquet")))


def test_the_template_states_the_defaults_that_hold() -> None:
    assert load_watchlist(TEMPLATE).maintain == Maintenance()  # type: ignore[call-arg]


@pytest.mark.e2e
def test_files_are_merged_and_the_corpus_stays_as_it_is(home: Path) -> None:
    before = contents(home)
    would = told(home, "--dry-run")
    assert would["dry_run"] and contents(home) == before
    files = parquet(home)
    done = told(home)
    assert done["rows_flushed"] > 0
    assert done["pointers"] > 0 and done["pointers_broken"] == 0
    assert contents(home) == before
    assert parquet(home) >= files  # what readers may still read is kept for days
    report = maintain(load_watchlist(home / "watchlist.toml"), now=later(days=10))
    report = maintain(load_watchlist(home / "watchlist.toml"), now=later(days=13))
    assert report.tended.files_deleted + parquet(home) > files
    assert parquet(home) <= 2 * 18  # a file for each table, and what was deleted in it
    assert contents(home) == before
    again = maintain(load_watchlist(home / "watchlist.toml"), now=later(days=16)).tended
    assert again.rows_flushed == 0


def test_young_states_and_the_files_of_readers_stay(home: Path) -> None:
    # maintained by another process, as in life: within one, SQLite's locks of the reader end with any other use of the file
    watchlist = load_watchlist(home / "watchlist.toml")
    expected = ask(home, "SELECT count(*), sum(length(text)) FROM articles")
    with open_reader(watchlist.warehouse) as con:
        con.execute("BEGIN")
        query = "SELECT count(*), sum(length(text)) FROM articles"
        assert con.execute(query).fetchall() == expected
        for _ in range(2):
            assert told(home, run=newslake_process)["snapshots_expired"] == 0
            assert con.execute(query).fetchall() == expected
        con.execute("ROLLBACK")


def test_old_captures_go_with_the_rows_that_name_them(home: Path) -> None:
    config = home / "watchlist.toml"
    foreign = home / "data/captures/2001-01-01/mine.warc.gz"
    foreign.parent.mkdir()
    foreign.write_bytes(b"not newslake's")
    kept = {file for file in (home / "data/captures").rglob("*.warc.gz") if file != foreign}
    assert kept
    assert told(home)["captures_pruned"] == 0
    assert all(file.exists() for file in kept)
    articles = ask(home, "SELECT article_id, text FROM articles ORDER BY ALL")
    report = maintain(load_watchlist(config), now=later(days=367))
    assert report.captures_pruned == len(kept) and report.captures_bytes > 0
    assert not any(file.exists() for file in kept) and foreign.exists()
    for table in ("articles", "revisions", "fetches"):
        assert ask(home, f"SELECT count(capture_file), count(capture_offset) FROM {table}") == [(0, 0)]
    assert ask(home, "SELECT article_id, text FROM articles ORDER BY ALL") == articles
    assert told(home)["pointers"] == 0


def test_a_capture_that_is_gone_or_cut_off_is_told_with_the_next_command(home: Path) -> None:
    files = sorted((home / "data/captures").rglob("*.warc.gz"))
    last = max(capture.offset for capture in iter_captures(files[0]) if isinstance(capture, Capture))
    with files[0].open("r+b") as stream:
        stream.truncate(last + 40)
    said = told(home, code=1)
    assert said["pointers_broken"] == 1
    assert said["broken"][0]["file"] == str(files[0]) and said["broken"][0]["offset"] == last
    shown = newslake("maintain", "-c", home / "watchlist.toml")
    assert shown.returncode == 1 and "--forget-broken" in shown.stdout and "damaged" in shown.stdout
    files[1].unlink()
    shown = newslake("maintain", "-c", home / "watchlist.toml")
    assert shown.stdout.count(files[1].name) == 1 and "captures, the first at byte" in shown.stdout, shown.stdout
    said = told(home, code=1)
    assert any("not there" in each["reason"] for each in said["broken"])
    forgotten = told(home, "--forget-broken")
    assert forgotten["pointers_forgotten"] >= len(said["broken"])
    assert told(home)["pointers_broken"] == 0


def test_rows_of_urls_that_were_not_due_are_folded_and_every_sum_stays_true(home: Path) -> None:
    sums = (
        "SELECT discovered = loaded + updated + unchanged + copies + off_topic + not_article + robots + refused"
        " + http_errors + network_errors + failed FROM runs"
    )
    not_due = "SELECT count(*) FROM fetches WHERE outcome = 'unchanged' AND requested_at IS NULL"
    runs = ask(home, "FROM runs ORDER BY ALL")
    assert ask(home, not_due)[0][0] > 0
    assert told(home)["unchanged_folded"] == 0
    folded = maintain(load_watchlist(home / "watchlist.toml"), now=later(days=32)).unchanged_folded
    assert folded > 0 and ask(home, not_due) == [(0,)]
    assert ask(home, "FROM runs ORDER BY ALL") == runs
    assert all(row == (True,) for row in ask(home, sums))
    assert {state for (state,) in ask(home, "SELECT state FROM source_health")} == {"ok"}


def test_what_no_run_used_for_a_month_leaves_the_cache(home: Path) -> None:
    def entries() -> int:
        return sum(1 for file in (home / "data/state/httpcache").rglob("*") if file.is_file())

    assert entries() > 0
    assert told(home)["cache_pruned"] == 0
    assert maintain(load_watchlist(home / "watchlist.toml"), now=later(days=31)).cache_pruned > 0
    assert entries() == 0


def test_without_a_warehouse_there_is_nothing_to_do(tmp_path: Path) -> None:
    with SampleSite() as site:
        site.watchlist(tmp_path)
    assert told(tmp_path)["pointers"] == 0
    assert not (tmp_path / "data/catalog.sqlite").exists()


def test_a_plain_file_is_maintained_too(tmp_path: Path) -> None:
    with SampleSite() as site:
        config = site.watchlist(tmp_path)
        text = config.read_text("utf-8")
        config.write_text(re.sub('catalog = ".*?"', 'catalog = "data/news.duckdb"', text), "utf-8")
        collect(load_watchlist(config))
    before = contents(tmp_path)
    assert told(tmp_path)["files_after"] == 1
    assert contents(tmp_path) == before
