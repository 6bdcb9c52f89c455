"""What newslake sends to a Prefect server, and where; and servers that do not answer as Prefect does."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from flows.orchestration import api
from flows.orchestration.api import Api
from flows.orchestration.flow_run import FlowRun, Origin
from flows.orchestration.settings import answers, configured_server, share_password
from newslake.testing import Answer, Site

CLIENT, KEY = "PREFECT_API_AUTH_STRING", "PREFECT_API_KEY"
TOKEN = Answer(b'{"token": "t"}')


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"5", b'"ok"', b"<html>Please log in</html>", b'{"detail": "none"}'])
def test_a_server_that_is_not_prefect_s_costs_no_run(body: bytes) -> None:
    with Site() as server:
        for path in ("/api/csrf-token", "/api/flows/", "/api/flow_runs/"):
            server.routes[path] = Answer(body)
        page = FlowRun(f"{server.url}/api")
        page.begin("collect", Origin(), {})
        page.say("a line")
        with page.step("crawl"):
            pass
        page.end("COMPLETED")
    assert page.failure is not None and "PREFECT_API_URL" in page.failure


@pytest.mark.parametrize(
    ("status", "is_sick"),
    [(200, False), (401, False), (404, False), (409, False), (422, False), (429, True), (500, True), (503, True)],
)
def test_a_refusal_is_no_reason_to_restart_the_server(status: int, is_sick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_WAITS", ())
    with Site() as server:
        server.routes |= {"/api/csrf-token": TOKEN, "/api/flow_runs/gone/set_state": Answer(b"{}", status)}
        server.routes["/api/flow_runs/gone"] = Answer(b'{"name": "a", "tags": []}')
        page = FlowRun(f"{server.url}/api")
        page.begin("collect", Origin(requested="gone"), {})
        page.end("COMPLETED")
    assert (page.failure is not None, page.is_sick) == (status != 200, is_sick)


def test_a_redirect_gets_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLIENT, "ann:s3cr3t")
    with Site() as server, Site("127.0.0.2") as other:
        server.routes["/api/csrf-token"] = TOKEN
        server.redirect("/api/flow_runs/1", f"{other.url}/caught")
        with pytest.raises(OSError, match="other address"):
            Api(f"{server.url}/api").ask("/flow_runs/1", method="GET")
        assert not other.asked


def test_a_server_on_this_machine_is_asked_past_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Site() as server, Site("127.0.0.2") as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        server.routes |= {"/api/health": Answer(b"true"), "/api/csrf-token": TOKEN, "/api/flows/": Answer(b'{"id": "1"}')}
        assert answers(f"{server.url}/api")
        assert Api(f"{server.url}/api").ask("/flows/", {}) == {"id": "1"}
        assert not proxy.asked


def test_text_that_no_database_takes_is_sent_without_what_it_refuses() -> None:
    path = Path("nö\udcff.toml")  # a name that is no UTF-8
    with Site() as server:
        server.routes |= {"/api/csrf-token": TOKEN, "/api/flows/": Answer(b"{}")}
        Api(f"{server.url}/api").ask("/flows/", {"name": f"a\0b {path}", "more": ["\ud800", {"\0": 1.5}, None]})
        sent = json.loads(server.asked[-1].body)
    assert sent == {"name": "ab nö?.toml", "more": ["?", {"": 1.5}, None]}


def test_a_password_goes_before_a_key_as_in_prefect_s_own_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLIENT, "ann:s3cr3t")
    monkeypatch.setenv(KEY, "pnu_key")
    with Site() as server:
        server.routes |= {"/api/csrf-token": TOKEN, "/api/flows/": Answer(b"{}")}
        Api(f"{server.url}/api").ask("/flows/", {})
        said = {asked.headers["authorization"] for asked in server.asked}
    assert said == {f"Basic {base64.b64encode(b'ann:s3cr3t').decode()}"}


def test_a_key_for_somebody_else_s_server_is_not_replaced_by_the_password_of_one_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLIENT, raising=False)
    monkeypatch.setenv(KEY, "pnu_key")
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "ann:s3cr3t")
    share_password()
    assert CLIENT not in os.environ
    share_password(of_own_server=True)
    assert os.environ[CLIENT] == "ann:s3cr3t"
    monkeypatch.delenv(CLIENT)


def test_an_address_may_end_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api/")
    assert configured_server() == "http://127.0.0.1:4200/api"


EARLIER, NEW = "376a3d5c-0000-4000-8000-000000000001", "4f9c0d40-0000-4000-8000-000000000002"


@pytest.mark.parametrize("deployment", [None, "d"])
def test_a_run_of_very_many_sources_is_small_enough_for_prefect(deployment: str | None) -> None:
    names = [f"{number:04} {'long name ' * 10}" for number in range(10_000)]
    with Site() as server:
        server.routes["/api/csrf-token"] = TOKEN
        made = ("/api/flows/", "/api/flow_runs/", "/api/deployments/d/create_flow_run", "/api/flow_runs/1/set_state")
        server.routes |= dict.fromkeys(made, Answer(b'{"id": "1"}'))
        page = FlowRun(f"{server.url}/api")
        page.begin("collect", Origin(deployment=deployment), {"config": "watchlist.toml", "sources": names})
        page.end("COMPLETED")
        assert page.failure is None
        assert max(len(asked.body) for asked in server.asked) < 524_288  # of parameters, which Prefect takes
        [given] = [body["parameters"] for asked in server.asked if "parameters" in (body := json.loads(asked.body or b"{}"))]
    assert given == {"config": "watchlist.toml"}  # a retry is then of all sources


@pytest.mark.parametrize(
    ("before", "after"),
    [("poetic-antelope", NEW), (EARLIER, f"{NEW}, a retry of {EARLIER}")],
    ids=["made up", "of an earlier run"],
)
def test_a_page_is_found_by_the_id_of_each_run_that_it_shows(before: str, after: str) -> None:
    with Site() as server:
        server.routes["/api/csrf-token"] = TOKEN
        server.routes["/api/flow_runs/7"] = Answer(json.dumps({"name": before, "tags": ["mine"]}).encode())
        server.routes["/api/flow_runs/7/set_state"] = Answer(b"{}")
        page = FlowRun(f"{server.url}/api")
        page.begin("collect", Origin("requested", requested="7"), {})
        page.name(NEW)
        page.end("COMPLETED")
        assert page.failure is None
        told = [json.loads(asked.body) for asked in server.asked if asked.path == "/api/flow_runs/7" and asked.body]
    assert told == [{"tags": ["mine", "newslake", "requested"]}, {"name": after}]
