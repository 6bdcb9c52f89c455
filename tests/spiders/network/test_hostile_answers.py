"""Answers that mean harm: each ends, in time and in words, and the pages beside it are fetched."""

from __future__ import annotations

import gzip
import itertools
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from newslake.testing import Answer, Raw, Site
from spiders.listings.html import read_page
from spiders.network.transport import MAX_HEAD
from spiders.sources import Source
from tests.spiders.crawling import Crawled, run_crawl

Speech = bytes | Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PAGE = b"<html><title>A page</title><p>A page"
WHOLE = HEAD + b"Content-Length: %d\r\n" % len(PAGE)


def endless(piece: bytes, start: bytes = b"", seconds: float = 0.0) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(1_000_000):
            connection.sendall(piece)
            time.sleep(seconds)

    return speak


def crawl_all(folder: Path, speeches: Mapping[str, Speech], **settings: object) -> dict[str, tuple[str, str, Crawled]]:
    """One crawl of a page for each of the speeches, listed beside a good one; each on a host of its own.

    Gives by name how the page ended, the detail, and the crawl, in which the page has the path of its number.
    """
    with ExitStack() as stack:
        site = stack.enter_context(Site())
        hosts = [stack.enter_context(Site()) for _ in speeches]
        for number, (host, speech) in enumerate(zip(hosts, speeches.values(), strict=True)):
            host.routes[f"/{number}"] = Raw(speech)
        site.page("/good")
        site.feed("/feed", *(f"{host.url}/{number}" for number, host in enumerate(hosts)), "/good")
        source = Source(name="s", feeds=[f"{site.url}/feed"])
        crawled = run_crawl(folder, source, **({"timeout": 1.5, "per_domain": 16} | settings))
    assert crawled.adds_up()
    assert crawled.outcomes()["/good"] == "captured"
    ends = {name: f"/{number}" for number, name in enumerate(speeches)}
    return {name: (crawled.outcomes()[path], crawled.detail(path), crawled) for name, path in ends.items()}


SLOW = {
    "a body of a byte now and then": endless(b"x", HEAD + b"Content-Length: 1000000\r\n\r\n", 0.2),
    "headers of a byte now and then": endless(b"x", HEAD + b"X-Slow: ", 0.2),
    "a chunked body without an end": endless(b"1\r\nx\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", 0.2),
    "nothing at all": endless(b"", b"", 0.2),
}


def test_slowness_is_bounded_as_a_whole_not_by_the_byte(tmp_path: Path) -> None:
    for name, (end, detail, crawled) in crawl_all(tmp_path, SLOW).items():
        assert end == "network-error", name
        assert "no complete response" in detail, name
        assert crawled.report.seconds < 25  # three attempts of 1.5 s, on a busy machine


LARGE = {
    "a chunked body that floods": endless(b"10000\r\n" + b"x" * 65536 + b"\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    "a body that floods without a length": endless(b"x" * 65536, HEAD + b"\r\n"),
    "a length that is announced": HEAD + b"Content-Length: 99999999999\r\n\r\n",
    "a hundred thousand headers": HEAD + b"X: y\r\n" * 100_000 + b"Content-Length: 0\r\n\r\n",
    "a header of a megabyte": HEAD + b"X: " + b"y" * 1_000_000 + b"\r\nContent-Length: 0\r\n\r\n",
    "headers without an end": endless(b"Set-Cookie: a=b\r\n" * 100, HEAD),
    "interim answers without an end": endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
}


def test_size_is_bounded(tmp_path: Path) -> None:
    for name, (end, detail, _) in crawl_all(tmp_path, LARGE, max_bytes=1_000_000, timeout=20).items():
        assert end == "refused", name
        assert detail.startswith("too large: "), name


def test_bombs_are_bounded_after_decompression(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>x" * 10_000_000)
    assert len(bomb) < 100_000
    speech = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
    end, detail, _ = crawl_all(tmp_path, {"bomb": speech}, timeout=20)["bomb"]
    assert end == "refused"
    assert "after decompression" in detail


CAPTURED = {
    "as many headers as are taken": WHOLE + b"X-Many: y\r\n" * ((MAX_HEAD - 300) // 11) + b"\r\n" + PAGE,
    "one header as long as is taken": WHOLE + b"X-Long: " + b"y" * (MAX_HEAD - 300) + b"\r\n\r\n" + PAGE,
    "a thousand cookies": WHOLE + b"".join(b"Set-Cookie: c%d=%d\r\n" % (n, n) for n in range(1000)) + b"\r\n" + PAGE,
    "NUL bytes and bytes above ASCII in headers": WHOLE + b"X: a\0b\xff\xfe\r\n\r\n" + PAGE,
    "header lines that are none": WHOLE + b"nonsense\r\n: empty\r\n\r\n" + PAGE,
    "a length below nothing": HEAD + b"Content-Length: -5\r\n\r\n" + PAGE,
    "an unknown transfer encoding": HEAD + b"Transfer-Encoding: magic\r\n\r\n" + PAGE,
    "a split response": WHOLE + b"X: y\n\r\n" + PAGE + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad",
}


def test_odd_heads_leave_a_capture_that_can_be_read(tmp_path: Path) -> None:
    for number, (name, (end, detail, crawled)) in enumerate(crawl_all(tmp_path, CAPTURED, timeout=5).items()):
        assert end == "captured", (name, detail)
        assert b"A page" in crawled.capture(f"/{number}").body, name


ENDED = {
    "status 999": (b"HTTP/1.1 999 Request Denied\r\nContent-Length: 0\r\n\r\n", "http-error"),
    "a status that is no number": (b"HTTP/1.1 abc OK\r\n\r\n", "network-error"),
    "HTTP/0.9": (PAGE, "network-error"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", "network-error"),
    "a length that promises more": (HEAD + b"Content-Length: 5000\r\n\r\n" + PAGE, "network-error"),
    "two lengths": (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + PAGE, "network-error"),
    "a chunk that is no number": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE, "network-error"),
    "a redirect to nowhere": (b"HTTP/1.1 302 Found\r\nLocation: http://[::1/\r\nContent-Length: 0\r\n\r\n", "http-error"),
    "a redirect to a file": (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "http-error"),
    "a redirect to a script": (b"HTTP/1.1 302 Found\r\nLocation: data:text/html,x\r\nContent-Length: 0\r\n\r\n", "http-error"),
}


def closing(speech: bytes) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.sendall(speech)
        connection.close()

    return speak


def test_answers_that_are_none_end_in_words(tmp_path: Path) -> None:
    found = crawl_all(tmp_path, {name: closing(speech) for name, (speech, _) in ENDED.items()}, timeout=5)
    for name, (end, detail, _) in found.items():
        assert end == ENDED[name][1], (name, detail)
        assert "Error" not in detail.partition(":")[0], name


def test_redirects_that_change_their_address_for_ever(tmp_path: Path) -> None:
    count = itertools.count()
    with Site() as site:
        site.page("/good")
        site.routes["/away"] = lambda _: Answer(status=302, headers={"Location": f"/away?step={next(count)}"})
        site.redirect("/round", "/about")
        site.redirect("/about", "/round")
        site.feed("/feed", "/away", "/round", "/good")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]))
        assert len(site.asked) < 40
    assert crawled.adds_up()
    assert [crawled.outcomes()[path] for path in ("/away", "/good")] == ["http-error", "captured"]
    assert crawled.detail("/away") == "redirected too many times"
    assert crawled.outcomes()["/round"] == "http-error"


ROBOTS: dict[str, tuple[Speech, str, str]] = {
    "a web page": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 35\r\n\r\n<html><p>User-agent: *<br>Disallow:/",
        "empty",
        "",
    ),
    "one without an end": (endless(b"# nothing\n" * 6000, HEAD + b"\r\nUser-agent: *\nAllow: /\n"), "empty", ""),
    "rules before half a megabyte": (
        endless(b"# nothing\n" * 6000, HEAD + b"\r\nUser-agent: *\nDisallow: /feed\n"),
        "robots",
        "",
    ),
    "redirects in a circle": (b"HTTP/1.1 302 Found\r\nLocation: /robots.txt\r\nContent-Length: 0\r\n\r\n", "empty", ""),
    "one that breaks off": (HEAD + b"Content-Length: 500\r\n\r\nUser-agent: *\n", "network-error", "this was for robots.txt"),
    "silence": (endless(b"", b"", 0.2), "network-error", "this was for robots.txt"),
}


def test_robots_files_by_the_standard(tmp_path: Path) -> None:
    feed = b'<rss version="2.0"><channel><title>t</title></channel></rss>'
    with ExitStack() as stack:
        sources = []
        for number, (speech, _, _) in enumerate(ROBOTS.values()):
            site = stack.enter_context(Site())
            site.routes["/robots.txt"] = Raw(closing(speech) if isinstance(speech, bytes) else speech)
            site.routes[f"/feed{number}"] = Answer(feed, headers={"Content-Type": "application/rss+xml"})
            sources.append(Source(name=f"s{number}", feeds=[f"{site.url}/feed{number}"]))
        crawled = run_crawl(tmp_path, *sources, timeout=1.5)
    for number, (name, (_, end, words)) in enumerate(ROBOTS.items()):
        detail = crawled.detail(f"/feed{number}")
        assert crawled.outcomes()[f"/feed{number}"] == end, (name, detail)
        assert words in detail, name


BODIES = {
    "four megabytes of links": (b"<a href=/x>x</a>" * 245_000, None),  # more is refused, see tests/spiders/test_bombs.py
    "nesting without an end": (b"<div>" * 500_000, None),
    "a label that lies": ("<p>\ub0a8\ubd81 <a href=/x>기사</a>".encode("cp949"), "text/html; charset=utf-16"),
    "UTF-7": (b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-<p>x", "text/html; charset=utf-7"),
    "a codec that is no charset": (b"<p>x<a href=/x>x</a>", "text/html; charset=zlib"),
    "another one": (b"<p>x<a href=/x>x</a>", "text/html; charset=rot13"),
    "NUL bytes": (b"<p>\0x<a\0 href=/x>x</a>" * 100, "text/html"),
}


@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_pages_that_cannot_be_read_well_are_read_all_the_same(body: bytes, content_type: str | None) -> None:
    started = time.process_time()
    page = read_page(body, "https://outlet.example/", content_type)
    assert len(page.anchors) <= 10_000
    assert time.process_time() - started < 30
