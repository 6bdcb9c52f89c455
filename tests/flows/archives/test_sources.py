"""Whose a page of an archive is, and how much time each source has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import flows.archives.scan
import flows.refine.turns
from tests.flows.archives.warcs import FERRIES, pack, record, source
from tests.flows.command import ask, newslake

BLOGS = "https://blogs.example"


def test_a_page_belongs_to_the_source_whose_site_hosts_it(tmp_path: Path) -> None:
    sources = source("alice", f"{BLOGS}/@alice/") + source("bob", f"{BLOGS}/@bob/") + source("tide", "https://tide.example/")
    (tmp_path / "watchlist.toml").write_text(FERRIES + sources + source("port", "https://port.tide.example/"), "utf-8")
    urls = [f"{BLOGS}/@bob/1", f"{BLOGS}/@alice/2", f"{BLOGS}/@mallory/3", "https://port.tide.example/4"]
    urls += ["https://www.tide.example/5", "https://news.tide.example/6"]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pack(record(f"p{n}", url=url)) for n, url in enumerate(urls)))
    for options in (["--source", "alice"], []):
        done = newslake("backfill", "a.warc.gz", *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        found = {
            url.rpartition("/")[2]: name for url, name in ask(tmp_path / "watchlist.toml", "SELECT url, source FROM articles")
        }
        assert found == {"2": "alice"} if options else {"1": "bob", "2": "alice", "4": "port", "5": "tide", "6": "tide"}


def test_a_source_of_slow_pages_has_a_limit_in_each_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.refine.turns, "SLOW_PAGE", 0.0)  # every page is slow
    monkeypatch.setattr(flows.archives.scan, "SEGMENT", 3_000)  # the time is that of the archive, not of a part of it
    config, sources = (
        tmp_path / "watchlist.toml",
        source("tide", "https://tide.example/") + source("port", "https://port.example/"),
    )
    config.write_text(f"{FERRIES}{sources}\n[crawl]\ncleaning_seconds = 0.001\n", "utf-8")
    hosts = ["tide"] * 9 + ["port"] * 3
    pages = [pack(record(f"slow{n}", url=f"https://{host}.example/{n}")) for n, host in enumerate(hosts)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pages))
    left = {str(tmp_path / "a.warc.gz"): {"port": 2, "tide": 8}}
    done = newslake("backfill", "--json", "a.warc.gz", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, told["not_cleaned"], told["failed_files"], told["new_articles"]) == (1, left, {}, 2)
    rows = ask(config, "SELECT outcome, count(*), min(detail) FROM fetches WHERE reason = 'cleaning-budget' GROUP BY ALL")
    assert rows[0][:2] == ("failed", 10) and "cleaning_seconds" in rows[0][2]
    done = newslake("backfill", "a.warc.gz", cwd=tmp_path)  # neither read again nor forgotten
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "10 pages not cleaned (8 of tide, 2 of port)" in said and "raise cleaning_seconds under [crawl]" in said
    config.write_text(config.read_text("utf-8").replace("0.001", "900"), "utf-8")
    done = newslake("backfill", "--json", "a.warc.gz", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, told["not_cleaned"], told["new_articles"]) == (0, {}, 10)
    assert json.loads(newslake("backfill", "--json", "a.warc.gz", cwd=tmp_path).stdout)["loaded_before"] == list(left)
