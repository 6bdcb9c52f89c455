"""Nothing below the project's folder says what was forgotten: no passage, no title, no address, in no file and no table."""

from __future__ import annotations

import json
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest

from flows.collect import Steps, collect
from flows.watchlist import load_watchlist
from newslake.locks import describe_holder, only_one
from newslake.testing import Answer, Site
from spiders.warc.kept import keep
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.runs.test_set_aside import Killed, killed, other_words, put

PLANTED = "Zwischenlagerungskosten der Quecksilberfracht"
TITLE = "Quartalsbericht ueber Quecksilberfracht"
PATH = "/aaa/2026/quartalsbericht-quecksilberfracht"


def unpacked(file: Path) -> bytes:
    """What a file holds: as it is, its gzip members, all columns of a data file, all tables of a database."""
    data = file.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        rest = data
        while rest.startswith(b"\x1f\x8b"):
            unpacker = zlib.decompressobj(wbits=31)
            data += unpacker.decompress(rest)
            rest = unpacker.unused_data
    elif file.suffix == ".parquet":
        data += repr(duckdb.sql(f"FROM '{file}'").fetchall()).encode()
    elif file.suffix == ".duckdb":
        with duckdb.connect(str(file), read_only=True) as con:
            for (table,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall():
                data += repr(con.execute(f'FROM "{table}"').fetchall()).encode()
    return data


def holding(home: Path, *words: str) -> list[str]:
    """The files of a project that hold one of the words."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return sorted(f"{file.relative_to(home)}: {word}" for file in files for word in words if word.encode() in unpacked(file))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as found:
        yield found


def interrupted_copy(config: Path, site: Site, place: str) -> Path:
    """Stop a run behind its crawl and move its folder; everything that it fetched is in it."""
    with pytest.raises(Killed):
        collect(load_watchlist(config), steps=replace(Steps(), clean=killed))
    (folder,) = config.parent.glob("data/state/runs/*")
    target = config.parent / "data/state" / place / folder.name
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.move(folder, target))


def project(home: Path, site: Site, catalog: str) -> Path:
    config = home / "watchlist.toml"
    config.write_text(
        f'[warehouse]\ncatalog = "{catalog}"\n[crawl]\ndelay = 0\nallow_private = true\nrevisit_hours = [0.0001]\n'
        'keep_captures = "all"\n[[topic]]\nname = "oil"\nquery = "oil"\n'
        f'[[source]]\nname = "paper"\nfeeds = ["{site.url}/feed"]\nsections = ["{site.url}/section"]\n'
    )
    put(site, PATH, TITLE, f"<p>{PLANTED}</p>{other_words('planted')}")
    put(site, "/news/other", "Oil comes to the terminal", other_words("other"))
    items = "".join(
        f"<item><title>{title}</title><link>{site.url}{path}</link><description>{words}</description></item>"
        for title, path, words in ((TITLE, PATH, PLANTED), ("Oil comes", "/news/other", "Oil"))
    )
    site.routes["/feed"] = Answer(
        f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode(),
        headers={"Content-Type": "application/rss+xml"},
    )
    site.routes["/section"] = Answer(
        f'<html><body><a href="{PATH}">{TITLE}</a><a href="/news/other">Oil</a></body></html>'.encode()
    )
    return config


@pytest.mark.timeout(240)
@pytest.mark.parametrize("catalog", CATALOGS)
def test_nothing_below_the_project_says_what_was_forgotten(tmp_path: Path, site: Site, catalog: str) -> None:
    config = project(tmp_path, site, catalog)
    for place in ("set-aside", "damaged"):
        interrupted_copy(config, site, place)
    assert newslake("run", "--plain", "-c", config).returncode == 0
    aside, damaged = (next((tmp_path / "data/state" / place).iterdir()) for place in ("set-aside", "damaged"))
    (aside / "reason.json").write_text(json.dumps({"message": f"cannot clean {site.url}{PATH}?utm_source=x, sorry"}), "utf-8")
    lost = aside.with_name(str(uuid4()))
    shutil.copytree(aside, lost)
    (lost / "crawl/journal.jsonl").unlink()
    journal = aside / "crawl/journal.jsonl"
    journal.write_text(journal.read_text("utf-8").replace('"status": 200', '"status": 200, "reason": "hexed"'), "utf-8")
    with pytest.raises(Killed):  # a run under way that found the page again
        collect(load_watchlist(config), steps=replace(Steps(), clean=killed))
    captures = tmp_path / "data/captures"
    (whole,) = captures.glob("*/*.warc.gz")
    shutil.copy(whole, whole.with_name(f"{uuid4()}.warc.gz"))  # of a run whose load failed
    shutil.copy(whole, whole.with_name(f"{uuid4()}.warc.gz.part"))
    unfinished = tmp_path / "data/state/backfill" / str(uuid4())
    (unfinished / "spool").mkdir(parents=True)
    (unfinished / "download").mkdir()
    ((offset,),) = ask(config, f"SELECT capture_offset FROM articles WHERE title = '{TITLE}'")
    keep([(whole, offset)], unfinished / "spool/0-a.warc.gz-0-00000.warc.gz")
    shutil.copy(whole, unfinished / "download/a.warc.gz")
    (unfinished / "1-0.json").write_text(json.dumps({"url": f"{site.url}{PATH}", "text": PLANTED}), "utf-8")
    words = (PLANTED, TITLE, PATH, PATH.rpartition("/")[2])
    assert len(holding(tmp_path, PLANTED)) > 8

    done = newslake("forget", f"{site.url}{PATH}", "--yes", "-c", config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert holding(tmp_path, *words) == []
    assert "pages of other articles" in done.stdout
    # the rest is as it was, and goes on
    assert ask(config, "SELECT title FROM articles") == [("Oil comes to the terminal",)]
    assert newslake("verify", "-c", config).returncode in (0, 1)
    assert json.loads(newslake("maintain", "--json", "-c", config).stdout)["pointers_broken"] == 0
    recovered = newslake("recover", damaged.name, "-c", config)
    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    assert newslake("run", "--plain", "-c", config).returncode in (0, 1)
    assert ask(config, "SELECT title FROM articles") == [("Oil comes to the terminal",)]


def test_briefs_and_feeds_do_not_say_what_was_forgotten(tmp_path: Path, site: Site) -> None:
    path = f"{PATH}-it's"  # pages write an apostrophe in another way than addresses do
    config = project(tmp_path, site, "data/news.duckdb")
    config.write_text(f'{config.read_text()}[brief]\nformats = ["html", "md", "txt", "json", "atom"]\n')
    for name in ("/feed", "/section"):
        given = site.routes[name]
        site.routes[name] = replace(given, body=given.body.replace(PATH.encode(), path.encode()))
    put(site, path, TITLE, f"<p>{PLANTED}</p>{other_words('planted')}")
    for name in (path, "/news/other"):  # published today, or a brief only counts them
        given = site.routes[name]
        site.routes[name] = replace(given, body=given.body.replace(b"2026-02-03", f"{datetime.now(UTC):%Y-%m-%d}".encode()))
    assert newslake("run", "--plain", "-c", config).returncode == 0
    folder = tmp_path / "briefs"
    own, told = folder / "mine.html", {file.split(":")[0] for file in holding(tmp_path, TITLE) if file.startswith("briefs/")}
    assert len(told) == 10
    own.write_text(f"An outlet, and {site.url}{path}")
    ((article_id,),) = ask(config, f"SELECT article_id FROM articles WHERE title = '{TITLE}'")
    would = json.loads(newslake("forget", str(article_id), "--dry-run", "--json", "-c", config).stdout)["briefs"]
    assert (
        {str(Path(file).relative_to(tmp_path)) for file in would} == told == {file for file in told if (tmp_path / file).exists()}
    )

    done = newslake("forget", str(article_id), "--yes", "-c", config)
    assert done.returncode == 0 and "Pages of briefs that told of it are removed" in done.stdout, done.stdout + done.stderr
    assert "2 feeds of briefs are written anew, without it." in done.stdout
    assert not any(file.startswith("briefs/") for file in holding(tmp_path, PLANTED, TITLE))
    assert {file.name for file in folder.iterdir()} == {"feed.atom", "oil.atom", "mine.html"}
    assert "Oil comes to the terminal" in (folder / "feed.atom").read_text()


def test_others_are_not_told_what_is_forgotten(tmp_path: Path) -> None:
    holder = tmp_path / "collect.holder"
    with only_one(tmp_path, "collection", "newslake forget https://outlet.example/secret", purpose="newslake forget"):
        assert "newslake forget)" in describe_holder(holder) and "secret" not in describe_holder(holder)
        done = subprocess.run(["grep", "-r", "secret", tmp_path], capture_output=True, text=True, check=False)
        assert done.stdout == ""


def test_what_nothing_is_called_may_be_an_article_or_a_source(tmp_path: Path, site: Site) -> None:
    config = project(tmp_path, site, "data/news.duckdb")
    assert newslake("run", "--plain", "-c", config).returncode == 0
    done = newslake("forget", "nonsuch", "-c", config)
    assert done.returncode == 2
    assert "no article and no source is 'nonsuch'" in done.stderr and "newslake sources" in done.stderr
