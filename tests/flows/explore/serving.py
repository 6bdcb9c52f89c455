"""The explorer of a watchlist, served by a thread of the test, and a client of it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from flows.explore.app import Seconds, application
from flows.explore.security import Door
from flows.explore.serve import listening, options

TOKEN = "the-token"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with its headers by their names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Explorer:
    """A client that the explorer knows."""

    door: Door

    def get(self, path: str, *, known: bool = True, method: str = "GET", **headers: str) -> Answer:
        """Ask for a page; `headers` are given as `sec_fetch_site`, and take the place of what is sent otherwise."""
        with self.reading(path, known=known, method=method, **headers) as got:
            return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())

    @contextmanager
    def reading(self, path: str, *, known: bool = True, method: str = "GET", **headers: str) -> Iterator[HTTPResponse]:
        """Ask for a page, and give it to be read for the time of the block, or not to its end."""
        sent = {"Host": f"127.0.0.1:{self.door.port}"} | ({"Cookie": f"{self.door.cookie}={self.door.session}"} if known else {})
        sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.door.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders()
            yield connection.getresponse()
        finally:
            connection.close()


@contextmanager
def explorer(config: Path, sql_seconds: float = 30.0, token: str | None = TOKEN) -> Iterator[Explorer]:
    """Serve the explorer of a watchlist for the time of the block."""
    import uvicorn

    with listening("127.0.0.1", 0) as made:
        door = Door("127.0.0.1", made.getsockname()[1], token=token)
        server = uvicorn.Server(options(application(config, door, Seconds(sql=sql_seconds))))
        ready = threading.Event()
        startup = server.startup

        async def told(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            ready.set()

        server.startup = told  # type: ignore[method-assign]
        thread = threading.Thread(target=server.run, args=([made],))
        thread.start()
        try:
            assert ready.wait(30)
            yield Explorer(door)
        finally:
            server.should_exit = True
            thread.join()


def shown(site: Explorer, path: str, status: int = 200) -> str:
    """Return a page, which must have this status."""
    answer = site.get(path)
    assert answer.status == status, (path, answer.status, answer.text)
    return answer.text


def links(page: str) -> list[str]:
    """Return the addresses to which a page leads."""
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', page)]
