"""Show each schedule of a watchlist as a deployment in Prefect, and take up what is asked for there: a run now, or a pause.

newslake owns the schedule: Prefect starts nothing, and while it is away everything goes on as it was last asked for.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flows.orchestration.api import FAILURES, Api, why
from flows.orchestration.flow_run import Flow
from flows.orchestration.schedules import MAIN, Scheduled, deployment_name, paused_file, remembered, schedules, sources_of
from flows.watchlist import Watchlist
from flows.watchlist.schedule import Timetable
from newslake.disk import write_whole
from newslake.secrecy import redacted
from newslake.text import some_of

# How often Prefect is asked, and how long after it did not answer.
LOOK_SECONDS = 5.0
WAIT_SECONDS = 60.0
# How long a look may tell a slow server of the schedules; the next look goes on.
TELL_SECONDS = 2.0
TAG = "newslake"
_NOTHING: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
_SOURCES = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "sources": {
            "type": "array",
            "items": {"type": "string"},
            "title": "sources",
            "description": "names of the sources to collect; all of this schedule if empty",
            "default": [],
        }
    },
}


@dataclass(frozen=True, slots=True)
class Request:
    """A run that somebody asked for in Prefect, of a schedule; `sources` is empty for all of it.

    Attributes:
        state: its state in Prefect, which has another id each time that it is asked for again.
    """

    scheduled: Scheduled
    flow_run: str
    state: str
    asked_at: str
    sources: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.flow_run, self.state


def _shown(timetable: Timetable) -> dict[str, Any]:
    """Return a timetable as a schedule in Prefect, which shows it and does not run by it."""
    if timetable.every is not None:
        return {"interval": timetable.every.total_seconds(), "anchor_date": "1970-01-01T00:00:00Z", "timezone": "UTC"}
    return {"cron": timetable.cron, "timezone": timetable.timezone}


def _is_off(deployment: Mapping[str, Any]) -> bool:
    """Return whether its schedule is switched off, which is how Prefect's pages pause a deployment."""
    return any(not schedule["active"] for schedule in deployment["schedules"])


class Deployments:
    """The deployments of a watchlist, and what was asked for in Prefect.

    Attributes:
        paused: the schedules that are paused there.
        requests: the runs that are asked for and not begun, oldest first.
    """

    def __init__(self, watchlist: Watchlist, say: Callable[[str], None], *, is_own_server: bool) -> None:
        """Prepare it; `look` asks Prefect.

        Args:
            say: takes messages for the log.
            is_own_server: the server is of this watchlist alone; on another one, names of deployments say whose they are.
        """
        self._say = say
        # Another server would schedule runs by these times, each of which would be taken for a request.
        self._shows_times = is_own_server
        self._owner = "" if is_own_server else deployment_name(f" of {platform.node()}:{watchlist.path}")
        self._file = paused_file(watchlist)
        self._paused = remembered(watchlist)
        self._api: Api | None = None
        self._next_look = 0.0
        self._ids: dict[str, Scheduled] = {}
        self._untold: list[Scheduled] = []
        self._known = set[tuple[str, str]]()
        # Requests by their keys, which Prefect shows as such until their process has told it; and those whose process has ended.
        self._begun = set[tuple[str, str]]()
        self._over = set[tuple[str, str]]()
        self.use(watchlist)

    def use(self, watchlist: Watchlist) -> None:
        """Switch to an edited watchlist."""
        self._scheduled = schedules(watchlist)
        self._untold, self._ids = list(self._scheduled), {}
        self.requests: list[Request] = []  # they come again, of the schedules that there are now
        self._next_look = 0.0

    @property
    def paused(self) -> list[Scheduled]:
        return [one for one in self._scheduled if one.key in self._paused]

    @property
    def paused_sources(self) -> set[str]:
        """The names of the sources that are not asked because their schedule is paused."""
        return sources_of(self.paused)

    def is_paused(self, flow: Flow) -> bool:
        """Return whether the watchlist's own schedule of a flow is paused."""
        return any(one.key == f"{flow}/{MAIN}" for one in self.paused)

    def id_of(self, flow: Flow, sources: Sequence[str] = ()) -> str | None:
        """Return the deployment of a run: of a collection, the one that has most of its sources. None while Prefect is away."""
        asked = set(sources)
        ids = [(len(asked & set(one.sources)), number) for number, one in self._ids.items() if one.flow == flow]
        return max(ids, key=lambda one: one[0])[1] if ids and self._api else None

    def look(self, url: str | None) -> None:
        """Ask Prefect what is asked for, at intervals; tell it first which schedules there are. Takes some seconds at most.

        Args:
            url: of the API; None while it is away.
        """
        if url is None:
            self._api = None
            return
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_SECONDS
        try:
            if self._api is None or self._api.url != url:
                self._api = Api(url, seconds=2.0, patient=False)
                self._ids, self._untold = {}, list(self._scheduled)
            if self._untold and not self._tell(self._api):
                self._next_look = 0.0
                return
            found = self._api.ask("/deployments/filter", {"deployments": {"id": {"any_": list(self._ids)}}})
            there = {self._ids[one["id"]].key: bool(one["paused"] or _is_off(one)) for one in found}
            # One that somebody deleted, or Prefect lost with its database, is made again as it was.
            lost = [one for one in self._ids.values() if one.key not in there]
            self._pause({key for key, is_off in there.items() if is_off} | {one.key for one in lost if one.key in self._paused})
            self._untold = lost
            due = {"deployment_ids": list(self._ids), "scheduled_before": datetime.now(UTC).isoformat(), "limit": 20}
            self._take(self._api.ask("/deployments/get_scheduled_flow_runs", due), self._api)
        except FAILURES as error:
            self._next_look = time.monotonic() + WAIT_SECONDS
            if self._api:
                self._say(f"Prefect does not show the schedules, and its requests wait: {why(error)}")
            self._api = None

    def _tell(self, api: Api) -> bool:
        """Make or update deployments, as many as there is time for; return whether all are told.

        With the last one, those of schedules that the watchlist no longer has are removed.
        """
        until = time.monotonic() + TELL_SECONDS
        mine = f"{TAG}{self._owner}"
        flows = {flow: api.ask("/flows/", {"name": flow})["id"] for flow in dict.fromkeys(one.flow for one in self._untold)}
        known = api.ask("/deployments/filter", {"deployments": {"tags": {"all_": [mine]}}})
        there = {(other["flow_id"], other["name"]): other for other in known}
        while self._untold and time.monotonic() < until:
            one = self._untold[0]
            made: dict[str, Any] = {
                "flow_id": flows[one.flow],
                "name": f"{one.name}{self._owner}",
                "description": one.description,
                "tags": sorted({TAG, mine}),
                "parameter_openapi_schema": _SOURCES if one.flow == "collect" else _NOTHING,
                "enforce_parameter_schema": True,
            }
            before = there.get((made["flow_id"], made["name"]))
            if self._shows_times and one.timetable:
                # Its switch may have been used since the last look.
                is_off = _is_off(before) if before else one.key in self._paused
                made["schedules"] = [{"schedule": _shown(one.timetable), "active": not is_off}]
            elif one.key in self._paused and not before:
                made["paused"] = True  # Prefect lost its database, and this with it
            self._ids = {number: other for number, other in self._ids.items() if other != one}
            self._ids[api.ask("/deployments/", made)["id"]] = one
            del self._untold[0]
        if self._untold:
            return False
        for other in known:
            if other["id"] not in self._ids:
                api.ask(f"/deployments/{other['id']}", method="DELETE")
        return True

    def _take(self, asked: Sequence[Mapping[str, Any]], api: Api) -> None:
        found = [_request(self._ids[run["deployment_id"]], run) for run in asked]
        shown = {request.key for request in found}
        self._begun, self._over = self._begun & shown, self._over & shown
        for request in found:
            if request.key in self._over:  # its process came to an end before it could tell, or could not tell Prefect
                _fail(api, request, "its process has not told how it ended; the log of newslake serve says what became of it")
        self.requests = [request for request in found if request.key not in self._begun | self._over]
        for request in self.requests:
            if request.key not in self._known:
                named = f" ({some_of(request.sources)})" if request.sources else ""
                self._say(f"asked for in Prefect: a run of {request.scheduled.key}{named}")
        self._known = shown

    def begin(self, request: Request) -> None:
        """Take a request, which is being done."""
        self._begun.add(request.key)
        self.requests.remove(request)

    def ended(self) -> None:
        """Note that what was begun has ended."""
        self._over |= self._begun
        self._begun = set()

    def refuse(self, request: Request, why_not: str) -> None:
        """Take a request that cannot be done, and say so in Prefect; if it cannot be told now, that is tried again later."""
        self.requests.remove(request)
        said = " — ".join(why_not.splitlines())
        self._say(f"a run of {request.scheduled.key} that was asked for in Prefect is not done: {said}")
        if self._api:
            try:
                _fail(self._api, request, why_not)
            except FAILURES:
                self._next_look = time.monotonic() + WAIT_SECONDS

    def _pause(self, keys: set[str]) -> None:
        for key in sorted(keys ^ self._paused):
            self._say(f"{key} is {'paused' if key in keys else 'resumed'} in Prefect")
        if keys != self._paused:
            self._paused = keys
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(sorted(keys)).encode(), durable=False)


def _request(scheduled: Scheduled, run: Mapping[str, Any]) -> Request:
    """Return a scheduled run as a request. What are no names of sources becomes ones that no watchlist has, to be refused."""
    given = (run["parameters"] or {}).get("sources") or ()
    names = tuple(map(str, given)) if isinstance(given, (list, tuple)) else (str(given),)
    return Request(scheduled, run["id"], str(run["state_id"]), run["expected_start_time"] or run["created"], names)


def _fail(api: Api, request: Request, why_not: str) -> None:
    """Show a request as failed, so that it is not taken for one that waits."""
    state = {"state": {"type": "FAILED", "message": redacted(why_not)}, "force": True}
    api.ask(f"/flow_runs/{request.flow_run}/set_state", state)
