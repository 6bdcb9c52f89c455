"""Show each schedule of a watchlist as a deployment in Prefect, and take up what is asked for there: a run now, or a pause.

newslake owns the schedule: Prefect starts nothing, and while it is away everything goes on as it was last asked for.
"""

from __future__ import annotations

import json
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.orchestration.api import Api
from flows.orchestration.flow_run import Flow, FlowRun
from flows.orchestration.settings import prefect_folder
from flows.watchlist import Watchlist
from flows.watchlist.schedule import Timetable
from newslake.disk import write_whole
from newslake.errors import brief
from newslake.text import counted, some_of

# How often Prefect is asked, and how long after it did not answer.
LOOK_SECONDS = 5.0
WAIT_SECONDS = 60.0
TAG = "newslake"
# Sources with schedules of their own have so many deployments at most; those of further schedules share the last.
MOST = 50
# The schedule of each flow that the watchlist has one for; sources with one of their own have a deployment named after it.
MAIN = "scheduled"
_NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
_SOURCES = {
    "type": "object",
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
class Scheduled:
    """A schedule of the watchlist, as its deployment shows it.

    Attributes:
        name: of the deployment, which with the flow names the schedule.
        timetable: None for several together.
        sources: the names of those that it collects.
    """

    flow: Flow
    name: str
    description: str
    timetable: Timetable | None
    sources: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.flow}/{self.name}"


@dataclass(frozen=True, slots=True)
class Request:
    """A run that somebody asked for in Prefect, of a schedule; `sources` is empty for all of it."""

    scheduled: Scheduled
    flow_run: str
    asked_at: str
    sources: tuple[str, ...] = ()


def schedules(watchlist: Watchlist) -> list[Scheduled]:
    """Return the schedules of a watchlist. Pure."""
    by_timetable: defaultdict[Timetable, list[str]] = defaultdict(list)
    for source in watchlist.enabled:
        by_timetable[watchlist.schedule.of(source)].append(source.name)
    found = []
    main, zone = watchlist.schedule.timetable, watchlist.schedule.timezone
    if common := by_timetable.pop(main, None):
        found.append(_collections(MAIN, main, common))
    own = list(by_timetable.items())
    found += [_collections(_name(str(timetable)), timetable, sources) for timetable, sources in own[:MOST]]
    if len(own) > MOST:
        found.append(_collections("other schedules", None, [name for _, rest in own[MOST:] for name in rest]))
    found.append(
        Scheduled("maintain", MAIN, "Upkeep of the warehouse and of captures.", Timetable(watchlist.maintain.cron, None, zone))
    )
    if (table := watchlist.brief) and table.every != "run":
        hour, minute = table.at.split(":")
        cron = f"{int(minute)} {int(hour)} * * {table.weekday[:3] if table.weekday else '*'}"
        found.append(Scheduled("brief", MAIN, "A brief of what is new.", Timetable(cron, None, zone)))
    return found


def _collections(name: str, timetable: Timetable | None, sources: Sequence[str]) -> Scheduled:
    """Return the schedule of collections of some sources."""
    asked = f"{counted(len(sources), 'source')}: {some_of(sources)}. Each is asked when it is due; a run now asks all of them."
    return Scheduled("collect", name, asked, timetable, tuple(sources))


def _name(words: str) -> str:
    """Return words as the name of a deployment, in which Prefect allows no slash."""
    return words.replace("/", "∕")


def _shown(timetable: Timetable) -> dict[str, Any]:
    """Return a timetable as a schedule in Prefect, which shows it and does not run by it."""
    if timetable.every is not None:
        return {"interval": timetable.every.total_seconds(), "anchor_date": "1970-01-01T00:00:00Z", "timezone": "UTC"}
    return {"cron": timetable.cron, "timezone": timetable.timezone}


def _is_off(deployment: Mapping[str, Any]) -> bool:
    """Return whether its schedule is switched off, which is how Prefect's pages pause a deployment."""
    return any(not schedule["active"] for schedule in deployment["schedules"])


def pauses(watchlist: Watchlist) -> set[str]:
    """Return what was paused in Prefect when it was last asked, each as FLOW/NAME."""
    try:
        return {str(key) for key in json.loads(_file(watchlist).read_text("utf-8"))}
    except (OSError, ValueError, TypeError):
        return set()


def _file(watchlist: Watchlist) -> Path:
    return prefect_folder(watchlist) / "paused.json"


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
        self.requests: list[Request] = []
        self._say = say
        # Another server would schedule runs by these times, each of which would be taken for a request.
        self._shows_times = is_own_server
        self._owner = "" if is_own_server else _name(f" of {platform.node()}:{watchlist.path}")
        self._file = _file(watchlist)
        self._paused = pauses(watchlist)
        self._api: Api | None = None
        self._next_look = 0.0
        self._ids: dict[str, Scheduled] = {}
        self._begun = set[str]()  # requests, which Prefect shows as such until their process has told it
        self.use(watchlist)

    def use(self, watchlist: Watchlist) -> None:
        """Switch to an edited watchlist."""
        self._scheduled = schedules(watchlist)
        self._ids = {}
        self._next_look = 0.0

    @property
    def paused(self) -> list[Scheduled]:
        return [one for one in self._scheduled if one.key in self._paused]

    @property
    def paused_sources(self) -> set[str]:
        """The names of the sources that are not asked because their schedule is paused."""
        return {source for one in self.paused for source in one.sources}

    def is_paused(self, flow: Flow) -> bool:
        """Return whether the watchlist's own schedule of a flow is paused."""
        return f"{flow}/{MAIN}" in self._paused

    def id_of(self, flow: Flow, sources: Sequence[str] = ()) -> str | None:
        """Return the deployment of a run: of a collection, the one that has most of its sources. None while Prefect is away."""
        asked = set(sources)
        ids = [(len(asked & set(one.sources)), number) for number, one in self._ids.items() if one.flow == flow]
        return max(ids, key=lambda one: one[0])[1] if ids and self._api else None

    def look(self, url: str | None) -> None:
        """Ask Prefect what is asked for, at intervals; tell it first which schedules there are. Takes two seconds at most.

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
                self._api, self._ids = Api(url, seconds=2.0, patient=False), {}
            if not self._ids:
                self._deploy(self._api)
            found = self._api.ask("/deployments/filter", {"deployments": {"id": {"any_": list(self._ids)}}})
            self._pause({self._ids[one["id"]].key for one in found if one["paused"] or _is_off(one)})
            if len(found) < len(self._ids):  # somebody deleted one: it is made again
                self._ids = {}
            due = {"deployment_ids": list(self._ids), "scheduled_before": datetime.now(UTC).isoformat(), "limit": 20}
            asked = self._api.ask("/deployments/get_scheduled_flow_runs", due)
            self._take(asked)
        except (OSError, ValueError, KeyError) as error:
            self._next_look = time.monotonic() + WAIT_SECONDS
            if self._api:
                self._say(f"Prefect does not show the schedules, and its requests wait: {brief(error, 200)}")
            self._api = None

    def _deploy(self, api: Api) -> None:
        """Make or update the deployments, and remove those of schedules that the watchlist no longer has."""
        flows = {flow: api.ask("/flows/", {"name": flow})["id"] for flow in dict.fromkeys(one.flow for one in self._scheduled)}
        mine = f"{TAG}{self._owner}"
        known = api.ask("/deployments/filter", {"deployments": {"tags": {"all_": [mine]}}})
        there = {(other["flow_id"], other["name"]): other["id"] for other in known}
        ids: dict[str, Scheduled] = {}
        for one in self._scheduled:
            made: dict[str, Any] = {
                "flow_id": flows[one.flow],
                "name": f"{one.name}{self._owner}",
                "description": one.description,
                "tags": sorted({TAG, mine}),
                "parameter_openapi_schema": _SOURCES if one.flow == "collect" else _NOTHING,
                "enforce_parameter_schema": True,
            }
            if self._shows_times and one.timetable:
                made["schedules"] = [{"schedule": _shown(one.timetable), "active": one.key not in self._paused}]
            elif one.key in self._paused and (made["flow_id"], made["name"]) not in there:
                made["paused"] = True  # Prefect lost its database, and this with it
            ids[api.ask("/deployments/", made)["id"]] = one
        for number in there.values():
            if number not in ids:
                api.ask(f"/deployments/{number}", method="DELETE")
        self._ids = ids

    def _take(self, asked: Sequence[Mapping[str, Any]]) -> None:
        known = {one.flow_run for one in self.requests}
        self._begun &= {run["id"] for run in asked}  # one that comes back later was asked for again, by Retry
        found = []
        for run in asked:
            if run["id"] not in self._begun:
                at, given = run["expected_start_time"] or run["created"], run["parameters"].get("sources") or ()
                found.append(Request(self._ids[run["deployment_id"]], run["id"], at, tuple(given)))
        for request in found:
            if request.flow_run not in known:
                self._say(f"asked for in Prefect: a run of {request.scheduled.key}")
        self.requests = found

    def begin(self, request: Request) -> None:
        """Take a request, which is going to be done now."""
        self._begun.add(request.flow_run)
        self.requests.remove(request)

    def refuse(self, request: Request, why: str) -> None:
        """Take a request that cannot be done, and say so in Prefect."""
        self.begin(request)
        self._say(f"a run of {request.scheduled.key} that was asked for in Prefect is not done: {' — '.join(why.splitlines())}")
        if self._api:
            page = FlowRun(self._api.url, request.flow_run)
            page.end("FAILED", why)

    def _pause(self, keys: set[str]) -> None:
        for key in sorted(keys ^ self._paused):
            self._say(f"{key} is {'paused' if key in keys else 'resumed'} in Prefect")
        if keys != self._paused:
            self._paused = keys
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(sorted(keys)).encode(), durable=False)
