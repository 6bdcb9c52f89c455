"""A loopback site that follows the clock: its articles appear, are edited and vanish, and some of its answers are faulty.

Five outlets, each on an address of its own: three with a feed of twenty entries, one with a feed and a news sitemap, one with a
sitemap alone. A sixth has no news: every third day its listing and a page are bombs, which take a parser minutes.
What the site was going to publish is fixed by the seed beforehand; what it has shown, whole, is in its books.
"""

from __future__ import annotations

import gzip
import random
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from zlib import crc32

from benchmarks.sites.stories import BOMBS, DAY, HOUR, OUTLETS, Story, page, plan, text

FEED_LENGTH = 20
SITEMAP_HOURS = 48  # as the protocol of news sitemaps has it
# Kinds of faults with how often each comes. A hang costs the crawl its whole timeout.
FAULTS = {
    "timeout": 2,
    "slow body": 2,
    "reset": 8,
    "cut": 6,
    "truncated gzip": 8,
    "429": 6,
    "429 with Retry-After": 3,
    "503": 8,
    "503 with Retry-After": 3,
    "503 with a long Retry-After": 2,
    "500": 8,
    "502": 6,
    "DNS": 6,
}


@dataclass
class Books:
    """Records requests, faulty answers, and what was shown whole."""

    answers: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    listed: set[int] = field(default_factory=set)
    shown: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # versions by number


class Site:
    """Context manager that serves while it is open.

    Attributes:
        begin: when the first run may have come.
        stories: by number.
        books: what it did; while `keeps_books` is false, only answers and faults count, for who asked may be killed.
        share: of answers that are faults, storms aside; 0 calls off the storms too.
    """

    def __init__(self, begin: float, end: float, per_hour: float, share: float, timeout: float, seed: int) -> None:
        self.begin = begin
        self.stories, self._storms = plan(begin, end, per_hour, seed)
        self.share = share
        self.timeout = timeout  # the crawl's own; what hangs hangs for longer
        self.books = Books()
        self.keeps_books = True
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._of_outlet: list[dict[str, Story]] = [{} for _ in OUTLETS]
        for story in self.stories:
            self._of_outlet[story.outlet][story.path] = story
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> Site:
        for outlet in range(len(OUTLETS) + 1):  # the last one throws bombs
            server = _Server((f"127.0.0.{outlet + 1}", 0), _handler(self, outlet))
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def root(self, outlet: int) -> str:
        host, port = self._servers[outlet].server_address[:2]
        return f"http://{host!s}:{port}"

    def url(self, story: Story) -> str:
        return self.root(story.outlet) + story.path

    def sources(self, suffix: str = "") -> dict[str, dict[str, list[str] | str | int]]:
        """Return the `[[source]]` of each outlet by name; `suffix` gives the names another end."""
        listings: list[dict[str, list[str]]] = [{"feeds": ["/feed.xml"]}] * 3
        listings += [{"feeds": ["/feed.xml"], "sitemaps": ["/news.xml"]}, {"sitemaps": ["/news.xml"]}]
        sources: dict[str, dict[str, list[str] | str | int]] = {}
        for outlet, (name, has) in enumerate(zip(OUTLETS, listings, strict=True)):
            root = self.root(outlet)
            sources[name + suffix] = {"url": f"{root}/"} | {kind: [root + path for path in paths] for kind, paths in has.items()}
        sources[BOMBS] = {"feeds": [f"{self.root(len(OUTLETS))}/feed.xml"], "sections": [f"{self.root(len(OUTLETS))}/news/"]}
        return sources

    def fault(self, outlet: int, now: float) -> str | None:
        """Draw how the next answer fails, or None."""
        with self._lock:
            self.books.answers += 1
            kind = next((kind for where, start, until, kind in self._storms if where == outlet and start <= now < until), None)
            if not self.share:
                kind = None
            elif kind is None and self._chance.random() < self.share:
                (kind,) = self._chance.choices([*FAULTS], [*FAULTS.values()])
            if kind:
                self.books.faults[kind] += 1
            return kind

    def answer(self, outlet: int, path: str, now: float) -> tuple[int, str, bytes, Sequence[Story], int]:
        """Return status, content type and body, the stories that it lists or shows, and which version.

        A print page is not in the books: what it shows belongs to its story.
        """
        if outlet == len(OUTLETS):
            return _bomb(self.root(outlet), path, now)
        there = self._of_outlet[outlet]
        if path in ("/feed.xml", "/news.xml"):
            listed = sorted((one for one in there.values() if one.at <= now < one.gone_at), key=lambda one: one.at, reverse=True)
            if path == "/feed.xml":
                listed = listed[:FEED_LENGTH]
                return 200, "application/rss+xml", self._feed(listed), listed, 0
            listed = [one for one in listed if now - one.at < SITEMAP_HOURS * HOUR]
            return 200, "application/xml", self._sitemap(listed, now), listed, 0
        if path == "/":
            links = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">' if outlet < 4 else ""
            return 200, "text/html; charset=utf-8", f"<html><head><title>Home</title>{links}</head></html>".encode(), (), 0
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /search\n", (), 0
        asked = path.partition("?")[0]
        story = there.get(asked.removeprefix("/print"))
        if story is None or story.at > now:
            return 404, "text/html", b"<h1>Not found</h1>", (), 0
        if story.gone_at <= now:
            return story.gone_as, "text/html", b"<h1>Gone</h1>", (), 0
        html = "text/html; charset=utf-8"
        if asked == story.print_path:
            return 200, html, page(story, story.version(now), self.url(story)), (), 0
        return 200, html, page(story, story.version(now)), (story,), story.version(now)

    def _feed(self, listed: Sequence[Story]) -> bytes:
        items = "".join(
            f"<item><title>{text(one.text_of, 1, True)[0]}</title><link>{address}</link>"
            f"<pubDate>{formatdate(one.at)}</pubDate></item>"
            for one in listed
            for address in self._addresses(one)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()

    def _sitemap(self, listed: Sequence[Story], now: float) -> bytes:
        urls = "".join(
            f"<url><loc>{address}</loc><lastmod>{_last_change(one, now)}</lastmod></url>"
            for one in listed
            for address in self._addresses(one)
        )
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()

    def _addresses(self, story: Story) -> Iterator[str]:
        """Yield the addresses at which a listing names a story; the print page comes first every other time."""
        pages = [f"{self.url(story)}?utm_source=rss"] + [self.root(story.outlet) + story.print_path] * story.has_print
        yield from pages if story.number % 2 else reversed(pages)

    def shown(self, stories: Sequence[Story], version: int) -> None:
        with self._lock:
            if self.keeps_books and version:
                self.books.shown[stories[0].number].add(version)
            elif self.keeps_books:
                self.books.listed.update(story.number for story in stories)


ATTRIBUTES = " ".join(f"a{number}=b" for number in range(150_000))


def _bomb(root: str, path: str, now: float) -> tuple[int, str, bytes, Sequence[Story], int]:
    """Answer for the outlet without news: for the first hours of every third day with bombs, as `Site.answer` does."""
    day, is_time = datetime.fromtimestamp(now, UTC).date(), now % (3 * DAY) < 6 * HOUR
    html = "text/html; charset=utf-8"
    if path == "/feed.xml":
        item = f"<item><title>Of {day}</title><link>{root}/news/{day}-harbour-report.html</link></item>" if is_time else ""
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{item}</channel></rss>'
        return 200, "application/rss+xml", feed.encode(), (), 0
    if path.startswith("/news/"):
        bomb = f"<p {ATTRIBUTES}>The harbour</p>" if is_time else "<p>No news</p>"
        return 200, html, f"<!doctype html><html><head><title>News</title></head><body>{bomb}</body></html>".encode(), (), 0
    return 404, "text/html", b"<h1>Not found</h1>", (), 0


def _last_change(story: Story, now: float) -> str:
    return datetime.fromtimestamp(max([story.at, *(edit for edit in story.edits if edit <= now)]), UTC).isoformat()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore crawls that hang up or are killed."""


def _handler(site: Site, outlet: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20
        wbufsize = -1  # one segment an answer

        def do_GET(self) -> None:
            now = time.time()
            status, content_type, body, stories, version = site.answer(outlet, self.path, now)
            kind = site.fault(outlet, now)
            if kind:
                self.fail(kind, content_type, body)
                return
            etag = f'"{crc32(body):08x}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.reply(status, {"Content-Type": content_type, "ETag": etag}, body)
            self.wfile.flush()
            if status in (200, 304) and stories:
                site.shown(stories, version)

        def reply(self, status: int, headers: dict[str, str], body: bytes, promised: int | None = None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) if promised is None else promised))
            self.end_headers()
            self.wfile.write(body)

        def fail(self, kind: str, content_type: str, body: bytes) -> None:
            html = {"Content-Type": "text/html"}
            match kind.split()[0]:
                case "429" | "500" | "502" | "503" as status:
                    if kind.endswith("Retry-After"):
                        html |= {"Retry-After": "7200" if "long" in kind else "1"}
                    self.reply(int(status), html, b"<h1>Not now</h1>")
                case "DNS":  # it sends the crawl to a name that does not resolve
                    self.reply(302, {"Location": f"http://www.outlet-{outlet}.invalid{self.path}"}, b"")
                case "reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                case "truncated":
                    packed = gzip.compress(body)
                    self.reply(200, {"Content-Type": content_type, "Content-Encoding": "gzip"}, packed[: len(packed) // 2])
                case "cut":
                    self.reply(200, {"Content-Type": content_type}, body[: len(body) // 2], len(body))
                    self.close_connection = True
                case "timeout":
                    time.sleep(1.5 * site.timeout)
                    self.close_connection = True
                case "slow":
                    self.reply(200, {"Content-Type": content_type}, body[:50], len(body))
                    for at in range(50, len(body), max(1, len(body) // 20)):
                        self.wfile.flush()
                        time.sleep(site.timeout / 10)
                        self.wfile.write(body[at : at + max(1, len(body) // 20)])

        def log_message(self, *_: object) -> None:
            """Log nothing: the books record every request."""

    return Handler
