"""Call Prefect's REST API, which takes milliseconds where its client would take seconds to import.

Knows the token that Prefect's protection against foreign pages asks for, and passwords and keys. These go to the address that was
given and to no other: redirects are not followed, and a server on this machine is asked past any proxy.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from ipaddress import ip_address
from typing import IO, Any
from urllib.parse import urlsplit
from uuid import uuid4

from flows.orchestration.variables import KEY, PASSWORD, SERVER_PASSWORD
from newslake.errors import brief
from newslake.text import encodable

# What asking raises if there is no answer, or one that is not Prefect's: its parts are missing, or of another kind.
FAILURES = (OSError, ValueError, LookupError, TypeError, AttributeError)
# A token is valid for an hour unless its server is set otherwise.
_TOKEN_SECONDS = 600.0
# What a server says whose database is busy, as on a loaded machine, and how long to wait before each further attempt.
_BUSY = (429, 502, 503)
_WAITS = (0.2, 0.5, 1.0, 2.0, 4.0)


class Api:
    """Prefect's API at an address. Keeps the token between requests; one thread at a time may use it."""

    def __init__(self, url: str, seconds: float = 10.0, *, patient: bool = True) -> None:
        """Prepare it.

        Args:
            seconds: how long each request may take.
            patient: ask again after a while if the server is busy.
        """
        self.url = url
        self._waits = _WAITS if patient else ()
        self._seconds = seconds
        self._token: dict[str, str] = {}
        self._renew_at = 0.0

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        """Send a request and return its answer; None if that is empty.

        Args:
            path: below the address of the API, such as "/flow_runs/filter".
        Raises:
            OSError, ValueError: the server does not answer, refuses, or sends no JSON.
        """
        for wait in self._waits:
            try:
                return self._ask(path, body, method)
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY:
                    raise
            time.sleep(wait)
        return self._ask(path, body, method)

    def _ask(self, path: str, body: object, method: str) -> Any:
        data = None if body is None else json.dumps(_sendable(body)).encode()
        headers = {"Content-Type": "application/json", **self._token_headers()}
        return self._answer(urllib.request.Request(f"{self.url}{path}", data, headers, method=method))

    def _token_headers(self) -> dict[str, str]:
        """Return the headers with the token, which is asked for when it gets old; none if the server has no such protection."""
        if time.monotonic() >= self._renew_at:
            client = str(uuid4())
            try:
                token = self._answer(urllib.request.Request(f"{self.url}/csrf-token?client={client}"))["token"]
                self._token = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}
            except urllib.error.HTTPError as error:
                if error.code not in (404, 422):  # an older server, or one without the protection
                    raise
                self._token = {}
            self._renew_at = time.monotonic() + _TOKEN_SECONDS
        return self._token

    def _answer(self, request: urllib.request.Request) -> Any:
        if password := os.environ.get(PASSWORD):  # first, as Prefect's own client does
            request.add_header("Authorization", f"Basic {base64.b64encode(password.encode()).decode()}")
        elif key := os.environ.get(KEY):
            request.add_header("Authorization", f"Bearer {key}")
        try:
            with opened(request, self._seconds) as answer:
                data = answer.read()
        except http.client.HTTPException as error:
            raise OSError(f"the answer is not complete ({type(error).__name__})") from error
        return json.loads(data) if data else None


class _NotFollowed(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: whoever is led elsewhere would take the password along."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        raise urllib.error.HTTPError(req.full_url, code, f"it leads to another address, {newurl}", headers, fp)


def opened(request: urllib.request.Request, seconds: float) -> Any:
    """Return the answer to a request, to be closed. Raises OSError, ValueError or HTTPException."""
    past_proxy = (urllib.request.ProxyHandler({}),) if _is_here(request.host) else ()
    return urllib.request.build_opener(_NotFollowed, *past_proxy).open(request, timeout=seconds)


def _is_here(host: str) -> bool:
    """Return whether an address, with or without a port, is of this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _sendable(value: Any) -> Any:
    """Return what is sent without the characters that Prefect or its database refuse: NUL, and such as are in no UTF-8."""
    match value:
        case str():
            return encodable(value)
        case Mapping():
            return {_sendable(name): _sendable(one) for name, one in value.items()}
        case list() | tuple():
            return [_sendable(one) for one in value]
    return value


def is_refusal(error: Exception) -> bool:
    """Return whether a server works and does not do what it is asked, which a restart would not change."""
    return isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code not in _BUSY


def why(error: Exception) -> str:
    """Return what a failed request means, as a phrase."""
    if isinstance(error, urllib.error.HTTPError) and error.code in (401, 403):
        return f"its server refuses the password: give {PASSWORD} the NAME:PASSWORD that {SERVER_PASSWORD} gave to the server"
    if isinstance(error, OSError):
        return brief(error, 200)
    return f"what answers there is not Prefect's API ({brief(error, 100)}): set PREFECT_API_URL to the address that ends in /api"
