"""One real crawl of a small site: what is found, what each URL ends as, and that the books add up."""

from __future__ import annotations

import gzip
import socket
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import brotli  # type: ignore[import-untyped]
import pytest

from newslake.errors import CrawlError
from newslake.outcomes import Origin
from newslake.testing import Answer, Site
from spiders.crawl import CrawlJob, Pending, crawl
from spiders.journal import Found, Relisted, read_journal
from spiders.settings import CrawlSettings
from spiders.sources import Source
from spiders.urls.canonical import url_id
from spiders.warc.model import Capture
from spiders.warc.read import iter_captures
from tests.spiders.crawling import Crawled, run_crawl

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONG = b"<p>" + b"".join(b"%x " % (number * 7919) for number in range(6000))  # 36 kB
PACKED = {
    "gzip": gzip.compress(LONG),
    "deflate": zlib.compress(LONG),
    "br": brotli.compress(LONG),
    "zstd": zstd.compress(LONG),
}


def damaged(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes(200) + body[middle + 200 :]


ODD = {
    "/gone": Answer(b"gone", 410),
    "/missing": Answer(b"missing", 404),
    "/teapot": Answer(b"", 418),
    "/broken": Answer(b"boom", 500),
    "/wall": Answer(b"<html>checking your browser</html>", 202),
    "/paper.pdf": Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}),
    "/data": Answer(b"{}", headers={"Content-Type": "application/json"}),
    "/untyped": Answer(b"<p>no type", headers={"Content-Type": ""}),
    "/huge": Answer(b"x" * 60_000),
    "/bomb": Answer(gzip.compress(b"x" * 5_000_000), headers={"Content-Encoding": "gzip"}),
    "/packed": Answer(gzip.compress("<p>압축".encode()), headers={"Content-Encoding": "gzip"}),
    "/no-gzip": Answer(b"hello", headers={"Content-Encoding": "gzip"}),
    **{f"/cut-{name}": Answer(body[: len(body) * 2 // 3], headers={"Content-Encoding": name}) for name, body in PACKED.items()},
    **{f"/whole-{name}": Answer(body, headers={"Content-Encoding": name}) for name, body in PACKED.items()},
    "/cut-in-header": Answer(gzip.compress(LONG)[:10], headers={"Content-Encoding": "gzip"}),
    "/no-checksum": Answer(gzip.compress(LONG)[:-8], headers={"Content-Encoding": "gzip"}),
    "/damaged-gzip": Answer(damaged(gzip.compress(LONG)), headers={"Content-Encoding": "gzip"}),
    "/no-zstd": Answer(b"hello", headers={"Content-Encoding": "zstd"}),
    "/to-nowhere": Answer(status=302, headers={"Location": "http://[nowhere"}),
    "/cut": Answer(b"<p>half", cut=True),
    "/moved": Answer(status=301, headers={"Location": "/new-home"}),
    "/moved-to-a": Answer(status=302, headers={"Location": "/a"}),
    "/old-1": Answer(status=301, headers={"Location": "/shared-target"}),
    "/old-2": Answer(status=301, headers={"Location": "/shared-target"}),
    "/circle": Answer(status=302, headers={"Location": "/circle?again"}),
    "/to-ftp": Answer(status=302, headers={"Location": "ftp://files.example/x"}),
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        site.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private/\nDisallow: /secret.xml\n")
        for path in ("/a", "/b", "/new-home", "/shared-target", "/in-sitemap", "/private/x"):
            site.page(path)
        site.routes |= ODD
        site.feed(
            "/feed", "/a", "/b?utm_source=rss", "/a#comments", *ODD, "/private/x", f"http://127.0.0.1:{free_port()}/refused"
        )
        site.feed("/second-feed", "/b?utm_medium=x", "/a")
        site.sitemap("/news.xml", "/in-sitemap", "/a", "/b")
        # Whoever lists a URL first has found it, and that is the first feed, on a busy machine too.
        for later in ("/second-feed", "/news.xml"):
            site.routes[later] = replace(cast(Answer, site.routes[later]), seconds=2.0)
        site.routes["/no-feed"] = Answer(b"<!doctype html><html><body>Welcome!</body></html>")
        site.feed("/empty-feed")
        site.feed("/secret.xml", "/a")
        yield site


@pytest.fixture(scope="module")
def crawled(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    sources = [
        Source(
            name="main",
            feeds=[f"{site.url}/feed", f"{site.url}/no-feed", f"{site.url}/no-such-feed", f"{site.url}/secret.xml"],
            sitemaps=[f"{site.url}/news.xml"],
        ),
        Source(name="second", feeds=[f"{site.url}/second-feed", f"{site.url}/empty-feed"]),
        Source(name="nowhere", feeds=["http://no-such-host.invalid/feed"]),
    ]
    return run_crawl(tmp_path_factory.mktemp("crawl"), *sources, max_bytes=50_000)


def test_every_url_found_ends_once(crawled: Crawled) -> None:
    assert crawled.report.reason == "finished"
    assert crawled.adds_up()


@pytest.mark.parametrize(
    ("path", "end", "words"),
    [
        ("/a", "captured", ""),
        ("/b?utm_source=rss", "captured", ""),
        ("/in-sitemap", "captured", ""),
        ("/untyped", "captured", ""),
        ("/packed", "captured", ""),
        ("/moved", "captured", ""),
        ("/private/x", "robots", "robots.txt"),
        ("/gone", "http-error", "410 Gone"),
        ("/missing", "http-error", "404 Not Found"),
        ("/teapot", "http-error", "418"),
        ("/broken", "http-error", "500 Internal Server Error"),
        ("/wall", "http-error", "bot wall: the site answers with a check for robots in place of the page (202 Accepted)"),
        ("/circle", "http-error", "redirected too many times"),
        ("/to-ftp", "http-error", "302 Found"),
        ("/paper.pdf", "refused", "wrong type: application/pdf"),
        ("/data", "refused", "wrong type: application/json"),
        ("/huge", "refused", "too large: more than max_bytes"),
        ("/bomb", "refused", "too large: more than max_bytes after decompression"),
        ("/no-gzip", "captured", ""),
        ("/cut-gzip", "network-error", "closed the connection"),
        ("/cut-deflate", "network-error", "closed the connection"),
        ("/cut-br", "network-error", "closed the connection"),
        ("/cut-zstd", "network-error", "closed the connection"),
        ("/whole-gzip", "captured", ""),
        ("/whole-deflate", "captured", ""),
        ("/whole-br", "captured", ""),
        ("/whole-zstd", "captured", ""),
        ("/cut-in-header", "network-error", "closed the connection"),
        ("/no-checksum", "captured", ""),
        ("/damaged-gzip", "network-error", "cannot be decompressed"),
        ("/no-zstd", "captured", ""),
        ("/to-nowhere", "http-error", "it redirects to an invalid address"),
        ("/cut", "network-error", "closed the connection"),
        ("/refused", "network-error", "refused the connection"),
        ("/moved-to-a", "through-another", "which this crawl reads by itself"),
        ("/no-feed", "failed", "HTML"),
        ("/no-such-feed", "http-error", "404 Not Found"),
        ("/secret.xml", "robots", "robots.txt"),
        ("/news.xml", "listing", "3 entries, 1 new"),
        ("/second-feed", "listing", "2 entries, 0 new"),
        ("/empty-feed", "empty", "0 entries"),
    ],
)
def test_how_urls_end(crawled: Crawled, path: str, end: str, words: str) -> None:
    assert crawled.outcomes()[path] == end, crawled.ends[path]
    assert words in crawled.detail(path)


def test_a_source_that_is_not_there_does_not_stop_the_others(crawled: Crawled) -> None:
    (nowhere,) = (one for one in crawled.found if one.source == "nowhere")
    (ended,) = (one for one in crawled.ended if one.id == nowhere.id)
    assert (ended.outcome, ended.detail) == ("network-error", "no such host: no-such-host.invalid")


def test_pages_listed_many_times_are_fetched_once(site: Site, crawled: Crawled) -> None:
    asked = [path.partition("?")[0] for path in site.paths()]
    for path in ("/a", "/b", "/in-sitemap", "/new-home", "/feed", "/robots.txt", "/missing"):
        assert asked.count(path) == 1, path


def test_two_redirects_to_one_page_capture_it_once(site: Site, crawled: Crawled) -> None:
    ends = sorted(crawled.outcomes()[path] for path in ("/old-1", "/old-2"))
    assert ends == ["captured", "through-another"]
    assert site.paths().count("/shared-target") == 1


def test_transient_errors_are_tried_three_times(site: Site, crawled: Crawled) -> None:
    assert site.paths().count("/broken") == 3
    assert site.paths().count("/cut") == 3


def test_captures_hold_what_was_fetched_and_what_discovery_knew(site: Site, crawled: Crawled) -> None:
    capture = crawled.capture("/a")
    assert b"A page at /a" in capture.body and capture.status == 200
    assert capture.content_type == "text/html; charset=utf-8"
    assert capture.hints.title == "Title of /a" and capture.hints.publication == "Test Post"
    assert capture.hints.published == datetime(2024, 1, 9, 10, tzinfo=UTC)
    assert crawled.capture("/moved").url == f"{site.url}/new-home"
    assert crawled.capture("/packed").body == "<p>압축".encode()
    assert crawled.capture("/missing").status == 404


def test_every_answer_is_in_the_warc_and_the_journal_says_where(crawled: Crawled) -> None:
    (file,) = crawled.folder.glob("*.warc.gz")
    found = {one.offset for one in iter_captures(file) if isinstance(one, Capture)}
    assert found == {one.offset for one in crawled.ended if one.file}
    assert all(one.requested_at and one.seconds is not None for one in crawled.ended if one.outcome is None)


def test_the_journal_tells_the_same_as_the_events(crawled: Crawled) -> None:
    events = list(read_journal(crawled.folder))
    assert [event for event in events if isinstance(event, Found)] == crawled.found
    told = [event for event in events if not isinstance(event, Relisted)]
    assert len(told) == len(crawled.found) + len(crawled.ended) + 1


def test_the_report_counts(site: Site, crawled: Crawled) -> None:
    stats = crawled.report.stats
    assert stats["captured"] == list(crawled.outcomes().values()).count("captured")
    assert stats["found"] == len(crawled.found)
    assert stats["retries"] >= 4 and stats["bytes"] > 0 and stats["requests"] >= len(site.asked)


def test_the_newest_come_first_and_the_budget_is_told(tmp_path: Path) -> None:
    with Site() as site:
        paths = [f"/n{n}" for n in range(5)]
        for path in paths:
            site.page(path)
        site.feed("/feed", *paths)
        dated = "".join(
            f"<url><loc>{site.url}/s{n}</loc><lastmod>2024-01-{day:02}T12:00:00Z</lastmod></url>"
            for n, day in enumerate((1, 9, 5))
        )
        site.routes["/map.xml"] = Answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{dated}</urlset>'.encode())
        site.page("/s1")
        both = Source(name="both", feeds=[f"{site.url}/feed"], sitemaps=[f"{site.url}/map.xml"], max_articles=3)
        crawled = run_crawl(tmp_path, both, per_domain=1)
        assert [path for path in site.paths() if path[1] in "ns"] == ["/s1", "/n0", "/n1"]
    assert crawled.adds_up()
    assert crawled.detail("/n4") == "over max_articles = 3 for this run; the next run fetches it"
    assert list(crawled.outcomes().values()).count("refused") == 5


def test_known_urls_wait_until_they_are_due(tmp_path: Path) -> None:
    with Site() as site:
        for path in ("/never", "/later", "/due", "/new", "/revisit", "/to-known"):
            site.page(path)
        site.routes["/to-known"] = Answer(status=301, headers={"Location": "/never"})
        site.feed("/feed", "/never?utm_source=x", "/later", "/due", "/new", "/to-known")
        known = tmp_path / "known.txt"
        now = int(time.time())
        due = {"/never": "-", "/later": now + 900, "/due": now - 900, "/revisit": "-"}
        ends = {"/later": " http-error"}
        known.write_text("".join(f"{url_id(site.url + path).hex} {when}{ends.get(path, '')}\n" for path, when in due.items()))
        pending = (Pending(f"{site.url}/revisit", "s", Origin.REVISIT),)
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]), known=known, pending=pending)
        asked = site.paths()
    assert crawled.adds_up()
    assert crawled.outcomes() == {
        "/feed": "listing",
        "/never?utm_source=x": "not-due",
        "/later": "not-due",
        "/due": "captured",
        "/new": "captured",
        "/revisit": "captured",
        "/to-known": "through-another",
    }
    assert not {"/never", "/never?utm_source=x", "/later"} & set(asked)
    assert crawled.detail("/later") == "not due; when last visited: http-error"
    assert crawled.detail("/never?utm_source=x") == "visited before and not due"
    assert crawled.detail("/feed").startswith("5 entries, 3 new")


def test_a_folder_holds_one_crawl(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "journal.jsonl").touch()
    job = CrawlJob(tmp_path / "run", tmp_path / "cache", [], CrawlSettings())
    with pytest.raises(CrawlError, match="holds another crawl"):
        crawl(job)


def test_nothing_to_crawl_is_a_finished_crawl(tmp_path: Path) -> None:
    assert run_crawl(tmp_path).report.reason == "finished"
