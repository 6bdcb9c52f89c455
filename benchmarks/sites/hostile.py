"""The hostile corpus as outlets of a loopback site.

Each file is an outlet of its own (`f17.test`): served as a feed, a sitemap, a section, a page or a robots.txt. The site is a
proxy: whatever host a crawl asks for, the request arrives here, so nothing that a hostile feed links to is ever reached.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from spiders.sources import Source

TYPES = {
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".rdf": "application/rdf+xml",
    ".opml": "text/x-opml",
    ".json": "application/json",
    ".jsonl": "application/json",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".gz": "application/gzip",
    ".bin": "text/html",
}
PACKED = {"gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
ARTICLE = "/2026/03/04/a-page-of-a-hostile-outlet-20260304.html"


@dataclass(frozen=True, slots=True)
class Served:
    body: bytes
    content_type: str
    encoding: str | None = None
    status: int = 200


@dataclass(slots=True)
class Outlet:
    """One file of the corpus: its answers by path, and how the watchlist lists it."""

    file: str
    name: str
    answers: dict[str, Served] = field(default_factory=dict)
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"http://{self.name}.test"

    def source(self) -> Source:
        return Source(
            name=self.name,
            feeds=[self.root + path for path in self.feeds],
            sitemaps=[self.root + path for path in self.sitemaps],
            sections=[self.root + path for path in self.sections],
            max_articles=3,
        )


def outlets(corpus: Path) -> Iterator[Outlet]:
    """Return an outlet for every file below feeds, sitemaps, robots and hostile, and for each case of a file of cases."""
    labels = _labels(corpus)
    number = 0
    for folder in ("feeds", "sitemaps", "robots", "hostile"):
        for file in sorted(path for path in (corpus / folder).rglob("*") if path.is_file()):
            name = str(file.relative_to(corpus))
            for case, body in enumerate(_bodies(file)):
                number += 1
                outlet = Outlet(name if not case else f"{name}#{case}", f"f{number}")
                _serve_as(outlet, folder, file, body, labels.get(name))
                yield outlet


def _serve_as(outlet: Outlet, folder: str, file: Path, body: bytes, label: str | None) -> None:
    content_type = TYPES.get(file.suffix.lower(), "application/octet-stream")
    if folder == "feeds":
        outlet.answers["/feed"] = Served(body, content_type)
        outlet.feeds = ["/feed"]
    elif folder == "sitemaps" and file.name != "robots.txt":
        outlet.answers["/sitemap"] = Served(body, content_type)
        outlet.sitemaps = ["/sitemap"]
    elif folder in ("robots", "sitemaps"):
        outlet.answers |= {
            "/robots.txt": Served(body, "text/plain"),
            "/page": Served(b"<p>page", "text/html"),
            "/list": _list("/page"),
        }
        outlet.feeds = ["/list"]
    else:
        encoding = _encoding(file)
        as_labelled = f"{content_type}; charset={label}" if label else content_type
        outlet.answers |= {
            "/feed": Served(body, content_type, encoding),
            "/sitemap": Served(body, "text/xml; charset=utf-8", encoding),
            "/section": Served(body, "text/html; charset=utf-8", encoding),  # a label that lies, mostly
            ARTICLE: Served(body, as_labelled if label or "html" in content_type else "text/html", encoding),
            f"{ARTICLE}?as=lie": Served(body, "text/html; charset=utf-16", encoding),
            "/list": _list(ARTICLE, f"{ARTICLE}?as=lie"),
        }
        outlet.feeds, outlet.sitemaps, outlet.sections = ["/list", "/feed"], ["/sitemap"], ["/section"]
        if outlet.name.endswith(("3", "7")):  # robots.txt that is anything: these may come to nothing but that
            outlet.answers["/robots.txt"] = Served(body, content_type, encoding)


def _list(*paths: str) -> Served:
    items = "".join(f"<item><link>{escape(path)}</link></item>" for path in paths)
    return Served(f'<rss version="2.0"><channel><title>list</title>{items}</channel></rss>'.encode(), "application/rss+xml")


def _bodies(file: Path) -> Iterator[bytes]:
    if file.name == "cases.jsonl" and file.parent.name == "robots":
        for row in file.read_text("utf-8").splitlines():
            yield json.loads(row)["robots"].encode("utf-8", "surrogatepass")
    elif file.name == "real_robots.jsonl.gz":
        for line in gzip.decompress(file.read_bytes()).splitlines():
            row = json.loads(line)
            yield row["text"].encode(row.get("encoding") or "utf-8", "replace")
    elif file.name == "scrapy_cases.jsonl":
        for row in file.read_text("utf-8").splitlines():
            yield json.loads(row)["input"].encode()
    else:
        yield file.read_bytes()


def _encoding(file: Path) -> str | None:
    """Return the Content-Encoding of a file of http_compression, which its name says."""
    if file.parent.name != "http_compression" or file.suffix != ".bin":
        return "gzip" if file.parent.name == "http_compression" and file.suffix == ".gz" else None
    words = file.stem.split("-")[1:]
    named = [PACKED.get(word.removeprefix("raw").removeprefix("zlib")) for word in words]
    return ", ".join(name for name in named if name) or None


def _labels(corpus: Path) -> dict[str, str]:
    manifest = corpus / "hostile/encodings/manifest.jsonl"
    if not manifest.is_file():
        return {}
    rows = map(json.loads, manifest.read_text("utf-8").splitlines())
    return {f"hostile/{row['file']}": row["label"] for row in rows}


class Site:
    """Run the proxy in its own thread. `asked` counts requests; `outside` names hosts that are not in the corpus."""

    def __init__(self) -> None:
        self.outlets: dict[str, Outlet] = {}
        self.asked = 0
        self.outside: set[str] = set()
        self.port = 0

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.asked += 1
                writer.write(self._response(*head.split(b" ", 2)[:2]))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def _response(self, method: bytes, target: bytes) -> bytes:
        if method == b"CONNECT":
            self.outside.add(target.decode("latin-1"))
            return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
        parts = urlsplit(target.decode("latin-1"))
        host = (parts.hostname or "").removesuffix(".test")
        served = Served(b"<html><p>nothing here", "text/html", status=404)
        if host in self.outlets:
            answers = self.outlets[host].answers
            served = answers.get(f"{parts.path}?{parts.query}") or answers.get(parts.path, served)
        else:
            self.outside.add(host)
        packed = f"Content-Encoding: {served.encoding}\r\n" if served.encoding else ""
        headers = f"Content-Type: {served.content_type}\r\n{packed}Content-Length: {len(served.body)}\r\n\r\n"
        return f"HTTP/1.1 {served.status} X\r\n{headers}".encode() + served.body


@contextmanager
def serve() -> Iterator[Site]:
    site = Site()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(site._answer, "127.0.0.1", 0, limit=1 << 20))
    site.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
