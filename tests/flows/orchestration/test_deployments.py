"""What is asked for in Prefect: none of it is lost or done twice, and no answer of a server stops `newslake serve`."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.orchestration import deployments
from flows.orchestration.deployments import Deployments
from flows.orchestration.schedules import pauses
from flows.serve import Server
from flows.watchlist import Watchlist, load_watchlist
from newslake.testing import Answer, Site
from tests.flows.orchestration.test_passwords import WATCHLIST


@dataclass
class Prefect:
    """A site that answers what a Prefect server would."""

    site: Site
    deployments: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = iter(range(1, 1000))
        answers: dict[str, Any] = {
            "csrf-token": lambda: {"token": "t"},
            "flows/": lambda: {"id": "flow"},
            "deployments/": lambda: {"id": f"d{next(numbers)}"},  # d1 is collect/scheduled, d2 is maintain/scheduled
            "deployments/filter": lambda: self.deployments,
            "deployments/get_scheduled_flow_runs": lambda: self.runs,
            "flow_runs/run/set_state": dict,
        }
        for path, answer in answers.items():
            self.site.routes[f"/api/{path}"] = lambda _, answer=answer: Answer(json.dumps(answer()).encode())  # type: ignore[misc]

    @property
    def url(self) -> str:
        return f"{self.site.url}/api"

    def said(self, path: str) -> list[Any]:
        """What was sent to a path."""
        return [json.loads(asked.body) for asked in self.site.asked if asked.path == f"/api/{path}"]

    def shows(self, *numbers: str, is_off: bool = False) -> None:
        names = {"d1": "scheduled", "d2": "maintain"}
        common = {"flow_id": "flow", "paused": False, "schedules": [{"active": not is_off}]}
        self.deployments = [common | {"id": one, "name": names.get(one, one)} for one in numbers]

    def asks(self, parameters: Any, state: str = "s1") -> None:
        run = {"id": "run", "deployment_id": "d1", "state_id": state, "parameters": parameters, "created": "2026-01-01T00:00:00Z"}
        self.runs = [run | {"expected_start_time": None}]


@pytest.fixture
def prefect() -> Iterator[Prefect]:
    with Site() as site:
        yield Prefect(site)


@pytest.fixture
def watchlist(tmp_path: Path) -> Watchlist:
    file = tmp_path / "watchlist.toml"
    file.write_text(f'[warehouse]\ncatalog = "data/news.duckdb"\n{WATCHLIST}', "utf-8")
    return load_watchlist(file)


class Asked(Deployments):
    """Deployments that are asked at each look."""

    def __init__(self, watchlist: Watchlist) -> None:
        self.log = list[str]()
        super().__init__(watchlist, self.log.append, is_own_server=True)

    def look(self, url: str | None) -> None:
        self._next_look = 0.0
        super().look(url)


@pytest.mark.parametrize(
    ("parameters", "sources"),
    [
        (None, ()),
        ({}, ()),
        ({"sources": None}, ()),
        ({"sources": []}, ()),
        ({"sources": ["post"]}, ("post",)),
        ({"sources": "post"}, ("post",)),
        ({"sources": 7}, ("7",)),
        ({"sources": [7, None, {"a": 1}]}, ("7", "None", "{'a': 1}")),
        ({"sources": {"post": 1}}, ("{'post': 1}",)),
    ],
)
def test_any_parameters_of_a_run_are_taken(
    parameters: Any, sources: tuple[str, ...], prefect: Prefect, watchlist: Watchlist
) -> None:
    prefect.shows("d1", "d2")
    prefect.asks(parameters)
    asked = Asked(watchlist)
    asked.look(prefect.url)
    assert [request.sources for request in asked.requests] == [sources], asked.log


@pytest.mark.parametrize("answer", ["[1]", "{}", "null", "[{}]", '[{"id": "d1"}]', '"ok"', "<html>"])
@pytest.mark.parametrize("path", ["flows/", "deployments/", "deployments/filter", "deployments/get_scheduled_flow_runs"])
def test_no_answer_of_a_server_ends_serve(path: str, answer: str, prefect: Prefect, watchlist: Watchlist) -> None:
    prefect.shows("d1", "d2")
    prefect.site.routes[f"/api/{path}"] = Answer(answer.encode())
    asked = Asked(watchlist)
    asked.look(prefect.url)
    assert asked.requests == [] and asked.paused == []
    assert all("PREFECT_API_URL" in line for line in asked.log), asked.log


def test_a_pause_outlives_the_deployment_that_was_deleted(prefect: Prefect, watchlist: Watchlist) -> None:
    prefect.shows("d1", "d2", is_off=True)
    asked = Asked(watchlist)
    asked.look(prefect.url)
    assert [one.key for one in asked.paused] == ["collect/scheduled", "maintain/scheduled"]
    prefect.shows()  # such as with Prefect's database
    asked.look(prefect.url)
    assert len(asked.paused) == 2 and pauses(watchlist) == {"collect/scheduled", "maintain/scheduled"}
    before = len(prefect.said("deployments/"))
    asked.look(prefect.url)
    made = prefect.said("deployments/")[before:]
    assert [one["schedules"][0]["active"] for one in made] == [False, False]


def test_a_switch_that_was_used_since_the_last_look_stays_when_the_schedules_are_told_again(
    prefect: Prefect, watchlist: Watchlist
) -> None:
    prefect.shows("d1", "d2")
    asked = Asked(watchlist)
    asked.look(prefect.url)
    prefect.shows("d1", is_off=True)
    asked.use(watchlist)  # as after an edit
    asked.look(prefect.url)
    assert prefect.said("deployments/")[2]["schedules"][0]["active"] is False


def test_pauses_of_schedules_that_are_no_more_are_not_told(watchlist: Watchlist) -> None:
    folder = watchlist.state / "prefect"
    folder.mkdir(parents=True)
    (folder / "paused.json").write_text('["collect/every 5m", "brief/scheduled", "maintain/scheduled"]')
    assert pauses(watchlist) == {"maintain/scheduled"}
    assert not Asked(watchlist).is_paused("brief")


def test_a_request_that_cannot_be_refused_now_is_refused_later(prefect: Prefect, watchlist: Watchlist) -> None:
    prefect.shows("d1", "d2")
    prefect.asks({"sources": ["nosuch"]})
    prefect.site.routes["/api/flow_runs/run/set_state"] = Answer(b"{}", 503)
    asked = Asked(watchlist)
    for _ in range(2):
        asked.look(prefect.url)
        [request] = asked.requests
        asked.refuse(request, "no such source")
    assert len(prefect.said("flow_runs/run/set_state")) == 2
    assert sum("asked for" in line for line in asked.log) == 3  # once that it is, twice that it is not done


def test_a_run_that_ends_without_a_word_is_shown_as_failed_and_a_retry_is_done(prefect: Prefect, watchlist: Watchlist) -> None:
    prefect.shows("d1", "d2")
    prefect.asks({})
    asked = Asked(watchlist)
    asked.look(prefect.url)
    asked.begin(asked.requests[0])
    asked.look(prefect.url)
    assert asked.requests == [] and not prefect.said("flow_runs/run/set_state")  # it is under way
    asked.ended()
    asked.look(prefect.url)
    [told] = prefect.said("flow_runs/run/set_state")
    assert asked.requests == [] and told["state"]["type"] == "FAILED"
    prefect.asks({}, state="s2")
    asked.look(prefect.url)
    assert [request.state for request in asked.requests] == ["s2"]


def test_a_slow_server_does_not_keep_serve_from_its_work(
    prefect: Prefect, watchlist: Watchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefect.shows("d1", "d2")
    monkeypatch.setattr(deployments, "TELL_SECONDS", 0.1)
    prefect.site.routes["/api/deployments/"] = answer = Answer(b'{"id": "d1"}', seconds=0.15)
    asked = Asked(watchlist)
    asked.look(prefect.url)
    assert len(prefect.said("deployments/")) == 1
    prefect.site.routes["/api/deployments/"] = Answer(b'{"id": "d2"}', seconds=answer.seconds)
    asked.look(prefect.url)
    assert [one["name"] for one in prefect.said("deployments/")] == ["scheduled", "scheduled"]  # of collect and maintain
    prefect.asks({})
    asked.look(prefect.url)
    assert len(asked.requests) == 1


def test_what_is_asked_for_waits_where_no_process_can_be_started(
    prefect: Prefect, watchlist: Watchlist, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def none_left(*_args: Any, **_options: Any) -> Any:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    prefect.shows("d1", "d2", is_off=True)
    prefect.asks({})
    server = Server(watchlist, None, prefect.url)
    monkeypatch.setattr(subprocess, "Popen", none_left)
    server.look()
    assert server.deployments and len(server.deployments.requests) == 1
    assert "a collection could not be started: Resource temporarily unavailable" in capfd.readouterr().out
    server.look()
    assert len(server.deployments.requests) == 1
