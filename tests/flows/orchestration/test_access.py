"""What the Prefect server answers is decided before Prefect sees it; tests/e2e/test_prefect_access.py asks a real server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flows.orchestration.access import OwnPagesOnly

PORT = 4200


def answer(path: str) -> dict[str, Any]:
    """Ask for a page of an application that answers everything, and lets every page read it."""
    sent = list[Any]()

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"host", b"127.0.0.1:4200")]}
    asyncio.run(OwnPagesOnly(app, PORT)(scope, receive, send))
    return dict(sent[0])


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/", "/api/docs", "/api/redoc"])
def test_no_page_loads_the_program_of_another_server(path: str) -> None:
    assert answer(path)["status"] == 404


@pytest.mark.parametrize("path", ["/runs", "/api/health", "/openapi.json"])
def test_no_answer_lets_every_page_read_it(path: str) -> None:
    got = answer(path)
    assert got["status"] == 200 and b"access-control-allow-origin" not in dict(got["headers"])
