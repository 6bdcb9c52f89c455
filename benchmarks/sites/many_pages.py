"""A loopback site of any number of made pages, of a few outlets that list them in sitemaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from benchmarks.sites.stories import Story, page

OUTLETS = 10
IN_A_SITEMAP = 5_000
BEGIN = 1_790_000_000.0  # the first article's time, in seconds since 1970


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, outlet: int, pages: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.outlet, self.pages = outlet, pages

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, _, number = self.path.strip("/").partition("-")
        if kind == "story" and number.isdigit() and int(number) < self.server.pages:
            made = self.server.outlet + OUTLETS * int(number)
            story = Story(made, self.server.outlet, BEGIN + 60 * made, (), None, 404, True, made)
            return self._answer(200, "text/html", page(story, 1))
        if kind == "sitemap" and number.removesuffix(".xml").isdigit():
            begin = IN_A_SITEMAP * int(number.removesuffix(".xml"))
            listed = range(begin, min(begin + IN_A_SITEMAP, self.server.pages))
            rows = "".join(f"<url><loc>{self.server.address}/story-{each}</loc></url>" for each in listed)
            return self._answer(200, "application/xml", f"<urlset>{rows}</urlset>".encode())
        return self._answer(404, "text/plain", b"")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(pages: int) -> Iterator[dict[str, dict[str, Any]]]:
    """Serve so many pages; yield the sources of a watchlist, by name."""
    with ExitStack() as stack:
        sources: dict[str, dict[str, Any]] = {}
        for outlet in range(OUTLETS):
            server = stack.enter_context(_Server(outlet, pages // OUTLETS))
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
            maps = [f"{server.address}/sitemap-{number}.xml" for number in range(1 + (server.pages - 1) // IN_A_SITEMAP)]
            sources[f"outlet{outlet}"] = {"sitemaps": maps, "language": "en"}
        yield sources
