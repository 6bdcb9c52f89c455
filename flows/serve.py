"""`newslake serve`: collect each source when it is due, with a Prefect server on loopback, until stopped.

Up to three processes: this one, which decides what is due and does not import Prefect; the Prefect server; and the collection
under way (`flows.serving.process`). The other two end with this one, however it ends. Between two runs all state is read from
the warehouse, so after a crash, a kill or a reboot `serve` continues where it was.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from flows.orchestration.deployments import Deployments, Request
from flows.orchestration.flow_run import Flow, Origin
from flows.orchestration.keeper import PrefectKeeper
from flows.orchestration.schedules import pauses
from flows.orchestration.settings import configured_server, use_configured
from flows.runs.progress import log
from flows.schedule.agenda import Agenda
from flows.schedule.status import BEAT_SECONDS, Status, write_status
from flows.schedule.telling import Telling
from flows.serving import process as scheduled
from flows.serving.claim import hold, wait_for_port
from flows.serving.collection import Collection
from flows.serving.signals import Signals
from flows.watchlist import Watchlist, load_watchlist, read_watchlist
from flows.watchlist.choose import collected_sources
from newslake.disk import stamp_of
from newslake.errors import UsageError, WatchlistError
from newslake.locks import is_free

_FLOWS: dict[scheduled.Task, Flow] = {"collect": "collect", "maintain": "maintain", "tell": "brief"}
LOOK_SECONDS = 0.5
TRY_SECONDS = 60.0
# A collection that is asked to stop needs some seconds for its crawl; after this long it is killed while it cleans or loads.
STOP_SECONDS = 60.0


def utc_now() -> datetime:
    """Return the current time, aware."""
    return datetime.now(UTC)


def serve(
    watchlist: Watchlist, *, port: int = 4200, without_prefect: bool = False, now: Callable[[], datetime] = utc_now
) -> None:
    """Serve a watchlist's schedule until SIGINT, SIGTERM or SIGHUP, and log what happens to standard output.

    Uses the Prefect server that the user configured (see `flows.orchestration.settings`), otherwise runs its own.

    Args:
        port: of its own Prefect server, on loopback.
        now: the clock that decides what is due.
    Raises:
        NewslakeError: the port is taken, or this watchlist is already being served.
        KeyboardInterrupt: a second signal, which ends everything at once.
    """
    with ExitStack() as stack:
        hold(stack, watchlist)
        keeper, url = None, None if without_prefect else configured_server()
        if url:
            use_configured(url)
        if without_prefect and (paused := pauses(watchlist)):
            log(f"What was paused in Prefect runs all the same, since this is without Prefect: {', '.join(sorted(paused))}.")
        if not without_prefect and url is None:
            wait_for_port(port)
            keeper = PrefectKeeper(watchlist, port, log, now)
        Server(watchlist, keeper, url, now).run()


class Server:
    """The loop of `serve`: watch the Prefect server, the watchlist file and the running collection; start what is due."""

    def __init__(
        self, watchlist: Watchlist, keeper: PrefectKeeper | None, url: str | None, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Prepare the loop.

        Args:
            keeper: of a Prefect server of its own; None to use the one at `url`, or none.
            url: the API address of somebody else's Prefect server.
            now: the clock that decides what is due.
        """
        self.watchlist = watchlist
        self.text = read_watchlist(watchlist.path)
        self.keeper = keeper
        self.signals = Signals()
        self.collection: Collection | None = None
        self.agenda = Agenda(watchlist, now())
        self.telling = Telling(watchlist, now())
        self.deployments = Deployments(watchlist, log, is_own_server=keeper is not None) if keeper or url else None
        self._url = url
        self._now = now
        self._file = stamp_of(watchlist.path)
        self._next_beat = 0.0
        self._next_try = 0.0  # of what was asked for, after a process could not be started
        self._announced = False

    def run(self) -> None:
        """Serve until a signal; then stop the collection and the Prefect server."""
        with self.signals.heard():
            try:
                if self.keeper:
                    log("Starting the Prefect server …")
                    self.keeper.start()
                while not self.signals.count:
                    self.look()
                    time.sleep(LOOK_SECONDS)
                self._stop_collection()
            finally:
                was_interrupted = self.collection is not None
                at_once = self.signals.count > 1 or sys.exc_info()[0] is not None
                if self.collection:
                    self.collection.kill()
                if self.keeper:
                    self.keeper.stop(lambda: at_once or self.signals.count > 1)
                write_status(self.watchlist.state, None)
        log("Stopped." + (" The next run fetches what the interrupted run had not fetched yet." if was_interrupted else ""))

    def look(self) -> None:
        """Do what has to be done now, without waiting for anything."""
        if self.keeper:
            self.keeper.look()
        if self.deployments:
            self._look_at_prefect(self.deployments)
        if not self._announced and not (self.keeper and self.keeper.is_starting):
            self._announce()
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT_SECONDS
            self.look_at_file()
            self._write_status()
        if self.collection:
            self._look_at_collection(self.collection)
            return
        now = self._now()
        self.agenda.look(now)
        is_starting = bool(self.keeper and self.keeper.is_starting)
        if self.deployments and self.deployments.requests and time.monotonic() >= self._next_try:
            self._start_requested(self.deployments, now)
        if not self.collection and not is_starting and (due := self.agenda.due(now)):
            self._start("collect", now, due)
        if not self.collection and not self._is_paused("maintain") and self.agenda.is_maintenance_due(now):
            self._start("maintain", now)
        if not self.collection and not is_starting and self.telling.is_due(now):
            self._start("tell", now)

    @property
    def prefect(self) -> str | None:
        """The API address of the Prefect server that collections use now; None for none."""
        return self.keeper.url if self.keeper else self._url

    def _announce(self) -> None:
        self._announced = True
        url = self.prefect
        runs = f"Runs: {url.removesuffix('/api')}/runs" if url else "Without Prefect"
        log(f"Serving {self.watchlist.path}: {self.watchlist.schedule.timetable}. {runs} — Ctrl-C stops.")

    def _look_at_prefect(self, deployments: Deployments) -> None:
        """Take up what was asked for in Prefect: runs, and pauses."""
        deployments.look(self.prefect)
        self.agenda.pause(deployments.paused_sources)
        if self.watchlist.brief_is_paused != self._is_paused("brief"):
            self.watchlist = replace(self.watchlist, brief_is_paused=self._is_paused("brief"))
            self.telling.look(self.watchlist, self._now())

    def _is_paused(self, flow: Flow) -> bool:
        return self.deployments is not None and self.deployments.is_paused(flow)

    def _start_requested(self, deployments: Deployments, now: datetime) -> None:
        """Start the first run that was asked for in Prefect; wait while another process collects."""
        request = deployments.requests[0]
        flow = request.scheduled.flow
        if flow == "collect":
            sources = request.sources or request.scheduled.sources
            try:
                collected_sources(self.watchlist, sources)
            except UsageError as error:
                deployments.refuse(request, str(error))
                return
            if is_free(self.watchlist.state, "collection"):
                self._start(flow, now, sources, request)
        else:
            self._start("maintain" if flow == "maintain" else "tell", now, request=request)
        if self.collection:
            deployments.begin(request)

    def _start(self, task: scheduled.Task, now: datetime, due: Sequence[str] = (), request: Request | None = None) -> None:
        if self.keeper and is_free(self.watchlist.state, "collection"):
            self.keeper.end_stale_runs()
        if task == "maintain":
            self.agenda.maintained(now)
        if request:
            origin = Origin("requested", requested=request.flow_run)
        else:
            origin = Origin("scheduled", self.deployments.id_of(_FLOWS[task], due) if self.deployments else None)
        brief: scheduled.WhichBrief = "now" if request and task == "tell" else "paused" if self._is_paused("brief") else "due"
        try:
            job = scheduled.Job(self.text, now, task, due, origin, brief)
            self.collection = Collection(self.watchlist, job, self.prefect)
        except OSError as error:  # no memory or no process left: the next look tries again
            self.agenda.report(f"a collection could not be started: {error.strerror or error}")
            self.agenda.retry(now)
            self._next_try = time.monotonic() + TRY_SECONDS
            if task == "maintain":
                self.agenda.put_off_maintenance(now)

    def _look_at_collection(self, collection: Collection) -> None:
        """If the collection has ended, note how, and plan what comes next."""
        code = collection.poll()
        if code is None:
            return
        collection.close()
        self.collection = None
        if self.deployments:
            self.deployments.ended()
        now = self._now()
        self.telling.look(self.watchlist, now, told=collection.task == "tell")
        if collection.task == "tell":
            pass  # it logs itself what failed
        elif collection.task == "maintain":
            if code == scheduled.SKIPPED:
                self.agenda.put_off_maintenance(now)
            elif code != 0:
                log(f"maintenance failed with code {code} and runs again next night; to run it now: newslake maintain")
        elif code in (0, scheduled.PREFECT_FAILED, scheduled.SET_ASIDE):
            self.agenda.collected(collection.sources, collection.began)
        elif code == scheduled.SKIPPED:
            self.agenda.skipped(now)
        else:
            if code != scheduled.FAILED:
                log(f"the collection ended with code {code}; the next one loads what it fetched")
            self.agenda.retry(now)
        if code == scheduled.PREFECT_FAILED and self.keeper:
            self.keeper.suspect()
        self.agenda.plan(now)
        self.agenda.announce(now)
        self._next_beat = 0.0

    def look_at_file(self) -> None:
        """Load an edited watchlist. If it has a mistake, say so and keep the previous one."""
        stamp = stamp_of(self.watchlist.path)
        if stamp == self._file:
            return
        self._file = stamp
        try:
            text = read_watchlist(self.watchlist.path)
            if text == self.text:
                return
            edited = load_watchlist(self.watchlist.path, text)
        except WatchlistError as error:
            log(f"{error.happened}\n  The previous watchlist stays in use until this is corrected.")
            return
        if edited.state != self.watchlist.state:
            log("The edited watchlist moves captures and state, which needs a restart. The previous watchlist stays in use.")
            return
        self.watchlist, self.text = edited, text
        self.agenda.use(edited)
        if self.deployments:
            self.deployments.use(edited)
        self.telling.look(edited, self._now())
        disabled = f", {len(edited.disabled)} of them disabled" if edited.disabled else ""
        log(f"The watchlist was edited: {edited.schedule.timetable}, {len(edited.sources)} sources{disabled}.")

    def _write_status(self) -> None:
        now = self._now()
        agenda = self.agenda
        start = agenda.next_start(now) if agenda.planned_at else None
        write_status(
            self.watchlist.state,
            Status(
                pid=os.getpid(),
                at=now,
                watchlist=self.watchlist.path,
                prefect=self.prefect,
                collecting=list(self.collection.sources) if self.collection else None,
                since=self.collection.began if self.collection else None,
                next_start=start,
                next_sources=[poll.source for poll in agenda.polls if start and poll.at <= start],
                problems=[problem for problem in (agenda.problem, self.keeper and self.keeper.problem) if problem],
                paused=[one.key for one in self.deployments.paused] if self.deployments else [],
                requested=[one.scheduled.key for one in self.deployments.requests] if self.deployments else [],
            ),
        )

    def _stop_collection(self) -> None:
        """Let the running collection stop in order. KeyboardInterrupt at a second signal."""
        if not self.collection:
            return
        log(f"Stopping: the crawl ends and its pages are loaded, within {STOP_SECONDS:.0f} s. A second signal ends all at once.")
        self.collection.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        while self.collection.poll() is None:
            if self.signals.count > 1:
                raise KeyboardInterrupt
            if time.monotonic() > end:
                log("The run takes too long and is killed; the next one loads what it fetched.")
                break
            time.sleep(0.1)
