"""A loopback news site made of real pages, with the truth of each.

    python -m benchmarks.sites.real      prints the outlets as one line of JSON and serves them until its standard input closes

Some outlets on ports of their own, each of a group of publishers, each listing its articles in another way. The pages keep the
path and query of their own addresses.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote
from zlib import crc32

from benchmarks.sites.listings import KINDS, Document
from benchmarks.sites.pages import CORPUS, SETS, Page, load

ROBOTS = Document("text/plain", b"User-agent: *\nDisallow: /search\nDisallow: /private/\n")
HOME = Document(
    "text/html; charset=utf-8", b"<!doctype html><html><head><title>Home</title></head><body><h1>Welcome</h1></body></html>"
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet: its name and kind of listing, the other keys of its `[[source]]`, its pages by URL."""

    name: str
    kind: str
    root: str
    source: dict[str, str | int | list[str]]
    pages: dict[str, Page]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Some clients open a connection for every page at once.
    request_queue_size = 1024
    answers: Mapping[str, Document]

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30  # an idle connection ends
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        answer = self.server.answers.get(_key(self.path))
        status, document = (200, answer) if answer else (404, Document("text/plain", b"Not here.\n"))
        etag = f'"{crc32(document.content):08x}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, document = 304, Document(document.content_type, b"")
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", document.content_type)
            self.send_header("Content-Length", str(len(document.content)))
        if status != 404:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(document.content)
        self.record()

    def record(self) -> None:
        """Count nothing; a site that counts overrides this."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def _key(target: str) -> str:
    """Return the key of a request for an article, however a client percent-encodes its path."""
    path, _, query = target.partition("?")
    return unquote(path) + (f"?{unquote(query)}" if query else "")


class RealSite:
    """Context manager that serves the pages while it is open.

    Attributes:
        outlets: who lists what.
        truth: page by URL as the outlet lists it.
        requests: how often each URL was asked for.
    """

    def __init__(
        self, corpus: Path = CORPUS, sets: Sequence[str] = SETS, pages: int | None = None, outlets: int = 3 * len(KINDS)
    ) -> None:
        self.outlets: list[Outlet] = []
        self.truth: dict[str, Page] = {}
        self.requests: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._servers: list[_Server] = []
        self._groups = _group(load(corpus, sets, pages), outlets)

    def __enter__(self) -> RealSite:
        for number, (kind, pages) in enumerate(self._groups):
            server = _Server(("127.0.0.1", 0), self._handler())
            root = f"http://127.0.0.1:{server.server_address[1]}"
            name = f"outlet-{number + 1:02d}-{kind}"
            listed = KINDS[kind](root, name, pages)
            articles = {_key(page.target): Document(page.content_type, page.content) for page in pages}
            # As on most sites, an article also answers without its tracking parameters.
            bare = {target.partition("?")[0]: article for target, article in articles.items()}
            server.answers = bare | {"/": HOME, "/robots.txt": ROBOTS} | listed.documents | articles
            self.outlets.append(Outlet(name, kind, root, listed.source, {root + page.target: page for page in pages}))
            self.truth |= self.outlets[-1].pages
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[_Handler]:
        site = self

        class Handler(_Handler):
            def record(self) -> None:
                with site._counting:
                    site.requests[f"http://127.0.0.1:{self.server.server_address[1]}{self.path}"] += 1

        return Handler

    def watchlist(self, folder: Path, topics: Mapping[str, str], **crawl: object) -> Path:
        """Write `folder`/watchlist.toml, which watches every outlet for `topics` (query by name), with its data below `folder`.

        `crawl` overrides keys of the `[crawl]` table.
        """
        return write_watchlist(folder, {outlet.name: outlet.source for outlet in self.outlets}, topics, **crawl)


def _group(pages: Sequence[Page], outlets: int) -> list[tuple[str, list[Page]]]:
    """Distribute the publishers over outlets: each publisher whole, no target twice in an outlet."""
    groups: list[dict[str, Page]] = [{} for _ in range(outlets)]
    home: dict[str, int] = {}
    for page in pages:
        first = home.setdefault(page.publisher, len(home) % outlets)
        free = next((n for i in range(outlets) if page.target not in groups[n := (first + i) % outlets]), None)
        if free is not None:
            groups[free][page.target] = page
    kinds = list(KINDS)
    return [(kinds[n % len(kinds)], list(group.values())) for n, group in enumerate(groups) if group]


def write_watchlist(
    folder: Path, sources: Mapping[str, Mapping[str, str | int | list[str]]], topics: Mapping[str, str], **crawl: object
) -> Path:
    """Write the watchlist of `RealSite.watchlist` for a site that another process serves."""
    table: dict[str, object] = {
        "delay": 0,
        "concurrency": 32,
        "per_domain": 8,
        "allow_private": True,
        "obey_robots": True,
        "max_articles": 100_000,
        "user_agent": "newslake-benchmark (+https://example.org/contact)",
    }
    lines = ["[schedule]", 'cron = "*/30 * * * *"', 'timezone = "UTC"', "", "[warehouse]"]
    lines += ['catalog = "ducklake:sqlite:data/catalog.sqlite"', 'data = "data/lake"', "", "[crawl]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in (table | crawl).items()]
    for name, query in topics.items():
        lines += ["", "[[topic]]", f"name = {json.dumps(name)}", f"query = {json.dumps(query, ensure_ascii=False)}"]
    for name, source in sources.items():
        lines += [
            "",
            "[[source]]",
            f"name = {json.dumps(name)}",
            *(f"{key} = {json.dumps(value)}" for key, value in source.items()),
        ]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "watchlist.toml"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder that holds articles/ (default: %(default)s)")
    parser.add_argument("--sets", nargs="+", default=SETS, help="sets of pages (default: %(default)s)")
    parser.add_argument("--pages", type=int, help="at most so many pages (default: all)")
    arguments = parser.parse_args()
    with RealSite(arguments.corpus, arguments.sets, arguments.pages) as site:
        plan = {"sources": {outlet.name: outlet.source for outlet in site.outlets}, "urls": list(site.truth)}
        print(json.dumps(plan), flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
