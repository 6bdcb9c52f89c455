"""What an interrupted backfill kept is used by the same code alone: after an upgrade the archive is read from its beginning."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import flows.archives.batches
import flows.archives.reading
import flows.archives.scan
import flows.backfill
import newslake
from flows.archives.files import Archive, archives
from flows.backfill import Tally
from flows.maintain import maintain
from flows.watchlist import load_watchlist
from newslake.locks import only_one
from spiders.warc.read import read_capture
from tests.flows.test_backfill import WATCHLIST, archive
from warehouse.database.connect import open_reader
from warehouse.records import ArticleRecord

SEGMENTS = 3


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(flows.archives.scan, "SEGMENT", 8_000)
    (tmp_path / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    archive(tmp_path / "crawl.warc.gz", count=200)
    return tmp_path


class Interrupted(BaseException):
    """Stands for Ctrl-C, which is no Exception either: a backfill goes on behind those."""


class Watch:
    """Counts the segments that a backfill is through, and stops it behind one of them."""

    def __init__(self, stop_behind: int | None = None) -> None:
        self.segments = 0
        self.stop_behind = stop_behind

    def file(self, archive: Archive, number: int, of: int) -> None: ...

    def note(self, text: str) -> None: ...

    def progress(self, tally: Tally, done: int, size: int) -> None:
        self.segments += 1
        if self.segments == self.stop_behind:
            raise Interrupted


def run(home: Path, *, stop_behind: int | None = None, again: bool = False) -> Tally | None:
    """Backfill the archive; None where it was stopped."""
    watchlist, watch = load_watchlist(home / "watchlist.toml"), Watch(stop_behind)
    try:
        request = flows.backfill.Request(again=again)
        return flows.backfill.backfill(watchlist, archives([str(home / "crawl.warc.gz")]), request, workers=0, watch=watch)
    except Interrupted:
        return None


def _wrong(article: ArticleRecord) -> ArticleRecord:
    return replace(article, page=replace(article.page, title=f"Wrong: {article.page.title}"))


@contextmanager
def other_version(monkeypatch: pytest.MonkeyPatch, version: str = "0.0.1") -> Iterator[None]:
    """An earlier newslake, which took titles for something else."""
    clean = flows.archives.reading.Reading._cleaned

    def wrongly(*given: Any) -> Any:
        cleaned, spent = clean(*given)
        return [(page, replace(one, article=one.article and _wrong(one.article))) for page, one in cleaned], spent

    with monkeypatch.context() as patch:
        patch.setattr(newslake, "__version__", version)
        patch.setattr(flows.archives.reading.Reading, "_cleaned", wrongly)
        yield


def titles(home: Path) -> list[str]:
    with open_reader(load_watchlist(home / "watchlist.toml").warehouse) as con:
        return [title for (title,) in con.execute("SELECT title FROM articles ORDER BY title").fetchall()]


def folder(home: Path) -> Path:
    (only,) = (home / "data/state/backfill").iterdir()
    return only


def test_after_an_upgrade_nothing_of_the_other_version_is_loaded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with other_version(monkeypatch):
        assert run(home, stop_behind=SEGMENTS) is None
    kept = len(list(folder(home).glob("[0-9]*.json")))
    assert kept >= SEGMENTS
    tally = run(home)
    assert tally is not None and tally.new_articles == 21
    assert [title for title in titles(home) if title.startswith("Wrong")] == []
    assert [path.name for path in folder(home).iterdir()] == ["loaded.json"]


def test_the_same_version_goes_on_where_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with other_version(monkeypatch, newslake.__version__):
        assert run(home, stop_behind=SEGMENTS) is None
    assert run(home) is not None
    assert any(title.startswith("Wrong") for title in titles(home))  # taken from the disk, not cleaned again
    assert not all(title.startswith("Wrong") for title in titles(home))


def test_other_libraries_are_other_code(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with other_version(monkeypatch, newslake.__version__):
        assert run(home, stop_behind=SEGMENTS) is None
    job = json.loads((folder(home) / "job.json").read_text("utf-8"))
    libraries = job["made_by"]["libraries"]
    assert any(name.startswith("trafilatura==") for name in libraries) and any(name.startswith("lxml==") for name in libraries)
    job["made_by"]["libraries"] = ["trafilatura==0.1" if name.startswith("trafilatura==") else name for name in libraries]
    (folder(home) / "job.json").write_text(json.dumps(job), "utf-8")
    assert run(home) is not None
    assert [title for title in titles(home) if title.startswith("Wrong")] == []


@pytest.mark.parametrize("job", ["[", '{"began": "2026-01-01T00:00:00+00:00"}'])
def test_a_job_that_cannot_be_read_begins_again(home: Path, monkeypatch: pytest.MonkeyPatch, job: str) -> None:
    """Also one of newslake before this rule: its job.json names no code."""
    with other_version(monkeypatch, newslake.__version__):
        assert run(home, stop_behind=SEGMENTS) is None
    (folder(home) / "job.json").write_text(job, "utf-8")
    assert run(home) is not None
    assert [title for title in titles(home) if title.startswith("Wrong")] == []


def test_what_another_version_loaded_is_loaded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with other_version(monkeypatch):
        assert run(home) is not None
    tally = run(home)
    assert tally is not None and (tally.pages, len(tally.skipped)) == (0, 1)
    assert all(title.startswith("Wrong") for title in titles(home))
    tally = run(home, again=True)
    assert tally is not None and (tally.pages, tally.new_articles) == (205, 0)
    assert [title for title in titles(home) if title.startswith("Wrong")] == []


def test_a_version_that_was_killed_amid_its_loads_doubles_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.archives.batches, "ROWS_PER_RUN", 4)
    add = flows.backfill._add
    loads = []

    def stopped(*given: Any) -> None:
        add(*given)
        loads.append(given)
        if len(loads) == 3:
            raise Interrupted

    with other_version(monkeypatch), monkeypatch.context() as patch:
        patch.setattr(flows.backfill, "_add", stopped)
        assert run(home) is None
    assert run(home) is not None
    assert len(titles(home)) == 21
    assert [title for title in titles(home) if title.startswith("Wrong")] == []


def test_what_is_left_of_a_loaded_archive_is_removed(home: Path) -> None:
    """Killed between the note that it is loaded and the removal of the rest."""
    assert run(home) is not None
    (folder(home) / "0.json").write_bytes(b"x")
    (folder(home) / "spool").mkdir()
    assert run(home) is not None
    assert [path.name for path in folder(home).iterdir()] == ["loaded.json"]


def test_a_result_of_other_fields_is_scanned_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with other_version(monkeypatch, newslake.__version__):
        assert run(home, stop_behind=SEGMENTS) is None
    for file in folder(home).glob("[0-9]*.json"):
        file.write_text(file.read_text("utf-8").replace('"headings":', '"subheads":'), "utf-8")
    tally = run(home)
    assert tally is not None and (tally.pages, tally.new_articles) == (205, 21)
    assert [title for title in titles(home) if title.startswith("Wrong")] == []


def test_maintenance_removes_a_backfill_that_was_given_up(home: Path) -> None:
    assert run(home, stop_behind=SEGMENTS) is None
    watchlist = load_watchlist(home / "watchlist.toml")
    assert maintain(watchlist, now=datetime.now(UTC) + timedelta(days=29)).backfills_pruned == 0
    given_up = folder(home)
    later = datetime.now(UTC) + timedelta(days=31)
    assert maintain(watchlist, now=later, dry_run=True).backfills_pruned == 1 and given_up.exists()
    with only_one(watchlist.state, "backfill", "…"):
        assert maintain(watchlist, now=later).backfills_pruned == 0 and given_up.exists()
    assert maintain(watchlist, now=later).backfills_pruned == 1 and not given_up.exists()
    assert run(home) is not None
    assert maintain(watchlist, now=later).backfills_pruned == 0 and folder(home).exists()  # the note that it is loaded stays


def test_a_backfill_that_was_stopped_goes_on_where_the_project_is_now(tmp_path: Path) -> None:
    """The pages of a file that is no series of compressed records are kept in the backfill's folder until they are loaded."""
    home, file = tmp_path / "home", tmp_path / "crawl.warc.gz"
    home.mkdir()
    (home / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    file.write_bytes(gzip.compress(archive(tmp_path / "plain.warc", compressed=False).read_bytes()))
    with pytest.raises(Interrupted):
        backfill_of(home, file, Watch(stop_behind=1))
    moved = home.rename(tmp_path / "moved")
    assert backfill_of(moved, file, Watch()).new_articles > 0
    watchlist = load_watchlist(moved / "watchlist.toml")
    with open_reader(watchlist.warehouse) as con:
        captures = con.execute("SELECT capture_file, capture_offset, text FROM articles").fetchall()
    for name, offset, text in captures:
        assert name.startswith("backfill/")
        assert text.splitlines()[0].encode() in read_capture(watchlist.capture_path(name), offset).body
    again = moved.rename(tmp_path / "again")
    assert backfill_of(again, file, Watch()).skipped == [str(file)]  # loaded before, wherever the project is


def backfill_of(home: Path, file: Path, watch: Watch) -> Tally:
    watchlist = load_watchlist(home / "watchlist.toml")
    return flows.backfill.backfill(watchlist, archives([str(file)]), flows.backfill.Request(), workers=0, watch=watch)
