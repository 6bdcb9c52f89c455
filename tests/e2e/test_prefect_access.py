"""The Prefect server of `newslake serve` answers its own pages and programs, and no page of another site."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
from collections.abc import Iterator

import pytest

from flows.orchestration.api import Api
from newslake.testing import Site
from tests.e2e.serving import Serving, flow_runs, free_port
from tests.e2e.test_serve_schedule import outlet, write
from tests.flows.command import newslake_process

pytestmark = pytest.mark.timeout(600)
JSON = {"Content-Type": "application/json"}
Headers = dict[str, str]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a server that has collected twice: on its schedule, and for a `newslake run` that used it."""
    port = free_port()
    with Site() as site:
        outlet(site, "paper")
        config = write(tmp_path_factory.mktemp("served") / "watchlist.toml", site, 'interval = "1d"', ("paper", ""))
        with Serving(config, "--port", str(port)) as serving:
            serving.wait_for("the first run", lambda: " completed: " in serving.log, 240)
            done = newslake_process("run", "--config", config, seconds=200)
            assert done.returncode == 0 and "Prefect failed" not in done.stderr, done.stderr
            yield port
            assert "Prefect failed" not in serving.log and "could not be checked" not in serving.log


def answer(port: int, method: str, path: str, headers: Headers, body: str | None = None) -> tuple[int, Headers, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body is not None else None)
        got = connection.getresponse()
        return got.status, {name.lower(): value for name, value in got.getheaders()}, got.read().decode("utf-8", "replace")
    finally:
        connection.close()


def test_serve_and_run_are_in_its_records(port: int) -> None:
    assert flow_runs(port) == ["Completed", "Completed"]
    artifacts = Api(f"http://127.0.0.1:{port}/api").ask("/artifacts/filter", {})
    assert {artifact["key"] for artifact in artifacts} == {"collect-summary", "source-health"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:{port}"},  # a name of the attacker's that now leads to loopback
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example:{port}"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1:{port}@evil.example"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:{port}.evil.example"},
        {"Origin": "http://localhost:1"},  # another program of this machine
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
    ids=str,
)
def test_what_comes_from_elsewhere_is_refused(port: int, headers: Headers) -> None:
    given = {name: value.format(port=port) for name, value in headers.items()}
    for method, path, body in (
        ("POST", "/api/flow_runs/filter", "{}"),
        ("GET", "/api/admin/settings", None),
        ("GET", "/api/csrf-token?client=evil", None),
        ("OPTIONS", "/api/flow_runs/filter", None),
        ("DELETE", "/api/flow_runs/3f0c1f1e-1f2e-4c3d-9b8a-000000000001", None),
    ):
        status, got, _ = answer(port, method, path, JSON | given, body)
        assert 400 <= status < 500, (method, path, status)
        assert "access-control-allow-origin" not in got, (method, path)


def test_a_change_without_the_token_of_the_server_is_refused(port: int) -> None:
    for headers in ({}, {"Prefect-Csrf-Token": "guessed", "Prefect-Csrf-Client": "guessed"}):
        status, _, said = answer(port, "POST", "/api/flow_runs/filter", JSON | headers, "{}")
        assert status == 403 and "CSRF" in said


def test_its_own_page_is_served_and_cannot_be_framed(port: int) -> None:
    for host in (f"127.0.0.1:{port}", f"LOCALHOST:{port}"):
        status, got, said = answer(port, "GET", "/runs", {"Host": host, "Accept": "text/html"})
        assert status == 200 and "<html" in said
        assert got["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in got["content-security-policy"]
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}
    assert answer(port, "GET", "/runs", link)[0] == 200  # a link in a mail or a chat
    assert answer(port, "GET", "/api/flow_runs/count", link)[0] == 403


@pytest.mark.parametrize(
    ("headers", "opens"),
    [
        ({}, True),
        ({"Origin": "http://127.0.0.1:{port}"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Host": "evil.example:{port}"}, False),
    ],
    ids=str,
)
def test_web_sockets_of_other_sites_are_refused(port: int, headers: Headers, opens: bool) -> None:
    """No browser asks before it opens one, so that nothing but the check of the server protects them."""
    head = {
        "Host": f"127.0.0.1:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": "prefect",
    } | {name: value.format(port=port) for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stream:
        stream.sendall(f"GET /api/events/out HTTP/1.1\r\n{lines}\r\n".encode())
        status = stream.recv(200).split()[1]
    assert (status == b"101") is opens and (opens or status == b"403")


def test_the_settings_show_no_secret(port: int) -> None:
    _, _, said = answer(port, "GET", "/api/admin/settings", {})
    assert json.loads(said)["server"]["api"]["auth_string"] is None
