"""A loopback site that follows the clock: its articles appear, are edited and vanish, and some of its answers are faulty.

Five outlets, each on an address of its own: three with a feed of twenty entries, one with a feed and a news sitemap, one with a
sitemap alone. What it was going to publish is fixed by the seed beforehand; what it has shown, whole, is in its books.
"""

from __future__ import annotations

import gzip
import random
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from zlib import crc32

HOUR, DAY = 3600.0, 86400.0
FEED_LENGTH = 20
SITEMAP_HOURS = 48  # as the protocol of news sitemaps has it
# Ages at which newslake looks again; edits come where two looks, or one, follow.
LOOKS = (2.0, 12.0, 36.0)
FIRST_EDIT, SECOND_EDIT = (3.0, 10.0), (14.0, 30.0)
ON_TOPIC, COPIED, EDITED, EDITED_TWICE, VANISHES = 0.85, 0.12, 0.4, 0.3, 0.3
STORM_HOURS = (1.5, 5.0)  # in which an outlet answers nothing but one kind of fault
STORM_EVERY = 2.5 * DAY
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
STORMS = ("500", "502", "503", "reset", "503 with a long Retry-After", "DNS")


@dataclass(frozen=True, slots=True)
class Story:
    """An article: when (epoch seconds) it appears, is edited and goes. `text_of` is its number, or that of the one it copies."""

    number: int
    outlet: int
    at: float
    edits: tuple[float, ...]
    gone_at: float
    gone_as: int  # HTTP status
    on_topic: bool
    text_of: int

    def version(self, now: float) -> int:
        return 1 + sum(edit <= now for edit in self.edits)

    @property
    def path(self) -> str:
        return f"/{datetime.fromtimestamp(self.at, UTC):%Y/%m/%d}/story-{self.number}.html"


@dataclass
class Books:
    """Records requests, faulty answers, and what was shown whole."""

    answers: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    listed: set[int] = field(default_factory=set)
    shown: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # versions by number


def plan(begin: float, end: float, per_hour: float, seed: int) -> tuple[list[Story], list[tuple[int, float, float, str]]]:
    """Draw all stories in the order of their numbers, and the storms: outlet, from, until, kind of fault."""
    chance = random.Random(seed)
    stories: list[Story] = []
    for outlet in range(len(Site.OUTLETS)):
        at = begin - DAY
        while (at := at + chance.expovariate(per_hour) * HOUR) < end:
            if 1 <= datetime.fromtimestamp(at, UTC).hour < 6 and chance.random() < 0.7:
                continue  # the night
            stories.append(_story(chance, len(stories), outlet, at))
    for first in [story for story in stories if not story.edits and story.on_topic and chance.random() < COPIED]:
        other = (first.outlet + chance.randrange(1, len(Site.OUTLETS))) % len(Site.OUTLETS)
        at = first.at + chance.uniform(0.2, 8) * HOUR
        if at < end:
            stories.append(Story(len(stories), other, at, (), first.gone_at, 404, True, first.number))
    storms = []
    for outlet in range(len(Site.OUTLETS)):
        at = begin
        while (at := at + chance.expovariate(1 / STORM_EVERY)) < end:
            storms.append((outlet, at, at + chance.uniform(*STORM_HOURS) * HOUR, chance.choice(STORMS)))
    return stories, storms


def _story(chance: random.Random, number: int, outlet: int, at: float) -> Story:
    edits: tuple[float, ...] = ()
    if chance.random() < EDITED:
        edits = (at + chance.uniform(*FIRST_EDIT) * HOUR,)
        if chance.random() < EDITED_TWICE:
            edits += (at + chance.uniform(*SECOND_EDIT) * HOUR,)
    gone_at = at + chance.uniform(4, 14) * DAY if chance.random() < VANISHES else float("inf")
    return Story(number, outlet, at, edits, gone_at, chance.choice((404, 410)), chance.random() < ON_TOPIC, number)


def page(story: Story, version: int) -> bytes:
    """Return a page whose text shares no line with another page."""
    title, paragraphs = _text(story.text_of, version, story.on_topic)
    published = datetime.fromtimestamp(story.at, UTC).isoformat()
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>"
        f'<meta property="og:type" content="article"><meta property="article:published_time" content="{published}">'
        f'<meta name="author" content="Reporter {story.number % 7}"></head>'
        f"<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


_SYLLABLES = [first + second for first in "bdfgklmnprstv" for second in ("a", "e", "i", "o", "u", "ar", "en")]


def _text(number: int, version: int, on_topic: bool) -> tuple[str, list[str]]:
    chance = random.Random(number)

    def sentence(words: int) -> str:
        made = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(words))
        return " ".join(made).capitalize()

    title = sentence(6)
    paragraphs = [". ".join(sentence(12) for _ in range(3)) + "." for _ in range(5)]
    if on_topic:
        paragraphs[0] = f"The harbour was closed. {paragraphs[0]}"
    paragraphs[2] += f" This is {mark(number, version)} of the report."
    if version > 1:
        paragraphs.insert(3, f"Version {version}: {sentence(12)}.")
    return title, paragraphs


def mark(number: int, version: int) -> str:
    """Return the word that identifies a version in a text."""
    return f"mark{number}v{version}x"


class Site:
    """Context manager that serves while it is open.

    Attributes:
        begin: when the first run may have come.
        stories: by number.
        books: what it did; while `keeps_books` is false, only answers and faults count, for who asked may be killed.
        share: of answers that are faults, storms aside; 0 calls off the storms too.
    """

    OUTLETS = ("alpha", "beta", "gamma", "delta", "epsilon")

    def __init__(self, begin: float, end: float, per_hour: float, share: float, timeout: float, seed: int) -> None:
        self.begin = begin
        self.stories, self._storms = plan(begin, end, per_hour, seed)
        self.share = share
        self.timeout = timeout  # the crawl's own; what hangs hangs for longer
        self.books = Books()
        self.keeps_books = True
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._of_outlet: list[dict[str, Story]] = [{} for _ in self.OUTLETS]
        for story in self.stories:
            self._of_outlet[story.outlet][story.path] = story
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> Site:
        for outlet in range(len(self.OUTLETS)):
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

    def sources(self) -> dict[str, dict[str, list[str] | str | int]]:
        """Return the `[[source]]` of each outlet by name."""
        listings: list[dict[str, list[str]]] = [{"feeds": ["/feed.xml"]}] * 3
        listings += [{"feeds": ["/feed.xml"], "sitemaps": ["/news.xml"]}, {"sitemaps": ["/news.xml"]}]
        sources: dict[str, dict[str, list[str] | str | int]] = {}
        for outlet, (name, has) in enumerate(zip(self.OUTLETS, listings, strict=True)):
            root = self.root(outlet)
            sources[name] = {"url": f"{root}/"} | {kind: [root + path for path in paths] for kind, paths in has.items()}
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
        """Return status, content type and body, the stories that it lists or shows, and which version."""
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
        story = there.get(path.partition("?")[0])
        if story is None or story.at > now:
            return 404, "text/html", b"<h1>Not found</h1>", (), 0
        if story.gone_at <= now:
            return story.gone_as, "text/html", b"<h1>Gone</h1>", (), 0
        return 200, "text/html; charset=utf-8", page(story, story.version(now)), (story,), story.version(now)

    def _feed(self, listed: Sequence[Story]) -> bytes:
        items = "".join(
            f"<item><title>{_text(one.text_of, 1, True)[0]}</title><link>{self.url(one)}?utm_source=rss</link>"
            f"<pubDate>{formatdate(one.at)}</pubDate></item>"
            for one in listed
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()

    def _sitemap(self, listed: Sequence[Story], now: float) -> bytes:
        urls = "".join(f"<url><loc>{self.url(one)}</loc><lastmod>{_last_change(one, now)}</lastmod></url>" for one in listed)
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()

    def shown(self, stories: Sequence[Story], version: int) -> None:
        with self._lock:
            if self.keeps_books and version:
                self.books.shown[stories[0].number].add(version)
            elif self.keeps_books:
                self.books.listed.update(story.number for story in stories)


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
