"""A small site on loopback for one test, and what it was asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0  # before it answers
    cut: bool = False  # promises more than it sends


Route = Answer | Callable[[Mapping[str, str]], Answer]


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    at: float


class Site:
    """Routes by path; `asked` lists the requests in their order."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one segment an answer, or Nagle's algorithm makes each take 40 ms

            def do_GET(self) -> None:
                site.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, time.monotonic()))
                nothing = Answer(b"<html><p>no such page</p></html>", 404)
                route = site.routes.get(self.path) or site.routes.get(self.path.partition("?")[0], nothing)
                answer = route if isinstance(route, Answer) else route({k.lower(): v for k, v in self.headers.items()})
                time.sleep(answer.seconds)
                self.send_response(answer.status)
                for name, value in ({"Content-Type": "text/html; charset=utf-8"} | answer.headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body) + (1000 if answer.cut else 0)))
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = answer.cut

            def log_message(self, *_: object) -> None:
                """Tests read `asked` instead."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A crawl that hangs up is no error of the site."""

        self.server = Server((address, port), Handler)
        self.port = self.server.server_port
        self.url = f"http://{address}:{self.port}"

    def page(self, path: str, title: str = "A page") -> None:
        self.routes[path] = Answer(f"<html><title>{title}</title><p>{title} at {path}</p></html>".encode())

    def redirect(self, path: str, to: str) -> None:
        self.routes[path] = Answer(status=302, headers={"Location": to})

    def feed(self, path: str, *links: str, **headers: str) -> None:
        """An RSS feed of links, given as paths or whole URLs, newest first."""
        items = "".join(
            f"<item><title>Title of {link}</title><link>{self.absolute(link)}</link>"
            f"<pubDate>Tue, 0{9 - min(n, 8)} Jan 2024 10:00:00 GMT</pubDate></item>"
            for n, link in enumerate(links)
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Test Post</title>{items}</channel></rss>'
        self.routes[path] = Answer(body.encode(), headers={"Content-Type": "application/rss+xml"} | headers)

    def sitemap(self, path: str, *links: str) -> None:
        urls = "".join(f"<url><loc>{self.absolute(link)}</loc></url>" for link in links)
        body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        self.routes[path] = Answer(body.encode(), headers={"Content-Type": "application/xml"})

    def absolute(self, link: str) -> str:
        return link if "://" in link else self.url + link

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


@contextmanager
def serve(address: str = "127.0.0.1", port: int = 0) -> Iterator[Site]:
    site = Site(address, port)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()
