"""Record a run of newslake as a flow run in Prefect, through its REST API.

News does not wait for its orchestrator: all requests are sent by a thread of their own, in order, and after the first failure
none. The steps of a run, its log and its artifacts are what Prefect's page of the run shows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from flows.orchestration.api import FAILURES, Api, is_refusal, why
from newslake.errors import brief
from newslake.secrecy import redacted

Flow = Literal["collect", "maintain", "brief"]
State = Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED", "CRASHED"]
Line = tuple[str, int]  # and its level, as in logging
# Prefect takes up to a few hundred lines at a time in a moment.
LINES = 400
# Values in a parameter; Prefect refuses a run with more than half a megabyte of them.
MOST = 200
# How long the end of a run waits for what is still to be sent.
LAST_SECONDS = 20.0
# How often it is looked whether somebody pressed Cancel.
LOOK_SECONDS = 5.0
_CANCELLED = ("CANCELLING", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Origin:
    """What a flow run comes from: the ids of its deployment and of the flow run that somebody asked for, and a tag."""

    tag: str = "manual"
    deployment: str | None = None
    requested: str | None = None


class FlowRun:
    """A flow run in Prefect, written by this process.

    Attributes:
        failure: why Prefect could not be told everything, as a phrase; None while all is well.
        is_sick: whether that may be the fault of its server, and not of what was asked, such as a page that somebody deleted.
        is_cancelled: whether somebody cancelled it in Prefect; see `heed_cancel`.
    """

    def __init__(self, api_url: str | None, flow_run_id: str | None = None) -> None:
        """Prepare it; `begin` makes a new flow run.

        Args:
            api_url: of the server; None to record nothing.
            flow_run_id: of a flow run that exists and that somebody else begins and ends.
        """
        self.failure: str | None = None
        self.is_sick = False
        self.is_cancelled = False
        self._api = Api(api_url) if api_url else None
        self._id = flow_run_id
        self._earlier: str | None = None  # the name of a run that is retried
        self._sender = ThreadPoolExecutor(1, "prefect") if api_url else None
        self._last: Future[None] | None = None
        self._ended = threading.Event()

    def begin(self, flow: Flow, origin: Origin, parameters: dict[str, Any]) -> None:
        """Make the flow run, or take up the one that was asked for, as running.

        Args:
            parameters: what the flow is called with, as Prefect shows it and asks for in a retry; without long lists.
        """
        shown = {name: value for name, value in parameters.items() if not (isinstance(value, list) and len(value) > MOST)}

        def begin(api: Api) -> None:
            tags = ["newslake", origin.tag]
            if origin.requested:
                self._id = origin.requested
                asked = api.ask(f"/flow_runs/{self._id}", method="GET")
                self._earlier = asked["name"] if _is_id(asked["name"]) else None
                api.ask(f"/flow_runs/{self._id}", {"tags": sorted({*asked["tags"], *tags})}, "PATCH")
            elif origin.deployment:
                made = {"state": {"type": "PENDING"}, "tags": tags, "parameters": shown, "enforce_parameter_schema": False}
                self._id = api.ask(f"/deployments/{origin.deployment}/create_flow_run", made)["id"]
            else:
                flow_id = api.ask("/flows/", {"name": flow})["id"]
                made = {"flow_id": flow_id, "state": {"type": "PENDING"}, "tags": tags, "parameters": shown}
                self._id = api.ask("/flow_runs/", made)["id"]
            self._set_state(api, "RUNNING")

        self._send(begin)

    def name(self, name: str) -> None:
        """Name the flow run after the run of newslake, so that a search for its id finds it; a retry after the earlier, too."""

        def rename(api: Api) -> None:
            words = f"{name}, a retry of {self._earlier}" if self._earlier else name
            api.ask(f"/flow_runs/{self._id}", {"name": words}, "PATCH")

        self._send(rename)

    def say(self, text: str, level: int = logging.INFO) -> None:
        """Add a line to the log."""
        self.say_all([(text, level)])

    def say_all(self, lines: Sequence[Line]) -> None:
        """Add lines to the log."""
        at = datetime.now(UTC).isoformat()
        said = [{"name": "newslake", "level": level, "message": redacted(text), "timestamp": at} for text, level in lines]

        def say(api: Api) -> None:
            for first in range(0, len(said), LINES):
                api.ask("/logs/", [line | {"flow_run_id": self._id} for line in said[first : first + LINES]])

        self._send(say)

    def artifact(self, key: str, markdown: str, description: str) -> None:
        """Add an artifact in Markdown."""
        made = {"key": key, "type": "markdown", "data": redacted(markdown), "description": redacted(description)}
        self._send(lambda api: api.ask("/artifacts/", made | {"flow_run_id": self._id}))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Record what the block does as a task run."""
        task: dict[str, str] = {}

        def begin(api: Api) -> None:
            made = {"name": name, "task_key": f"newslake.{name}", "dynamic_key": "0", "state": {"type": "RUNNING"}}
            task["id"] = api.ask("/task_runs/", made | {"flow_run_id": self._id})["id"]

        def end(state: State, message: str | None = None) -> None:
            told = {"state": {"type": state, "message": message}, "force": True}
            self._send(lambda api: api.ask(f"/task_runs/{task['id']}/set_state", told))

        self._send(begin)
        try:
            yield
        except BaseException as error:
            end("FAILED", redacted(brief(error)))
            raise
        end("COMPLETED")

    def end(self, state: State, message: str | None = None) -> None:
        """End the flow run and wait until all is sent, for some seconds at most."""
        self._ended.set()
        self._send(lambda api: self._set_state(api, state, message and redacted(message)))
        self.wait()

    def wait(self) -> None:
        """Wait until all is sent, for some seconds at most."""
        if self._sender is None:
            return
        try:
            if self._last:
                self._last.result(LAST_SECONDS)
        except TimeoutError:
            self.failure, self.is_sick = self.failure or f"its server took more than {LAST_SECONDS:.0f} s", True
        self._sender.shutdown(wait=False, cancel_futures=True)

    def _set_state(self, api: Api, state: State, message: str | None = None) -> None:
        api.ask(f"/flow_runs/{self._id}/set_state", {"state": {"type": state, "message": message}, "force": True})

    def _send(self, request: Callable[[Api], object]) -> None:
        """Send a request after the earlier ones."""

        def send(api: Api) -> None:
            if self.failure is None:
                try:
                    request(api)
                except FAILURES as error:
                    self.failure, self.is_sick = why(error), not is_refusal(error)

        if self._sender and self._api and self.failure is None:
            self._last = self._sender.submit(send, self._api)

    def heed_cancel(self, stop: threading.Event) -> None:
        """Set `stop` as soon as somebody cancels the flow run in Prefect."""

        def look() -> None:
            assert self._api
            api = Api(self._api.url)
            while not self._ended.wait(LOOK_SECONDS) and self.failure is None:
                if self._id is None:
                    continue
                try:
                    state = api.ask(f"/flow_runs/{self._id}", method="GET")["state_type"]
                except FAILURES:
                    continue
                if state in _CANCELLED:
                    self.is_cancelled = True
                    stop.set()
                    return

        if self._api:
            threading.Thread(target=look, name="prefect-cancel", daemon=True).start()


def _is_id(name: str) -> bool:
    """Return whether a name is the id of a run, and not one that Prefect or a person made up."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
