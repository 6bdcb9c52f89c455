"""`newslake serve`: collects each source when it is due, with a Prefect server on loopback, until stopped.

Up to three processes: this one, which decides what is due and imports no Prefect; the server; and the collection under way
(`flows.schedule.process`). The other two end with this one, however it ends. What it knows between two runs is read from the
warehouse, so that after a crash, a kill or a reboot it goes on where it was.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FrameType

import duckdb

from flows.maintain import last_maintained
from flows.orchestration.keeper import PrefectKeeper
from flows.orchestration.server import free_port
from flows.orchestration.settings import running_server
from flows.runs.progress import log
from flows.schedule import process as scheduled
from flows.schedule.due import NextPoll
from flows.schedule.polling import next_polls
from flows.schedule.status import BEAT_SECONDS, Status, write_status
from flows.watchlist import Watchlist, load_watchlist, read_watchlist
from flows.watchlist.schedule import Timetable
from newslake import children
from newslake.errors import CollectionUnderWay, NewslakeError, WatchlistError
from newslake.locks import is_free, only_one

LOOK_SECONDS = 0.5
# A collection that is asked to stop needs some seconds for its crawl; cleaning and loading what it has may take this long in all.
STOP_SECONDS = 60.0
# After kill -9, the server and the collection of before notice within a second that they are alone, and need some to end.
LEFTOVER_SECONDS = 30.0
# A collection that fails as a whole (no room, no warehouse) is tried again after 1, 2, 4, … minutes, for ever.
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=30)


def serve(watchlist: Watchlist, *, port: int = 4200, without_prefect: bool = False) -> None:
    """Serve a watchlist's schedule until SIGINT or SIGTERM; what happens is told in lines on standard output.

    Uses the Prefect server of `PREFECT_API_URL` where the environment names one, else keeps one of its own.

    Raises:
        NewslakeError: the port is taken, or this watchlist is served already.
        KeyboardInterrupt: a second signal, which ends all at once.
    """
    with ExitStack() as stack:
        _hold(stack, watchlist)
        keeper, url = None, None if without_prefect else os.environ.get("PREFECT_API_URL")
        if not without_prefect and url is None:
            _wait_for_port(port)
            keeper = PrefectKeeper(watchlist, port, log)
        Server(watchlist, keeper, url).run()


def _hold(stack: ExitStack, watchlist: Watchlist) -> None:
    try:
        stack.enter_context(only_one(watchlist.state, "schedule", "newslake serve"))
    except CollectionUnderWay:
        url = running_server(watchlist)
        where = f", at {url.removesuffix('/api')}" if url else ""
        raise NewslakeError(
            f"this watchlist is served already{where}",
            left="that one goes on",
            next="newslake status, or stop it first (Ctrl-C where it runs)",
        ) from None


def _wait_for_port(port: int) -> None:
    """Wait for a server that a killed `serve` left and that is about to end."""
    end = time.monotonic() + LEFTOVER_SECONDS
    while True:
        try:
            free_port(port)
            return
        except NewslakeError:
            if time.monotonic() > end:
                raise
        time.sleep(0.5)


class _Signals:
    """The first SIGINT or SIGTERM asks for an end in order, the second for one at once."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1

    @contextmanager
    def heard(self) -> Iterator[None]:
        # A shell may have started it with SIGINT ignored; a supervisor's SIGTERM and Ctrl-C end it the same way.
        before = {number: signal.signal(number, self) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Server:
    """The loop: look after the server, the watchlist file and the collection under way; start one when something is due."""

    def __init__(self, watchlist: Watchlist, keeper: PrefectKeeper | None, url: str | None) -> None:
        """With a Prefect server of its own, or the API address of another one, or neither."""
        self.watchlist = watchlist
        self._url = url
        self.text = read_watchlist(watchlist.path)
        self.keeper = keeper
        self.signals = _Signals()
        self.collection: Collection | None = None
        self.polls: list[NextPoll] = []
        self.not_before = datetime.now(UTC)
        self.failures = 0
        self._collected: dict[str, datetime] = {}  # when each source was last collected from here
        self._began = datetime.now(UTC)
        self._maintained: datetime | None = None  # when maintenance was last begun from here
        self.problem: str | None = None
        self._file = _stamp(watchlist)
        self._planned_at: datetime | None = None
        self._told: object = None
        self._next_beat = 0.0
        self._announced = False

    def run(self) -> None:
        with self.signals.heard():
            try:
                if self.keeper:
                    log("Starting the Prefect server …")
                    self.keeper.start()
                while not self.signals.count:
                    self._look()
                    time.sleep(LOOK_SECONDS)
                self._stop_collection()
            finally:
                at_once = self.signals.count > 1 or sys.exc_info()[0] is not None
                if self.collection:
                    self.collection.kill()
                if self.keeper:
                    self.keeper.stop(lambda: at_once or self.signals.count > 1)
                write_status(self.watchlist.state, None)
        log("Stopped. What a run that was under way had not fetched yet is fetched by the next one.")

    def _look(self) -> None:
        if self.keeper:
            self.keeper.look()
        if not self._announced and not (self.keeper and self.keeper.is_starting):
            self._announce()
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT_SECONDS
            self._look_at_file()
            self._write_status()
        if self.collection:
            self._look_at_collection(self.collection)
            return
        now = datetime.now(UTC)
        # A clock that was set back must not put off what comes next for as long.
        if self._planned_at and now < self._planned_at:
            self._planned_at, self.not_before, self._collected = None, now, {}
        if self._planned_at is None:
            self._plan(now)
        if now >= self.next_start(now) and not (self.keeper and self.keeper.is_starting):
            self._plan(now)  # somebody may have collected by hand since
            due = [poll.source for poll in self.polls if poll.at <= now]
            if due and now >= self.not_before:
                self._start(due, now)
        if not self.collection and self._is_maintenance_due(now):
            self._maintained = now  # one that fails is told, and comes again the next night
            self._start((), now, "maintain")

    def _is_maintenance_due(self, now: datetime) -> bool:
        """Whether a moment of [maintain] has gone by since the last maintenance, or since this process began if none ever was."""
        timetable = Timetable(self.watchlist.maintain.cron, None, self.watchlist.schedule.timezone)
        last = self._maintained or last_maintained(self.watchlist.state) or self._began
        return timetable.after(min(last, now)) <= now

    @property
    def prefect(self) -> str | None:
        """The API address of the Prefect server that collections are to use now."""
        return self.keeper.url if self.keeper else self._url

    def _announce(self) -> None:
        self._announced = True
        url = self.prefect
        runs = f"Runs: {url.removesuffix('/api')}/runs" if url else "Without Prefect"
        log(f"Serving {self.watchlist.path}: {self.watchlist.schedule.timetable}. {runs} — Ctrl-C stops.")

    def next_start(self, now: datetime) -> datetime:
        """When something is due next, and may be started."""
        return max(self.not_before, min((poll.at for poll in self.polls), default=now))

    def _plan(self, now: datetime) -> None:
        self._planned_at = now
        try:
            self.polls = [self._later(poll) for poll in next_polls(self.watchlist, now)]
            self._tell(None)
        except (NewslakeError, duckdb.Error) as error:
            self._tell(f"the warehouse cannot be read: {' '.join(str(error).split())}")
            self._retry(now)

    def _later(self, poll: NextPoll) -> NextPoll:
        """Whatever a run brought, its sources wait for a later moment of their schedules: nothing makes it turn in circles."""
        if (began := self._collected.get(poll.source)) is None:
            return poll
        schedule = self.watchlist.schedule
        source = next(source for source in self.watchlist.sources if source.name == poll.source)
        return replace(poll, at=max(poll.at, schedule.of(source).after(began)))

    def _tell(self, problem: str | None) -> None:
        """Say what is wrong once, not at every look."""
        if problem and problem != self.problem:
            log(problem)
        self.problem = problem

    def _start(self, due: Sequence[str], now: datetime, task: scheduled.Task = "collect") -> None:
        if self.keeper and is_free(self.watchlist.state, "collection"):
            self.keeper.end_stale_runs()
        try:
            self.collection = Collection(self.watchlist, self.text, due, now, self.prefect, task)
        except OSError as error:  # no memory, no process left: the next look tries again
            self._tell(f"a collection could not be started: {error.strerror or error}")
            self._retry(now)

    def _look_at_collection(self, collection: Collection) -> None:
        code = collection.process.poll()
        if code is None:
            return
        collection.close()
        self.collection = None
        now = datetime.now(UTC)
        if collection.task == "maintain":
            if code != 0:
                log(f"maintenance ended with code {code}; newslake maintain does it now, else the next night does")
        elif code in (0, scheduled.PREFECT_FAILED):
            self.failures = 0
            self._collected |= dict.fromkeys(collection.sources, collection.began)
        elif code == scheduled.SKIPPED:
            self.not_before = now + FIRST_RETRY
        else:
            if code != scheduled.FAILED:
                log(f"the collection ended with code {code}; what it fetched is taken up by the next one")
            self._retry(now)
        if code == scheduled.PREFECT_FAILED and self.keeper:
            self.keeper.suspect()
        self._plan(now)
        self._tell_next(now)
        self._next_beat = 0.0

    def _retry(self, now: datetime) -> None:
        wait = min(FIRST_RETRY * 2 ** min(self.failures, 10), LONGEST_RETRY)
        self.failures += 1
        self.not_before = max(self.not_before, now + wait)

    def _tell_next(self, now: datetime) -> None:
        start = self.next_start(now)
        count = sum(poll.at <= start for poll in self.polls)
        told = (start, count)
        if told != self._told:
            self._told = told
            log(f"next: {start.astimezone():%Y-%m-%d %H:%M}, {count} of {len(self.polls)} sources")

    def _look_at_file(self) -> None:
        """Take up an edited watchlist; one that is broken is told, and the last good one goes on."""
        stamp = _stamp(self.watchlist)
        if stamp == self._file:
            return
        self._file = stamp
        try:
            text = read_watchlist(self.watchlist.path)
            if text == self.text:
                return
            edited = load_watchlist(self.watchlist.path, text)
        except WatchlistError as error:
            log(f"{error.happened}\n  The watchlist of before goes on until it is mended.")
            return
        if edited.state != self.watchlist.state:
            log("The watchlist names another place for captures and state; that needs a restart. The one of before goes on.")
            return
        self.watchlist, self.text, self._planned_at = edited, text, None
        log(f"The watchlist was edited: {edited.schedule.timetable}, {len(edited.sources)} sources.")

    def _write_status(self) -> None:
        now = datetime.now(UTC)
        start = self.next_start(now) if self._planned_at else None
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
                next_sources=[poll.source for poll in self.polls if start and poll.at <= start],
                problems=[problem for problem in (self.problem, self.keeper and self.keeper.problem) if problem],
            ),
        )

    def _stop_collection(self) -> None:
        """Let the collection under way stop in order; KeyboardInterrupt at a second signal."""
        if not self.collection:
            return
        log(f"Stopping: the crawl ends, and what it fetched is loaded, in {STOP_SECONDS:.0f} s at most. Again: all ends at once.")
        self.collection.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        while self.collection.process.poll() is None:
            if self.signals.count > 1:
                raise KeyboardInterrupt
            if time.monotonic() > end:
                log("The run needs longer; it is ended, and the next one takes up what it fetched.")
                break
            time.sleep(0.1)


class Collection:
    """A collection, or a maintenance, in a process of its own."""

    def __init__(
        self,
        watchlist: Watchlist,
        text: str,
        sources: Sequence[str],
        began: datetime,
        url: str | None,
        task: scheduled.Task = "collect",
    ) -> None:
        self.task = task
        self.sources = sources
        self.began = began
        environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.schedule.process"],
            stdin=subprocess.PIPE,
            env=children.environment(environment | ({"PREFECT_API_URL": url} if url else {})),
            start_new_session=True,  # Ctrl-C reaches `serve` alone, which then stops it in order
            text=True,
        )
        assert self.process.stdin
        with suppress(BrokenPipeError):  # it died at once: its exit code says so
            self.process.stdin.write(scheduled.job(watchlist.path, text, sources, task))
            self.process.stdin.flush()

    def ask_to_stop(self) -> None:
        assert self.process.stdin
        with suppress(OSError):
            self.process.stdin.close()

    def close(self) -> None:
        self.ask_to_stop()
        self.process.wait()

    def kill(self) -> None:
        """End it, and the workers that clean for it; its crawl ends with it."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.close()


def _stamp(watchlist: Watchlist) -> tuple[int, int] | None:
    try:
        told = watchlist.path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size
