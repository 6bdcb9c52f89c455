"""A project that is moved, restored or copied finds its own captures, and no command throws away what may still be there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.collect import collect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from tests.flows.command import ask, newslake
from warehouse.database.connect import open_writer

WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0
allow_private = true
revisit_hours = []
[[topic]]
name = "oil"
query = "oil"
[[source]]
name = "harbour"
feeds = ["{url}/feed"]
"""
TABLES = ("articles", "revisions", "fetches")
NOBODY = 65534


def page(number: int) -> Answer:
    words = "".join(f"<p>{' '.join(f'w{number}x{line}x{word}' for word in range(30))} and oil came.</p>" for line in range(4))
    dated = '<meta property="article:published_time" content="2026-02-03T08:00:00Z">'
    title = f"Oil comes to terminal number {number}"
    head = f'<html lang="en"><head><title>{title}</title>{dated}</head>'
    return Answer(f"{head}<body><h1>{title}</h1><article>{words}</article></body></html>".encode())


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, and a backfill of an archive that lies in the project."""
    home = tmp_path_factory.mktemp("made") / "home"
    home.mkdir()
    with Site() as site:
        (home / "watchlist.toml").write_text(WATCHLIST.format(url=site.url))
        for number in range(4):
            site.routes[f"/news/{number}-oil.html"] = page(number)
        for numbers in (range(2), range(4)):
            site.feed("/feed", *(f"/news/{number}-oil.html" for number in numbers))
            collect(load_watchlist(home / "watchlist.toml"))
    other = home.with_name("other")
    shutil.copytree(home, other)
    (archive,) = (file for file in other.rglob("*.warc.gz") if file.stat().st_mtime == newest(other))
    (home / "archives").mkdir()
    shutil.move(archive, home / "archives" / "given.warc.gz")
    done = newslake("backfill", home / "archives", "--any-source", "-c", home / "watchlist.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def newest(home: Path) -> float:
    return max(file.stat().st_mtime for file in home.rglob("*.warc.gz"))


@pytest.fixture
def home(collected: Path, tmp_path: Path) -> Path:
    """The project at another place than where it was made."""
    shutil.copytree(collected, tmp_path / "moved")
    return tmp_path / "moved"


def told(home: Path, command: str, *options: str, code: int = 0) -> dict[str, Any]:
    done = newslake(command, "--json", *options, "-c", home / "watchlist.toml")
    assert done.returncode == code, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def named(home: Path) -> set[str]:
    query = " UNION ".join(f"SELECT capture_file FROM {table} WHERE capture_file IS NOT NULL" for table in TABLES)
    return {str(name) for (name,) in ask(home / "watchlist.toml", query)}


def pointers(home: Path) -> list[Any]:
    return [ask(home / "watchlist.toml", f"SELECT count(capture_file) FROM {table}")[0][0] for table in TABLES]


def test_captures_are_named_from_their_folder_and_found_wherever_the_project_is(home: Path, collected: Path) -> None:
    names = named(home)
    assert not any(Path(name).is_absolute() for name in names), names
    assert {"../../archives/given.warc.gz"} < names
    assert told(home, "maintain")["pointers_broken"] == 0
    assert told(home, "reclean")["outcomes"]["harbour"] == {"unchanged": 4}
    # A copy reads its own files, even if the original is there.
    shutil.rmtree(home / "data/captures")
    broken = told(home, "maintain", code=1)["broken"]
    assert {Path(each["file"]).relative_to(home / "data/captures").as_posix() for each in broken} == {
        name for name in names if not name.startswith("..")
    }
    assert told(collected, "maintain")["pointers_broken"] == 0


def test_what_an_older_newslake_named_by_its_place_then_is_found_too(home: Path) -> None:
    names = named(home)
    with open_writer(load_watchlist(home / "watchlist.toml").warehouse, "test") as writer:
        for table in TABLES:
            old = "replace('/srv/old/data/captures/' || capture_file, '/data/captures/../..', '')"
            writer.con.execute(f"UPDATE {table} SET capture_file = {old}")
    assert all(name.startswith("/srv/old/") for name in named(home))
    assert told(home, "maintain")["pointers_broken"] == 0
    assert named(home) == names


def test_rows_do_not_forget_captures_that_are_elsewhere_or_on_a_disk_that_is_missing(home: Path) -> None:
    before, captures = pointers(home), home / "data" / "captures"
    captures.rename(home / "captures")
    refused = told(home, "maintain", "--forget-broken", code=1)
    assert refused["refusal"]["hindrance"] == "most" and refused["pointers_forgotten"] == 0
    assert str(captures) in refused["refusal"]["why"]
    (home / "captures").rename(captures)
    (home / "archives").rename(home / "away")  # a disk with archives of one's own
    assert told(home, "maintain", "--forget-broken", code=1)["refusal"]["hindrance"] == "most"
    (home / "away").rename(home / "archives")
    (day,) = captures.glob("2*-*")
    (captures / "old").mkdir()
    file = sorted(day.iterdir())[0]
    file.rename(captures / "old" / file.name)
    done = newslake("maintain", "--forget-broken", "-c", home / "watchlist.toml")
    assert done.returncode == 1 and f"mv {captures / 'old' / file.name} {file}" in done.stdout, done.stdout
    assert pointers(home) == before
    (captures / "old" / file.name).unlink()
    assert told(home, "maintain", "--forget-broken", "--even-most")["pointers_forgotten"] > 0
    assert told(home, "maintain")["pointers_broken"] == 0 and sum(pointers(home)) > 0


@contextmanager
def as_nobody(home: Path) -> Iterator[None]:
    """Be a user to whom permissions matter: for root they do not."""
    if os.geteuid():
        yield
        return
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def for_all(collected: Path) -> Iterator[Path]:
    """A copy of the project in a folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        folder.chmod(0o755)
        shutil.copytree(collected, folder / "home")
        yield folder / "home"
    finally:
        shutil.rmtree(folder)


def test_captures_that_may_not_be_read_are_neither_broken_nor_forgotten(for_all: Path) -> None:
    home = for_all
    before = pointers(home)
    (day,) = (home / "data/captures").glob("2*-*")
    files = sorted(day.iterdir())
    files[0].chmod(0)
    with as_nobody(home):
        shown = newslake("maintain", "-c", home / "watchlist.toml")
    assert shown.returncode == 1 and "--forget-broken" not in shown.stdout and "Permission denied" in shown.stdout
    with as_nobody(home):
        report = told(home, "maintain", "--forget-broken", code=1)
    assert report["refusal"]["hindrance"] == "unreadable" and report["pointers_unreadable"] == report["pointers_broken"] > 0
    files[1].unlink()  # what is lost is forgotten, what may not be read is not
    with as_nobody(home):
        mixed = told(home, "maintain", "--forget-broken", "--even-most", code=1)
    assert 0 < mixed["pointers_forgotten"] < sum(before)
    files[0].chmod(0o644)
    assert told(home, "maintain")["pointers_broken"] == 0
    assert f"{day.name}/{files[0].name}" in named(home)


def test_maintain_names_the_folder_that_may_not_be_written(for_all: Path) -> None:
    home = for_all
    state = home / "data/state"
    (state / "httpcache/old").mkdir(parents=True)
    (state / "httpcache/old/entry").write_text("a feed")
    os.utime(state / "httpcache/old/entry", (0, 0))
    with as_nobody(home):
        for closed in (state, state / "httpcache/old"):
            closed.chmod(0o555)
            done = newslake("maintain", "-c", home / "watchlist.toml")
            closed.chmod(0o755)
            assert done.returncode == 1
            assert f"cannot write below {closed}: Permission denied" in done.stderr and f"df -h {closed}" in done.stderr
