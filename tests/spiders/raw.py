"""A loopback server that says byte for byte what a test wants, HTTP or not."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Speech = bytes | Callable[[socket.socket], None]


@contextmanager
def serve_raw(**speeches: Speech) -> Iterator[str]:
    """The address of a server that answers `/NAME` with what NAME says, and everything else with 404."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = b""
            while b"\r\n\r\n" not in asked:
                piece = self.request.recv(65536)
                if not piece:
                    return
                asked += piece
            path = asked.split(b" ", 2)[1].decode().partition("?")[0]
            speech = speeches.get(path.lstrip("/"), b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            try:
                if isinstance(speech, bytes):
                    self.request.sendall(speech)
                else:
                    speech(self.request)
            except OSError:
                """The crawl hung up, as it should."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
