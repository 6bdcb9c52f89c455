"""Serve a small web site on loopback for a test, and record the requests to it."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self


@dataclass
class Answer:
    """An HTTP response; HTML in UTF-8 unless `headers` say otherwise."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0  # delay before the response is sent
    cut: bool = False  # announce more bytes than are sent, then close the connection


@dataclass
class Raw:
    """Bytes to send unchanged, or a function that gets the connection. The site closes the connection afterwards."""

    speech: bytes | Callable[[socket.socket], None]


Route = Answer | Raw | Callable[[Mapping[str, str]], Answer]


@dataclass
class Asked:
    """A request. `path` includes the query, names of `headers` are in lower case, `at` is a time.monotonic() in seconds."""

    path: str
    headers: dict[str, str]
    at: float
    method: str = "GET"
    body: bytes = b""


class Site:
    """Serve a web site on loopback for the time of the block.

        with Site() as site:
            site.page("/news/1", "A tanker turns back")
            site.feed("/rss", "/news/1")
            site.redirect("/old", to="/news/1")
            site.routes["/slow"] = Answer(b"<p>late", seconds=2)
            site.routes["/down"] = Raw(b"SSH-2.0-OpenSSH_9.6\\r\\n")
            …                                   # crawl f"{site.url}/rss"
            assert site.paths() == ["/robots.txt", "/rss", "/news/1"]

    `routes` maps each path to an Answer, a Raw, or a function that makes an Answer from the headers of the request. A path with a
    query uses its own route if there is one, else the route of the path. All other paths return 404. Routes may change at any
    time. `asked` lists all requests in order of arrival. GET, HEAD, POST and CONNECT get the same answers.

    Args:
        address: a loopback address. All of 127.0.0.0/8 can be used, so sites can be on different hosts.
        port: 0 for any free port.
        certificate: PEM file with a key and a certificate for `localhost`; the site then speaks TLS.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0, certificate: Path | None = None) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self._server = _Server((address, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.port = self._server.server_port
        self.url = f"http://{address}:{self.port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.url = f"https://localhost:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, path: str, title: str = "A page") -> None:
        """Add a short HTML page."""
        self.routes[path] = Answer(f"<html><title>{title}</title><p>{title} at {path}</p></html>".encode())

    def redirect(self, path: str, to: str) -> None:
        """Add a redirect to a path or URL."""
        self.routes[path] = Answer(status=302, headers={"Location": to})

    def feed(self, path: str, *links: str, **headers: str) -> None:
        """Add an RSS feed of links (paths or full URLs), newest first."""
        items = "".join(
            f"<item><title>Title of {link}</title><link>{escape(self.absolute(link))}</link>"
            f"<pubDate>Tue, 0{9 - min(n, 8)} Jan 2024 10:00:00 GMT</pubDate></item>"
            for n, link in enumerate(links)
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Test Post</title>{items}</channel></rss>'
        self.routes[path] = Answer(body.encode(), headers={"Content-Type": "application/rss+xml"} | headers)

    def sitemap(self, path: str, *links: str) -> None:
        """Add a sitemap of links (paths or full URLs)."""
        urls = "".join(f"<url><loc>{escape(self.absolute(link))}</loc></url>" for link in links)
        body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        self.routes[path] = Answer(body.encode(), headers={"Content-Type": "application/xml"})

    def absolute(self, link: str) -> str:
        """Return the URL of a path on this site; return a full URL unchanged."""
        return link if "://" in link else self.url + link

    def paths(self) -> list[str]:
        """Return the paths of all requests, in order."""
        return [asked.path for asked in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a crawler opens many connections at once

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        self.site = site
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: a client that disconnects is not a failure of the site."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # send each response as one segment, or Nagle's algorithm delays it by 40 ms
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        site = self.server.site
        site.asked.append(Asked(self.path, headers, time.monotonic(), self.command, body))
        route = site.routes.get(self.path) or site.routes.get(self.path.partition("?")[0])
        if route is None:
            route = Answer(b"<html><p>no such page</p></html>", 404)
        if isinstance(route, Raw):
            self._speak(route)
        else:
            self._answer(route if isinstance(route, Answer) else route(headers))

    do_HEAD = do_POST = do_PATCH = do_CONNECT = do_GET

    def _speak(self, raw: Raw) -> None:
        self.close_connection = True
        if isinstance(raw.speech, bytes):
            self.connection.sendall(raw.speech)
        else:
            raw.speech(self.connection)

    def _answer(self, answer: Answer) -> None:
        time.sleep(answer.seconds)
        self.send_response(answer.status)
        for name, value in ({"Content-Type": "text/html; charset=utf-8"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + (1000 if answer.cut else 0)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.close_connection = self.close_connection or answer.cut

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: tests read `asked`."""
