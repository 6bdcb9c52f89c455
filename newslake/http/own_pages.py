"""Tell the requests of a local server's own pages, and of programs, from those of other web pages. Pure.

A page that a user visits can send requests to loopback, also under its own name (DNS rebinding). A browser says in `Host`,
`Origin` and `Sec-Fetch-*` where a request comes from; programs send only `Host`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]

OTHER_SITES = "This server takes no requests from the pages of other sites."
_LINKS = ("GET", "HEAD")
_OWN = ("same-origin", "none")


def refusal(scope: Scope, hosts: Container[str], origins: Container[str], *, may_link: bool) -> tuple[int, str] | None:
    """Decide whether a request comes from elsewhere.

    Args:
        scope: of an HTTP request or of a WebSocket, as ASGI describes it.
        hosts: the values of `Host` that name the server.
        origins: of its own pages.
        may_link: pages of other sites may link to what is asked for, but neither frame it nor read it.
    Returns:
        The status and the words to refuse it with; None to let it pass.
    """
    headers = scope.get("headers", ())
    asked = values(headers, b"host")
    if len(asked) != 1 or asked[0] not in hosts:
        return 421, "This server answers only to its own name."
    if any(origin not in origins for origin in values(headers, b"origin")):
        return 403, OTHER_SITES
    if not is_foreign(scope):
        return None
    is_link = (
        may_link
        and scope["type"] == "http"
        and scope["method"] in _LINKS
        and values(headers, b"sec-fetch-mode") == ["navigate"]
        and values(headers, b"sec-fetch-dest") == ["document"]
    )
    return None if is_link else (403, OTHER_SITES)


def is_foreign(scope: Scope) -> bool:
    """Return whether a browser says that the page of another site asks."""
    return any(site not in _OWN for site in values(scope.get("headers", ()), b"sec-fetch-site"))


def values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """Return the values of a header, in small letters."""
    return [value.decode("latin-1").strip().lower() for key, value in headers if key.lower() == name]
