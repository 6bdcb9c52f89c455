"""Let only the user who started the explorer, and only its own pages, ask for anything; and let no page do more than show itself.

Whoever can run a program on this machine can reach loopback, and so can every page that a browser shows. So a request must know a
secret, must name this server, and must not come from the page of another site.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from h11 import LocalProtocolError

from newslake.http.own_pages import is_foreign, refusal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Refuse = Callable[[int, str, str], bytes]  # status, what happened, what to do: a page

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-frame-options": b"SAMEORIGIN",
}
STATIC = "/static/"
UNKNOWN = "The explorer does not know this browser yet."
OPEN = (
    "Open the address that newslake explore printed when it started: it has the token. "
    "If you came here by a link from another page, load this page again."
)
_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Door:
    """Who may ask.

    Attributes:
        host, port: where the explorer listens.
        public: the address by which a proxy makes it known to users, such as https://news.example.org; None without one.
        token: what the first address has to carry; None: whoever reaches the port may ask.
        session: what the cookie carries from then on.
    """

    host: str
    port: int
    public: str | None = None
    token: str | None = None
    session: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def cookie(self) -> str:
        return f"newslake-{self.port}"  # cookies know no ports

    @property
    def names(self) -> frozenset[str]:
        """The values of `Host` that name the explorer."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        names = {f"{name}:{self.port}" for name in (own, "localhost")}
        if self.port == 80:
            names |= {own, "localhost"}
        return frozenset(names | ({urlsplit(self.public).netloc.lower()} if self.public else set()))

    @property
    def origins(self) -> frozenset[str]:
        public = urlsplit(self.public) if self.public else None
        local = {f"http://{name}" for name in self.names if public is None or name != public.netloc.lower()}
        return frozenset(local | ({f"{public.scheme}://{public.netloc}".lower()} if public else set()))

    @property
    def address(self) -> str:
        """The address that a user opens first."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        base = self.public.rstrip("/") if self.public else f"http://{own}:{self.port}"
        return f"{base}/{f'?token={self.token}' if self.token else ''}"


class Guarded:
    """An ASGI application that lets through who may ask, and says to others what to do."""

    def __init__(self, app: App, door: Door, refuse: Refuse) -> None:
        self._app, self._door, self._refuse = app, door, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "no sockets here"})
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif (refused := self._refused(scope)) is not None:
            await _answer(with_headers(_while_heard(send)), *refused)
        else:
            scope["newslake.foreign"] = is_foreign(scope)
            await self._app(scope, receive, with_headers(_while_heard(send)))

    def _refused(self, scope: Scope) -> tuple[int, bytes, list[tuple[bytes, bytes]]] | None:
        """Return the answer to a request that does not pass; None for one that does."""
        door = self._door
        is_static = scope["path"].startswith(STATIC)
        if foreign := refusal(scope, door.names, door.origins, may_link=not is_static):
            names = " or ".join(sorted(door.names))
            what = f"Open the explorer by its own address: {names}." if foreign[0] == 421 else "Open the explorer by itself."
            return foreign[0], self._refuse(foreign[0], foreign[1], what), []
        if scope["method"] not in _METHODS:
            return (
                405,
                self._refuse(405, "The explorer only shows things.", "Ask for a page with GET."),
                [(b"allow", b"GET, HEAD")],
            )
        if door.token is None or is_static:
            return None
        return self._unknown(scope, door.token)

    def _unknown(self, scope: Scope, token: str) -> tuple[int, bytes, list[tuple[bytes, bytes]]] | None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == "token"]
        if given and hmac.compare_digest(given[0].encode(), token.encode()):
            return 303, b"", [(b"location", _clean(scope["path"], query).encode()), (b"set-cookie", self._cookie())]
        if any(hmac.compare_digest(known.encode(), self._door.session.encode()) for known in self._known(scope)):
            return None
        happened = "The token in this address is not that of this explorer." if given else UNKNOWN
        return 401, self._refuse(401, happened, OPEN), []

    def _cookie(self) -> bytes:
        secure = "; Secure" if (self._door.public or "").startswith("https://") else ""
        return f"{self._door.cookie}={self._door.session}; HttpOnly; SameSite=Strict; Path=/{secure}".encode()

    def _known(self, scope: Scope) -> list[str]:
        """Return the values of our cookie.

        Loopback has one jar for all ports: other programs put cookies beside ours that are none, such as JSON, which must not
        hide it.
        """
        pairs = [
            pair.decode("latin-1").strip().partition("=")
            for key, value in scope["headers"]
            if key.lower() == b"cookie"
            for pair in value.split(b";")
        ]
        return [value for name, _, value in pairs if name == self._door.cookie]


def is_own(host: str) -> bool:
    """Return whether nobody but this machine reaches a listening address."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _clean(path: str, query: list[tuple[str, str]]) -> str:
    """Return the address without the token, on this server whatever the path is."""
    rest = urlencode([(name, value) for name, value in query if name != "token"])
    return f"/{quote(path.lstrip('/'))}{f'?{rest}' if rest else ''}"


def with_headers(send: Send) -> Send:
    """Return a `send` that adds what all answers say."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            names = {name.lower() for name, _ in given}
            message["headers"] = [*given, *((name, value) for name, value in HEADERS.items() if name not in names)]
        await send(message)

    return sent


def _while_heard(send: Send) -> Send:
    """Return a `send` for which a connection that has ended is no mistake of ours.

    The server ends one by itself whose request turns out to be broken, such as in the middle of its body.
    """

    async def sent(message: Message) -> None:
        with suppress(LocalProtocolError):
            await send(message)

    return sent


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    head = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
