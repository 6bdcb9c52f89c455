"""The sample site on loopback: one small server for each outlet, with every page of an edition built in advance."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from flows.demo.articles import SampleArticle, articles
from flows.demo.outlets import OUTLETS, Outlet, Pages, Reply

_NOT_FOUND = Reply(b"<h1>404 Not Found</h1>", status=404)
_WATCHLIST = Path(__file__).parent / "watchlist.toml"


@dataclass(frozen=True, slots=True)
class Expected:
    """An article as a perfect run would have it: the ground truth of the sample site."""

    source: str
    url: str  # its one clean address
    title: str
    topics: tuple[str, ...]
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    language: str
    paragraphs: tuple[str, ...]
    headings: tuple[str, ...]
    free_to_read: bool
    revision: int  # 2 where the text or title differs from edition 1
    copy_of: str | None  # address of the article that it repeats word for word


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the site answered. `path` includes the query."""

    source: str
    path: str
    status: int


class SampleSite:
    """Five outlets on 127.0.0.1, each on a port of its own, while the context lasts.

        with SampleSite() as site:
            watchlist = load_watchlist(site.watchlist(folder))
            …
            site.edition = 2      # some articles change, new ones appear

    Args:
        today: the articles are dated as if they were written in the week before; the current day by default.
    """

    def __init__(self, today: date | None = None) -> None:
        self.today = today or datetime.now(UTC).date()
        self.requests: list[Request] = []
        self._edition = 1
        self._lock = Lock()
        self._servers: dict[str, _Server] = {}
        self._pages: dict[str, Pages] = {}

    def __enter__(self) -> Self:
        for name in OUTLETS:
            server = _Server(self, name)
            self._servers[name] = server
            # Polled often, because leaving the context waits for it.
            Thread(target=server.serve_forever, args=(0.05,), name=f"sample site: {name}", daemon=True).start()
        self.edition = 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    @property
    def edition(self) -> int:
        """1, or 2 after the edits."""
        return self._edition

    @edition.setter
    def edition(self, edition: int) -> None:
        pages = {outlet.name: self._build(outlet, edition) for outlet in OUTLETS.values()}
        with self._lock:
            self._edition, self._pages = edition, pages

    def _build(self, outlet: Outlet, edition: int) -> Pages:
        return outlet.pages(outlet, self.address(outlet.name), articles(outlet.name, edition, self.today), edition)

    def address(self, source: str) -> str:
        """Return the address of an outlet, without a trailing slash."""
        return f"http://127.0.0.1:{self._servers[source].server_port}"

    def watchlist(self, folder: Path) -> Path:
        """Write a watchlist for the site, with all its data below `folder`, and return its path."""
        sources = [
            f'[[source]]\nname = "{outlet.name}"\n{outlet.watch.format(site=self.address(outlet.name))}\n'
            f'timezone = "{outlet.timezone}"\nlanguage = "{outlet.language}"\n'
            for outlet in OUTLETS.values()
        ]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "watchlist.toml"
        path.write_text("\n".join([_WATCHLIST.read_text("utf-8"), *sources]), "utf-8")
        return path

    def expected(self) -> list[Expected]:
        """Return the articles that the topics of the watchlist select in this edition, copies included."""
        return [article for article in self.all_articles() if article.topics]

    def all_articles(self) -> list[Expected]:
        """Return every article that an outlet lists in this edition, on topic or not."""
        return [
            self._expected(outlet, article)
            for outlet in OUTLETS.values()
            for article in articles(outlet.name, self.edition, self.today)
        ]

    def _expected(self, outlet: Outlet, article: SampleArticle) -> Expected:
        return Expected(
            source=outlet.name,
            url=outlet.url(self.address(outlet.name), article),
            title=article.title,
            topics=article.topics,
            authors=article.authors,
            published=article.published,
            modified=article.modified,
            language=article.language,
            paragraphs=article.paragraphs,
            headings=article.headings,
            free_to_read=not article.paywalled,
            revision=article.revision,
            copy_of=self._original(article.copy_of) if article.copy_of else None,
        )

    def _original(self, key: str) -> str:
        name, slug = key.split("/")
        (article,) = (article for article in articles(name, self.edition, self.today) if article.slug == slug)
        return OUTLETS[name].url(self.address(name), article)

    def reply(self, source: str, target: str) -> Reply:
        """Return the response for a path with its query, ignoring parameters that no page of the outlet uses."""
        with self._lock:
            pages = self._pages.get(source, {})
        parts = urlsplit(target)
        known = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key in {"page", "idxno"}])
        return pages.get(f"{parts.path}?{known}" if known else parts.path, _NOT_FOUND)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A crawler opens many connections at once; the default backlog of 5 would refuse some.
    request_queue_size = 128

    def __init__(self, site: SampleSite, source: str) -> None:
        self.site = site
        self.source = source
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up; report anything else, which is an error of the site."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        reply = self.server.site.reply(self.server.source, self.path)
        etag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"' if reply.listing else None
        unchanged = etag is not None and self.headers.get("If-None-Match") == etag
        status = 304 if unchanged else reply.status
        self.server.site.requests.append(Request(self.server.source, self.path, status))
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if reply.location:
            self.send_header("Location", reply.location)
        if not unchanged:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD" and not unchanged:
            self.wfile.write(reply.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the demo prints its results only."""
