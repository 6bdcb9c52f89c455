"""What a browser reads is read: odd framing, packing and types of pages and listings. Bytes that are no text get no verdict."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from newslake.testing import Answer, Raw, Site
from tests.flows.command import Done, ask, newslake

WATCHLIST = """
[crawl]
user_agent = "newslake-test (+mailto:test@example.com)"
delay = 0
per_domain = 1
allow_private = true

[[topic]]
name = "tankers"
query = "tanker"
"""
_WORDS = random.Random(7)


def page(number: int) -> bytes:
    """A page of an article with a text of its own."""
    words = " ".join(f"w{_WORDS.randrange(10**6)}" for _ in range(40))
    paragraphs = "".join(
        f"<p>The tanker of voyage {number}{n} turned back on Friday before it reached the harbour, its owners said, {words}.</p>"
        for n in range(4)
    )
    head = f'<title>Voyage {number} of the tanker ends early</title><meta charset="utf-8">'
    article = f"<article><h1>Voyage {number} of the tanker ends early</h1>{paragraphs}</article>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{article}</body></html>".encode()


def raw(
    body: bytes, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK", line_end: bytes = b"\r\n", kind: bytes = b"text/html"
) -> Raw:
    return Raw(line_end.join([status, b"Content-Type: " + kind, *fields, b"", b""]) + body)


def chunked(body: bytes, size: bytes = b"%x\r\n", end: bytes = b"0\r\n\r\n") -> Raw:
    pieces = (body[at : at + 700] for at in range(0, len(body), 700))
    return raw(b"".join(size % len(piece) + piece + b"\r\n" for piece in pieces) + end, b"Transfer-Encoding: chunked")


def packed(body: bytes, coding: str | None = None, kind: str = "text/html; charset=utf-8") -> Answer:
    return Answer(body, headers={"Content-Type": kind} | ({"Content-Encoding": coding} if coding else {}))


# Each takes the bytes of a page.
READ = {
    "chunk-sizes-padded": lambda body: chunked(body, b"%-5x\r\n"),
    "chunk-sizes-with-tab": lambda body: chunked(body, b"%x\t\r\n"),
    "chunk-sizes-with-zeros": lambda body: chunked(body, b"%010x\r\n", b"0000\r\n\r\n"),
    "chunk-extensions": lambda body: chunked(body, b'%x ; a="b"\r\n'),
    "chunks-with-line-feeds": lambda body: chunked(body, b"%x\n", b"0\n\n"),
    "no-line-end-at-the-last-chunk": lambda body: chunked(body, end=b"0\r\n"),
    "no-last-chunk": lambda body: chunked(body, end=b""),
    "another-transfer-coding": lambda body: raw(body, b"Transfer-Encoding: identity"),
    "head-with-line-feeds": lambda body: raw(body, b"Content-Length: %d" % len(body), line_end=b"\n"),
    "head-after-blank-lines": lambda body: raw(body, status=b"\r\n\r\nHTTP/1.1 200 OK"),
    "head-without-reason": lambda body: raw(body, status=b"HTTP/1.1 200"),
    "blank-before-colon": lambda body: raw(gzip.compress(body), b"Content-Encoding : gzip"),
    "length-that-is-none": lambda body: raw(body, b"Content-Length: all of it"),
    "gzip-not-said": lambda body: packed(gzip.compress(body)),
    "zstd-not-said": lambda body: packed(zstd.compress(body)),
    "br-not-said": lambda body: packed(brotli.compress(body)),
    "gzip-twice": lambda body: packed(gzip.compress(gzip.compress(body)), "gzip"),
    "gzip-said-to-be-br": lambda body: packed(gzip.compress(body), "br"),
    "br-said-to-be-gzip": lambda body: packed(brotli.compress(body), "gzip"),
    "plain-said-to-be-gzip": lambda body: packed(body, "gzip"),
    "plain-said-to-be-br": lambda body: packed(body, "br"),
    "raw-deflate": lambda body: packed(zlib.compress(body, wbits=-15), "deflate"),
    "an-unknown-coding": lambda body: packed(body, "utf-8"),
    "no-type": lambda body: Raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body),
    "two-types": lambda body: raw(body, b"Content-Type: text/html; charset=utf-8"),
    **{
        f"type-{number}": lambda body, kind=kind: packed(body, kind=kind)
        for number, kind in enumerate(
            (
                "text/html charset=utf-8",
                "text/html,text/html; charset=utf-8",
                "text/html, charset=utf-8",
                '"text/html"; charset=utf-8',
                "text/html: charset=UTF-8",
                "html",
                "*/*",
                "application/unknown",
                "application/octet-stream",
            )
        )
    },
}
NOISE = random.Random(3).randbytes(6000)
# Pages that no browser shows; several in a row of them must not close the host.
UNREAD = {
    **{
        f"bad-chunks-{n}": (raw(b"zz\r\n" + page(n), b"Transfer-Encoding: chunked"), "network-error", "broken-answer")
        for n in range(9)
    },
    "two-lengths": (raw(page(1), b"Content-Length: 5", b"Content-Length: 6"), "network-error", "broken-answer"),
    "half-a-page": (chunked(page(1)[:1400], end=b""), "network-error", "broken-answer"),
    "noise": (packed(NOISE), "failed", "not-text"),
    "noise-without-type": (Raw(b"HTTP/1.1 200 OK\r\n\r\n" + NOISE), "failed", "not-text"),
    "noise-said-to-be-br": (packed(NOISE, "br"), "network-error", "broken-answer"),
    "a-picture": (packed(b"\x89PNG\r\n\x1a\n" + NOISE), "failed", "not-text"),
    "half-a-gzip-file": (packed(gzip.compress(page(2))[:-300]), "failed", "not-text"),
    "a-program": (packed(NOISE, kind="application/octet-stream"), "refused", "wrong-type"),
}
LISTINGS = {
    "gzip-feed": ("feeds", lambda feed: packed(gzip.compress(feed), kind="application/rss+xml")),
    "padded-feed": ("feeds", lambda feed: chunked(feed, b"%-5x\r\n")),
    "unfinished-feed": ("feeds", lambda feed: chunked(feed, end=b"")),
    "zstd-sitemap": ("sitemaps", lambda feed: packed(zstd.compress(feed), kind="application/xml")),
    "feed-with-entities": ("feeds", lambda feed: packed(with_entities(feed), kind="application/rss+xml")),
    "br-feed-said-to-be-gzip": ("feeds", lambda feed: packed(brotli.compress(feed), "gzip", "application/rss+xml")),
}
# How home pages declare their feed.
DECLARED = {
    "rel-feed": '<link rel="feed" href="%s">',
    "type-of-xml": '<link rel="alternate" type="application/xml" href="%s">',
    "no-type": '<link rel="alternate" title="All news (RSS)" href="%s">',
}
# The title has half a character.
SURROGATE = """{"version": "https://jsonfeed.org/version/1.1", "title": "x",
    "items": [{"url": "%s", "title": "A tanker \\ud83d turns back", "language": "en\\udc00", "tags": ["\\udfff"]}]}"""


def with_entities(feed: bytes) -> bytes:
    """A feed as outlets write it that declare the entities of HTML."""
    declared = b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY % others SYSTEM "http://192.0.2.1/xhtml.ent"> %others;]><rss'
    return feed.replace(b"<rss", declared, 1).replace(b"Title of ", b"Title&nbsp;of ")


@dataclass
class Read:
    """A run of all these answers, and a second one of what is due again."""

    run: Done
    rows: dict[str, dict[str, Any]]  # by the name of the answer
    health: dict[str, str]
    states: dict[str, str | None]  # what is known of the URLs of UNREAD
    config: Path


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    config = tmp_path_factory.mktemp("answers") / "watchlist.toml"
    with Site() as site, Site() as listing:
        for number, (name, answer) in enumerate(READ.items(), start=10):
            site.routes[f"/{name}"] = answer(page(number))
        site.routes |= {f"/{name}": answer for name, (answer, _, _) in UNREAD.items()}
        # the unreadable ones first: the sound ones must not wait for the next run
        site.feed("/feed", *(f"/{name}" for name in (*UNREAD, *READ)))
        text = WATCHLIST + f'[[source]]\nname = "odd"\nfeeds = ["{site.url}/feed"]\n'
        for number, (name, (kind, answer)) in enumerate(LISTINGS.items(), start=100):
            listing.routes[f"/{name}/page"] = packed(page(number))
            listing.feed("/plain", f"/{name}/page") if kind == "feeds" else listing.sitemap("/plain", f"/{name}/page")
            plain = listing.routes["/plain"]
            assert isinstance(plain, Answer)
            listing.routes[f"/{name}"] = answer(plain.body)
            text += f'[[source]]\nname = "{name}"\n{kind} = ["{listing.url}/{name}"]\n'
        for number, (name, link) in enumerate(DECLARED.items(), start=150):
            listing.routes[f"/{name}"] = packed(
                f"<html><head>{link % f'/{name}/list'}</head><body>The Post</body></html>".encode()
            )
            listing.routes[f"/{name}/page"] = packed(page(number))
            listing.feed(f"/{name}/list", f"/{name}/page")
            text += f'[[source]]\nname = "{name}"\nurl = "{listing.url}/{name}"\n'
        listing.routes["/surrogate/page"] = packed(page(200))
        body = SURROGATE % f"{listing.url}/surrogate/page"
        listing.routes["/surrogate"] = Answer(body.encode(), headers={"Content-Type": "application/feed+json"})
        text += f'[[source]]\nname = "surrogate"\nfeeds = ["{listing.url}/surrogate"]\n'
        config.write_text(text, "utf-8")
        run = newslake("run", "--plain", "--json", "--config", config)
    rows = ask(config, "SELECT url, outcome, reason, detail FROM fetches WHERE kind = 'page'")
    ended = {
        url.split("/", 3)[3]: {"outcome": outcome, "reason": reason, "detail": detail} for url, outcome, reason, detail in rows
    }
    health = dict(ask(config, "SELECT source, state FROM source_health"))
    states = dict(ask(config, "SELECT url.split('/')[-1], last_outcome FROM urls"))
    yield Read(run, ended, health, states, config)


@pytest.mark.parametrize("name", READ)
def test_a_page_that_a_browser_reads_is_loaded(read: Read, name: str) -> None:
    assert read.rows[name]["outcome"] == "loaded", read.rows[name]


@pytest.mark.parametrize("name", UNREAD)
def test_what_no_browser_reads_ends_with_its_reason_and_is_tried_again(read: Read, name: str) -> None:
    _, outcome, reason = UNREAD[name]
    assert (read.rows[name]["outcome"], read.rows[name]["reason"]) == (outcome, reason), read.rows[name]
    assert "host-closed" not in str(read.rows[name])


@pytest.mark.parametrize("name", [*LISTINGS, *DECLARED, "surrogate"])
def test_a_listing_that_a_browser_reads_is_read(read: Read, name: str) -> None:
    assert read.rows[f"{name}/page"]["outcome"] == "loaded"
    assert read.health[name] == "ok"


def test_the_run_tells_of_no_failure_of_a_source(read: Read) -> None:
    assert json.loads(read.run.stdout)["failed_sources"] == {}
    assert read.run.returncode == 0


def test_the_words_of_a_feed_can_always_be_stored(read: Read) -> None:
    [(title,)] = ask(read.config, "SELECT title FROM articles WHERE url LIKE '%surrogate%'")
    assert title == "Voyage 200 of the tanker ends early"
