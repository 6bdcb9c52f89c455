"""Keep the Prefect server of `newslake serve` alive and its run states true.

Nothing waits long for the server and no data depends on it: while it is down, collections run without Prefect.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flows.orchestration.api import FAILURES, Api, why
from flows.orchestration.server import PrefectServer, set_damaged_database_aside
from flows.orchestration.settings import SERVER_START_SECONDS, answers, server_file, share_password
from flows.watchlist import Watchlist
from newslake.errors import NewslakeError, brief

# A server that keeps ending is restarted after ever longer waits: each start takes half a minute of a core.
FIRST_WAIT = 5.0
LONGEST_WAIT = 600.0
# A server that ran this long had started well.
GOOD_SECONDS = 300.0
LOOK_SECONDS = 30.0
MISSES = 4
# Prefect shows a flow as running a moment before the flow holds the collection lock.
YOUNGEST_STALE = timedelta(seconds=30)
LEAST_ROOM = 20_000_000


class PrefectKeeper:
    """A Prefect server that is restarted whenever it ends. Call `look` about once a second."""

    def __init__(
        self, watchlist: Watchlist, port: int, say: Callable[[str], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Prepare it; `start` starts the server.

        Args:
            port: on loopback.
            say: takes messages for the log.
            now: the clock that decides how old a run is.
        """
        self._watchlist = watchlist
        self._port = port
        self._say = say
        self._now = now
        self._server: PrefectServer | None = None
        self._since = 0.0  # start of the server
        self._is_ready = False
        self._wait = FIRST_WAIT
        self._not_before = 0.0
        self._next_look = 0.0
        self._missed = 0
        self._ended = False  # at least once
        self.problem: str | None = None

    @property
    def url(self) -> str | None:
        """The API address of the server; None while it does not answer."""
        return self._server.api_url if self._server and self._is_ready else None

    @property
    def is_starting(self) -> bool:
        """Whether the server runs but does not answer yet."""
        return self._server is not None and not self._is_ready

    def start(self) -> None:
        """Start the server. NewslakeError if that fails."""
        share_password(of_own_server=True)
        damaged = set_damaged_database_aside(self._watchlist)
        if damaged:
            self._say(f"Prefect's database (its own records, no news) is damaged: moved to {damaged}; a new one is made.")
        self._since, self._is_ready, self._missed = time.monotonic(), False, 0
        self._server = PrefectServer(self._watchlist, self._port)
        known = {"api_url": self._server.api_url, "pid": self._server.process.pid}
        server_file(self._watchlist).write_text(json.dumps(known), "utf-8")

    def look(self) -> None:
        """Check the server, and restart it if it ended and its wait is over."""
        now = time.monotonic()
        if self._server is None:
            if now >= self._not_before:
                try:
                    self.start()
                except (NewslakeError, OSError) as error:
                    self._down(brief(error))
            return
        try:
            self._server.check_alive()
        except NewslakeError as error:
            self._down(error.happened)
            return
        if not self._is_ready:
            if answers(self._server.api_url, seconds=1.0):
                self._is_ready, self.problem = True, None
                self._next_look = now + LOOK_SECONDS
                if self._ended:
                    self._say("the Prefect server answers again")
            elif now - self._since > SERVER_START_SECONDS:
                self._down(f"the Prefect server did not answer within {SERVER_START_SECONDS} seconds; see {self._server.log}")
        elif now >= self._next_look:
            self._missed = 0 if answers(self._server.api_url, seconds=5.0) else self._missed + 1
            self._next_look = now + LOOK_SECONDS
            if self._missed >= MISSES:
                self._down(f"the Prefect server has not answered for {MISSES * LOOK_SECONDS:.0f} seconds")

    def suspect(self) -> None:
        """Restart the server and check its database, after a run that could not use it although it answers."""
        if self._server and self._is_ready:
            self._down("a run could not use the Prefect server")

    def _down(self, why: str) -> None:
        ran, self._ended = time.monotonic() - self._since, True
        self._wait = FIRST_WAIT if self._is_ready and ran > GOOD_SECONDS else min(self._wait * 2, LONGEST_WAIT)
        self.stop()
        if shutil.disk_usage(self._watchlist.state).free < LEAST_ROOM:
            why += f"; there is no space left below {self._watchlist.state} (df -h {self._watchlist.state})"
        self.problem = why
        self._not_before = time.monotonic() + self._wait
        self._say(f"{why}. It is restarted in {self._wait:.0f} s; until then, collections run without Prefect.")

    def stop(self, at_once: Callable[[], bool] = lambda: False) -> None:
        """Stop the server in order, or at once when `at_once` says so."""
        server, self._server, self._is_ready = self._server, None, False
        if server:
            server_file(self._watchlist).unlink(missing_ok=True)
            server.stop(at_once=at_once)

    def end_stale_runs(self) -> None:
        """Mark runs that Prefect still shows as running as crashed. Call only while no collection is running."""
        if self.url is None:
            return
        try:
            api = Api(self.url)
            found = api.ask("/flow_runs/filter", _UNDER_WAY)
            for run in found:
                began = datetime.fromisoformat(run["start_time"] or run["created"])
                if self._now() - began > YOUNGEST_STALE:
                    api.ask(f"/flow_runs/{run['id']}/set_state", _CRASHED)
                    self._say(f"Run {run['name']} ended early; Prefect shows it as crashed now.")
        except FAILURES as error:
            self._say(f"Prefect's earlier runs could not be checked: {why(error)}")


_UNDER_WAY = {
    "flows": {"name": {"any_": ["collect", "maintain", "brief"]}},
    "flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}},
}
_MESSAGE = "its process ended early; the next run loads what it had fetched"
_CRASHED = {"state": {"type": "CRASHED", "name": "Crashed", "message": _MESSAGE}, "force": True}
