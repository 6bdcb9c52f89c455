"""Let only the server's own pages and programs on this machine reach the Prefect server, and no other web page.

A page that the operator visits can send requests to loopback, also under its own name (DNS rebinding). A browser says in `Host`,
`Origin` and `Sec-Fetch-*` where a request comes from; programs send only `Host`. Prefect itself checks none of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from newslake.http import own_pages

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost")
# Other pages may link to the UI, but neither frame it (a hidden frame lends its buttons to another page) nor read it. Its own
# pages send nothing elsewhere: Prefect's second UI would report to an analytics service what the operator looks at.
_HEADERS = [
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'; connect-src 'self'; form-action 'self'; base-uri 'self'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]
# FastAPI's pages about the API run programs of a public server, which could then do here whatever the server's own pages can.
_FOREIGN_PROGRAMS = ("/docs", "/redoc")


def own_hosts(port: int) -> frozenset[str]:
    """Return the values of `Host` that name the server at this port of loopback."""
    return frozenset(f"{name}{end}" for name in NAMES for end in ((f":{port}", "") if port == 80 else (f":{port}",)))


def own_origins(port: int) -> list[str]:
    """Return the origins of the server's own pages."""
    return [f"http://{host}" for host in sorted(own_hosts(port))]


def refusal(scope: Scope, port: int) -> tuple[int, str] | None:
    """Decide whether a request comes from elsewhere. Pure.

    Args:
        scope: of an HTTP request or of a WebSocket, as ASGI describes it.
    Returns:
        The status and the words to refuse it with; None to let it pass.
    """
    refused = own_pages.refusal(scope, own_hosts(port), own_origins(port), may_link=not scope["path"].startswith("/api/"))
    if refused and refused[0] == 421:
        return 421, f"This server answers only to the names {' and '.join(sorted(own_hosts(port)))}."
    if refused is None and scope["path"].rstrip("/").endswith(_FOREIGN_PROGRAMS):
        return 404, "This page would load its program from another server. The description of the API is at /openapi.json."
    return refused


class OwnPagesOnly:
    """An ASGI application that refuses what `refusal` refuses, and passes the rest to another application."""

    def __init__(self, app: App, port: int) -> None:
        """`port` is that of loopback at which the application is served."""
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = refusal(scope, self._port)
        if refused is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
        else:
            body = f"{refused[1]}\n".encode()
            head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *_HEADERS]
            await send({"type": "http.response.start", "status": refused[0], "headers": head})
            await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            # Prefect lets every page read some of its errors.
            given = [one for one in message.get("headers", ()) if tuple(one) != (b"access-control-allow-origin", b"*")]
            message["headers"] = [*given, *_HEADERS]
        await send(message)

    return sent
