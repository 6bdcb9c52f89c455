"""Serve the outlets of all cases on loopback, each at an address of its own, from one thread."""

from __future__ import annotations

import selectors
import threading
from collections import defaultdict
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.cases.rows import Case

_PER_NETWORK = 250  # addresses taken of each 127.0.N.0


class Outlets:
    """Serve cases for the time of the block: the first at 127.0.64.1, the next at 127.0.64.2, all at the same free port.

    `origins` has the address of each case by name, `asked` the paths that were requested of it.
    """

    def __init__(self, cases: Sequence[Case]) -> None:
        self.asked: dict[str, list[str]] = defaultdict(list)
        self._servers: list[_Server] = []
        port = 0
        for number, case in enumerate(cases):
            address = f"127.0.{64 + number // _PER_NETWORK}.{1 + number % _PER_NETWORK}"
            self._servers.append(_Server((address, port), case, self.asked[case.name]))
            port = self._servers[0].server_port
        self.origins = {server.case.name: server.origin for server in self._servers}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        for server in self._servers:
            server.server_close()

    def _serve(self) -> None:
        # One `serve_forever` per outlet would be a hundred threads that wake up many times a second.
        with selectors.DefaultSelector() as waiting:
            for server in self._servers:
                waiting.register(server, selectors.EVENT_READ, server)
            while not self._stop.is_set():
                for key, _ in waiting.select(0.1):
                    key.data.handle_request()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32

    def __init__(self, address: tuple[str, int], case: Case, asked: list[str]) -> None:
        super().__init__(address, _Handler)
        self.case, self.asked = case, asked
        self.host = f"{address[0]}:{self.server_port}"
        self.origin = f"http://{self.host}"
        self.bodies = case.listings() | case.pages

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: a client that disconnects is not a failure of the outlet."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # each response in one segment, or Nagle's algorithm delays it
    server: _Server

    def do_GET(self) -> None:
        outlet = self.server
        outlet.asked.append(self.path)
        if to := outlet.case.moves.get(self.path):
            self._answer(302, b"", Location=self._filled(to))
        elif (body := outlet.bodies.get(self.path)) is None:
            self._answer(404, b"<html><p>no such page</p></html>")
        else:
            self._answer(200, self._filled(body).encode())

    def _filled(self, text: str) -> str:
        return text.replace("{origin}", self.server.origin).replace("{host}", self.server.host)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        kind = {"xml": "application/xml", "json": "application/json"}.get(
            self.path.rpartition(".")[2], "text/html; charset=utf-8"
        )
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: tests read `asked`."""
