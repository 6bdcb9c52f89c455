"""Serve the explorer on loopback until it is stopped."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.explore.security import App, Door, is_own
from newslake.errors import NewslakeError, UsageError

if TYPE_CHECKING:
    import uvicorn

NOTHING = "nothing was started"


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on loopback.

    Args:
        port: 0 for any that is free.
    Raises:
        UsageError: others than this machine could reach the address.
        NewslakeError: the port is in use, or may not be used.
    """
    if not is_own(host):
        raise UsageError(
            f"{host} is no loopback address: whoever reaches it could read the corpus",
            left=NOTHING,
            next="newslake explore; for a team, put it behind a proxy (docs/operations.md#the-explorer-for-a-team)",
        )
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(64)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            what = f"port {port} of {host} is in use, perhaps by another explorer"
            raise NewslakeError(what, left=NOTHING, next="newslake explore --port 0, which takes any free port") from None
        raise NewslakeError(
            f"cannot listen on port {port} of {host}: {error.strerror}", left=NOTHING, next="newslake explore --port 0"
        ) from None
    return made


def public_address(written: str) -> str:
    """Return the address of a proxy. Raises UsageError if it is none, or has a path."""
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query or "@" in parts.netloc:
        raise UsageError(
            f"{written!r} is no address of a proxy: it is a scheme and a name of its own, without a path",
            left=NOTHING,
            next="newslake explore --public https://news.example.org",
        )
    return f"{parts.scheme}://{parts.netloc}"


def serve(config: Path, made: socket.socket, door: Door, seconds: float, ready: Callable[[], None], *, is_awaited: bool) -> None:
    """Serve the pages of a watchlist until Ctrl-C.

    Args:
        seconds: that a query of a user may take.
        ready: called once the pages can be asked for.
        is_awaited: a browser is about to ask for a page.
    """
    import uvicorn

    from flows.explore.app import Seconds, application

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    with suppress(KeyboardInterrupt):  # uvicorn repeats the Ctrl-C that has stopped it
        Server(options(application(config, door, Seconds(sql=seconds), is_awaited=is_awaited))).run([made])


def options(app: App) -> uvicorn.Config:
    """Return how the application is served."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_config=None,
        # Its log tells the user of each odd request in words for programmers; what fails here says so by itself.
        log_level="critical",
        access_log=False,
        http="h11",
        ws="none",
        lifespan="on",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=5,
        limit_concurrency=200,
        h11_max_incomplete_event_size=1 << 16,
    )
