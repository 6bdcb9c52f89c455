"""`newslake backfill`: WARC files from anywhere through the same pipeline; killed at any moment, it goes on, doubling nothing."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import CATALOGS, ENVIRONMENT, Done, newslake

WATCHLIST = """
[[topic]]
name = "ferries"
query = 'ferry* AND harbour'

[[source]]
name = "tide"
url = "https://tide.example/"
"""
FILLING = "The harbour office counted the boats again and found that three of them had left before the tide turned. "


def page(title: str, sentence: str, day: int = 4) -> bytes:
    return (
        f"<html><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2026-03-{day:02}T05:06:07Z'></head>"
        f"<body><article><h1>{title}</h1><p>{sentence}</p><p>{FILLING * 4}</p></article></body></html>"
    ).encode()


def record(
    out: BinaryIO,
    url: str,
    body: bytes,
    *,
    status: str = "200 OK",
    kind: str = "text/html",
    at: str = "2026-03-30T00:00:00Z",
    headers: str = "",
    type_: str = "response",
    compressed: bool = True,
) -> None:
    """A record as wget and Heritrix write it: WARC 1.0, one gzip member each."""
    message = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {type_}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {at}\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(message)}\r\n\r\n"
    ).encode()
    whole = head + message + b"\r\n\r\n"
    out.write(gzip.compress(whole) if compressed else whole)


def archive(file: Path, *, count: int = 40, compressed: bool = True, site: str = "tide.example") -> Path:
    """Every tenth page is on the topic; one URL was captured twice, edited; and what a crawl brings along."""
    with file.open("wb") as out:
        put = partial(record, out, compressed=compressed)
        put("urn:info", b"software: a test", type_="warcinfo")
        for n in range(count):
            told = f"The ferry number {n} sailed at dawn with {n + 2} crews." if n % 10 == 0 else f"Nothing of note in week {n}."
            put(f"https://{site}/{n}", page(f"Report {n} of the week", told, 1 + n % 28))
        edited = page("Report 0 of the week", "The ferry number 0 sailed, and came back in the evening.", 1)
        put(f"https://{site}/0", edited, at="2026-03-31T00:00:00Z")
        put(f"https://{site}/gone", b"<p>gone: ferry harbour</p>", status="404 Not Found")
        put(f"https://{site}/doc.pdf", b"%PDF ferry harbour", kind="application/pdf")
        packed = gzip.compress(page("Packed ferry news", "A ferry was packed for the journey across the bay.", 3))
        put(f"https://{site}/packed", packed, headers="Content-Encoding: gzip\r\n")
        put("https://elsewhere.example/1", page("A ferry elsewhere", "Another ferry left the harbour of another town.", 2))
        put(f"https://{site}/5", b"", type_="revisit")
        put(f"https://{site}/5", b"GET /5", type_="request")
    return file


@pytest.fixture(params=CATALOGS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "watchlist.toml").write_text(f'[warehouse]\ncatalog = "{request.param}"\n{WATCHLIST}', "utf-8")
    return tmp_path


def sql(home: Path, query: str) -> list[dict[str, object]]:
    done = newslake("sql", "--format", "json", query, cwd=home)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def backfill(home: Path, *arguments: str | Path) -> dict[str, object]:
    done = newslake("backfill", "--json", *arguments, cwd=home)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def corpus(home: Path) -> list[dict[str, object]]:
    return sql(
        home,
        "SELECT article_id, url, title, text, revision, published_at, first_seen_at, last_seen_at, content_hash, source,"
        " (SELECT count(*) FROM revisions r WHERE r.article_id = a.article_id) AS revisions,"
        " (SELECT list(topic ORDER BY topic) FROM matches m WHERE m.article_id = a.article_id) AS topics"
        " FROM articles a ORDER BY url",
    )


@dataclass
class Loaded:
    """A file that was backfilled once, and what that gave."""

    home: Path
    file: Path
    told: dict[str, object]
    articles: list[dict[str, object]]
    runs: list[dict[str, object]]
    captured: dict[str, object]


@pytest.fixture(scope="module", params=CATALOGS)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    home = tmp_path_factory.mktemp("loaded")
    (home / "watchlist.toml").write_text(f'[warehouse]\ncatalog = "{request.param}"\n{WATCHLIST}', "utf-8")
    file = archive(home / "crawl.warc.gz")
    told = backfill(home, file)
    runs = sql(home, "SELECT discovered, loaded + updated + unchanged + copies + off_topic + not_article + robots + refused +"
                     " http_errors + network_errors + failed AS counted FROM runs WHERE flow = 'backfill'")  # fmt: skip
    captured = sql(home, "SELECT capture_file, capture_offset FROM articles WHERE url LIKE '%/10'")[0]
    return Loaded(home, file, told, corpus(home), runs, captured)


def test_a_file_becomes_articles_and_every_page_an_outcome(loaded: Loaded) -> None:
    told = loaded.told
    assert told["pages"] == 45
    assert told["outcomes"] == {
        "tide": {"http-error": 1, "loaded": 5, "off-topic": 36, "refused": 1, "updated": 1},
        "(no source)": {"refused": 1},
    }
    rows = loaded.articles
    assert [row["url"] for row in rows] == [f"https://tide.example/{n}" for n in ("0", "10", "20", "30", "packed")]
    assert (rows[0]["revision"], rows[0]["revisions"]) == (2, 2)
    assert "came back in the evening" in str(rows[0]["text"])
    assert all(row["topics"] == ["ferries"] for row in rows)
    assert sum(int(str(run["discovered"])) for run in loaded.runs) == 45
    assert all(run["discovered"] == run["counted"] for run in loaded.runs)
    # traceable to the page it came from
    assert (loaded.home / "data/captures" / str(loaded.captured["capture_file"])).resolve() == loaded.file
    with loaded.file.open("rb") as stream:
        stream.seek(int(str(loaded.captured["capture_offset"])))
        assert b"ferry number 10 " in gzip.GzipFile(fileobj=stream).read(20_000)


def test_a_second_time_nothing_is_read_and_again_changes_nothing(loaded: Loaded) -> None:
    home, file, before = loaded.home, loaded.file, loaded.articles
    told = backfill(home, file)
    assert (told["pages"], told["loaded_before"]) == (0, [str(file)])
    told = backfill(home, file, "--again")
    assert (told["pages"], told["new_articles"]) == (45, told["new_articles"])
    assert corpus(home) == before


def test_any_source_and_days(home: Path) -> None:
    file = archive(home / "crawl.warc.gz")
    told = backfill(home, file, "--any-source", "--since", "2026-03-02", "--until", "2026-03-10")
    assert {row["url"] for row in corpus(home)} == {
        "https://elsewhere.example/1",
        "https://tide.example/packed",
        "https://tide.example/30",
    }
    assert sql(home, "SELECT source FROM articles WHERE url LIKE '%elsewhere%'") == [{"source": "elsewhere.example"}]
    assert told["new_articles"] == 3


def test_files_of_other_tools(home: Path) -> None:
    """Not compressed, as one gzip stream, in a folder, and from a list: the same articles."""
    folder = home / "files"
    folder.mkdir()
    archive(folder / "plain.warc", compressed=False)
    whole = gzip.compress(archive(home / "whole.warc", compressed=False, site="tide.example").read_bytes())
    (folder / "one-stream.warc.gz").write_bytes(whole)
    told = backfill(home, folder)
    assert told["failed_files"] == {}
    assert len(corpus(home)) == 5
    assert sql(home, "SELECT count(*) AS n FROM runs WHERE flow = 'backfill' AND loaded + updated + unchanged > 0")[0]["n"] == 4
    (home / "list.txt").write_text("# a comment\nfiles/plain.warc\n\n", "utf-8")
    assert backfill(home, "list.txt")["loaded_before"] == [str(folder / "plain.warc")]


def test_a_damaged_file_costs_what_is_damaged(home: Path) -> None:
    file = archive(home / "crawl.warc.gz")
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    file.write_bytes(data[:-300])
    (home / "noise.warc.gz").write_bytes(random.Random(1).randbytes(5_000))
    (home / "empty.warc.gz").write_bytes(b"")
    done = newslake("backfill", "--json", file, "noise.warc.gz", "empty.warc.gz", cwd=home)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert set(told["failed_files"]) == {str(file), str(home / "noise.warc.gz"), str(home / "empty.warc.gz")}
    failed = sql(home, "SELECT url, detail FROM fetches WHERE outcome = 'failed' ORDER BY url")
    assert len(failed) >= 3
    assert all("#byte=" in str(row["url"]) and row["detail"] for row in failed)
    assert told["new_articles"] in (4, 5)


def test_what_is_not_there_is_told_and_the_rest_goes_on(home: Path) -> None:
    file = archive(home / "crawl.warc.gz")
    done = newslake("backfill", file, "missing.warc.gz", cwd=home)
    assert done.returncode == 1
    assert "missing.warc.gz cannot be read" in done.stderr
    done = newslake("backfill", file, "http://127.0.0.1:9/x.warc.gz", "--json", cwd=home)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert list(told["failed_files"]) == ["http://127.0.0.1:9/x.warc.gz"]
    assert told["new_articles"] == 5


@pytest.fixture
def served() -> Iterator[Site]:
    """Takes files over HTTP; S3's protocol for reading an object is no more than that."""
    with Site() as site:
        yield site


@pytest.mark.parametrize("scheme", ["http", "s3"])
def test_remote_files_are_fetched_and_their_captures_kept(
    home: Path, served: Site, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archive(home / "crawl.warc.gz")
    served.routes["/bucket/crawl.warc.gz"] = Answer(file.read_bytes(), headers={"Last-Modified": formatdate(0, usegmt=True)})
    keys = {
        "AWS_ENDPOINT_URL": served.url,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in keys.items():
        monkeypatch.setitem(ENVIRONMENT, name, value)
    told = backfill(home, f"{served.url}/bucket/crawl.warc.gz" if scheme == "http" else "s3://bucket/crawl.warc.gz")
    assert told["new_articles"] == 5
    kept = sql(home, "SELECT DISTINCT capture_file FROM articles")
    assert kept and all(str(row["capture_file"]).startswith("backfill/") for row in kept)
    assert all((home / "data" / "captures" / str(row["capture_file"])).exists() for row in kept)


def test_an_interrupted_backfill_is_told_in_words(home: Path) -> None:
    done: Done = newslake("backfill", cwd=home)
    assert done.returncode == 2
    assert "missing argument" in done.stderr.lower() and "file" in done.stderr.lower()
