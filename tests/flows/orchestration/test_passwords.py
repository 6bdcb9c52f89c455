"""Which password the clients of this process use: that of the server of `newslake serve`, else that which is set for clients."""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest import mock

import pytest

from flows.orchestration.settings import server_file, settle_prefect
from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site

SERVER, CLIENT = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"
WATCHLIST = """
[[topic]]
name = "oil"
query = "oil"
[[source]]
name = "post"
feeds = ["http://127.0.0.1:9/rss"]
"""


@pytest.mark.parametrize(
    ("given", "is_own", "used"),
    [
        ({SERVER: "ann:first"}, True, "ann:first"),
        ({CLIENT: "ann:first"}, True, "ann:first"),
        (
            {SERVER: "ann:first", CLIENT: "bob:other"},
            True,
            "ann:first",
        ),  # the server of serve has the first, so the other is wrong
        ({SERVER: "ann:first", CLIENT: "bob:other"}, False, "bob:other"),  # that of somebody else's server
        ({}, True, None),
    ],
)
def test_clients_use_the_password_of_the_server_that_they_ask(
    tmp_path: Path, given: dict[str, str], is_own: bool, used: str | None
) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    watchlist = load_watchlist(tmp_path / "watchlist.toml")
    with Site() as server:
        server.routes["/api/health"] = Answer(b"true")
        url = f"{server.url}/api"
        if is_own:
            server_file(watchlist).parent.mkdir(parents=True)
            server_file(watchlist).write_text(json.dumps({"api_url": url}), "utf-8")
        environment = {"PATH": os.environ["PATH"], **given, **({} if is_own else {"PREFECT_API_URL": url})}
        with mock.patch.dict(os.environ, environment, clear=True):
            settle_prefect(watchlist)
            assert os.environ["PREFECT_API_URL"] == url
            assert os.environ.get(CLIENT) == used
