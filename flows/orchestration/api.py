"""Call Prefect's REST API, with the token that its protection against foreign pages asks for, and a password if it has one."""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4

_SECONDS = 10


def ask(api_url: str, path: str, body: object, method: str = "POST") -> Any:
    """Send a request to Prefect's API and return its answer; None if that is empty.

    Args:
        path: below the address of the API, such as "/flow_runs/filter".
    Raises:
        OSError, ValueError: the server does not answer, refuses, or sends no JSON.
    """
    headers = {"Content-Type": "application/json", **_token(api_url)}
    return _answer(urllib.request.Request(f"{api_url}{path}", json.dumps(body).encode(), headers, method=method))


def _token(api_url: str) -> dict[str, str]:
    """Ask for a token and return the headers that send it; none if the server has no such protection."""
    client = str(uuid4())
    try:
        token = _answer(urllib.request.Request(f"{api_url}/csrf-token?client={client}"))["token"]
    except urllib.error.HTTPError as error:
        if error.code in (404, 422):  # an older server, or one without the protection
            return {}
        raise
    return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}


def _answer(request: urllib.request.Request) -> Any:
    if password := os.environ.get("PREFECT_API_AUTH_STRING"):
        request.add_header("Authorization", f"Basic {base64.b64encode(password.encode()).decode()}")
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        data = answer.read()
        return json.loads(data) if data else None
